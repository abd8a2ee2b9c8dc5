"""The input of a model: the chosen crime types, the events before a day, the risk factors with the time for which they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from hotspots.domain.forecasts.forecast import Basis
from hotspots.errors import InputError
from hotspots.pipeline.months_only import refuse_without_days
from hotspots.store.staff import forecasts as store
from hotspots_models.delay import known_when
from hotspots_models.history import History
from hotspots_models.risk_factors import RiskFactor, RiskFactors
from hotspots_models.stand_ins import stand_ins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots.store.server.connection import Connection

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """Events and factors as arrays, with the days and the delivery that they come from and what was left out.

    `windows_h` (n, 2) is the reported window of each event, hours of the local wall clock since 1970; None on anchors.
    """

    history: History
    factors: RiskFactors | None
    trained_from: date
    known_on: date
    notes: tuple[str, ...]
    windows_h: NDArray[np.float64] | None = None


def days_since_epoch(day: date) -> float:
    """Days since 1 January 1970, the clock of every model."""
    return float((day - EPOCH).days)


def choose_types(
    connection: Connection, names: Sequence[str], *, police_initiated_reason: str | None
) -> list[store.CrimeType]:
    """Return the crime types of these names.

    Raises
    ------
    InputError
        An unknown name, or a type that the police initiate without a reason.
    """
    known = {kind.name: kind for kind in store.read_crime_types(connection)}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise InputError(
            f"crime type {', '.join(unknown) or '(none)'!r} is not one of: {', '.join(known) or 'none is loaded'}."
        )
    chosen = [known[name] for name in names]
    by_police = [kind.name for kind in chosen if kind.initiated_by == "police"]
    if by_police and not police_initiated_reason:
        raise InputError(
            f"{', '.join(by_police)}: the police initiate these reports, so a forecast of them sends patrols where patrols have been. "
            "Give a reason with --include-police-initiated REASON; it is stored and shown with the result."
        )
    return chosen


def police_initiated(chosen: Sequence[store.CrimeType], *, done: str, reason: str | None) -> tuple[str, ...]:
    """Why a type that the police initiate is forecast or tested (`done`) all the same: a note goes wherever the result does."""
    names = ", ".join(kind.name for kind in chosen if kind.initiated_by == "police")
    return (f"{names}: initiated by the police; {done} because: {reason}",) if names else ()


def learn(connection: Connection, chosen: Sequence[store.CrimeType], *, basis: Basis, as_of: date) -> Learnt:
    """Read everything before a day: events of what the public reports and of the chosen types, and all risk factors with their validity.

    Raises
    ------
    InputError
        Nothing of the chosen types before that day, or the records tell months only.
    """
    refuse_without_days(connection, "a forecast of days")
    span = store.read_span(connection)
    if span.first_day is None or span.known_on is None or span.first_day >= as_of:
        raise InputError(f"There is no incident before {as_of} to learn from: load some, or give a later --as-of.")
    ids = [kind.crime_type_id for kind in chosen]
    events = store.read_events(connection, basis=basis, start=span.first_day, end=as_of, crime_type_ids=ids)
    events, in_gaps = _with_stand_ins(events, store.read_gaps(connection), begin=span.first_day, as_of=as_of)
    known = None if events.delivered_days is None else known_when(events.t_days, events.delivered_days)
    history = History(events.xy_m, events.t_days, events.crime_type, tuple(ids), known_days=known)
    if not history.is_target.any():
        names = ", ".join(kind.name for kind in chosen)
        raise InputError(f"There is no located incident of {names} before {as_of} to learn from.")
    same = events.n_records - len(history)
    notes = (f"{same:,} further records of the same place, time and type counted as one event",) if same else ()
    notes += in_gaps
    begin = EPOCH + timedelta(days=int(history.records_begin(days_since_epoch(as_of))))  # not the first straggler's day
    return Learnt(history, _factors(connection), begin, span.known_on, notes, events.windows_h)


def _with_stand_ins(
    events: store.Events, gaps: Sequence[tuple[date, date]], *, begin: date, as_of: date
) -> tuple[store.Events, tuple[str, ...]]:
    """Fill the days of which nothing is known with the events of as many days before, and say so."""
    known = [(first, min(end, as_of)) for first, end in gaps if first < as_of]
    source, shift = stand_ins(
        events.t_days,
        [(days_since_epoch(first), days_since_epoch(end)) for first, end in known],
        begin=days_since_epoch(begin),
    )
    if not known:
        return events, ()
    windows, delivered = events.windows_h, events.delivered_days
    filled = store.Events(
        np.concatenate([events.xy_m, events.xy_m[source]]),
        np.concatenate([events.t_days, events.t_days[source] + shift]),
        np.concatenate([events.crime_type, events.crime_type[source]]),
        events.n_records + len(source),
        None if windows is None else np.concatenate([windows, windows[source] + 24 * shift[:, None]]),
        None if delivered is None else np.concatenate([delivered, delivered[source] + shift]),
    )
    named = ", ".join(f"{first} to {end - timedelta(days=1)}" for first, end in known)
    return filled, (f"nothing is known of {named}: {len(source):,} events of as many days before stand in for them",)


def factors_known(factors: RiskFactors | None, as_of: date) -> tuple[RiskFactors | None, tuple[str, ...]]:
    """Return the risk factors that hold on a day, and a note for each that does not."""
    if factors is None:
        return None, ()
    held = factors.valid_at(days_since_epoch(as_of))
    names = {factor.name for factor in held}
    notes = tuple(f"risk factor {one.name} left out: not known on {as_of}" for one in factors if one.name not in names)
    return held if len(held) else None, notes


def _factors(connection: Connection) -> RiskFactors | None:
    stored = store.read_risk_factors(connection)
    twice = {one.name for one in stored if sum(other.name == one.name for other in stored) > 1}
    factors = tuple(
        RiskFactor(
            f"{one.name} from {one.valid_from}" if one.name in twice else one.name,
            one.geometry,
            days_since_epoch(one.valid_from) if one.valid_from else float("-inf"),
            days_since_epoch(one.valid_to) if one.valid_to else float("inf"),
        )
        for one in stored
    )
    return RiskFactors(factors) if factors else None
