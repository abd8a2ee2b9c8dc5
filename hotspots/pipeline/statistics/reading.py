"""Read what statistics are made of: located records of some crime types on true points, after the audit says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.period import Period
from hotspots.errors import InputError
from hotspots.store import audit
from hotspots.store.ledger.incidents import newest_record
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as store
from hotspots.store.staff import forecasts as forecast_store

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_DAYS = 3660
COUNTING_RULE = "records with a location in the study area, each once; a reported window counts from its first hour"
CAVEAT = "Reported incidents are unproven, and reports depend on who reports; the newest days may still grow."


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question of a statistic: crime types (all that the public reports where none is named), and days, both inside.

    `on_record`: how many of the days the ledger holds; None where nobody asked.
    """

    crime_types: tuple[str, ...]
    first_day: date
    last_day: date
    on_record: int | None = None

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.last_day + timedelta(days=1)

    @property
    def n_days(self) -> int:
        """Length of the period, days."""
        return (self.end - self.first_day).days

    def in_words(self, labels: Sequence[str]) -> dict[str, str]:
        """Return the question by label."""
        part = (
            ""
            if self.on_record in (None, self.n_days)
            else f", of which {self.on_record} of {self.n_days} days are on record"
        )
        return {
            "Crime types": ", ".join(labels),
            "Period": f"{self.first_day} to {self.last_day}{part}",
            "Counted": COUNTING_RULE,
        }


@dataclass(frozen=True, eq=False)
class Incidents:
    """Located records: points (metres, city CRS), windows in hours since 1970 of the local wall clock, crime type and label set."""

    xy_m: NDArray[np.float64]
    from_h: NDArray[np.float64]
    to_h: NDArray[np.float64]
    crime_type_id: NDArray[np.int64]
    label_set_id: NDArray[np.int64]

    @property
    def day(self) -> NDArray[np.int64]:
        """(n,) day since 1970 on which each began."""
        return np.floor(self.from_h / 24).astype(np.int64)

    def take(self, kept: NDArray[Any]) -> Incidents:
        """Return the records of a mask or an index."""
        return Incidents(
            self.xy_m[kept], self.from_h[kept], self.to_h[kept], self.crime_type_id[kept], self.label_set_id[kept]
        )


def ask(
    connection: Connection,
    crime_types: Sequence[str],
    *,
    first_day: date | None,
    last_day: date | None,
    days: int,
) -> Question:
    """Return the question with its defaults: the last `days` up to the newest incident, all types that the public reports.

    Where the records tell months only, the months that the days touch.

    Raises
    ------
    InputError
        An unknown type, or days that are none.
    """
    known = forecast_store.read_crime_types(connection)
    names = {kind.name.casefold(): kind.name for kind in known} | {kind.label.casefold(): kind.name for kind in known}
    unknown = [name for name in crime_types if name.casefold() not in names]
    if unknown:
        raise InputError(f"--crime-type {unknown[0]!r} is not one of: {', '.join(kind.name for kind in known)}.")
    chosen = tuple(dict.fromkeys(names[name.casefold()] for name in crime_types))
    if not chosen:
        chosen = tuple(kind.name for kind in known if kind.initiated_by != "police")
    newest = newest_record(connection)
    if newest is None:
        raise InputError("No incident is loaded yet: hotspots load.")
    last = last_day or newest.date()
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(f"--days {days} is not between 1 and {LONGEST_DAYS}.")
    first = first_day or last - timedelta(days=days - 1)
    if not first <= last or (last - first).days >= LONGEST_DAYS:
        raise InputError(f"--from {first} to --to {last} is not a period of 1 to {LONGEST_DAYS} days.")
    period = Period.from_days(first, last)
    if store.read_city(connection).by_month:
        period = period.whole_months()
    whole = forecast_store.read_whole_days(connection)
    covered = whole.coverage(period)
    if not covered.days:
        raise InputError(f"No day from {period.start} to {period.last_day} is on record: {whole}.")
    return Question(crime_types=chosen, first_day=period.start, last_day=period.last_day, on_record=covered.days)


def refuse_broken(connection: Connection, period: Period, what: str, remedy: str) -> None:
    """Raise InputError where a period that is compared is not whole on record: days of which nothing is known are not quiet days.

    Parameters
    ----------
    what : names the period, such as "The period before".
    remedy : what to ask instead.
    """
    whole = forecast_store.read_whole_days(connection)
    covered = whole.coverage(period)
    if not covered.is_whole:
        raise InputError(
            f"{what}, {period.start} to {period.last_day}, is not whole on record ({covered.days} of {covered.of_days} days; "
            f"{whole}), and what is not known is not 0. {remedy}"
        )


def labels_of(connection: Connection, crime_types: Sequence[str]) -> list[str]:
    """The crime types as the city says them."""
    known = {kind.name: kind.label for kind in forecast_store.read_crime_types(connection)}
    return [known[name] for name in crime_types]


def read_incidents(
    connection: Connection, question: Question, *, statistic: str, since: date | None = None
) -> Incidents:
    """Read the records of a question, or of a longer period that begins `since`; a line in the audit is committed first."""
    start = since or question.first_day
    audit.commit_line(
        connection,
        "statistic",
        {
            "statistic": statistic,
            "crime_types": list(question.crime_types),
            "first_day": start.isoformat(),
            "last_day": question.last_day.isoformat(),
        },
    )
    known = {kind.name: kind.crime_type_id for kind in forecast_store.read_crime_types(connection)}
    table = store.read_windows(
        connection,
        start=start,
        end=question.end,
        crime_type_ids=[known[name] for name in question.crime_types],
        origin_m=(0.0, 0.0),
        cell_size_m=1.0,
    )
    x, y, from_h, to_h, kind, labels = (
        table[name].to_numpy().astype(float) for name in ("x", "y", "from_h", "to_h", "crime_type_id", "label_set_id")
    )
    return Incidents(np.column_stack([x, y]), from_h, to_h, kind.astype(np.int64), labels.astype(np.int64))
