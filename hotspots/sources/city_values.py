"""Small values that several tables of a city file share: CRS, points in columns, times in columns, validity."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from hotspots.sources.conditions import Condition, columns_of
from hotspots.sources.time_formats import clock_pattern, has_day, parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyproj


class Section(BaseModel):
    """A table of a city file: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


@cache
def find_crs(name: str) -> pyproj.CRS:
    """The coordinate reference system of a name such as ``EPSG:26916`` or ``ESRI:102696``.

    Raises
    ------
    ValueError
        The name is not known.
    """
    import pyproj
    from pyproj.exceptions import CRSError

    try:
        return pyproj.CRS.from_user_input(name)
    except CRSError:
        raise ValueError(
            f"{name!r} is not a known coordinate reference system; write an authority and a code such as "
            "EPSG:4326 (longitude, latitude), EPSG:26916 or ESRI:102696"
        ) from None


def _known_crs(name: str) -> str:
    find_crs(name)
    return name


def _projected_in_metres(name: str) -> str:
    crs = find_crs(name)
    units = {axis.unit_name for axis in crs.axis_info}
    if not crs.is_projected or units != {"metre"}:
        unit = ", ".join(sorted(units)) or "nothing"
        raise ValueError(
            f"{name!r} is measured in {unit}; distances and grids need a projected system in metres, "
            "such as the city's UTM zone (EPSG:26916 for Chicago)"
        )
    if crs.to_epsg() is None:
        raise ValueError(f"{name!r} has no EPSG code, which the database needs; take one such as the city's UTM zone")
    return name


def _known_timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(
            f"{name!r} is not a time zone{closest(name, [zone for zone in available_timezones() if '/' in zone])}; "
            "write one such as America/Chicago"
        )
    return name


def named(columns: Sequence[str], *, most: int) -> str:
    """Columns in one line, for an error; ``none`` where there is none."""
    words = (" ".join(column.split()) for column in columns[:most])
    return ", ".join(word for word in words if word) or "none"


def closest(word: str, allowed: Any) -> str:
    """A hint such as ``; did you mean 'beat'?``, or nothing."""
    from difflib import get_close_matches

    by_case = {str(name).casefold(): str(name) for name in allowed}
    near = get_close_matches(word.casefold(), list(by_case), n=1)
    return f"; did you mean {by_case[near[0]]!r}?" if near else ""


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_ ]*$", max_length=60)]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Columns = Annotated[list[Text], BeforeValidator(_as_list), Field(min_length=1)]
AnyCrs = Annotated[str, AfterValidator(_known_crs)]
MetricCrs = Annotated[str, AfterValidator(_projected_in_metres)]
TimeZone = Annotated[str, AfterValidator(_known_timezone)]


