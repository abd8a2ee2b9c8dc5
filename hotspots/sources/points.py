"""Columns of points: read, told apart from "no location", projected into the city's metres, rounded to the millimetre."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hotspots.sources.city_values import Location, find_crs

if TYPE_CHECKING:
    import pyarrow as pa
    import pyproj

# A location is the same location on every machine and with every version of the projection library.
DECIMALS_OF_METRES = 3
# How far, in degrees, a point may lie outside the area that the city's CRS is made for.
MARGIN_DEGREES = 5.0
NOTHING = ("", "null", "none", "nan", "n/a", "#n/a", "-")  # words of a location that is not there

_SRID = re.compile(r"^\s*SRID\s*=\s*\d+\s*;", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"^0[01][0-9A-F]{8,}$", re.IGNORECASE)
# Degrees, minutes and seconds: 26°12'15.2"S, 26° 12′ 15,2″ S. A leading minus, or S, W or O (ouest), is south or west.
_SEXAGESIMAL = (
    r"^(?P<sign>[-+]?)\s*(?P<d>\d{1,3})\s*[°º]\s*(?P<m>\d{1,2})?\s*['′’]?\s*"
    r"(?P<s>\d{1,2}(?:[.,]\d+)?)?\s*(?:''|[\"″”])?\s*(?P<half>[NSEWO]?)$"
)
_GEOJSON = re.compile(r"^\{")


@dataclass(frozen=True, eq=False)
class Points:
    """Points in the city's CRS.

    Attributes
    ----------
    xy_m : (n, 2) float, metres, city CRS; NaN where there is no location.
    implausible : (n,) bool, a location was given that is no number or lies far outside the city's CRS: kept without location.
    at_zero : (n,) bool, 0, 0 was given, and the city file does not say that 0 means no location.
    """

    xy_m: NDArray[np.float64]
    implausible: NDArray[np.bool_]
    at_zero: NDArray[np.bool_]


def read_points(location: Location, rows: pa.Table, *, city_crs: str) -> Points:
    """Read the point of every row; of a shape, its centroid."""
    x, y, is_given = coordinates(location, rows)
    none = at_zero = (x == 0) & (y == 0)
    for value in location.none:
        none = none | (x == value) | (y == value)
    is_given &= ~none
    has_numbers = np.isfinite(x) & np.isfinite(y) & is_given
    xy_m = np.full((rows.num_rows, 2), np.nan)
    plausible = np.zeros(rows.num_rows, bool)
    if has_numbers.any():
        projected, inside = project(x[has_numbers], y[has_numbers], crs=location.crs, city_crs=city_crs)
        xy_m[has_numbers] = np.where(inside[:, None], projected, np.nan)
        plausible[has_numbers] = inside
    return Points(xy_m, is_given & ~plausible, at_zero & (0 not in location.none))


def project(
    x: NDArray[np.float64], y: NDArray[np.float64], *, crs: str, city_crs: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Project coordinates into the city's CRS.

    Parameters
    ----------
    x, y : (n,) float
        Longitude and latitude, or easting and northing, in `crs`.
    crs, city_crs : str
        From and to.

    Returns
    -------
    xy_m : (n, 2) float, metres, rounded to the millimetre
    inside : (n,) bool
        Whether the point lies in the area that the city's CRS is made for, or within 5 degrees of it.
    """
    import pyproj

    target = find_crs(city_crs)
    to_degrees = pyproj.Transformer.from_crs(find_crs(crs), 4326, always_xy=True)
    to_city = pyproj.Transformer.from_crs(find_crs(crs), target, always_xy=True)
    longitude, latitude = to_degrees.transform(x, y)
    east, north = to_city.transform(x, y)
    inside = _in_area_of_use(np.asarray(longitude), np.asarray(latitude), target)
    inside &= np.isfinite(east) & np.isfinite(north)
    xy_m = np.column_stack([np.asarray(east, np.float64), np.asarray(north, np.float64)])
    return np.round(xy_m, DECIMALS_OF_METRES), inside


def _in_area_of_use(
    longitude: NDArray[np.float64], latitude: NDArray[np.float64], crs: pyproj.CRS
) -> NDArray[np.bool_]:
    """Which points lie in the area that a CRS is made for, or near it; an area may reach over the 180th meridian, as Alaska's does."""
    area = crs.area_of_use
    west, south, east, north = area.bounds if area else (-180.0, -90.0, 180.0, 90.0)
    width = (east - west) % 360 or 360.0
    with np.errstate(invalid="ignore"):
        from_west = (longitude - (west - MARGIN_DEGREES)) % 360
        inside = (from_west <= width + 2 * MARGIN_DEGREES) & (np.abs(longitude) <= 360)
        return inside & (latitude >= south - MARGIN_DEGREES) & (latitude <= north + MARGIN_DEGREES)


