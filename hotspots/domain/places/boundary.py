"""A real boundary, such as a ward's of a thousand corners, as a polygon that an address can hold; what was left out is said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hotspots.domain.places.polygon import MAX_LAT, MAX_LON, MAX_VERTICES, UNITS, Polygon
from hotspots.errors import FilterError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MAX_GIVEN = 50_000  # corners; a boundary with more is refused before it is looked at
MAX_TOLERANCE_M = 250.0  # a boundary that needs more to fit is another one
MAX_DOUBT = 0.001  # share of an area that two readings of an outline that crosses itself may differ by
FIRST_TOLERANCE_M = 0.5
M_PER_DEGREE = 111_320.0
ON_EARTH = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326")
MOST_WRAPPED = 4  # a collection of features of collections of polygons
LEAST_M2 = 100
LONGEST_SHOWN = 40
HOW = "give a Polygon or MultiPolygon in GeoJSON, alone or as a Feature or FeatureCollection, longitude before latitude in degrees"


@dataclass(frozen=True, slots=True)
class Boundary:
    """A boundary as the filter takes it.

    Attributes
    ----------
    polygon : stands for the boundary.
    corners_given, corners : of the boundary, and of what stands for it.
    moved_m : the farthest that a corner of the boundary lies from the outline that stands for it, in metres.
    area_changed : share of the boundary's area that only one of the two holds.
    mended : whether an outline crossed itself in a spot too small to matter.
    """

    polygon: Polygon
    corners_given: int
    corners: int
    moved_m: float
    area_changed: float
    mended: bool

    @property
    def is_simplified(self) -> bool:
        """Whether more was left out than the rounding to five decimals and corners on a straight side."""
        return self.moved_m > 2 * FIRST_TOLERANCE_M


def read_boundary(document: Any) -> Boundary:
    """Make a polygon of a boundary in GeoJSON; parts that touch or overlap are joined, heights are left out.

    Parameters
    ----------
    document : the decoded JSON.

    Raises
    ------
    FilterError
        No polygons, not in degrees, an outline that crosses itself, or too many parts for any polygon that an address can hold.
    """
    import shapely

    drawn = [_polygon(rings) for geometry in _geometries(document) for rings in _polygons_of(geometry)]
    if not drawn:
        raise FilterError("polygon", f"it holds no polygon; {HOW}")
    given = sum(map(_corners, drawn))
    if given > MAX_GIVEN:
        raise FilterError("polygon", f"{given} corners, where at most {MAX_GIVEN} are read; simplify it first")
    mended = [_mended(one) for one in drawn]
    whole = shapely.union_all(mended)
    if whole.is_empty or whole.area * M_PER_DEGREE**2 < LEAST_M2:
        raise FilterError("polygon", f"its outline holds hardly any ground; {HOW}")
    stretch = math.cos(math.radians(whole.centroid.y))

    def to_metres(degrees: Any) -> Any:
        return degrees * [M_PER_DEGREE * stretch, M_PER_DEGREE]

    in_metres = shapely.transform(whole, to_metres)
    tolerance_m, simple = FIRST_TOLERANCE_M, in_metres
    while tolerance_m <= MAX_TOLERANCE_M:
        simple = _simplified(simple, tolerance_m)
        kept = _on_the_grid(simple, stretch)
        if not kept.is_empty and _corners(kept) <= MAX_VERTICES:
            kept_degrees = shapely.transform(kept, lambda units: units / UNITS)
            kept_m = shapely.transform(kept_degrees, to_metres)
            corners = shapely.points(shapely.get_coordinates(in_metres))
            return Boundary(
                Polygon.of_shape(kept_degrees),
                corners_given=given,
                corners=_corners(kept),
                moved_m=round(float(shapely.distance(corners, kept_m.boundary).max()), 1),
                area_changed=round(shapely.symmetric_difference(in_metres, kept_m).area / in_metres.area, 6),
                mended=not all(map(shapely.is_valid, drawn)),
            )
        tolerance_m *= math.sqrt(2)
    raise FilterError(
        "polygon",
        f"{len(shapely.get_parts(whole))} parts with {given} corners do not fit into {MAX_VERTICES} corners, even with corners moved by "
        f"{MAX_TOLERANCE_M:g} m; ask for fewer parts at once, or for something larger",
    )


def _simplified(in_metres: BaseGeometry, tolerance_m: float) -> BaseGeometry:
    """With fewer corners, none crossing; parts and holes that are smaller than a square of the tolerance go."""
    import shapely

    simple = shapely.simplify(in_metres, tolerance_m)
    least = tolerance_m**2
    parts = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= least])
        for part in shapely.get_parts(simple)
        if part.area >= least
    ]
    return shapely.MultiPolygon(parts)


def _on_the_grid(in_metres: BaseGeometry, stretch: float) -> BaseGeometry:
    """In whole hundred-thousandths of a degree, still valid."""
    import shapely

    units = shapely.transform(in_metres, lambda m: m * [UNITS / (M_PER_DEGREE * stretch), UNITS / M_PER_DEGREE])
    return shapely.set_precision(units, 1.0)


def _corners(shape: BaseGeometry) -> int:
    import shapely

    rings = sum(1 + len(part.interiors) for part in shapely.get_parts(shape))
    return int(shapely.get_num_coordinates(shape)) - rings


def _geometries(document: Any, *, depth: int = 0) -> list[dict[str, Any]]:
    """The geometries of a document, however it wraps them."""
    if not isinstance(document, dict) or depth > MOST_WRAPPED:
        raise FilterError("polygon", f"it is no GeoJSON object; {HOW}")
    named = document.get("crs")
    crs = (
        named.get("properties", {}).get("name")
        if isinstance(named, dict) and isinstance(named.get("properties"), dict)
        else None
    )
    if named is not None and crs not in ON_EARTH:
        raise FilterError(
            "polygon", f"its CRS is {str(crs)[:LONGEST_SHOWN]!r}; GeoJSON is in longitude and latitude (WGS 84)"
        )
    kind = document.get("type")
    if kind in ("FeatureCollection", "GeometryCollection"):
        members = document.get("features" if kind == "FeatureCollection" else "geometries")
        if not isinstance(members, list):
            raise FilterError("polygon", f"a {kind} without a list of its members; {HOW}")
        return [one for member in members for one in _geometries(member, depth=depth + 1)]
    if kind == "Feature":
        return [] if document.get("geometry") is None else _geometries(document["geometry"], depth=depth + 1)
    if kind not in ("Polygon", "MultiPolygon"):
        raise FilterError("polygon", f"{str(kind)[:LONGEST_SHOWN]!r} has no inside to ask for; {HOW}")
    return [document]


def _polygons_of(geometry: dict[str, Any]) -> list[list[Any]]:
    rings: Any = geometry.get("coordinates")
    polygons: Any = rings if geometry["type"] == "MultiPolygon" else [rings]
    if not isinstance(polygons, list) or not all(isinstance(one, list) and one for one in polygons):
        raise FilterError("polygon", f"the coordinates of its {geometry['type']} are no lists of rings; {HOW}")
    return polygons


def _polygon(rings: list[Any]) -> Any:
    import shapely

    outlines = [_corners_of(ring) for ring in rings]
    return shapely.Polygon(outlines[0], outlines[1:])


def _mended(shape: BaseGeometry) -> BaseGeometry:
    """The polygon, valid. An outline that crosses itself is read in two ways; where they differ, nobody can say what it holds."""
    import shapely

    if shape.is_valid:
        return shape
    ways = shapely.make_valid(shape, method="structure", keep_collapsed=False), shapely.make_valid(shape)
    one, other = (shapely.union_all([part for part in _parts(way) if part.geom_type == "Polygon"]) for way in ways)
    if shapely.symmetric_difference(one, other).area > MAX_DOUBT * max(one.area, other.area):
        why = shapely.is_valid_reason(shape)
        where = why[why.find("[") + 1 : -1][:LONGEST_SHOWN]
        raise FilterError(
            "polygon",
            f"an outline crosses itself or its holes near {where}, so that nobody can say what it holds; mend it first, for example with "
            "ST_MakeValid, or Fix geometries of QGIS",
        )
    return one


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    import shapely

    return [one for part in shapely.get_parts(shape) for one in shapely.get_parts(part)]


def _corners_of(ring: Any) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise FilterError("polygon", f"a ring has at least four positions, the last the same as the first; {HOW}")
    if len(ring) > MAX_GIVEN:
        raise FilterError("polygon", f"{len(ring)} corners, where at most {MAX_GIVEN} are read")
    return [_position(position) for position in ring]


def _position(position: Any) -> tuple[float, float]:
    lon: Any
    lat: Any
    lon, lat = position[:2] if isinstance(position, list) and len(position) >= 2 else (None, None)
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (lon, lat)):
        raise FilterError("polygon", f"{str(position)[:LONGEST_SHOWN]!r} is not a position such as [-87.6298, 41.8781]")
    if not (abs(lon) <= MAX_LON and abs(lat) <= MAX_LAT):  # not a number, or infinite, is not either
        raise FilterError(
            "polygon",
            f"{str(position)[:LONGEST_SHOWN]} is not a longitude from -{MAX_LON} to {MAX_LON} and a latitude from -{MAX_LAT} "
            f"to {MAX_LAT}: {HOW}",
        )
    return float(lon), float(lat)
