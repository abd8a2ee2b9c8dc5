"""The square cells over the study area, as stored. Arrays in, arrays out; metres in the city's CRS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
import shapely

from hotspots.errors import NotFoundError
from hotspots.store.sql.copy import copy_in
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class StudyArea:
    """The study area (metres, city CRS) and the version of the area labels that it belongs to."""

    geometry: shapely.Geometry
    srid: int
    labels_version: int


@dataclass(frozen=True, eq=False)
class StoredCells:
    """One stored grid: raster size and, a cell, its place in the raster, its area (m2) inside the study area and its shape."""

    grid_id: int
    cell_size_m: float
    origin_m: tuple[float, float]
    shape: tuple[int, int]
    row: NDArray[np.int64]
    col: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    geometry: NDArray[np.object_]


def read_study_area(connection: psycopg.Connection[Any]) -> StudyArea:
    """Read the study area.

    Raises
    ------
    NotFoundError
        No area has been loaded yet.
    """
    row = load_queries("staff/grids").read_study_area(connection)
    if row is None:
        raise NotFoundError(
            "There is no study area yet: load the city's areas first (hotspots load CITY.toml --data DIR)."
        )
    return StudyArea(shapely.from_wkb(row[0]), row[1], row[2])


def find_grid(
    connection: psycopg.Connection[Any], *, cell_size_m: float, origin_m: tuple[float, float], labels_version: int
) -> int | None:
    """Return the id of the stored grid of this geometry, or None."""
    return load_queries("staff/grids").find_grid(
        connection, cell_size_m=cell_size_m, origin_x=origin_m[0], origin_y=origin_m[1], labels_version=labels_version
    )


def write_grid(connection: psycopg.Connection[Any], cells: StoredCells, *, srid: int, labels_version: int) -> int:
    """Store a grid and return its id; `cells.grid_id` is not looked at."""
    import pyarrow as pa

    queries = load_queries("staff/grids")
    grid_id = queries.insert_grid(
        connection,
        cell_size_m=cells.cell_size_m,
        origin_x=cells.origin_m[0],
        origin_y=cells.origin_m[1],
        n_rows=cells.shape[0],
        n_cols=cells.shape[1],
        labels_version=labels_version,
    )
    n = len(cells.row)
    table = pa.table(
        {
            "grid_id": np.full(n, grid_id),
            "cell_id": np.arange(n),
            "row_no": cells.row,
            "col_no": cells.col,
            "geom": shapely.to_wkb(shapely.set_srid(cells.geometry, srid), hex=True, include_srid=True).astype(str),
            "area_m2": cells.area_m2,
        }
    )
    copy_in(connection, queries.copy_cells.sql, table)
    return grid_id


def read_cells(connection: psycopg.Connection[Any], grid_id: int) -> StoredCells:
    """Read one stored grid, cells in the order of their ids."""
    queries = load_queries("staff/grids")
    head = queries.read_grid(connection, grid_id=grid_id)
    rows = list(queries.read_cells(connection, grid_id=grid_id))
    _, row, col, area, wkb = zip(*rows, strict=True)
    return StoredCells(
        grid_id,
        head[1],
        (head[2], head[3]),
        (head[4], head[5]),
        np.array(row),
        np.array(col),
        np.array(area),
        shapely.from_wkb(np.array(wkb, dtype=object)),
    )


def read_cell_areas(connection: psycopg.Connection[Any], grid_id: int, *, kind: str, on_day: Any) -> NDArray[np.int64]:
    """Return (n_cells,) the area of a kind that holds each cell's centre, 0 where none does."""
    rows = load_queries("staff/grids").read_cell_areas(connection, grid_id=grid_id, kind=kind, on_day=on_day)
    return np.array([area_id or 0 for _, area_id in rows], dtype=np.int64)
