"""The grid over the study area: made once for a cell size and a version of the areas, stored, and read back as a model's grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from hotspots.errors import InputError
from hotspots.store.server.connection import Connection
from hotspots.store.staff import grids
from hotspots_models.grid import Grid

SMALLEST_CELL_M, MOST_CELLS = 25.0, 400_000


def study_grid(connection: Connection, *, cell_size_m: float) -> tuple[int, Grid]:
    """Return the stored id and the grid of square cells over the study area; store it first where it is new.

    Parameters
    ----------
    cell_size_m : side of a cell, metres in the city's CRS.

    Raises
    ------
    InputError
        Cells so small that there would be too many.
    """
    study_area = grids.read_study_area(connection)
    n_cells = shapely.area(study_area.geometry) / cell_size_m**2 if cell_size_m > 0 else np.inf
    if cell_size_m < SMALLEST_CELL_M or n_cells > MOST_CELLS:
        raise InputError(
            f"cells of {cell_size_m:g} m would be {n_cells:,.0f} in this study area: "
            f"choose at least {SMALLEST_CELL_M:g} m and at most {MOST_CELLS:,} cells."
        )
    left, bottom = (float(np.floor(low / cell_size_m) * cell_size_m) for low in shapely.bounds(study_area.geometry)[:2])
    grid_id = grids.find_grid(
        connection, cell_size_m=cell_size_m, origin_m=(left, bottom), labels_version=study_area.labels_version
    )
    if grid_id is None:
        grid = Grid.over(study_area.geometry, cell_size_m=cell_size_m)
        cells = _cells(grid, study_area.geometry)
        grid_id = grids.write_grid(connection, cells, srid=study_area.srid, labels_version=study_area.labels_version)
    return grid_id, read_grid(connection, grid_id)


def read_grid(connection: Connection, grid_id: int) -> Grid:
    """Return a stored grid as the models know it."""
    cells = grids.read_cells(connection, grid_id)
    return Grid(cells.cell_size_m, np.array(cells.origin_m), cells.shape, cells.row, cells.col, cells.area_m2)


def _cells(grid: Grid, study_area: shapely.Geometry) -> grids.StoredCells:
    corners = grid.origin_m + np.column_stack([grid.col, grid.row]) * grid.cell_size_m
    size = grid.cell_size_m
    shapes = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + size, corners[:, 1] + size)
    cut = grid.area_m2 < size**2 * (1 - 1e-9)
    shapes[cut] = [_ground(shape) for shape in shapely.intersection(shapes[cut], study_area)]
    origin = (float(grid.origin_m[0]), float(grid.origin_m[1]))
    return grids.StoredCells(0, size, origin, grid.shape, grid.row, grid.col, grid.area_m2, shapes)


def _ground(shape: Any) -> Any:
    """The polygons of a shape: a square may also meet the edge of the study area in a line or a point."""
    if shape.geom_type != "GeometryCollection":
        return shape
    return shapely.union_all(
        [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    )
