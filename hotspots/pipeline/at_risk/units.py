"""The units that a list ranks: boxes, cells, or areas as the sum of their cells, with the incidents of the last year in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import csr_array, identity

from hotspots.domain.place_list import BOX, CELL, ListRequest
from hotspots.pipeline.at_risk.shifts import hour_weights
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as staff_lists
from hotspots.store.staff import forecasts as forecast_store
from hotspots.store.staff import grids
from hotspots_models.boxes import BOX_M, Boxes, boxes_over
from hotspots_models.grid import Grid
from hotspots_models.scoring.metrics import ranking_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Units:
    """The ranked places: one entry a box, a cell or an area.

    `ranked_by_m2` is what expected incidents are divided by, `share_of_cell (n_units, n_cells)` sparse the part of each cell that a unit
    holds, `expected_in_cell (n_cells,)` what each cell brings, and `boxes (n_units,)` how many boxes a unit is made of.
    """

    unit_id: NDArray[np.int64]
    code: Sequence[str]
    name: Sequence[str | None]
    geometry: NDArray[np.object_]
    area_m2: Floats
    ranked_by_m2: Floats
    share_of_cell: Any
    expected_in_cell: Floats
    expected: Floats
    count_last_year: Floats
    boxes: NDArray[np.int64]
    lattice: Boxes | None = None
    weight: Floats | None = None  # (n_units,) of a mean expected incident, where the list ranks by harm

    @property
    def harm(self) -> Floats:
        """(n_units,) expected incidents, each with its weight; without weights each counts one."""
        return self.expected if self.weight is None else self.expected * self.weight

    @property
    def key(self) -> Floats:
        """(n_units,) what they are ranked by."""
        return self.harm / self.ranked_by_m2

    def sums(self, of_cells: Floats) -> Floats:
        """Return (n_units,) what the cells bring to each unit."""
        return np.asarray(self.share_of_cell @ of_cells, dtype=float)

    def take(self, kept: NDArray[np.int64]) -> Units:
        """Return the units of an index (n,)."""
        lattice = self.lattice
        if lattice is not None:
            lattice = Boxes(
                lattice.size_m, lattice.row[kept], lattice.col[kept], lattice.area_m2[kept], lattice.share_of_cell[kept]
            )
        return replace(
            self,
            unit_id=self.unit_id[kept],
            code=[self.code[n] for n in kept.tolist()],
            name=[self.name[n] for n in kept.tolist()],
            geometry=self.geometry[kept],
            area_m2=self.area_m2[kept],
            ranked_by_m2=self.ranked_by_m2[kept],
            share_of_cell=self.share_of_cell[kept],
            expected=self.expected[kept],
            count_last_year=self.count_last_year[kept],
            boxes=self.boxes[kept],
            lattice=lattice,
            weight=None if self.weight is None else self.weight[kept],
        )

    def merged(self, groups: Sequence[Sequence[int]]) -> Units:
        """Return the units with each group made one, the groups first and in their order, then all others."""
        others = np.setdiff1d(np.arange(len(self.unit_id)), [n for group in groups for n in group])
        every = [*[list(group) for group in groups], *[[n] for n in others.tolist()]]
        which = np.repeat(np.arange(len(every)), [len(group) for group in every])
        flat = np.array([n for group in every for n in group], dtype=np.int64)
        join = csr_array((np.ones(len(flat)), (which, flat)), shape=(len(every), len(self.unit_id)))
        first = np.array([group[0] for group in every], dtype=np.int64)
        by_number = bool((self.ranked_by_m2 == 1).all())
        shapes = self.geometry[first].copy()
        for n, group in enumerate(groups):
            if len(group) > 1:
                shapes[n] = shapely.union_all(self.geometry[list(group)])
        expected = join @ self.expected
        return Units(
            unit_id=self.unit_id[first],
            code=["+".join(str(self.code[n]) for n in group) for group in every],
            name=[self.name[n] for n in first.tolist()],
            geometry=shapes,
            area_m2=join @ self.area_m2,
            ranked_by_m2=self.ranked_by_m2[first] if by_number else join @ self.ranked_by_m2,
            share_of_cell=join @ csr_array(self.share_of_cell),
            expected_in_cell=self.expected_in_cell,
            expected=expected,
            count_last_year=join @ self.count_last_year,
            boxes=join @ self.boxes,
            weight=None if self.weight is None else weight_of(join @ self.harm, expected),
        )


@dataclass(frozen=True, eq=False)
class LastYear:
    """Incidents of the year before the forecast: row and column on a raster, label set, crime type, and share inside the shift."""

    row: NDArray[np.int64]
    col: NDArray[np.int64]
    label_set: NDArray[np.int64]
    crime_type_id: NDArray[np.int64]
    in_shift: Floats


def last_year(
    connection: Connection,
    request: ListRequest,
    *,
    on_day: date,
    origin_m: tuple[float, float],
    cell_size_m: float,
) -> LastYear:
    """Return the incidents of the crime types in the 365 days before a day, on a raster from an origin, metres."""
    known = {kind.name: kind.crime_type_id for kind in forecast_store.read_crime_types(connection)}
    table = staff_lists.read_windows(
        connection,
        start=on_day - timedelta(days=365),
        end=on_day,
        crime_type_ids=[known[name] for name in request.crime_types],
        origin_m=origin_m,
        cell_size_m=cell_size_m,
    )
    row, col, label_set, kind, from_h, to_h = (
        table[name].to_numpy().astype(float)
        for name in ("row_no", "col_no", "label_set_id", "crime_type_id", "from_h", "to_h")
    )
    in_shift = hour_weights(from_h, to_h, hours=request.hours, weekdays=request.weekdays)
    return LastYear(row.astype(int), col.astype(int), label_set.astype(int), kind.astype(int), in_shift)


def read_units(
    connection: Connection,
    request: ListRequest,
    cells: grids.StoredCells,
    expected: Sequence[Floats],
    past: LastYear,
    on_day: date,
) -> Units:
    """Return the units of a list with their expected incidents and last year's counts, those of a shift where one is asked for.

    Parameters
    ----------
    expected : (n_cells,) of each forecast, with its share in the shift already applied.
    past : on the raster of :func:`raster_of`.
    """
    whole = np.sum(expected, axis=0)
    if request.unit == BOX:
        return _boxes(request, cells, whole, past)
    if request.unit == CELL:
        return _cells(request, cells, whole, past)
    return _areas(connection, request, cells, whole, past, on_day)


def weight_of(harm: Floats, expected: Floats) -> Floats:
    """Return (n,) the weight of a mean expected incident; 1 where none is expected."""
    return np.divide(harm, expected, out=np.ones(len(expected)), where=expected > 0)


def raster_of(request: ListRequest, cells: grids.StoredCells) -> tuple[tuple[float, float], float]:
    """Return the origin and the cell size, metres, of the raster on which last year's incidents are counted for a unit."""
    return ((0.0, 0.0), BOX_M) if request.unit == BOX else (cells.origin_m, cells.cell_size_m)


