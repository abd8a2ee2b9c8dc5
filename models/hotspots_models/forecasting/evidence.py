"""The evidence about every cell at several origins: counts that fade with time, smoothed over space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import LeakError
from hotspots_models.forecasting.kernels import smooth_gaussian
from hotspots_models.forecasting.point_memory import ADDRESSES, READINGS, PointMemory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.grid import Grid
    from hotspots_models.history import History

    Single = NDArray[np.float32]

OWN = "own"  # the type(s) to forecast, taken together
OTHERS = "others"  # all other kinds, taken together
OF_TYPE = "type "  # before the code of another type
LITTLE = 0.02  # of a reading's mean: where there is less of it around, its local ratio leans on the city's


@dataclass(frozen=True)
class Component:
    """One reading of the past: which type, how fast it fades (half-life in days), how far it spreads (Gaussian sigma in cells).

    With ``around_cells`` each count of another type, or each address, is worth as many of the forecast type as come on one of it around
    there: its detail, where the forecast type has been.
    """

    kind: str
    half_life_days: float
    sigma_cells: float
    around_cells: float = 0.0

    @property
    def label(self) -> str:
        """Short name for settings and explanations."""
        memory = "all time" if np.isinf(self.half_life_days) else f"{self.half_life_days:g} d"
        kind = f"{self.kind} by own around it" if self.around_cells else self.kind
        return f"{kind}, {memory}, " + ("cell" if self.sigma_cells == 0 else f"{self.sigma_cells:g} cells")

    @property
    def family(self) -> str:
        """Which of the families of an explanation it belongs to."""
        if self.kind in ADDRESSES:
            return "number of addresses"
        if self.kind != OWN and self.kind not in READINGS:
            return "other offences"
        return "recent" if self.half_life_days <= 90 else "long memory"


class Evidence:
    """Faded counts by kind, half-life and cell at each origin, every number from before that origin.

    Parameters
    ----------
    history : History
        Usable rows: inside the grid, one an event.
    grid : Grid
    origins : (k,) float, days, ascending
    half_lives_days : tuple of float
        ``inf`` never fades.
    """

    def __init__(
        self,
        history: History,
        grid: Grid,
        *,
        origins: NDArray[np.float64],
        half_lives_days: tuple[float, ...],
        min_rows: int = 50,
    ) -> None:
        """Sort the rows into kinds, cells and periods between origins."""
        self.grid = grid
        self.origins = np.asarray(origins, dtype=float)
        self.half_lives_days = half_lives_days
        self._area_ratio: dict[float, Single] = {}
        self._faded: dict[tuple[str, float], Single] = {}
        if (history.t_days >= self.origins[-1]).any():
            raise LeakError(f"an incident lies at or after the last origin {self.origins[-1]:g}: cut the history first")
        own = history.is_target
        codes, counts = np.unique(history.crime_type[~own], return_counts=True)
        self.codes = [int(code) for code, n in zip(codes, counts, strict=True) if n >= min_rows]
        self.kinds = [OWN, *(f"{OF_TYPE}{code}" for code in self.codes)]
        kind = np.full(len(history), -1)
        kind[own] = 0
        for index, code in enumerate(self.codes, start=1):
            kind[~own & (history.crime_type == code)] = index
        used = kind >= 0
        self._kind, self._cell, self._t = kind[used], grid.cell_of(history.xy_m[used]), history.t_days[used]
        self._period = np.searchsorted(
            self.origins, self._t, side="right"
        )  # a row at an origin belongs to the period after it
        self.points = PointMemory(history, grid)

    def faded(self, kind: str, half_life_days: float) -> Single:
        """Return (n_origins, n_cells) faded counts of a kind; a row of age one half-life counts a half. Made once."""
        key = (kind, half_life_days)
        if key not in self._faded:
            self._faded[key] = self._fade(self._kind == self.kinds.index(kind), half_life_days)
        return self._faded[key]

    def faded_others(self, half_life_days: float) -> Single:
        """Return (n_origins, n_cells) faded counts of all other kinds together. Made once."""
        key = (OTHERS, half_life_days)
        if key not in self._faded:
            self._faded[key] = self._fade(self._kind > 0, half_life_days)
        return self._faded[key]

    def _fade(self, rows: NDArray[np.bool_], half_life_days: float) -> Single:
        cell, t, period, n_cells = self._cell[rows], self._t[rows], self._period[rows], self.grid.n_cells
        # each row counts as at the first origin after it, where it is one period old at most, and fades from there with its cell
        used = period < len(self.origins)
        cell, t, period = cell[used], t[used], period[used]
        weights = None if np.isinf(half_life_days) else 0.5 ** ((self.origins[period] - t) / half_life_days)
        new = np.bincount(period * n_cells + cell, weights=weights, minlength=len(self.origins) * n_cells)
        state = new.reshape(len(self.origins), n_cells).astype(float)
        for k in range(1, len(self.origins)):
            state[k] += state[k - 1] * 0.5 ** ((self.origins[k] - self.origins[k - 1]) / half_life_days)
        return state.astype(np.float32)

    def counts_after(self, origin: int, *, horizon_days: float, kind: int = 0) -> NDArray[np.float64]:
        """Return (n_cells,) incidents of a kind in [origin, origin + horizon): the outcome that this origin could not see."""
        start = self.origins[origin]
        rows = (self._kind == kind) & (self._t >= start) & (self._t < start + horizon_days)
        return np.bincount(self._cell[rows], minlength=self.grid.n_cells).astype(float)

    def counts_between(
        self, origin: int, *, from_days_ago: float, to_days_ago: float, kind: int = 0
    ) -> NDArray[np.float64]:
        """Return (n_cells,) incidents of a kind in [origin − from, origin − to)."""
        if to_days_ago < 0:
            raise LeakError(f"to_days_ago is {to_days_ago:g}: evidence must end at its origin")
        start, end = self.origins[origin] - from_days_ago, self.origins[origin] - to_days_ago
        rows = (self._kind == kind) & (self._t >= start) & (self._t < end)
        return np.bincount(self._cell[rows], minlength=self.grid.n_cells).astype(float)

    def last_before(self, origin: int, *, kind: int = 0) -> NDArray[np.float64]:
        """Return (n_cells,) day of the last incident of a kind before an origin; -inf where there was none."""
        last = np.full(self.grid.n_cells, -np.inf)
        rows = (self._kind == kind) & (self._t < self.origins[origin])
        np.maximum.at(last, self._cell[rows], self._t[rows])
        return last

    def smoothed(self, values: Single, *, sigma_cells: float) -> Single:
        """Return values (..., n_cells) smoothed over space with filter(count)/filter(area) · area; sigma 0 leaves them."""
        if sigma_cells == 0:
            return values
        grid = self.grid
        flat = values.reshape(-1, grid.n_cells)
        rasters = np.zeros((len(flat), grid.shape[0] * grid.shape[1]), dtype=np.float32)
        rasters[:, grid.flat] = flat
        smooth = smooth_gaussian(rasters.reshape(-1, *grid.shape), sigma_cells=sigma_cells)
        cells = smooth.reshape(len(flat), -1)[:, grid.flat]
        return (cells * self._area_over_filtered_area(sigma_cells)).reshape(values.shape)

    def _area_over_filtered_area(self, sigma_cells: float) -> Single:
        """(n_cells,) area of the cell over the smoothed area around it, both as shares of a full square."""
        covered = self.grid.area_m2 / self.grid.cell_size_m**2
        if sigma_cells not in self._area_ratio:
            around = self.grid.values(smooth_gaussian(self.grid.raster(covered), sigma_cells=sigma_cells))
            self._area_ratio[sigma_cells] = (covered / np.maximum(around, 0.02)).astype(np.float32)
        return self._area_ratio[sigma_cells]

    def _reading(self, component: Component, origin: int, ratios: dict[tuple[str, float], Single]) -> Single:
        """Return (n_cells,) what a component counts at an origin, before it is smoothed."""
        kind, around = component.kind, component.around_cells
        counts = self._counts(kind, origin, half_life_days=component.half_life_days)
        if not around:
            return counts
        if (kind, around) not in ratios:
            ratios[kind, around] = self.local_ratio(kind, origin, around_cells=around)
        return counts * ratios[kind, around]

    def local_ratio(self, kind: str, origin: int, *, around_cells: float) -> Single:
        """Return (n_cells,) how many of the forecast type came on one of a kind, or on one such address, around a cell, before an origin.

        The ratio of two kernel densities [Kelsall & Diggle 1995]. Where the kind is rare it leans on the ratio of the whole city.
        """
        own = self.smoothed(self._counts(OWN, origin), sigma_cells=around_cells)
        around = self.smoothed(self._counts(kind, origin), sigma_cells=around_cells)
        total = np.maximum(around.sum(), np.float32(1e-6))
        prior = np.float32(LITTLE) * total / self.grid.n_cells
        ratio = (own + prior * own.sum() / total) / (around + prior)
        return ratio.astype(np.float32)

    def _counts(self, kind: str, origin: int, *, half_life_days: float = np.inf) -> Single:
        """(n_cells,) incidents of a kind, or what the points remember."""
        if kind in self.kinds:
            return self.faded(kind, half_life_days)[origin]
        return self.points.at(float(self.origins[origin]))[kind]

    def shares(self, components: list[Component], *, origins: NDArray[np.int64]) -> Single:
        """Return (n_origins, n_components, n_cells) each component as a distribution over cells; uniform where it knows nothing."""
        out = np.empty((len(origins), len(components), self.grid.n_cells), dtype=np.float32)
        by_sigma: dict[float, list[int]] = {}
        for index, component in enumerate(components):
            by_sigma.setdefault(component.sigma_cells, []).append(index)
        for row, origin in enumerate(origins.tolist()):
            ratios: dict[tuple[str, float], Single] = {}
            for sigma, indices in by_sigma.items():
                readings = np.stack([self._reading(components[i], origin, ratios) for i in indices])
                out[row, indices] = self.smoothed(readings, sigma_cells=sigma)
        totals = out.sum(axis=2, dtype=np.float64)
        uniform = (self.grid.area_m2 / self.grid.area_m2.sum()).astype(np.float32)
        known = totals > 0
        out /= np.where(known, totals, 1.0)[:, :, None].astype(np.float32)
        out[~known] = uniform
        return out