def coordinates(
    location: Location, rows: pa.Table
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Read x and y as they were written, in the location's CRS, and whether they were given: (n,) float, (n,) float, (n,) bool."""
    import pyarrow.compute as pc

    if location.x is not None and location.y is not None:
        x, x_given = _floats(rows.column(location.x), location)
        y, y_given = _floats(rows.column(location.y), location)
        return x, y, x_given & y_given
    column = location.lat_lon or location.lon_lat
    if column is not None:
        cells = rows.column(column).combine_chunks()
        given = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(cells)), 0).to_numpy(zero_copy_only=False)
        (first, _), (second, _) = (_floats(part, location) for part in _pairs(cells, location.decimal))
        return (second, first, given) if location.lat_lon else (first, second, given)
    return _centroids(rows.column(location.wkt or ""))


def _pairs(cells: Any, decimal: str) -> tuple[Any, Any]:
    """The two numbers of a cell such as "(41.9, -87.6)" or "41.9 -87.6"; words may stand before brackets, as in an address."""
    import pyarrow.compute as pc

    number = r"[-+0-9.,eE]+" if decimal == "," else r"[-+0-9.eE]+"
    between = r"\s*[;/|\s]\s*" if decimal == "," else r"\s*[,;/|\s]\s*"
    pair = rf"(?P<first>{number}){between}(?P<second>{number})"
    found = [
        pc.extract_regex(cells, pattern) for pattern in (rf"^\s*{pair}\s*$", rf"(?s)^.*[(\[]\s*{pair}\s*[)\]]\s*$")
    ]
    return tuple(pc.coalesce(*(pc.struct_field(fields, [index]) for fields in found)) for index in (0, 1))  # pyright: ignore[reportReturnType]


def decimal_degrees(words: Any) -> Any:
    """Words such as 26°12'15.2"S as decimal degrees, -26.204222; other words as they are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.extract_regex(pc.utf8_trim_whitespace(words), _SEXAGESIMAL)
    if found.null_count == len(found):
        return words

    def part(name: str) -> Any:
        word = pc.replace_substring(pc.struct_field(found, name), ",", ".")
        return pc.cast(pc.if_else(pc.equal(word, ""), "0", word), "float64")

    size = pc.add(part("d"), pc.add(pc.divide(part("m"), 60.0), pc.divide(part("s"), 3600.0)))
    south_or_west = pc.or_(
        pc.is_in(pc.struct_field(found, "half"), value_set=pa.array(["S", "W", "O"])),
        pc.equal(pc.struct_field(found, "sign"), "-"),
    )
    signed = pc.if_else(south_or_west, pc.negate(size), size)
    return pc.if_else(pc.is_valid(found), pc.cast(pc.round(signed, 8), "string"), words)


def _floats(column: Any, location: Location) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers, NaN where a word is none, and whether there is a word at all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    words = pc.replace_substring(pc.fill_null(pc.utf8_trim_whitespace(flat), ""), "−", "-")
    if pc.any(pc.match_substring_regex(words, "[°º]")).as_py():
        words = decimal_degrees(words)
        location = location.model_copy(update={"decimal": ".", "thousands": None})
    if location.thousands is not None:
        words = pc.replace_substring(words, location.thousands, "")
    if location.decimal == ",":
        words = pc.replace_substring(words, ",", ".")
    given = pc.invert(pc.is_in(pc.utf8_lower(words), value_set=pa.array(NOTHING))).to_numpy(zero_copy_only=False)
    is_number = pc.match_substring_regex(words, r"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?$")
    plain = pc.utf8_ltrim(pc.if_else(is_number, words, None), characters="+")
    return pc.cast(plain, "float64").to_numpy(zero_copy_only=False), given


def shapes_of(words: Any) -> NDArray[np.object_]:
    """Shapes of well-known text, with or without SRID=4326; before it, of its binary form in hexadecimal digits, or of GeoJSON.

    None where a word is none of these.
    """
    import shapely

    plain = np.array([None if word is None else _SRID.sub("", word).strip() for word in words], dtype=object)
    with np.errstate(all="ignore"):  # digits that are no text of a shape overflow
        is_hex, is_json = (
            np.array([bool(word) and pattern.match(word) is not None for word in plain], bool)
            for pattern in (_HEXADECIMAL, _GEOJSON)
        )
        shapes = np.full(len(plain), None, object)
        shapes[is_hex] = shapely.from_wkb(plain[is_hex], on_invalid="ignore")
        shapes[is_json] = shapely.from_geojson(plain[is_json], on_invalid="ignore")
        rest = ~is_hex & ~is_json
        shapes[rest] = shapely.from_wkt(plain[rest], on_invalid="ignore")
    return shapes


def _centroids(column: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    import shapely

    words = np.array(column.to_pylist(), dtype=object)
    given = words != ""
    words[~given] = None
    shapes = shapes_of(words)
    given = given & ~shapely.is_empty(shapes)
    centroids: Any = shapely.centroid(shapes)
    centres = np.where(shapely.is_empty(shapes), None, centroids)
    return shapely.get_x(centres), shapely.get_y(centres), given
