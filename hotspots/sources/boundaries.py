"""Areas, places, risk factors and gazetteer entries: files of shapes, or tables with points, in the city's metres."""

from __future__ import annotations

import codecs
import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.errors import CityFileError, InputError
from hotspots.sources.city_values import Location, closest, named
from hotspots.sources.conditions import columns_of, rows_where
from hotspots.sources.files.archives import FoundFile, UnreadableFileError, find_files, find_paths
from hotspots.sources.files.column_names import find_column, renamed
from hotspots.sources.files.table import Table
from hotspots.sources.files.tables import Layout, read_table
from hotspots.sources.map_sections import GazetteerSource, GeometrySource, NamedSource, PlaceSource
from hotspots.sources.points import DECIMALS_OF_METRES, project, read_points, shapes_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

NAME, ALIASES, POSTCODE = "name", "aliases", "postcode"  # columns of what the city file itself lists
Source = GeometrySource | NamedSource | GazetteerSource


@dataclass(frozen=True, eq=False)
class Shapes:
    """The rows of one source.

    Attributes
    ----------
    attributes : text columns, "" where empty
    geometry : (n,) shapes, metres, city CRS; None where a row has none
    file, sha256 : what was read
    read, made_valid, without_shape, not_meant : counts of rows; not meant are those that `where` leaves out
    """

    attributes: pd.DataFrame
    geometry: NDArray[np.object_]
    file: str
    sha256: str
    read: int
    made_valid: int
    without_shape: int
    not_meant: int = 0


def fingerprint(source: Source, folder: Path, *, key: str) -> str:
    """sha256 over all files of a source, names and contents; over what a list in the city file holds."""
    if isinstance(source, NamedSource) and source.listed:
        return hashlib.sha256(source.model_dump_json(include={"listed"}).encode()).hexdigest()
    digest = hashlib.sha256()
    for path in find_paths(folder, source.file or "", key=f"{key}.file"):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path.name} cannot be read: {error.strerror}.") from None
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def fingerprint_of_all(sources: Iterable[tuple[str, Source]], folder: Path) -> str:
    """The sha256 over several sources that are loaded as one, each with its key in the city file."""
    parts = "".join(fingerprint(source, folder, key=key) for key, source in sources)
    return hashlib.sha256(parts.encode()).hexdigest()


def read_shapes(source: Source, folder: Path, *, city_crs: str, wanted: dict[str, str], key: str) -> Shapes:
    """Read the rows of a source with their shapes.

    Parameters
    ----------
    source : Source
        A table of the city file.
    folder : Path
        The data folder.
    city_crs : str
        Projected, in metres.
    wanted : dict
        Columns that are needed, with the key of the city file that names each.
    key : str
        The source's place in the city file, for errors, such as ``place[2]``.

    Raises
    ------
    InputError
        A file is missing or cannot be read.
    CityFileError
        A column is missing, or the CRS is not known.
    """
    import pandas as pd

    if isinstance(source, NamedSource) and source.listed:
        return _listed_shapes(source, city_crs, key)
    paths = find_paths(folder, source.file or "", key=f"{key}.file")
    wanted = wanted | dict.fromkeys(columns_of(source.where), f"{key}.where")
    parts = [
        _read_table_of_points(source, path, source.location, city_crs, wanted, key)
        if source.location is not None
        else _read_layer(source, path, city_crs, wanted, key)
        for path in paths
    ]
    attributes = pd.concat([part[0] for part in parts], ignore_index=True)
    geometry = np.concatenate([part[1] for part in parts])
    read = len(attributes)
    if source.where is not None:
        chosen = rows_where(source.where, attributes)
        attributes, geometry = attributes.loc[chosen].reset_index(drop=True), geometry[chosen]
    geometry, made_valid = _make_valid(geometry)
    empty = np.array([shape is None or shape.is_empty for shape in geometry], bool)
    return Shapes(
        attributes.loc[~empty].reset_index(drop=True),
        geometry[~empty],
        source.file or "",
        fingerprint(source, folder, key=key),
        read,
        made_valid,
        int(empty.sum()),
        read - len(empty),
    )


def names_of(source: NamedSource, shapes: Shapes) -> list[str]:
    """The name of each row."""
    return shapes.attributes[source.name or NAME].tolist()


def other_names_of(source: PlaceSource, shapes: Shapes) -> list[list[str]]:
    """The other names of each row, each once."""
    columns = [ALIASES] if source.listed else source.aliases or []
    written = [";".join(row) for row in shapes.attributes[columns].itertuples(index=False)]
    return [list(dict.fromkeys(" ".join(name.split()) for name in row.split(";") if name.strip())) for row in written]


