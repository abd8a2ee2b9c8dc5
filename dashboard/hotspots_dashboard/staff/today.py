"""The day on which the desk stands: the calendar's, or for an invented city the day after its newest one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Protocol

from hotspots.domain.city_clock import now, today
from hotspots.domain.public_answer import City, Vintage
from hotspots.errors import NotFoundError
from hotspots.store.public.reader import OpenReader

BURSTS_DAYS = 2  # how old the newest complete day may be before what is said of recent days expires


class DatedReader(Protocol):
    """Tells the desk's day: that of the settings, else from the city and its newest publication."""

    fixed_day: date | None

    def city(self) -> City:
        """Return the city. Raises NotFoundError before the first publication."""
        ...

    def vintage(self) -> Vintage:
        """Return the newest publication. Raises NotFoundError before the first one."""
        ...


class NobodysClock(OpenReader):
    """The desk's day for a form that nobody signed in to: of what is public, with the desk's own key."""

    def __init__(self, reader: DatedReader, pool: Any) -> None:
        super().__init__(pool)
        self.fixed_day = reader.fixed_day


def desk_day(reader: DatedReader) -> date:
    """Today in the city's time zone, or the day that the settings name. An invented city stands still on the day after its newest one."""
    if reader.fixed_day is not None:
        return reader.fixed_day
    try:
        city, vintage = reader.city(), reader.vintage()
    except NotFoundError:
        return today("UTC")
    if city.invented and vintage.newest_day:
        return vintage.newest_day + timedelta(days=1)
    return today(city.timezone)


def desk_now(reader: DatedReader) -> datetime:
    """The local wall clock on the day on which the desk stands."""
    try:
        zone = reader.city().timezone
    except NotFoundError:
        zone = "UTC"
    return datetime.combine(desk_day(reader), now(zone).time())


def newest_day(reader: DatedReader) -> date | None:
    """The newest day with data, None before the first publication."""
    try:
        return reader.vintage().newest_day
    except NotFoundError:
        return None
