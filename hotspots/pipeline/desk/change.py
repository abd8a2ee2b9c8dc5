"""Change (CompStat): what changed more than chance explains, by type and area, against the same weeks of last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from hotspots.domain.calendar import Calendar
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Vintage
from hotspots.pipeline.months_only import refuse_without_days
from hotspots.store.server.connection import Connection
from hotspots.store.staff.desk.change import PeriodCounts, read_periods
from hotspots_models.statistics.change import e_test, rate_ratio_interval
from hotspots_models.statistics.false_discovery import adjusted_p

FEWEST = 10  # in either period: below that counts only
FALSE_SHARE = 0.1  # of the flags that may be false
COUNTS = ("week", "recent", "before", "year_ago", "to_date", "to_date_year_ago")
PAST = ("before", "year_ago", "to_date_year_ago")


@dataclass(frozen=True, slots=True)
class Row(PeriodCounts):
    """One line of Change. `ratio`, its interval and `flag` are None where a period has fewer than ten; flag is more, fewer or none."""

    ratio: float | None
    low: float | None
    high: float | None
    flag: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """The lines, how many were tested and how many flagged, the days that the periods begin on, and the periods that are not whole."""

    rows: tuple[Row, ...]
    tested: int
    flagged: int
    days: Mapping[str, date]
    broken: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """As a packet keeps it."""
        return {
            "rows": [asdict(row) for row in self.rows],
            "tested": self.tested,
            "flagged": self.flagged,
            "days": {name: day.isoformat() for name, day in self.days.items()},
            "broken": sorted(self.broken),
        }


@dataclass(frozen=True, slots=True)
class ChangeTables:
    """Change of a place as a whole, and by the areas of a kind; `areas` is None for a single area."""

    whole: Table
    areas: Table | None


def change_tables(
    connection: Connection,
    *,
    until: date,
    calendar: Calendar,
    kind: str,
    code: str | None = None,
    known_on: date | None = None,
    broken: frozenset[str] = frozenset(),
    broken_areas: Mapping[str, frozenset[str]] | None = None,
) -> ChangeTables:
    """Count, compare and flag. All lines of a table are tested together: one in ten flags may be false.

    Parameters
    ----------
    until : the day after the last one.
    calendar : how long a period is, and when a year begins.
    kind, code : one area; without code the whole city, and then each area of the kind.
    broken : periods of which not every day is on record, by the names of their counts (`broken_periods`).
    broken_areas : the same by code of an area of the kind, where it alone is not whole.
    """
    of_areas = broken_areas or {}
    refuse_without_days(connection, "weeks and periods of days")
    days = calendar.periods(until)
    counted = read_periods(connection, kind=kind, known_on=known_on, days=days)
    if code is not None:
        of_area = _together([one for one in counted if one.area_code == code])
        return ChangeTables(table_of(of_area, days, broken | of_areas.get(code, frozenset())), None)
    by_area = [one for one in counted if one.area_code is not None]
    return ChangeTables(table_of(_together(counted), days, broken), table_of(by_area, days, broken, of_areas))


def broken_periods(days: Mapping[str, date], vintage: Vintage, areas: Sequence[int] = ()) -> frozenset[str]:
    """The counts whose period is not whole on record: it reaches back before whole data, or over a gap, of the city or of an area."""
    periods = {
        "week": ("week", "until"),
        "recent": ("recent", "until"),
        "before": ("before", "recent"),
        "year_ago": ("year_recent", "year"),
        "to_date": ("year_start", "until"),
        "to_date_year_ago": ("last_year_start", "last_year_until"),
    }
    return frozenset(
        name
        for name, (start, end) in periods.items()
        if not vintage.coverage(Period(days[start], days[end]), areas).is_whole
    )


def _together(counted: Sequence[PeriodCounts]) -> list[PeriodCounts]:
    """The counts of all areas, and of none, by crime type."""
    total: dict[tuple[str, str], list[int]] = {}
    for one in counted:
        numbers = [getattr(one, name) for name in COUNTS]
        kept = total.setdefault((one.crime_type, one.label), [0] * len(numbers))
        for at, n in enumerate(numbers):
            kept[at] += n
    return [PeriodCounts(None, None, name, label, *numbers) for (name, label), numbers in total.items()]


def _known(one: PeriodCounts, broken: frozenset[str]) -> PeriodCounts:
    """The counts without those of which not every day is on record; a year to date is compared with a whole one only."""
    unknown = broken & set(PAST) | ({"to_date_year_ago"} if "to_date" in broken else set())
    return replace(one, **dict.fromkeys(unknown, None))


def table_of(
    counted: Sequence[PeriodCounts],
    days: Mapping[str, date],
    broken: frozenset[str] = frozenset(),
    of_areas: Mapping[str, frozenset[str]] | None = None,
) -> Table:
    """Compare the newest period with the same weeks of last year, where both are whole; flagged lines first, then by count."""
    broken_of = [broken | (of_areas or {}).get(one.area_code or "", frozenset()) for one in counted]
    counted = [_known(one, parts) for one, parts in zip(counted, broken_of, strict=True)]
    pairs = {
        n: (one.year_ago, one.recent)
        for n, one in enumerate(counted)
        if "recent" not in broken_of[n] and one.year_ago is not None and min(one.recent, one.year_ago) >= FEWEST
    }
    p = np.array([float(e_test(*pair)) for pair in pairs.values()])
    found = dict(zip(pairs, (adjusted_p(p) <= FALSE_SHARE).tolist() if pairs else [], strict=True))
    rows = []
    for n, one in enumerate(counted):
        ratio = low = high = flag = None
        if n in pairs:
            year_ago, recent = pairs[n]
            ratio = recent / year_ago
            low, high = rate_ratio_interval(year_ago, recent)
            flag = ("more" if ratio > 1 else "fewer") if found[n] else "none"
        rows.append(Row(**asdict(one), ratio=ratio, low=low, high=high, flag=flag))
    rows.sort(key=lambda row: (row.flag not in ("more", "fewer"), -row.recent, row.label))
    return Table(tuple(rows), len(pairs), sum(found.values()), days, broken)
