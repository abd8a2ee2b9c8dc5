"""Values of a filter's fields, each read from the text that an address or an option holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hotspots.domain.period import Period
from hotspots.domain.whole_number import read_whole_number
from hotspots.errors import FilterError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIN_RADIUS_M, MAX_RADIUS_M = 100, 5000
USUAL_RADIUS_M = 800


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

    @classmethod
    def parse(cls, text: str) -> Near:
        """Read `school:300`."""
        kind, colon, distance = text.rpartition(":")
        if not (colon and kind.strip()):
            raise FilterError("near", f"{text!r} is not a kind of place and metres such as school:300")
        return cls(kind, read_number("near", distance))

    def __str__(self) -> str:
        return f"{self.kind}:{self.distance_m}"


@dataclass(frozen=True, slots=True)
class Around:
    """Within `radius_m` of the gazetteer entry, place or area shape `gazetteer_id`."""

    gazetteer_id: int
    radius_m: int = USUAL_RADIUS_M

    def __post_init__(self) -> None:
        if not MIN_RADIUS_M <= self.radius_m <= MAX_RADIUS_M:
            raise FilterError("radius", f"{self.radius_m} m is not between {MIN_RADIUS_M} and {MAX_RADIUS_M} m")

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Around | None:
        """Read the parameters `at` and `radius`."""
        if not query.get("at"):
            return None
        radius = read_number("radius", query["radius"]) if query.get("radius") else USUAL_RADIUS_M
        return cls(read_number("at", query["at"]), radius)

    def write(self) -> dict[str, str]:
        """Return the parameters `at` and `radius`."""
        return {"at": str(self.gazetteer_id), "radius": str(self.radius_m)}


def read_words(text: str | None, separator: str = ",") -> tuple[str, ...]:
    """Return the different words between separators, without what is blank."""
    return tuple(dict.fromkeys(word.strip() for word in (text or "").split(separator) if word.strip()))


def read_number(name: str, text: str) -> int:
    """Return the whole number that a parameter holds. Raises FilterError."""
    number = read_whole_number(text, most_digits=18)
    if number is None:
        raise FilterError(name, f"{text!r} is not a whole number")
    return number


def read_period(query: Mapping[str, str], default: Period) -> Period:
    """Read the parameters `from` and `to`; what is left out is the default's. Raises FilterError."""
    first = _day("from", query["from"]) if query.get("from") else default.start
    last = _day("to", query["to"]) if query.get("to") else default.last_day
    if last < first:
        raise FilterError("to", f"{last} is before from: {first}")
    if last.year > 9998:
        raise FilterError("to", f"{last} is past the calendar's end")
    return Period.from_days(first, last)


def parse_weekdays(text: str | None) -> tuple[int, ...]:
    """Return ISO weekdays of words such as `fri,sat`; whole names are read as well.

    Raises
    ------
    FilterError
        A word that is no weekday.
    """
    words = read_words(text)
    days = [word.lower()[:3] for word in words]
    for word, day in zip(words, days, strict=True):
        if day not in WEEKDAYS:
            raise FilterError("weekdays", f"{word!r} is not one of {', '.join(WEEKDAYS)}")
    return tuple(dict.fromkeys(WEEKDAYS.index(day) + 1 for day in days))


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FilterError(name, f"{text!r} is not a day such as 2017-12-31") from None
