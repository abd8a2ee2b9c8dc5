"""The memory of the points inside a cell: one address with ten incidents is not the same as ten addresses with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.grid import Grid
    from hotspots_models.history import History

    Single = NDArray[np.float32]

REPEATED, REPEATED_LATELY = "points with three or more", "points with three or more, fading"
POWER, ACTIVE_MONTHS = "each point to the power 1.15", "active months"
READINGS = (REPEATED, REPEATED_LATELY, POWER, ACTIVE_MONTHS)
OWN_POINTS, BUSIEST, ANY_POINTS = "points with an incident", "incidents at the busiest point", "points with any offence"
BUSY_POINTS, ROOTS = "points with five or more of any offence", "square roots of any offence, summed over points"
ADDRESSES = (ANY_POINTS, ROOTS, OWN_POINTS)
FEATURES = (OWN_POINTS, BUSIEST, ANY_POINTS, BUSY_POINTS, ROOTS)
LATELY_DAYS, MONTH_DAYS, AT_LEAST = 180.0, 30.0, 3


class PointMemory:
    """Readings of the incidents at each point (to the metre), summed over the cell; every number from before its origin.

    Points are what the agency publishes: addresses, blocks or anchors.
    """

    def __init__(self, history: History, grid: Grid) -> None:
        """Number the points."""
        east, north = np.round(history.xy_m).astype(np.int64).T
        _, first, self._point = np.unique((east << 32) + north, return_index=True, return_inverse=True)
        self._cell_of_point = grid.cell_of(history.xy_m[first])
        self._by_cell = np.argsort(self._cell_of_point, kind="stable")
        self._cells, self._first_of_cell = np.unique(self._cell_of_point[self._by_cell], return_index=True)
        self._t, self._own, self._n_cells = history.t_days, history.is_target, grid.n_cells
        self._made: dict[float, dict[str, Single]] = {}

    def at(self, origin_days: float) -> dict[str, Single]:
        """Return each reading (n_cells,) at an origin; made once."""
        if origin_days not in self._made:
            self._made[origin_days] = self._read(origin_days)
        return self._made[origin_days]

    def _read(self, origin_days: float) -> dict[str, Single]:
        past = self._t < origin_days
        own = past & self._own
        age, n = origin_days - self._t[own], len(self._cell_of_point)
        count = np.bincount(self._point[own], minlength=n)
        lately = np.bincount(self._point[own], weights=0.5 ** (age / LATELY_DAYS), minlength=n)
        any_count = np.bincount(self._point[past], minlength=n)
        month = np.floor(age / MONTH_DAYS).astype(np.int64)
        cell = self._cell_of_point[self._point[own]]
        active = np.unique((cell << 32) + month) >> 32
        busiest = np.zeros(self._n_cells, dtype=np.float32)
        busiest[self._cells] = np.maximum.reduceat(count[self._by_cell], self._first_of_cell)
        summed = {
            REPEATED: count * (count >= AT_LEAST),
            REPEATED_LATELY: lately * (count >= AT_LEAST),
            POWER: np.maximum(count - 0.75, 0) ** 1.15,
            OWN_POINTS: count > 0,
            ANY_POINTS: any_count > 0,
            BUSY_POINTS: any_count >= 5,
            ROOTS: np.sqrt(any_count),
        }
        readings = {name: self._sum(values) for name, values in summed.items()}
        readings[ACTIVE_MONTHS] = np.bincount(active, minlength=self._n_cells).astype(np.float32)
        readings[BUSIEST] = busiest
        return readings

    def _sum(self, values: NDArray[np.generic]) -> Single:
        return np.bincount(self._cell_of_point, weights=values.astype(float), minlength=self._n_cells).astype(
            np.float32
        )
