"""A polygon drawn on the map, as a filter carries it: `lon lat,lon lat,…` in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Any

from hotspots.errors import FilterError

MIN_VERTICES, MAX_VERTICES = 3, 100
UNITS = 100_000  # of a degree: five decimals, about a metre
MAX_LON, MAX_LAT = 180, 85  # the map's world ends at 85.05 degrees
LONGEST_SHOWN = 40

Vertex = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Polygon:
    """A simple polygon; its sides are straight on the map (EPSG:3857) and belong to it.

    Attributes
    ----------
    vertices : longitude and latitude (WGS 84) in whole hundred-thousandths of a degree, so that the same outline is the same
        filter; the last is joined to the first.
    """

    vertices: tuple[Vertex, ...]

    def __post_init__(self) -> None:
        if not MIN_VERTICES <= len(self.vertices) <= MAX_VERTICES:
            raise FilterError(
                "polygon", f"{len(self.vertices)} different corners, where {MIN_VERTICES} to {MAX_VERTICES} are allowed"
            )
        for lon, lat in self.vertices:
            if abs(lon) > MAX_LON * UNITS or abs(lat) > MAX_LAT * UNITS:
                raise FilterError(
                    "polygon",
                    f"{_degrees(lon)} {_degrees(lat)} is not a longitude from -{MAX_LON} to {MAX_LON} and a latitude "
                    f"from -{MAX_LAT} to {MAX_LAT}",
                )
        if _crosses_itself(self.vertices):
            raise FilterError("polygon", "its outline crosses or touches itself; draw it as one loop")

    @classmethod
    def parse(cls, text: str) -> Polygon:
        """Read `lon lat,lon lat,…`; more than five decimals are rounded, a repeated corner counts once.

        Raises
        ------
        FilterError
            Not such a list, too few or too many corners, off the map, or an outline that crosses itself.
        """
        if text.count(",") > MAX_VERTICES:  # before anything else is done with a million of them; one repeats the first
            raise FilterError("polygon", f"{text.count(',') + 1} corners, where at most {MAX_VERTICES} are allowed")
        corners = [_vertex(word) for word in text.split(",") if word.strip()]
        different = [corner for n, corner in enumerate(corners) if n == 0 or corner != corners[n - 1]]
        if len(different) > 1 and different[0] == different[-1]:
            different.pop()
        return cls(tuple(different))

    def __str__(self) -> str:
        return ",".join(f"{_degrees(lon)} {_degrees(lat)}" for lon, lat in self.vertices)

    def to_wkt(self) -> str:
        """Well-known text in EPSG:4326."""
        ring = [*self.vertices, self.vertices[0]]
        return f"POLYGON(({', '.join(f'{_degrees(lon)} {_degrees(lat)}' for lon, lat in ring)}))"

    def to_geojson(self) -> dict[str, Any]:
        """GeoJSON geometry in WGS 84."""
        ring = [[lon / UNITS, lat / UNITS] for lon, lat in (*self.vertices, self.vertices[0])]
        return {"type": "Polygon", "coordinates": [ring]}


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


def _crosses_itself(vertices: tuple[Vertex, ...]) -> bool:
    """Whether two sides meet other than at the corner they share; whole numbers, so exactly."""
    n = len(vertices)
    sides = [(vertices[i], vertices[(i + 1) % n]) for i in range(n)]
    for (i, (a, b)), (j, (c, d)) in combinations(enumerate(sides), 2):
        if j == i + 1 or (i == 0 and j == n - 1):
            shared, one, other = (b, a, d) if j == i + 1 else (a, b, c)
            if _turn(one, shared, other) == 0 and _towards(shared, one, other) > 0:
                return True  # back over the side just drawn
        elif _meet(a, b, c, d):
            return True
    return False


def _turn(a: Vertex, b: Vertex, c: Vertex) -> int:
    """Sign of the turn from a over b to c: 1 left, -1 right, 0 straight on or back."""
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (cross > 0) - (cross < 0)


def _towards(origin: Vertex, a: Vertex, b: Vertex) -> int:
    return (a[0] - origin[0]) * (b[0] - origin[0]) + (a[1] - origin[1]) * (b[1] - origin[1])


def _meet(a: Vertex, b: Vertex, c: Vertex, d: Vertex) -> bool:
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    corners = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _lies_between(*corner) for turn, corner in zip(turns, corners, strict=True))


def _lies_between(a: Vertex, b: Vertex, point: Vertex) -> bool:
    return all(min(a[axis], b[axis]) <= point[axis] <= max(a[axis], b[axis]) for axis in (0, 1))