def postcodes_of(source: PlaceSource, shapes: Shapes) -> list[str | None]:
    """The postcode of each row; None where it has none."""
    column = POSTCODE if source.listed else source.postcode
    return [word.strip() or None for word in shapes.attributes[column]] if column else [None] * len(shapes.geometry)


def _listed_shapes(source: NamedSource, city_crs: str, key: str) -> Shapes:
    import pandas as pd
    import shapely

    rows = [(one.name, ";".join(one.aliases), one.postcode or "") for one in source.listed]
    geometry = np.full(len(rows), None, object)
    for at, one in enumerate(source.listed):
        if one.at is not None:
            geometry[at] = shapely.Point(one.at)
        else:
            (geometry[at],) = shapes_of([one.shape])
        if geometry[at] is None:
            raise CityFileError(f"{key}.listed: the shape of {one.name!r} is no well-known text, such as POLYGON ((…))")
    geometry, made_valid = _make_valid(_project(geometry, "EPSG:4326", city_crs))
    for one, shape in zip(source.listed, geometry, strict=True):
        if shape is None:
            raise CityFileError(
                f"{key}.listed: {one.name!r} lies far from the region of the city's crs; write longitude before latitude"
            )
    table = pd.DataFrame(dict(zip((NAME, ALIASES, POSTCODE), zip(*rows, strict=True), strict=True)), dtype=object)
    sha256 = fingerprint(source, Path(), key=key)
    return Shapes(table, geometry, "the city file", sha256, len(rows), made_valid, 0)


def read_attributes(
    path_pattern: str, folder: Path, *, encoding: str, wanted: dict[str, str], key: str
) -> pd.DataFrame:
    """Read text columns of a .csv file without shapes."""
    file = next(iter(find_files(folder, path_pattern, key=f"{key}.file")))
    table = _read(file, Layout(encoding=encoding), wanted)
    return table.rows.to_pandas().astype(object)


def _read(file: FoundFile, layout: Layout, wanted: dict[str, str]) -> Table:
    try:
        table = read_table(file.read(), layout, name=file.name, wanted=list(wanted))
    except UnreadableFileError as error:
        raise InputError(f"{file.name} cannot be read: {error}") from None
    _check_columns(file.name, table.columns, wanted)
    return table


def _check_columns(file: str, columns: list[str], wanted: dict[str, str]) -> None:
    for column, key in wanted.items():
        if find_column(column, columns) is None:
            raise CityFileError(
                f"{key}: {file} has no column {column!r}{closest(column, columns)}; it has {named(columns, most=40)}"
            )


def _read_table_of_points(
    source: Source, path: Path, location: Location, city_crs: str, wanted: dict[str, str], key: str
) -> tuple[pd.DataFrame, NDArray[np.object_]]:
    import shapely

    file = next(iter(find_files(path.parent, path.name, member=source.member or "*", key=f"{key}.file")))
    named_columns = wanted | dict.fromkeys(location.columns, f"{key}.location")
    table = _read(file, Layout(encoding=source.encoding or "utf-8", sheet=source.layer), named_columns)
    attributes = table.rows.to_pandas().astype(object)
    if location.wkt is not None:
        words = [word or None for word in attributes[location.wkt]]
        return attributes, _project(shapes_of(words), location.crs, city_crs)
    points = read_points(location, table.rows, city_crs=city_crs)
    geometry = np.full(len(attributes), None, object)
    there = ~np.isnan(points.xy_m[:, 0])
    geometry[there] = shapely.points(points.xy_m[there])
    return attributes, geometry


def _read_layer(
    source: Source, path: Path, city_crs: str, wanted: dict[str, str], key: str
) -> tuple[pd.DataFrame, NDArray[np.object_]]:
    frame = _open_layer(source, path, key)
    attributes: Any = frame.drop(columns=frame.geometry.name)
    attributes.columns = [str(column) for column in attributes.columns]
    _check_columns(path.name, list(attributes.columns), wanted)
    names = renamed(wanted, list(attributes.columns))
    attributes = attributes[list(names.values())].set_axis(list(names), axis=1)
    crs = source.crs or frame.crs
    if crs is None:
        raise CityFileError(
            f"{key}.crs: {path.name} does not say its coordinate reference system; give crs, such as EPSG:4326"
        )
    words = attributes.map(_as_text) if len(attributes.columns) else attributes
    return words.astype(object), _project(np.asarray(frame.geometry.array, dtype=object), crs, city_crs)


