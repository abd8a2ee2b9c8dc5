"""Square cells over a study area."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from shapely import Geometry


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells inside a study area, out of a raster of equal squares.

    Parameters
    ----------
    cell_size_m : float
        Side of a cell, metres.
    origin_m : (2,) float, metres, projected CRS
        Lower left (south-west) corner of the raster.
    shape : (int, int)
        Rows (northwards) and columns (eastwards) of the raster.
    row, col : (n_cells,) int
        Where each cell of the study area stands in the raster; no place twice.
    area_m2 : (n_cells,) float, square metres
        Area of the cell that lies inside the study area: cells at the edge are smaller than a full square.
    """

    cell_size_m: float
    origin_m: NDArray[np.float64]
    shape: tuple[int, int]
    row: NDArray[np.int64]
    col: NDArray[np.int64]
    area_m2: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Bring the arrays to one type each and check them."""
        for name, dtype in (("origin_m", float), ("row", np.int64), ("col", np.int64), ("area_m2", float)):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=dtype))
        object.__setattr__(self, "shape", (int(self.shape[0]), int(self.shape[1])))
        if not self.cell_size_m > 0:
            raise InputError(f"cell_size_m is {self.cell_size_m}: give a length in metres above 0")
        if self.origin_m.shape != (2,) or not np.isfinite(self.origin_m).all():
            raise InputError(f"origin_m is {self.origin_m!r}: give x and y in metres of the projected CRS")
        if not self.row.shape == self.col.shape == self.area_m2.shape == (self.row.size,) or self.row.size == 0:
            raise InputError(
                f"row {self.row.shape}, col {self.col.shape} and area_m2 {self.area_m2.shape} must be (n_cells,) with at least one cell"
            )
        inside = (self.row >= 0) & (self.row < self.shape[0]) & (self.col >= 0) & (self.col < self.shape[1])
        if not inside.all():
            raise InputError(
                f"{int((~inside).sum())} cells lie outside the raster of shape {self.shape}: check row and col"
            )
        if np.unique(self.flat).size != self.row.size:
            raise InputError("a place of the raster is given twice in row and col: give each cell once")
        if not ((self.area_m2 > 0) & (self.area_m2 <= self.cell_size_m**2 * (1 + 1e-6))).all():
            raise InputError(f"area_m2 must lie above 0 and at most {self.cell_size_m**2:g}, the full square")

    @classmethod
    def full(cls, *, cell_size_m: float, origin_m: ArrayLike, shape: tuple[int, int]) -> Grid:
        """Return the grid of a rectangular study area: every square whole."""
        row, col = (index.ravel() for index in np.indices(shape))
        area = np.full(row.size, float(cell_size_m) ** 2)
        return cls(cell_size_m, np.asarray(origin_m, dtype=float), shape, row, col, area)

    @classmethod
    def over(cls, study_area: Geometry, *, cell_size_m: float) -> Grid:
        """Return the squares that touch a study area, with their area inside it.

        Parameters
        ----------
        study_area : shapely polygon or multipolygon, metres, projected CRS
        cell_size_m : float
        """
        import shapely

        left, bottom, right, top = shapely.bounds(study_area)
        if abs(left) <= 180 and abs(right) <= 180 and abs(bottom) <= 90 and abs(top) <= 90:
            raise InputError("the study area looks like longitude and latitude: project it to metres first")
        origin = np.floor(np.array([left, bottom]) / cell_size_m) * cell_size_m
        n_cols, n_rows = (int(n) for n in np.ceil((np.array([right, top]) - origin) / cell_size_m))
        row, col = (index.ravel() for index in np.indices((n_rows, n_cols)))
        west, south = origin[0] + col * cell_size_m, origin[1] + row * cell_size_m
        squares = shapely.box(west, south, west + cell_size_m, south + cell_size_m)
        shapely.prepare(study_area)
        area = np.where(shapely.contains_properly(study_area, squares), cell_size_m**2, 0.0)
        edge = (area == 0) & shapely.intersects(study_area, squares)
        area[edge] = np.minimum(shapely.area(shapely.intersection(squares[edge], study_area)), cell_size_m**2)
        kept = area > cell_size_m**2 * 1e-6
        return cls(cell_size_m, origin, (n_rows, n_cols), row[kept], col[kept], area[kept])

    @property
    def n_cells(self) -> int:
        """Number of cells inside the study area."""
        return self.row.size

    @cached_property
    def flat(self) -> NDArray[np.int64]:
        """(n_cells,) place of each cell in the raveled raster."""
        return self.row * self.shape[1] + self.col

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """(n_rows, n_cols) True inside the study area."""
        inside = np.zeros(self.shape[0] * self.shape[1], dtype=bool)
        inside[self.flat] = True
        return inside.reshape(self.shape)

    @cached_property
    def _cell_at(self) -> NDArray[np.int64]:
        """(n_rows * n_cols,) number of the cell at each place of the raster, -1 outside."""
        cell = np.full(self.shape[0] * self.shape[1], -1, dtype=np.int64)
        cell[self.flat] = np.arange(self.n_cells)
        return cell

    def centres_m(self) -> NDArray[np.float64]:
        """Return the (n_cells, 2) centres of the squares, metres."""
        return self.origin_m + (np.column_stack([self.col, self.row]) + 0.5) * self.cell_size_m

    def cell_of(self, xy_m: ArrayLike) -> NDArray[np.int64]:
        """Return the (n,) cell of each point of ``xy_m (n, 2)``; -1 for a point outside every cell."""
        xy_m = np.asarray(xy_m, dtype=float).reshape(-1, 2)
        place = np.floor((xy_m - self.origin_m) / self.cell_size_m)
        inside = ((place >= 0) & (place < self.shape[::-1])).all(axis=1)  # of a point that is nowhere neither holds
        col, row = np.where(inside, place.T, 0).astype(np.int64)
        return np.where(inside, self._cell_at[row * self.shape[1] + col], -1)

    def counts(self, xy_m: ArrayLike, *, weights: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the (n_cells,) number (or sum of ``weights (n,)``) of points in each cell."""
        cell = self.cell_of(xy_m)
        kept = cell >= 0
        weights = None if weights is None else np.asarray(weights, dtype=float)[kept]
        return np.bincount(cell[kept], weights=weights, minlength=self.n_cells).astype(float)

    def raster(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return ``values (n_cells,)`` as a raster (n_rows, n_cols), 0 outside the study area."""
        raster = np.zeros(self.shape[0] * self.shape[1])
        raster[self.flat] = values
        return raster.reshape(self.shape)

    def values(self, raster: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        """Return the (n_cells,) values that a raster (n_rows, n_cols) has in the cells."""
        return raster.ravel()[self.flat]