def _boxes(request: ListRequest, cells: grids.StoredCells, expected: Floats, past: LastYear) -> Units:
    grid = Grid(cells.cell_size_m, np.array(cells.origin_m), cells.shape, cells.row, cells.col, cells.area_m2)
    boxes = boxes_over(grid)
    number = {place: n for n, place in enumerate(zip(boxes.row.tolist(), boxes.col.tolist(), strict=True))}
    where = np.array([number.get(p, -1) for p in zip(past.row.tolist(), past.col.tolist(), strict=True)], dtype=int)
    return Units(
        unit_id=np.arange(boxes.n_boxes),
        code=boxes.codes(),
        name=[None] * boxes.n_boxes,
        geometry=boxes.squares(),
        area_m2=boxes.area_m2,
        ranked_by_m2=_ranked_by(request, ranking_area(boxes.area_m2)),
        share_of_cell=boxes.share_of_cell,
        expected_in_cell=expected,
        expected=boxes.sums(expected),
        count_last_year=sums(where, past.in_shift, boxes.n_boxes),
        boxes=np.ones(boxes.n_boxes, dtype=np.int64),
        lattice=boxes,
    )


def _cells(request: ListRequest, cells: grids.StoredCells, expected: Floats, past: LastYear) -> Units:
    n_cells = len(cells.row)
    return Units(
        unit_id=np.arange(n_cells),
        code=[f"r{row}c{col}" for row, col in zip(cells.row, cells.col, strict=True)],
        name=[None] * n_cells,
        geometry=cells.geometry,
        area_m2=cells.area_m2,
        ranked_by_m2=_ranked_by(request, ranking_area(cells.area_m2)),
        share_of_cell=identity(n_cells, format="csr"),
        expected_in_cell=expected,
        expected=expected,
        count_last_year=sums(cell_of(past, cells), past.in_shift, n_cells),
        boxes=np.ones(n_cells, dtype=np.int64),
    )


