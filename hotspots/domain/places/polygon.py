"""A polygon as a filter carries it, drawn on the map or read from a boundary: `lon lat,lon lat,…` in degrees, one ring or several."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from hotspots.errors import FilterError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MIN_VERTICES, MAX_VERTICES = 3, 300  # of a ring; of all rings: an address of 6 kB, and servers on the way take 8
UNITS = 100_000  # of a degree: five decimals, about a metre
MAX_LON, MAX_LAT = 180, 85  # the map's world ends at 85.05 degrees
LONGEST_SHOWN = 40
NOT_APART = "two of its outlines cross or share a side; join them, or POST them to /api/polygon"

Vertex = tuple[int, int]
Ring = tuple[Vertex, ...]


@dataclass(frozen=True, slots=True)
class Polygon:
    """The ground that lies in an odd number of rings: one outline, or several with holes.

    Its sides are straight on the map (EPSG:3857) and belong to it.

    Attributes
    ----------
    rings : of longitude and latitude (WGS 84) in whole hundred-thousandths of a degree, so that the same outline is the same filter; the
        last corner of each is joined to the first. A ring inside another one cuts a hole.
    """

    rings: tuple[Ring, ...]

    def __post_init__(self) -> None:
        corners = sum(map(len, self.rings))
        if corners > MAX_VERTICES or not self.rings or min(map(len, self.rings)) < MIN_VERTICES:
            each = "" if len(self.rings) < 2 else f" in {len(self.rings)} rings"
            raise FilterError(
                "polygon",
                f"{corners} different corners{each}, where {MIN_VERTICES} to {MAX_VERTICES} are allowed"
                f"{' in all, and three at least in each ring' if each else ''}; "
                "POST /api/polygon makes one that can be asked of any boundary in GeoJSON",
            )
        for ring in self.rings:
            for lon, lat in ring:
                if abs(lon) > MAX_LON * UNITS or abs(lat) > MAX_LAT * UNITS:
                    raise FilterError(
                        "polygon",
                        f"{_degrees(lon)} {_degrees(lat)} is not a longitude from -{MAX_LON} to {MAX_LON} and a latitude "
                        f"from -{MAX_LAT} to {MAX_LAT}",
                    )
        _check_outlines(self.rings)

    @classmethod
    def parse(cls, text: str) -> Polygon:
        """Read `lon lat,lon lat,…`, with `;` between rings; more than five decimals are rounded, a repeated corner counts once.

        Raises
        ------
        FilterError
            Not such a list, too few or too many corners, off the map, or an outline that crosses itself or another.
        """
        parts = text.count(",") + text.count(";") + 1
        if parts > 2 * MAX_VERTICES:  # before anything else is done with a million of them; a ring may repeat its first
            raise FilterError("polygon", f"{parts} corners, where at most {MAX_VERTICES} are allowed")
        return cls(tuple(_ring(ring) for ring in text.split(";")))

    @classmethod
    def of_shape(cls, shape: BaseGeometry) -> Polygon:
        """Return a polygon, or several, in degrees. Each outer ring runs against the clock, its holes follow it and run with the clock."""
        import shapely

        rings = (
            ring
            for part in shapely.get_parts(shapely.orient_polygons(shape))
            for ring in (part.exterior, *part.interiors)
        )
        return cls(tuple(tuple((round(x * UNITS), round(y * UNITS)) for x, y in ring.coords[:-1]) for ring in rings))

    def __str__(self) -> str:
        return ";".join(",".join(f"{_degrees(lon)} {_degrees(lat)}" for lon, lat in ring) for ring in self.rings)

    def to_wkt(self) -> str:
        """Well-known text in EPSG:4326."""
        return self._shape().wkt

    def to_geojson(self) -> dict[str, Any]:
        """GeoJSON geometry in WGS 84, with right-handed rings."""
        import json

        import shapely

        return json.loads(shapely.to_geojson(self._shape()))

    def _shape(self) -> BaseGeometry:
        import shapely

        degrees = shapely.transform(_assemble(self.rings), lambda units: units / UNITS)
        return shapely.orient_polygons(degrees)


def _ring(text: str) -> Ring:
    corners = [_vertex(word) for word in text.split(",") if word.strip()]
    different = [corner for n, corner in enumerate(corners) if n == 0 or corner != corners[n - 1]]
    if len(different) > 1 and different[0] == different[-1]:
        different.pop()
    return tuple(different)


def _vertex(word: str) -> Vertex:
    numbers = word.split()
    try:
        lon, lat = (Decimal(number) for number in numbers)
        if not (abs(lon) < 1000 and abs(lat) < 1000):  # an exponent of a million would take a million digits
            raise InvalidOperation
        return int((lon * UNITS).to_integral_value()), int((lat * UNITS).to_integral_value())
    except (InvalidOperation, ValueError):
        shown = word.strip()[:LONGEST_SHOWN]
        raise FilterError("polygon", f"{shown!r} is not a longitude and a latitude such as -87.6298 41.8781") from None


def _degrees(units: int) -> str:
    return f"{Decimal(units) / UNITS:f}"


def _check_outlines(rings: tuple[Ring, ...]) -> None:
    """Raise FilterError where an outline meets itself, or two cross or share a side. Whole numbers, so exactly."""
    import shapely

    for ring in rings:
        if not shapely.is_simple(shapely.LinearRing(ring)):
            raise FilterError("polygon", "its outline crosses or touches itself; draw it as one loop")
    if len(rings) > 1 and not shapely.is_valid(_assemble(rings)):
        raise FilterError("polygon", NOT_APART)


def _assemble(rings: tuple[Ring, ...]) -> BaseGeometry:
    """One polygon, or several: a ring in an even number of others is an outline, else a hole of the smallest that holds it."""
    import shapely

    shapes = [shapely.Polygon(ring) for ring in rings]
    if len(shapes) == 1:
        return shapes[0]
    holders = [
        [m for m, other in enumerate(shapes) if m != n and shapely.covers(other, shape)]
        for n, shape in enumerate(shapes)
    ]
    holes: dict[int, list[Ring]] = {n: [] for n, within in enumerate(holders) if len(within) % 2 == 0}
    for n, within in enumerate(holders):
        if n not in holes:
            holder = min(within, key=lambda m: shapes[m].area)
            if holder not in holes:  # the same ring twice
                raise FilterError("polygon", NOT_APART)
            holes[holder].append(rings[n])
    parts = [shapely.Polygon(rings[n], inside) for n, inside in holes.items()]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
