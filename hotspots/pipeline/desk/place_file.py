"""A file of named shapes, such as a watch list that is in force: GeoPackage, GeoJSON or shapefile."""

from __future__ import annotations

from pathlib import Path

import shapely

from hotspots.errors import InputError
from hotspots.sources.city_values import closest

LARGEST = 1000
POINT_RADIUS_M = 100.0
LARGEST_KM2 = 25.0


def read_named_shapes(path: Path, *, column: str, srid: int) -> list[tuple[str, shapely.Geometry]]:
    """Name and outline (metres, the city's CRS) of each row. A point becomes the ground 100 m around it.

    Raises
    ------
    InputError
        The file cannot be read, says no CRS, has no such column, or a row has no name, no shape or more ground than a place has.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError
    from shapely.errors import GEOSException

    try:
        frame = pyogrio.read_dataframe(path)
    except (DataSourceError, DataLayerError, ValueError, RuntimeError, GEOSException) as error:
        raise InputError(f"{path.name} cannot be read as a file of shapes: {str(error).splitlines()[0]}") from None
    names = [str(name) for name in frame.columns if name != "geometry"]
    if "geometry" not in frame or frame.crs is None:
        raise InputError(f"{path.name} has no shapes with a coordinate reference system.")
    if column not in names:
        raise InputError(
            f"--name {column!r} is no column of {path.name}{closest(column, names)}; it has {', '.join(names)}."
        )
    if not 1 <= len(frame) <= LARGEST:
        raise InputError(f"{path.name} has {len(frame):,} rows; give 1 to {LARGEST:,}.")
    moved = frame.to_crs(srid)
    return [
        (_name(value, row, column), _outline(shape, row))
        for row, (value, shape) in enumerate(zip(moved[column], moved.geometry, strict=True), start=1)
    ]


def _name(value: object, row: int, column: str) -> str:
    text = "" if value is None or value != value else " ".join(str(value).split())
    if not text:
        raise InputError(f"row {row}: {column} is empty; every place needs a name.")
    return text


def _outline(shape: shapely.Geometry | None, row: int) -> shapely.Geometry:
    if shape is None or shapely.is_empty(shape) or not shapely.is_valid(shapely.make_valid(shape)):
        raise InputError(f"row {row} has no shape.")
    whole = shapely.make_valid(shape)
    if shapely.get_dimensions(whole) < 2:
        whole = shapely.buffer(whole, POINT_RADIUS_M)
    parts = [part for part in shapely.get_parts(whole) if shapely.get_dimensions(part) == 2]
    ground = shapely.union_all(parts)
    km2 = shapely.area(ground) / 1e6
    if not 0 < km2 <= LARGEST_KM2:
        raise InputError(f"row {row} has {km2:,.1f} km²; a place has some ground, and at most {LARGEST_KM2:g} km².")
    return ground
