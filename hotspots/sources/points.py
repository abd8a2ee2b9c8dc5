"""Columns of points: read, told apart from "no location", projected into the city's metres, rounded to the millimetre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hotspots.sources.city_values import Location, find_crs

if TYPE_CHECKING:
    import pyarrow as pa

# A location is the same location on every machine and with every version of the projection library.
DECIMALS_OF_METRES = 3
# How far, in degrees, a point may lie outside the area that the city's CRS is made for.
MARGIN_DEGREES = 5.0


@dataclass(frozen=True, eq=False)
class Points:
    """Points in the city's CRS.

    Attributes
    ----------
    xy_m : (n, 2) float, metres, city CRS; NaN where there is no location.
    implausible : (n,) bool, a location was given that is no number or lies far outside the city's CRS: kept without location.
    """

    xy_m: NDArray[np.float64]
    implausible: NDArray[np.bool_]


def read_points(location: Location, rows: pa.Table, *, city_crs: str) -> Points:
    """Read the point of every row; of a shape, its centroid."""
    x, y, is_given = _coordinates(location, rows)
    none = (x == 0) & (y == 0)
    for value in location.none:
        none |= (x == value) | (y == value)
    is_given &= ~none
    has_numbers = np.isfinite(x) & np.isfinite(y) & is_given
    xy_m = np.full((rows.num_rows, 2), np.nan)
    plausible = np.zeros(rows.num_rows, bool)
    if has_numbers.any():
        projected, inside = project(x[has_numbers], y[has_numbers], crs=location.crs, city_crs=city_crs)
        xy_m[has_numbers] = np.where(inside[:, None], projected, np.nan)
        plausible[has_numbers] = inside
    return Points(xy_m, is_given & ~plausible)


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
    area = target.area_of_use
    west, south, east_edge, north_edge = area.bounds if area else (-180.0, -90.0, 180.0, 90.0)
    with np.errstate(invalid="ignore"):
        inside = (longitude >= west - MARGIN_DEGREES) & (longitude <= east_edge + MARGIN_DEGREES)
        inside &= (latitude >= south - MARGIN_DEGREES) & (latitude <= north_edge + MARGIN_DEGREES)
    inside &= np.isfinite(east) & np.isfinite(north)
    xy_m = np.column_stack([np.asarray(east, np.float64), np.asarray(north, np.float64)])
    return np.round(xy_m, DECIMALS_OF_METRES), inside


def _coordinates(
    location: Location, rows: pa.Table
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    import pyarrow.compute as pc

    if location.x is not None and location.y is not None:
        x, x_given = _floats(rows.column(location.x))
        y, y_given = _floats(rows.column(location.y))
        return x, y, x_given & y_given
    if location.lat_lon is not None:
        pair = pc.extract_regex(
            rows.column(location.lat_lon).combine_chunks(),
            r"^\s*\(?\s*(?P<lat>[-+0-9.eE]+)\s*[,;\s]\s*(?P<lon>[-+0-9.eE]+)\s*\)?\s*$",
        )
        given = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(rows.column(location.lat_lon).combine_chunks())), 0)
        (y, _), (x, _) = (_floats(pc.struct_field(pair, [index])) for index in (0, 1))
        return x, y, given.to_numpy(zero_copy_only=False)
    return _centroids(rows.column(location.wkt or ""))


def _floats(column: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers, NaN where a word is none, and whether there is a word at all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    words = pc.fill_null(pc.utf8_trim_whitespace(flat), "")
    given = pc.greater(pc.utf8_length(words), 0).to_numpy(zero_copy_only=False)
    is_number = pc.match_substring_regex(words, r"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?$")
    plain = pc.utf8_ltrim(pc.if_else(is_number, words, None), characters="+")
    return pc.cast(plain, "float64").to_numpy(zero_copy_only=False), given


def _centroids(column: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    import shapely

    words = np.array(column.to_pylist(), dtype=object)
    given = words != ""
    words[~given] = None
    shapes = shapely.from_wkt(words, on_invalid="ignore")
    centres = shapely.centroid(shapes)
    return shapely.get_x(centres), shapely.get_y(centres), given
