"""Half-open periods of whole local days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

PRESET_DAYS = (7, 30, 90, 365)  # lengths of periods offered, each up to the newest public day


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` up to, but without, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period must end after it starts: {self.start} to {self.last_day}")

    @classmethod
    def last_days(cls, newest_day: date, n_days: int) -> Period:
        """The `n_days` days that end with `newest_day`, that day included."""
        end = newest_day + timedelta(days=1)
        return cls(end - timedelta(days=n_days), end)

    @classmethod
    def from_days(cls, first_day: date, last_day: date) -> Period:
        """Both days included, as people write periods."""
        return cls(first_day, last_day + timedelta(days=1))

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return self.end - timedelta(days=1)

    @property
    def n_days(self) -> int:
        """How many days."""
        return (self.end - self.start).days

    def days(self) -> Iterator[date]:
        """Each day, oldest first."""
        return (self.start + timedelta(days=n) for n in range(self.n_days))

    def is_around(self, day: date) -> bool:
        """Whether a day is one of its days."""
        return self.start <= day < self.end

    def whole_months(self) -> Period:
        """The months that it touches, whole."""
        return Period(self.start.replace(day=1), (self.last_day.replace(day=1) + timedelta(days=31)).replace(day=1))

    def before(self) -> Period | None:
        """The period of the same length that ends where this one starts; None where the calendar does not reach back so far."""
        try:
            return Period(self.start - (self.end - self.start), self.start)
        except OverflowError:
            return None

    def year_before(self) -> Period | None:
        """The same days last year, 29 February being its eve; a day longer or shorter where a leap day lies between."""
        if self.start.year == 1:
            return None
        return Period.from_days(_year_before(self.start), _year_before(self.last_day))

    def without(self, gaps: Iterable[Period]) -> tuple[Period, ...]:
        """The parts of it that are left, oldest first, where stretches are taken out; they may overlap."""
        left, start = [], self.start
        for gap in sorted(gaps):
            if gap.end <= start or gap.start >= self.end:
                continue
            if gap.start > start:
                left.append(Period(start, gap.start))
            start = gap.end
        return (*left, Period(start, self.end)) if start < self.end else tuple(left)

    def is_within(self, first_day: date, last_day: date) -> bool:
        """Whether all its days are among those from `first_day` to `last_day`."""
        return first_day <= self.start and self.last_day <= last_day


def _year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
