"""What a list ranks: cells, or areas as the sum of their cells, with the incidents of the last year in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.place_list import ListRequest
from hotspots.pipeline.at_risk.shifts import hour_weights, shift_shares
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as staff_lists
from hotspots.store.staff import forecasts as forecast_store
from hotspots.store.staff import grids
from hotspots_models.scoring.metrics import ranking_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELL = "cell"


@dataclass(frozen=True, eq=False)
class Units:
    """What is ranked: one entry a cell or an area.

    `ranked_by_m2` is what expected incidents are divided by, `of_cell (n_cells,)` the unit of each cell, -1 for none, and
    `expected_in_cell (n_cells,)` what each cell brings.
    """

    unit_id: NDArray[np.int64]
    code: Sequence[str]
    name: Sequence[str | None]
    geometry: NDArray[np.object_]
    area_m2: NDArray[np.float64]
    ranked_by_m2: NDArray[np.floating[Any]]
    of_cell: NDArray[np.int64]
    expected_in_cell: NDArray[np.floating[Any]]
    expected: NDArray[np.floating[Any]]
    count_last_year: NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class LastYear:
    """Incidents of the year before the forecast: their cell (-1 outside), label set, and share inside the shift."""

    cell: NDArray[np.int64]
    label_set: NDArray[np.int64]
    in_shift: NDArray[np.floating[Any]]


def last_year(connection: Connection, request: ListRequest, cells: grids.StoredCells, on_day: date) -> LastYear:
    """Return the incidents of the crime types in the 365 days before a day."""
    known = {kind.name: kind.crime_type_id for kind in forecast_store.read_crime_types(connection)}
    table = staff_lists.read_windows(
        connection,
        start=on_day - timedelta(days=365),
        end=on_day,
        crime_type_ids=[known[name] for name in request.crime_types],
        origin_m=cells.origin_m,
        cell_size_m=cells.cell_size_m,
    )
    row, col, label_set, from_h, to_h = (
        table[name].to_numpy().astype(float) for name in ("row_no", "col_no", "label_set_id", "from_h", "to_h")
    )
    number = np.full(cells.shape[0] * cells.shape[1], -1, dtype=np.int64)
    number[cells.row * cells.shape[1] + cells.col] = np.arange(len(cells.row))
    inside = (row >= 0) & (row < cells.shape[0]) & (col >= 0) & (col < cells.shape[1])
    flat = np.where(inside, row * cells.shape[1] + col, 0).astype(np.int64)
    in_shift = hour_weights(from_h, to_h, hours=request.hours, weekdays=request.weekdays)
    return LastYear(np.where(inside, number[flat], -1), label_set.astype(np.int64), in_shift)


def read_units(
    connection: Connection,
    request: ListRequest,
    cells: grids.StoredCells,
    expected: NDArray[np.floating[Any]],
    on_day: date,
) -> Units:
    """Return the units of a list with their expected incidents and last year's counts; those of a shift only where one is asked for."""
    past = last_year(connection, request, cells, on_day)
    if request.hours or request.weekdays:
        expected = expected * shift_shares(past.cell, past.in_shift, row=cells.row, col=cells.col)
    if request.unit == CELL:
        n_cells = len(cells.row)
        return Units(
            unit_id=np.arange(n_cells),
            code=[f"r{row}c{col}" for row, col in zip(cells.row, cells.col, strict=True)],
            name=[None] * n_cells,
            geometry=cells.geometry,
            area_m2=cells.area_m2,
            ranked_by_m2=ranking_area(cells.area_m2),
            of_cell=np.arange(n_cells),
            expected_in_cell=expected,
            expected=expected,
            count_last_year=sums(past.cell, past.in_shift, n_cells),
        )
    areas = staff_lists.read_units(connection, kind=request.unit, on_day=on_day)
    slot = {area_id: n for n, area_id in enumerate(areas.unit_id.tolist())}
    area_of_cell = grids.read_cell_areas(connection, cells.grid_id, kind=request.unit, on_day=on_day)
    area_of_labels = staff_lists.read_label_set_areas(connection, kind=request.unit)
    in_cell = np.array([slot.get(area_id, -1) for area_id in area_of_cell.tolist()])
    in_labels = np.array(
        [slot.get(area_of_labels.get(labels, 0), -1) for labels in past.label_set.tolist()], dtype=np.int64
    )
    return Units(
        unit_id=areas.unit_id,
        code=areas.code,
        name=areas.name,
        geometry=areas.geometry,
        area_m2=areas.area_m2,
        ranked_by_m2=areas.area_m2,
        of_cell=in_cell,
        expected_in_cell=expected,
        expected=sums(in_cell, expected, len(slot)),
        count_last_year=sums(in_labels, past.in_shift, len(slot)),
    )


def sums(unit: NDArray[np.int64], values: NDArray[np.floating[Any]], n_units: int) -> NDArray[np.float64]:
    """Return (n_units,) the sum of the values of each unit; -1 is none."""
    return np.bincount(unit[unit >= 0], weights=values[unit >= 0], minlength=n_units).astype(np.float64)
