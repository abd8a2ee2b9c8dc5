"""A filter on incidents: one value for tiles, counts, table, charts, command line and exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from hotspots.domain.period import Period
from hotspots.domain.polygon import Polygon
from hotspots.domain.whole_number import read_whole_number
from hotspots.errors import FilterError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIN_RADIUS_M, MAX_RADIUS_M = 100, 5000


@dataclass(frozen=True, slots=True)
class HourRange:
    """Hours from `start` up to, but without, `end`; past midnight when `end` is not after `start`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start <= 23 and 0 <= self.end <= 24) or self.start == self.end:
            raise FilterError("hours", f"{self.start:02}-{self.end:02} is not a range such as 08-16 or 18-02")

    @classmethod
    def parse(cls, text: str) -> HourRange:
        """Read `18-02`."""
        start, dash, end = (part.strip() for part in text.partition("-"))
        if not (dash and all(part.isascii() and part.isdigit() and len(part) <= 2 for part in (start, end))):
            raise FilterError("hours", f"{text!r} is not a range such as 08-16 or 18-02")
        return cls(int(start), int(end))

    @property
    def hours(self) -> tuple[int, ...]:
        """The hours inside, in order from `start`."""
        end = self.end if self.end > self.start else self.end + 24
        return tuple(hour % 24 for hour in range(self.start, end))

    @property
    def after_midnight(self) -> tuple[int, ...]:
        """The hours that belong to the evening before; empty unless the range passes midnight."""
        return tuple(range(self.end)) if self.end <= self.start else ()

    def __str__(self) -> str:
        return f"{self.start:02}-{self.end:02}"


@dataclass(frozen=True, slots=True)
class Near:
    """Within `distance_m` of any place of `kind`."""

    kind: str
    distance_m: int

    def __post_init__(self) -> None:
        if not 1 <= self.distance_m <= MAX_RADIUS_M:
            raise FilterError("near", f"{self.distance_m} m is not between 1 and {MAX_RADIUS_M} m")

    def __str__(self) -> str:
        return f"{self.kind}:{self.distance_m}"


