"""Where and when, as the standard for feature services writes them: ``bbox`` and ``datetime``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from hotspots.errors import FilterError

MAX_LATITUDE = 85.05112878  # of the square world of web tiles
NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,30})?", re.ASCII)
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


def parse_interval(text: str, zone: tzinfo) -> tuple[date | None, date | None]:
    """Read a day, an instant or an interval such as ``2017-10-01/..`` as the first and last local day that it touches.

    Parameters
    ----------
    zone : the city's; an instant falls on its local day. None stands for an open end.
    """
    first, slash, last = text.partition("/")
    if not slash:
        day = _day(first, zone)
        return day, day
    ends = [None if end in ("", "..") else _day(end, zone) for end in (first, last)]
    if ends[0] and ends[1] and ends[1] < ends[0]:
        raise FilterError("datetime", f"{ends[1]} is before {ends[0]}")
    return ends[0], ends[1]


def _day(text: str, zone: tzinfo) -> date:
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
        if not DAY.match(text) or len(text) > 40:
            raise ValueError
        moment = datetime.fromisoformat(text.upper())
        return (moment if moment.tzinfo is None else moment.astimezone(zone)).date()
    except (ValueError, OverflowError):
        raise FilterError("datetime", "give a day, an instant or an interval such as 2017-10-01/2017-12-31") from None
