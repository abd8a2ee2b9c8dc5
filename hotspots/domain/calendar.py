"""The calendar of an agency: shifts, where a week and a year begin, how long a period is, which areas are its districts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hotspots.domain.incident_filter import HourRange

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHIFTS = {"day": HourRange(6, 14), "evening": HourRange(14, 22), "night": HourRange(22, 6)}
PERIOD_DAYS = 28
YEAR_DAYS = 364  # whole weeks back: the same weekdays


@dataclass(frozen=True, slots=True)
class Calendar:
    """How an agency cuts time and ground.

    Attributes
    ----------
    shifts : hours by name, in the order in which a day goes through them.
    week_start : ISO weekday on which a week begins, Monday is 1; None: weeks end on the newest day with data.
    period_days : length of a period that is compared, whole weeks.
    year_start : month and day on which the agency's year begins.
    districts : kind of area that commands are cut by; None where the city file names none.
    """

    shifts: Mapping[str, HourRange] = field(default_factory=lambda: dict(SHIFTS))
    week_start: int | None = None
    period_days: int = PERIOD_DAYS
    year_start: tuple[int, int] = (1, 1)
    districts: str | None = None

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Calendar:
        """Read ``[calendar]`` of a stored city file; a city loaded before there was one has the usual calendar."""
        kept = config.get("calendar") or {}
        shifts = {name: HourRange.parse(hours) for name, hours in (kept.get("shifts") or {}).items()}
        month, day = (int(part) for part in (kept.get("year_start") or "01-01").split("-"))
        return cls(
            shifts=shifts or dict(SHIFTS),
            week_start=WEEKDAYS.index(kept["week_start"]) + 1 if kept.get("week_start") else None,
            period_days=kept.get("period_days") or PERIOD_DAYS,
            year_start=(month, day),
            districts=kept.get("districts"),
        )

    def hours_of(self, text: str) -> HourRange:
        """The hours of a shift by its name, or as they are written, such as ``18-02``. Raises FilterError."""
        return self.shifts.get(text.strip()) or HourRange.parse(text)

    def name_of(self, hours: HourRange) -> str | None:
        """The name of the shift with these hours; None where no shift has them."""
        return next((name for name, one in self.shifts.items() if one == hours), None)

    def last_whole_week(self, newest: date) -> date:
        """The last day of the newest week that is over on `newest`."""
        if self.week_start is None:
            return newest
        return newest - timedelta(days=(newest.isoweekday() - self.week_start + 1) % 7)

    def year_of(self, day: date) -> date:
        """The first day of the agency's year that holds a day."""
        start = date(day.year, *self.year_start)
        return start if start <= day else date(day.year - 1, *self.year_start)

    def periods(self, until: date) -> dict[str, date]:
        """The first days of all periods that Change compares and that end before `until`."""
        recent, last = until - timedelta(days=self.period_days), until - timedelta(days=1)
        year_start = self.year_of(last)
        last_year_start = date(year_start.year - 1, *self.year_start)
        return {
            "week": until - timedelta(days=7),
            "recent": recent,
            "before": recent - timedelta(days=self.period_days),
            "year_recent": recent - timedelta(days=YEAR_DAYS),
            "year": until - timedelta(days=YEAR_DAYS),
            "year_start": year_start,
            "last_year_start": last_year_start,
            "until": until,
            "last_year_until": last_year_start + (until - year_start),
        }
