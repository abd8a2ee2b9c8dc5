"""The day and the time that it is in the city; the clock of the server's own zone tells neither."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def instant() -> datetime:
    """Return the moment that it is, with a zone."""
    return datetime.now(UTC)


def today(timezone: str) -> date:
    """The day that it is in the zone of a city, an IANA name."""
    return day_of(instant(), timezone)


def now(timezone: str) -> datetime:
    """The wall clock of a city, without a zone, as records hold it."""
    return instant().astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def day_of(moment: datetime, timezone: str) -> date:
    """The city's day of a moment that has a zone."""
    return moment.astimezone(ZoneInfo(timezone)).date()
