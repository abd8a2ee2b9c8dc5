"""Change (CompStat): what changed more than chance explains, by type and area, against the same weeks of last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from hotspots.domain.calendar import Calendar
from hotspots.pipeline.months_only import refuse_without_days
from hotspots.store.server.connection import Connection
from hotspots.store.staff.desk_change import PeriodCounts, read_periods
from hotspots_models.statistics.change import e_test, rate_ratio_interval
from hotspots_models.statistics.false_discovery import adjusted_p

FEWEST = 10  # in either period: below that counts only
FALSE_SHARE = 0.1  # of the flags that may be false


@dataclass(frozen=True, slots=True)
class Row(PeriodCounts):
    """One line of Change. `ratio`, its interval and `flag` are None where a period has fewer than ten; flag is more, fewer or none."""

    ratio: float | None
    low: float | None
    high: float | None
    flag: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """The lines, how many were tested and how many flagged, and the days that the periods begin on."""

    rows: tuple[Row, ...]
    tested: int
    flagged: int
    days: Mapping[str, date]

    def to_json(self) -> dict[str, Any]:
        """As a packet keeps it."""
        return {
            "rows": [asdict(row) for row in self.rows],
            "tested": self.tested,
            "flagged": self.flagged,
            "days": {name: day.isoformat() for name, day in self.days.items()},
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
) -> ChangeTables:
    """Count, compare and flag. All lines of a table are tested together: one in ten flags may be false.

    Parameters
    ----------
    until : the day after the last one.
    calendar : how long a period is, and when a year begins.
    kind, code : one area; without code the whole city, and then each area of the kind.
    """
    refuse_without_days(connection, "weeks and periods of days")
    days = calendar.periods(until)
    counted = read_periods(connection, kind=kind, known_on=known_on, days=days)
    if code is not None:
        return ChangeTables(table_of(_together([one for one in counted if one.area_code == code]), days), None)
    return ChangeTables(
        table_of(_together(counted), days), table_of([one for one in counted if one.area_code is not None], days)
    )


def _together(counted: Sequence[PeriodCounts]) -> list[PeriodCounts]:
    """The counts of all areas, and of none, by crime type."""
    total: dict[tuple[str, str], list[int]] = {}
    for one in counted:
        numbers = (one.week, one.recent, one.before, one.year_ago, one.to_date, one.to_date_year_ago)
        kept = total.setdefault((one.crime_type, one.label), [0] * len(numbers))
        for at, n in enumerate(numbers):
            kept[at] += n
    return [PeriodCounts(None, None, name, label, *numbers) for (name, label), numbers in total.items()]


def table_of(counted: Sequence[PeriodCounts], days: Mapping[str, date]) -> Table:
    """Compare the newest period with the same weeks of last year; flagged lines first, then by count."""
    testable = [n for n, one in enumerate(counted) if min(one.recent, one.year_ago) >= FEWEST]
    p = np.array([float(e_test(counted[n].year_ago, counted[n].recent)) for n in testable])
    found = dict(zip(testable, (adjusted_p(p) <= FALSE_SHARE).tolist() if testable else [], strict=True))
    rows = []
    for n, one in enumerate(counted):
        ratio = low = high = flag = None
        if n in found:
            ratio = one.recent / one.year_ago
            low, high = rate_ratio_interval(one.year_ago, one.recent)
            flag = ("more" if ratio > 1 else "fewer") if found[n] else "none"
        rows.append(
            Row(
                one.area_code, one.area, one.crime_type, one.label, one.week, one.recent, one.before, one.year_ago,
                one.to_date, one.to_date_year_ago, ratio, low, high, flag,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row.flag not in ("more", "fewer"), -row.recent, row.label))
    return Table(tuple(rows), len(testable), sum(found.values()), days)
