"""Half-open periods of whole local days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


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

    def before(self) -> Period:
        """The period of the same length that ends where this one starts."""
        return Period(self.start - (self.end - self.start), self.start)
