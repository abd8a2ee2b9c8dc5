"""Kernel density estimation: fixed, adaptive and dual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hotspots_models.base import Grid, History, InputError
from hotspots_models.forecasting.kernels import edge_corrected, inside_share, kernel_value, splat
from hotspots_models.forecasting.share_model import ShareModel, Spread, Task
from hotspots_models.scoring.metrics import log_skill

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CANDIDATES_IN_CELLS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
FEWEST_INCIDENTS = 20  # in the scored windows: below that a choice of bandwidth would be a choice of noise
STEPS_AN_OCTAVE = 4  # adaptive bandwidths are rounded to such steps


def density(xy_m: Floats, grid: Grid, *, bandwidth_m: float, kernel: str = "quartic") -> Floats:
    """Return (n_cells,) the edge-corrected density with one bandwidth, incidents a square metre."""
    share = inside_share(grid, bandwidth_m=bandwidth_m, kernel=kernel)
    return edge_corrected(splat(xy_m, grid, bandwidth_m=bandwidth_m, kernel=kernel), share, grid)


def adaptive_bandwidths(xy_m: Floats, grid: Grid, *, bandwidth_m: float, kernel: str = "quartic") -> Floats:
    """Return (n,) bandwidths h (f(x_i)/g)^(−1/2), metres: narrow where incidents are dense [Abramson 1982].

    f is the pilot density with the fixed bandwidth, g its geometric mean over the incidents [Silverman 1986, 5.3]. They are kept within a
    quarter and four times of h and rounded to quarter octaves, so that incidents of one bandwidth are splatted together.
    """
    pilot = grid.values(splat(xy_m, grid, bandwidth_m=bandwidth_m, kernel=kernel))
    cell = grid.cell_of(xy_m)
    # a point is in reach of its own cell's centre unless the bandwidth is under a cell's half diagonal: then its own kernel is the floor
    own = kernel_value(np.zeros(1), kernel=kernel)[0] / bandwidth_m**2
    at_points = np.maximum(np.where(cell >= 0, pilot[np.maximum(cell, 0)], own), 0.05 * own)
    local = np.sqrt(np.exp(np.mean(np.log(at_points))) / at_points)
    octaves = np.round(np.clip(np.log2(local), -2, 2) * STEPS_AN_OCTAVE) / STEPS_AN_OCTAVE
    return bandwidth_m * 2.0**octaves


def adaptive_density(xy_m: Floats, grid: Grid, *, bandwidth_m: float, kernel: str = "quartic") -> Floats:
    """Return (n_cells,) the edge-corrected density with Abramson's bandwidths, incidents a square metre."""
    result = np.zeros(grid.n_cells)
    if len(xy_m):
        bandwidths = adaptive_bandwidths(xy_m, grid, bandwidth_m=bandwidth_m, kernel=kernel)
        for bandwidth in np.unique(bandwidths):
            result += density(xy_m[bandwidths == bandwidth], grid, bandwidth_m=float(bandwidth), kernel=kernel)
    return result


def choose_bandwidth(
    target: History, grid: Grid, *, as_of: float, horizon_days: float, kernel: str = "quartic", windows: int = 6
) -> tuple[float, dict[str, Any]]:
    """Return the bandwidth in metres that foretold past windows best, and the announcement.

    Temporal likelihood: fit before T, score the log skill on [T, T + horizon), over the last ``windows`` such periods. Leave-one-out
    likelihood runs to zero where addresses are geocoded to the same point. With too few incidents: two cells, and it says so.
    """
    scores: dict[float, float] = {}
    origins = [as_of - horizon_days * k for k in range(windows, 0, -1)]
    tests = [target.between(origin, origin + horizon_days) for origin in origins]
    scored = [(target.before(o), grid.counts(test.xy_m)) for o, test in zip(origins, tests, strict=True)]
    scored = [(past, counts) for past, counts in scored if len(past) and counts.sum() > 0]
    if sum(counts.sum() for _, counts in scored) < FEWEST_INCIDENTS:
        default = 2 * grid.cell_size_m
        return default, {"bandwidth_m": default, "bandwidth_chosen_by": "too few incidents to choose: two cells"}
    for in_cells in CANDIDATES_IN_CELLS:
        bandwidth = in_cells * grid.cell_size_m
        share = inside_share(grid, bandwidth_m=bandwidth, kernel=kernel)
        total = 0.0
        for past, counts in scored:
            fitted = (
                edge_corrected(splat(past.xy_m, grid, bandwidth_m=bandwidth, kernel=kernel), share, grid) * grid.area_m2
            )
            total += counts.sum() * (log_skill(fitted, counts, grid.area_m2) or 0.0)
        scores[bandwidth] = total / sum(counts.sum() for _, counts in scored)
    best = max(scores, key=lambda bandwidth: scores[bandwidth])
    announced = {f"{bandwidth:g}": round(score, 6) for bandwidth, score in scores.items()}
    return best, {
        "bandwidth_m": best,
        "bandwidth_chosen_by": "temporal likelihood",
        "log_skill_by_bandwidth_m": announced,
    }


