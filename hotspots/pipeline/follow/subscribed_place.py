"""From a place on the map to the coarse cell that is kept, and from what is kept back to a question."""

from __future__ import annotations

from functools import cache

from pyproj import Transformer

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.places.polygon import UNITS, Polygon
from hotspots.domain.public_answer import Choices, City
from hotspots.domain.subscription import CELL_M, Cell, Wish
from hotspots.errors import InputError


def cell_at(city: City, lon: float, lat: float) -> Cell:
    """The cell that holds a point, degrees."""
    return Cell.at(*_to_metres(city.srid).transform(lon, lat))


def check_cell(city: City, cell: Cell) -> None:
    """Raise InputError where the cell lies outside of the city's box."""
    to_metres = _to_metres(city.srid)
    x, y = (cell.x + 0.5) * CELL_M, (cell.y + 0.5) * CELL_M
    corners = [to_metres.transform(lon, lat) for lon in (city.west, city.east) for lat in (city.south, city.north)]
    for at, across in ((x, [corner[0] for corner in corners]), (y, [corner[1] for corner in corners])):
        if not min(across) - CELL_M <= at <= max(across) + CELL_M:
            raise InputError(f"cell: {cell} does not lie in this city")


def cell_outline(city: City, cell: Cell) -> Polygon:
    """The outline that mails are about: the cell and its margin."""
    west, south, east, north = cell.box_m
    corners = [(west, south), (east, south), (east, north), (west, north)]
    degrees = [_to_metres(city.srid).transform(x, y, direction="INVERSE") for x, y in corners]
    return Polygon((tuple((round(lon * UNITS), round(lat * UNITS)) for lon, lat in degrees),))


def question_of(wish: Wish, city: City, choices: Choices, period: Period) -> IncidentFilter | None:
    """The question that a wish asks of a period; None where its area or all its types are no longer published."""
    known = {crime_type.name for crime_type in choices.crime_types}
    crime_types = tuple(name for name in wish.crime_types if name in known)
    if wish.crime_types and not crime_types:
        return None
    if wish.cell:
        return IncidentFilter(period, crime_types=crime_types, polygon=cell_outline(city, wish.cell))
    areas = tuple(area.area_id for area in choices.areas.values() if (area.kind, area.code) == wish.area)
    return IncidentFilter(period, crime_types=crime_types, areas=areas) if areas else None


@cache
def _to_metres(srid: int) -> Transformer:
    return Transformer.from_crs(4326, srid, always_xy=True)