def _open_layer(source: Source, path: Path, key: str) -> gpd.GeoDataFrame:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError
    from shapely.errors import GEOSException

    name = f"/vsizip/{path.resolve()}/{source.member}" if source.member else str(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the reader's remarks on a file's oddities; what matters is counted here
            layers = [str(layer) for layer, shape in pyogrio.list_layers(name) if shape is not None]
            if source.layer is None and len(layers) > 1:
                raise CityFileError(
                    f"{key}.layer: {path.name} holds the layers {', '.join(layers)}; name the one that is meant"
                )
            if source.layer is not None and source.layer not in layers:
                raise CityFileError(
                    f"{key}.layer: {path.name} has no layer {source.layer!r}{closest(source.layer, layers)}; "
                    f"it has {', '.join(layers)}"
                )
            return pyogrio.read_dataframe(name, layer=source.layer, encoding=_encoding(source, path))
    except LookupError:
        raise CityFileError(f"{key}.encoding: {source.encoding!r} is not a known encoding, such as utf-8") from None
    except (DataSourceError, DataLayerError, ValueError, RuntimeError, GEOSException) as error:
        raise InputError(f"{path.name} cannot be read as a file of shapes: {str(error).splitlines()[0]}") from None


def _encoding(source: Source, path: Path) -> str | None:
    """The encoding that the city file gives to a shapefile; other files of shapes say their own."""
    if source.encoding is None:
        return None
    codecs.lookup(source.encoding)
    return source.encoding if path.suffix.lower() in (".shp", ".dbf", ".zip") else None


def _as_text(value: Any) -> str:
    """An attribute as people write it: 35, not 35.0; nothing for nothing."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return ", ".join(_as_text(part) for part in value)
    if value is None or value != value:
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _project(shapes: NDArray[np.object_], crs: Any, city_crs: str) -> NDArray[np.object_]:
    import geopandas as gpd
    import shapely

    projected = np.asarray(gpd.GeoSeries(shapes, crs=crs).to_crs(city_crs).array, dtype=object)
    there = np.array([shape is not None for shape in projected], bool)
    projected[there] = shapely.force_2d(projected[there])
    projected[there & ~_in_this_part_of_the_world(projected, city_crs)] = None
    return projected


def _in_this_part_of_the_world(shapes: NDArray[np.object_], city_crs: str) -> NDArray[np.bool_]:
    """Which shapes have numbers for coordinates, and lie where the city's CRS is made for; an axis mixed up is found here."""
    import shapely

    coordinates, shape_no = shapely.get_coordinates(shapes, return_index=True)
    inside = np.ones(len(shapes), bool)
    inside[shape_no[~np.isfinite(coordinates).all(axis=1)]] = False
    west, south, east, north = shapely.bounds(shapes).T
    for x, y in ((west, south), (east, north)):
        there = np.isfinite(x) & np.isfinite(y)
        inside[there] &= project(x[there], y[there], crs=city_crs, city_crs=city_crs)[1]
    return inside


def _make_valid(geometry: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    import shapely

    invalid = np.array([shape is not None for shape in geometry], bool) & ~shapely.is_valid(geometry)
    geometry = geometry.copy()
    geometry[invalid] = shapely.make_valid(geometry[invalid])
    return geometry, int(invalid.sum())


def polygons_by_code(
    codes: list[str], names: list[str], geometry: NDArray[np.object_]
) -> tuple[list[str], list[str], NDArray[np.object_]]:
    """Areas of one code become one area: its polygons joined, made valid, lines and points left out, on the millimetre."""
    import shapely

    order = list(dict.fromkeys(codes))
    joined = []
    for code in order:
        parts = geometry[[index for index, other in enumerate(codes) if other == code]]
        whole = shapely.union_all(parts) if len(parts) > 1 else parts[0]
        polygons = [
            part
            for part in shapely.get_parts(shapely.make_valid(whole))
            if part.geom_type in ("Polygon", "MultiPolygon")
        ]
        joined.append(shapely.multipolygons([piece for part in polygons for piece in shapely.get_parts(part)]))
    first_name = dict(reversed(list(zip(codes, names, strict=True))))
    rounded = (
        shapely.set_precision(np.array(joined, object), 10**-DECIMALS_OF_METRES) if joined else np.array([], object)
    )
    return order, [first_name[code] for code in order], rounded