def _areas(
    connection: Connection,
    request: ListRequest,
    cells: grids.StoredCells,
    expected: Floats,
    past: LastYear,
    on_day: date,
) -> Units:
    areas = staff_lists.read_units(connection, kind=request.unit, on_day=on_day)
    slot = {area_id: n for n, area_id in enumerate(areas.unit_id.tolist())}
    area_of_cell = grids.read_cell_areas(connection, cells.grid_id, kind=request.unit, on_day=on_day)
    area_of_labels = staff_lists.read_label_set_areas(connection, kind=request.unit)
    in_cell = np.array([slot.get(area_id, -1) for area_id in area_of_cell.tolist()])
    in_labels = np.array(
        [slot.get(area_of_labels.get(labels, 0), -1) for labels in past.label_set.tolist()], dtype=np.int64
    )
    shares = indicator(in_cell, len(slot))
    return Units(
        unit_id=areas.unit_id,
        code=areas.code,
        name=areas.name,
        geometry=areas.geometry,
        area_m2=areas.area_m2,
        ranked_by_m2=_ranked_by(request, areas.area_m2),
        share_of_cell=shares,
        expected_in_cell=expected,
        expected=np.asarray(shares @ expected),
        count_last_year=sums(in_labels, past.in_shift, len(slot)),
        boxes=np.ones(len(slot), dtype=np.int64),
    )


def indicator(unit_of_cell: NDArray[np.int64], n_units: int) -> Any:
    """Return (n_units, n_cells) sparse, 1 where a cell lies in a unit; -1 is in none."""
    inside = np.flatnonzero(unit_of_cell >= 0)
    return csr_array((np.ones(len(inside)), (unit_of_cell[inside], inside)), shape=(n_units, len(unit_of_cell)))


def cell_of(past: LastYear, cells: grids.StoredCells) -> NDArray[np.int64]:
    """Return (n,) the cell of each incident, -1 outside; `past` is on the raster of the cells."""
    number = np.full(cells.shape[0] * cells.shape[1], -1, dtype=np.int64)
    number[cells.row * cells.shape[1] + cells.col] = np.arange(len(cells.row))
    inside = (past.row >= 0) & (past.row < cells.shape[0]) & (past.col >= 0) & (past.col < cells.shape[1])
    flat = np.where(inside, past.row * cells.shape[1] + past.col, 0)
    return np.where(inside, number[flat], -1)


def sums(unit: NDArray[np.int64], values: Floats, n_units: int) -> NDArray[np.float64]:
    """Return (n_units,) the sum of the values of each unit; -1 is none."""
    return np.bincount(unit[unit >= 0], weights=values[unit >= 0], minlength=n_units).astype(np.float64)


def _ranked_by(request: ListRequest, area_m2: Floats) -> Floats:
    return np.ones(len(area_m2)) if request.rank_by == "expected" else area_m2
