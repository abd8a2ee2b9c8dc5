"""Where and when, as the standard for feature services writes them: ``bbox`` and ``datetime``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from hotspots.errors import FilterError

MAX_LATITUDE = 85.05112878  # of the square world of web tiles
NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,30})?", re.ASCII)
LAST_HOUR, LONGEST_SHOWN = 23, 100
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Box:
    """A box in longitude and latitude (degrees, WGS 84), edges inside; `west` is past `east` where it spans the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str) -> Box:
        """Read ``west,south,east,north``; of six numbers the heights are left out.

        Raises
        ------
        FilterError
            Not four or six numbers, or not on Earth, or the south above the north.
        """
        parts = [part.strip() for part in text.split(",")]
        if len(parts) not in (4, 6) or not all(NUMBER.fullmatch(part) for part in parts):
            raise FilterError("bbox", "give four numbers in degrees, west,south,east,north")
        numbers = [float(part) for part in parts]
        west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
        if not (abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90):
            raise FilterError("bbox", "longitudes lie between -180 and 180, latitudes between -90 and 90")
        if south > north:
            raise FilterError("bbox", f"south {south:g} is above north {north:g}; write west,south,east,north")
        return cls(west, south, east, north)

    @property
    def parts(self) -> tuple[Box, ...]:
        """The box itself, or its two halves either side of the antimeridian."""
        if self.west <= self.east:
            return (self,)
        return (Box(self.west, self.south, 180, self.north), Box(-180, self.south, self.east, self.north))


@dataclass(frozen=True, slots=True)
class Interval:
    """The local days that a question touches, ends inside, and where an end lies within its day the hour that it touches.

    Attributes
    ----------
    first, last : days; None is an open end.
    first_hour, last_hour : the first hour of the first day, the last of the last; None where the whole day is inside.
    """

    first: date | None = None
    last: date | None = None
    first_hour: int | None = None
    last_hour: int | None = None

    @property
    def has_hours(self) -> bool:
        """Whether a day is inside in part only."""
        return self.first_hour is not None or self.last_hour is not None

    def __bool__(self) -> bool:
        return self.first is not None or self.last is not None


ALWAYS = Interval()


def parse_interval(text: str, zone: tzinfo) -> Interval:
    """Read a day, an instant or an interval such as ``2017-10-01/..``, ``2017-10-01T22:00/2017-10-02T02:59``.

    Parameters
    ----------
    zone : the city's; an instant falls into its local day and hour.
    """
    first, slash, last = text.partition("/")
    (first_day, first_hour), (last_day, last_hour) = (
        (None, None) if slash and end in ("", "..") else _moment(end, zone) for end in (first, last if slash else first)
    )
    if first_day and last_day and (last_day, _or(last_hour, 23)) < (first_day, _or(first_hour, 0)):
        raise FilterError("datetime", f"{last} is before {first}"[:LONGEST_SHOWN])
    # The first hour of a day, or its last one, leaves nothing of the day out.
    return Interval(first_day, last_day, first_hour or None, None if last_hour == LAST_HOUR else last_hour)


def _or(hour: int | None, otherwise: int) -> int:
    return otherwise if hour is None else hour


def _moment(text: str, zone: tzinfo) -> tuple[date, int | None]:
    """The local day, and the hour where one is written."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text), None
        if not DAY.match(text) or len(text) > 40:
            raise ValueError
        moment = datetime.fromisoformat(text.upper())
        local = moment if moment.tzinfo is None else moment.astimezone(zone)
    except (ValueError, OverflowError):
        raise FilterError("datetime", "give a day, an instant or an interval such as 2017-10-01/2017-12-31") from None
    return local.date(), local.hour
