"""The counts that the public tables give: of a question, by day, week, hour, type, area and type of location."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotspots.domain.public_answer import Area, Coverage


@dataclass(frozen=True, slots=True)
class SensitiveMonth:
    """Sensitive reports of one month in the city (`area` is None) or one area. None incidents: too few to publish."""

    month: date
    area: Area | None
    incidents: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many incidents match a filter: ``total = located + no_location + outside``.

    Attributes
    ----------
    total : all that match.
    located : those drawn on the map; the sum of `n` over its tiles.
    no_location : without location, counted by the area on record.
    outside : outside the study area.
    hour_unknown : match all but the hours, since their hour is not known; zero where the filter has no hours.
    city_no_location : without location in the whole city, all other parts of the filter holding.
    sensitive : sensitive reports by month for the filter's areas of the kind they are published by, else for the city;
        they are in no other number.
    coverage : the days of the period that there are data for; None where it was not asked, as of a ledger on an earlier day.
    """

    total: int
    located: int
    no_location: int
    outside: int
    hour_unknown: int
    city_no_location: int
    sensitive: tuple[SensitiveMonth, ...]
    coverage: Coverage | None = None

    @property
    def is_known(self) -> bool:
        """Whether the numbers are known at all: no data for any day is not the same as no incidents."""
        return self.total > 0 or self.coverage is None or self.coverage.days > 0


@dataclass(frozen=True, slots=True)
class DayCount:
    """Incidents of one day, None where nothing is known of it; with hours past midnight, those after it count to the evening's day."""

    day: date
    incidents: int | None


@dataclass(frozen=True, slots=True)
class WeekCount:
    """Incidents of seven days, counted back from the end of the period; the oldest week may have fewer days.

    `days`: how many of them there are data for. None incidents: for none.
    """

    first_day: date
    last_day: date
    incidents: int | None
    days: int


@dataclass(frozen=True, slots=True)
class HourWeekdayCount:
    """Incidents of one hour (None: not known) on one ISO weekday (1 is Monday, the evening's where hours pass midnight)."""

    weekday: int
    hour: int | None
    incidents: int


@dataclass(frozen=True, slots=True)
class TypeCount:
    """Incidents of one crime type; `hidden` reports of it, in all the data, are no rows and in no number (see `CrimeType`)."""

    name: str
    label: str
    group: str
    incidents: int
    hidden: int | None = None


@dataclass(frozen=True, slots=True)
class AreaCount:
    """Incidents of one area; `area` is None for those in no area of the kind, or with none on record.

    Attributes
    ----------
    outside : how many of them, though recorded in the area, lie outside the study area.
    unknown_days : days of the period of which nothing is known of this area, though there are data for others: its incidents are no
        count of all these days, and are neither ranked nor compared.
    of_days : days of the period that there are data for.
    """

    area: Area | None
    incidents: int
    outside: int
    unknown_days: int = 0
    of_days: int = 0

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the area on any of the days."""
        return self.unknown_days == 0 or self.unknown_days < self.of_days

    @property
    def of_rate(self) -> int:
        """The incidents that a rate, an average or a funnel counts: on the map or without location, never outside."""
        return self.incidents - self.outside


@dataclass(frozen=True, slots=True)
class LocationTypeCount:
    """Incidents of one type of location; None where none is recorded."""

    name: str | None
    incidents: int