class Location(Section):
    """Where a record's point or shape stands. Exactly one of `x` with `y`, `wkt`, `lat_lon` and `lon_lat` is given."""

    x: Text | None = Field(None, description="Column of the longitude or easting.")
    y: Text | None = Field(None, description="Column of the latitude or northing.")
    wkt: Text | None = Field(None, description="Column with a shape as well-known text.")
    lat_lon: Text | None = Field(
        None, description='Column with a point such as "(41.85, -87.74)", also after words: latitude first.'
    )
    lon_lat: Text | None = Field(None, description='Column with a point such as "-87.74 41.85": longitude first.')
    crs: AnyCrs = Field("EPSG:4326", description="Coordinate reference system of the columns.")
    decimal: Literal[".", ","] = Field(".", description='"," where numbers are written 41,85.')
    thousands: Literal[",", ".", " ", "'"] | None = Field(None, description="What stands between thousands: 1,176,096.")
    none: list[float] = Field(
        [], description="Coordinates that mean no location, on either axis. 0 on both axes always means none."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Location:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y belong together")
        if sum(way is not None for way in (self.x, self.wkt, self.lat_lon, self.lon_lat)) != 1:
            raise ValueError("give x and y, or wkt, or lat_lon, or lon_lat")
        if self.decimal == self.thousands:
            raise ValueError(f"{self.decimal!r} cannot stand for the decimal point and between thousands")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        return [column for column in (self.x, self.y, self.wkt, self.lat_lon, self.lon_lat) if column is not None]


class UnknownHours(Section):
    """Times of day that an agency writes where it does not know the hour."""

    at: Columns = Field(description="The times, such as 00:00.")
    when: Condition | None = Field(None, description="In which rows; in all, where left out.")

    @model_validator(mode="after")
    def _times_of_day(self) -> UnknownHours:
        for word in self.at:
            if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", word):
                raise ValueError(f"{word!r} is no time of day; write one such as 00:00")
        return self

    @property
    def minutes(self) -> list[float]:
        """The times as minutes of the day."""
        return [float(int(hour) * 60 + int(minute)) for hour, minute in (word.split(":") for word in self.at)]


def _as_rules(given: Any) -> Any:
    words = given if isinstance(given, list) else [given]
    return [{"at": word} if isinstance(word, str) else word for word in words]


class Time(Section):
    """A local wall-clock time: one or more columns with a format, or a column a part."""

    column: Columns | None = Field(
        None, description="Column of the time; several are joined by a blank before reading."
    )
    format: Columns | None = Field(
        None, description="How it is written, in strptime codes; of several formats the first that fits a row counts."
    )
    year: Text | None = Field(None, description="Column of the year.")
    month: Text | None = Field(None, description="Column of the month, 1 to 12 or its name.")
    day: Text | None = Field(None, description="Column of the day of the month; left out, only months are known.")
    hour: Text | None = Field(None, description="Column of the hour, 0 to 24.")
    minute: Text | None = Field(None, description="Column of the minute; not known where it is left out.")
    year_offset: int = Field(
        0,
        ge=-3000,
        le=3000,
        description="How far written years are ahead of the common era: 543 of Buddhist years (2567 is 2024), -2000 where 0024 is 2024.",
    )
    clock: Columns | None = Field(
        None,
        description="Column of the time of day, where it stands apart: `column` then tells the day alone, whatever hour stands with it.",
    )
    clock_format: Columns | None = Field(
        None, description="How `clock` is written, such as %H%M; of several formats the first that fits a row counts."
    )
    day_zone: TimeZone | None = Field(
        None,
        description="Time zone in which `column` tells days, where a portal writes them as instants: UTC where all stand at 00:00Z.",
    )
    unknown_hours: Annotated[list[UnknownHours], BeforeValidator(_as_rules)] = Field(
        [],
        description='Times of day that stand where the hour is not known: ["00:00"], '
        'or [{ at = "00:00", when = { offence = "FRAUD" } }].',
    )

    @model_validator(mode="after")
    def _one_way(self) -> Time:
        parts = [self.year, self.month]
        if self.column is not None:
            if self.format is None:
                raise ValueError("a column needs a format such as '%m/%d/%Y %I:%M:%S %p'")
            if any(part is not None for part in (*parts, self.day, self.hour, self.minute)):
                raise ValueError("give a column with a format, or parts, not both")
        elif any(part is None for part in parts):
            raise ValueError("give a column with a format, or at least the parts year, month and day")
        elif self.format is not None:
            raise ValueError("a format belongs to a column")
        elif self.minute is not None and self.hour is None:
            raise ValueError("a minute needs an hour")
        elif self.hour is not None and self.day is None:
            raise ValueError("an hour needs a day")
        self._clock_apart()
        for format_ in self.format or []:
            if not {"m", "b", "s", "E"} & parts_of(format_):
                raise ValueError(f"{format_!r} has no month")
        if len({has_day(format_) for format_ in self.format or []}) > 1:
            raise ValueError(
                "one format tells a day and another only a month: give formats that all tell the day, or none"
            )
        return self

    def _clock_apart(self) -> None:
        if (self.clock is None) != (self.clock_format is None):
            raise ValueError("clock and clock_format belong together")
        if self.column is None and (self.clock is not None or self.day_zone is not None):
            raise ValueError(
                "clock and day_zone belong to a column with a format; of parts, the clock is hour and minute"
            )
        if (self.clock is not None or self.day_zone is not None) and self.is_by_month:
            raise ValueError("clock and day_zone need a format that tells the day")
        for format_ in self.clock_format or []:
            clock_pattern(format_)

    @property
    def is_by_month(self) -> bool:
        """Whether no row tells more than its month."""
        return self.day is None if self.format is None else not has_day(self.format[0])

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        parts = [part for part in (self.year, self.month, self.day, self.hour, self.minute) if part is not None]
        conditions = [column for rule in self.unknown_hours for column in columns_of(rule.when)]
        told = self.column if self.column is not None else parts
        return list(dict.fromkeys([*told, *(self.clock or []), *conditions]))


class TimeWindow(Section):
    """An occurrence between two times, where the moment itself is not known."""

    from_: Time = Field(alias="from", description="The earliest time that it can have happened.")
    to: Time = Field(description="The latest; a row without it happened at the earliest.")

    @model_validator(mode="after")
    def _days_or_months(self) -> TimeWindow:
        if self.from_.is_by_month or self.to.is_by_month:
            raise ValueError("a window needs days; where only months are known give occurred a column with a format")
        return self

    @property
    def is_by_month(self) -> bool:
        """Never: a window has days."""
        return False

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        return [*self.from_.columns, *self.to.columns]


def _time_or_window(given: Any) -> str:
    if isinstance(given, dict):
        return "TimeWindow" if {"from", "from_", "to"} & given.keys() else "Time"
    return type(given).__name__


Occurrence = Annotated[
    Annotated[Time, Tag("Time")] | Annotated[TimeWindow, Tag("TimeWindow")],
    Discriminator(
        _time_or_window,
        custom_error_type="time",
        custom_error_message="must be a table such as { column = …, format = … }",
    ),
]
TIME_TABLES: dict[str, type[Section]] = {"Time": Time, "TimeWindow": TimeWindow}


class Days(Section):
    """Days from `from` to `to`, both inside."""

    from_: date = Field(alias="from", description="First day.")
    to: date = Field(description="Last day.")

    @model_validator(mode="after")
    def _in_order(self) -> Days:
        if self.to < self.from_:
            raise ValueError(f"it ends ({self.to}) before it starts ({self.from_})")
        return self


class Validity(Section):
    """The days on which a boundary or factor holds: from `from` up to, but without, `to`."""

    from_: date | None = Field(None, alias="from", description="First day on which it holds; always, where left out.")
    to: date | None = Field(None, description="First day on which it no longer holds; for ever, where left out.")

    @model_validator(mode="after")
    def _in_order(self) -> Validity:
        if self.from_ and self.to and self.to <= self.from_:
            raise ValueError(f"it ends ({self.to}) before it starts ({self.from_})")
        return self