@dataclass(frozen=True, slots=True)
class Around:
    """Within `radius_m` of the gazetteer entry, place or area shape `gazetteer_id`."""

    gazetteer_id: int
    radius_m: int = 800

    def __post_init__(self) -> None:
        if not MIN_RADIUS_M <= self.radius_m <= MAX_RADIUS_M:
            raise FilterError("radius", f"{self.radius_m} m is not between {MIN_RADIUS_M} and {MAX_RADIUS_M} m")


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """A question to the incidents: AND between the parts, OR within one.

    Attributes
    ----------
    period : half-open local days.
    crime_types : names of crime types; empty means all.
    areas : area ids. Areas of one kind are alternatives, kinds are joined by AND.
    around : a searched point with its radius in metres.
    polygon : a drawn outline; what has no location is in none.
    near : kinds of place with a distance in metres, joined by AND.
    hours : hours of the day. When they pass midnight, the hours after it belong to the evening's date, weekdays and period included.
    weekdays : ISO weekdays, Monday is 1.
    location_types : names of location types; empty means all.
    arrest : whether an arrest was made; where that is not known it is neither. None means all.
    """

    period: Period
    crime_types: tuple[str, ...] = ()
    areas: tuple[int, ...] = ()
    around: Around | None = None
    near: tuple[Near, ...] = ()
    hours: HourRange | None = None
    weekdays: tuple[int, ...] = ()
    location_types: tuple[str, ...] = ()
    polygon: Polygon | None = None
    arrest: bool | None = None

    def __post_init__(self) -> None:
        for day in self.weekdays:
            if not 1 <= day <= 7:
                raise FilterError("weekdays", f"{day} is not between 1 (Monday) and 7 (Sunday)")

    @property
    def is_spatial(self) -> bool:
        """Whether any part asks for a place finer than the city."""
        return bool(self.areas or self.around or self.near or self.polygon)

    def with_period(self, period: Period) -> Self:
        """The same question of another period."""
        return replace(self, period=period)

    def anywhere(self) -> Self:
        """The same question of the whole city."""
        return replace(self, areas=(), around=None, near=(), polygon=None)

    def to_query(self) -> dict[str, str]:
        """As URL parameters: public ids and names only, in a fixed order, defaults left out."""
        query = {"from": self.period.start.isoformat(), "to": self.period.last_day.isoformat()}
        if self.crime_types:
            query["types"] = ",".join(sorted(self.crime_types))
        if self.areas:
            query["areas"] = ",".join(str(area) for area in sorted(self.areas))
        if self.around:
            query["at"] = str(self.around.gazetteer_id)
            query["radius"] = str(self.around.radius_m)
        if self.near:
            query["near"] = ",".join(str(near) for near in sorted(self.near, key=str))
        if self.hours:
            query["hours"] = str(self.hours)
        if self.weekdays:
            query["weekdays"] = ",".join(WEEKDAYS[day - 1] for day in sorted(self.weekdays))
        if self.location_types:
            query["locations"] = "|".join(sorted(self.location_types))
        if self.polygon:
            query["polygon"] = str(self.polygon)
        if self.arrest is not None:
            query["arrest"] = "yes" if self.arrest else "no"
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, str], *, default_period: Period) -> Self:
        """Read URL parameters; unknown ones are left to the caller.

        Raises
        ------
        FilterError
            A value that cannot be read; the message names the parameter, the value and what is allowed.
        """
        return cls(
            period=_period(query, default_period),
            crime_types=_words(query.get("types"), ","),
            areas=tuple(_whole_number("areas", word) for word in _words(query.get("areas"), ",")),
            around=_around(query),
            near=tuple(_near(word) for word in _words(query.get("near"), ",")),
            hours=HourRange.parse(query["hours"]) if query.get("hours") else None,
            weekdays=parse_weekdays(query.get("weekdays")),
            location_types=_words(query.get("locations"), "|"),
            polygon=Polygon.parse(query["polygon"]) if query.get("polygon") else None,
            arrest=_yes_or_no("arrest", query["arrest"]) if query.get("arrest") else None,
        )


def _words(text: str | None, separator: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in (text or "").split(separator) if word.strip()))


def _whole_number(name: str, text: str) -> int:
    number = read_whole_number(text, most_digits=18)
    if number is None:
        raise FilterError(name, f"{text!r} is not a whole number")
    return number


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FilterError(name, f"{text!r} is not a day such as 2017-12-31") from None


def _period(query: Mapping[str, str], default: Period) -> Period:
    first = _day("from", query["from"]) if query.get("from") else default.start
    last = _day("to", query["to"]) if query.get("to") else default.last_day
    if last < first:
        raise FilterError("to", f"{last} is before from: {first}")
    if last.year > 9998:
        raise FilterError("to", f"{last} is past the calendar's end")
    return Period.from_days(first, last)


def _around(query: Mapping[str, str]) -> Around | None:
    if not query.get("at"):
        return None
    radius = _whole_number("radius", query["radius"]) if query.get("radius") else 800
    return Around(_whole_number("at", query["at"]), radius)


def _near(word: str) -> Near:
    kind, colon, distance = word.rpartition(":")
    if not colon:
        raise FilterError("near", f"{word!r} is not a kind and a distance in metres such as school:300")
    return Near(kind, _whole_number("near", distance))


def parse_weekdays(text: str | None) -> tuple[int, ...]:
    """Return ISO weekdays of words such as `fri,sat`; whole names are read as well.

    Raises
    ------
    FilterError
        A word that is no weekday.
    """
    days = [word.lower()[:3] for word in _words(text, ",")]
    for word, day in zip(_words(text, ","), days, strict=True):
        if day not in WEEKDAYS:
            raise FilterError("weekdays", f"{word!r} is not one of {', '.join(WEEKDAYS)}")
    return tuple(dict.fromkeys(WEEKDAYS.index(day) + 1 for day in days))


def _yes_or_no(name: str, word: str) -> bool:
    if word.lower() not in ("yes", "no"):
        raise FilterError(name, f"{word!r} is neither yes nor no")
    return word.lower() == "yes"
