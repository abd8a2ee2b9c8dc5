"""Small values that several tables of a city file share: CRS, points in columns, times in columns, validity."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

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
