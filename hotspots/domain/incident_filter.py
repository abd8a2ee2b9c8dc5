"""A filter on incidents: one value for tiles, counts, table, charts, command line and exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from hotspots.domain.filters.fields import FIELDS, PLACE_FIELDS, asked
from hotspots.domain.filters.values import (
    MAX_RADIUS_M,
    MIN_RADIUS_M,
    WEEKDAYS,
    Around,
    HourRange,
    Near,
    parse_weekdays,
)
from hotspots.domain.period import Period
from hotspots.domain.places.polygon import Polygon
from hotspots.errors import FilterError

__all__ = [
    "MAX_RADIUS_M",
    "MIN_RADIUS_M",
    "WEEKDAYS",
    "Around",
    "FilterError",
    "HourRange",
    "IncidentFilter",
    "Near",
    "parse_weekdays",
]


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """A filter on incidents. Fields combine with AND, values of one field with OR. `filters.fields` declares each of them.

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
    initiated_by : who mostly brings a type of incident to notice, `public` or `police`. None means all.
    group : group of crime types, which has a colour on the map. None means all.
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
    initiated_by: str | None = None
    group: str | None = None

    def __post_init__(self) -> None:
        for day in self.weekdays:
            if not 1 <= day <= 7:
                raise FilterError("weekdays", f"{day} is not between 1 (Monday) and 7 (Sunday)")

    @property
    def is_spatial(self) -> bool:
        """Whether any part asks for a place finer than the city."""
        return bool(asked(self, PLACE_FIELDS))

    def asks_for_type(self, name: str, *, group: str, initiated_by: str) -> bool:
        """Whether incidents of a crime type are asked for; `initiated_by`: who mostly brings it to notice."""
        named = not self.crime_types or name in self.crime_types
        return named and self.initiated_by in (None, initiated_by) and self.group in (None, group)

    def with_period(self, period: Period) -> Self:
        """The same question of another period."""
        return replace(self, period=period)

    def anywhere(self) -> Self:
        """The same question of the whole city."""
        return replace(self, **{field.attribute: field.empty for field in PLACE_FIELDS})

    def to_query(self) -> dict[str, str]:
        """As URL parameters: public ids and names only, in a fixed order, defaults left out."""
        query: dict[str, str] = {}
        for field, value in asked(self, FIELDS):
            query |= field.write(value)
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, str], *, default_period: Period) -> Self:
        """Read URL parameters; unknown ones are left to the caller.

        Raises
        ------
        FilterError
            A value that cannot be read; the message names the parameter, the value and what is allowed.
        """
        return cls(**{field.attribute: field.read(query, default_period) for field in FIELDS})