@dataclass(frozen=True)
class KDE(ShareModel):
    """Kernel density of all past incidents of the type, fixed bandwidth, edge-corrected, scaled to the city total.

    The quartic kernel is the field's usual one [Chainey, Tompson & Uhlig 2008]. ``bandwidth_m=None`` chooses by temporal likelihood.
    """

    bandwidth_m: float | None = None
    kernel: str = "quartic"
    name: ClassVar[str] = "kde"

    def spread(self, task: Task) -> Spread:
        """Choose the bandwidth where none is given, and smooth."""
        target, grid = task.target, task.grid
        if self.bandwidth_m is None:
            bandwidth, chosen = choose_bandwidth(
                target, grid, as_of=task.as_of, horizon_days=task.horizon_days, kernel=self.kernel
            )
        elif self.bandwidth_m > 0:
            bandwidth, chosen = self.bandwidth_m, {"bandwidth_m": self.bandwidth_m, "bandwidth_chosen_by": "given"}
        else:
            raise InputError(
                f"bandwidth_m is {self.bandwidth_m}: give a length in metres above 0, or None to have it chosen"
            )
        shares = self.smooth(target.xy_m, grid, bandwidth) * grid.area_m2 if len(target) else grid.area_m2
        return Spread(shares, {"kernel": self.kernel, **chosen})

    def smooth(self, xy_m: Floats, grid: Grid, bandwidth_m: float) -> Floats:
        """Return (n_cells,) density with one bandwidth."""
        return density(xy_m, grid, bandwidth_m=bandwidth_m, kernel=self.kernel)


@dataclass(frozen=True)
class AdaptiveKDE(KDE):
    """Kernel density with a bandwidth that narrows where incidents are dense [Abramson 1982]."""

    name: ClassVar[str] = "kde_adaptive"

    def smooth(self, xy_m: Floats, grid: Grid, bandwidth_m: float) -> Floats:
        """Return (n_cells,) density with Abramson's bandwidths round the given one."""
        return adaptive_density(xy_m, grid, bandwidth_m=bandwidth_m, kernel=self.kernel)


def dual_density(
    xy_m: Floats, base_xy_m: Floats, grid: Grid, *, bandwidth_m: float, kernel: str = "quartic", as_: str = "ratio"
) -> np.ma.MaskedArray:
    """Return (n_cells,) two densities compared: ``ratio`` (risk against a base such as people or an earlier period) or ``difference``.

    Both surfaces are divided by their own number of points, so 1 (or 0) means "as the base" [Levine's CrimeStat; Bithell 1990].
    Where the base has less than a thousandth of its mean density the ratio says nothing and is masked.
    """
    if as_ not in ("ratio", "difference"):
        raise InputError(f"as_ is {as_!r}: choose ratio or difference")
    if not len(xy_m) or not len(base_xy_m):
        return np.ma.masked_all(grid.n_cells)
    top = density(xy_m, grid, bandwidth_m=bandwidth_m, kernel=kernel) / len(xy_m)
    base = density(base_xy_m, grid, bandwidth_m=bandwidth_m, kernel=kernel) / len(base_xy_m)
    if as_ == "difference":
        return np.ma.masked_array(top - base, mask=False)
    silent = base <= 0.001 * base.mean()
    return np.ma.masked_array(top / np.where(silent, 1.0, base), mask=silent)
