"""Cell ETAS: each cell has its own background, and each incident raises its cell for a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hotspots_models.forecasting.share_model import ShareModel, Spread, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class EtasFit:
    """λ_c(t) = μ_c + Σ_{t_i < t in c} θ ω e^{−ω (t − t_i)}; times in days."""

    background_a_day: Floats
    theta: float
    omega: float
    iterations: int


def excitation(cell: Ints, t_days: Floats, *, omega: float) -> tuple[Floats, Floats]:
    """Return (n,) Σ_j e^{−ω(t_i − t_j)} and Σ_j (t_i − t_j) e^{−ω(t_i − t_j)} over the earlier incidents j of the same cell.

    One pass: the sums at an incident follow from those at the one before it. ``cell, t_days (n,)`` are sorted by cell, then time.
    Incidents of the same instant do not excite one another.
    """
    n = len(cell)
    first = np.r_[True, cell[1:] != cell[:-1]] if n else np.zeros(0, dtype=bool)
    start = np.flatnonzero(first)
    place = np.arange(n) - np.repeat(start, np.diff(np.r_[start, n]))
    gap = np.r_[0.0, np.diff(t_days)]
    # several incidents at one instant: the number that arrived with the one before is added once time moves on
    level, moment, held = np.zeros(n), np.zeros(n), np.ones(n)
    by_place = np.argsort(place, kind="stable")
    steps = np.split(by_place, np.cumsum(np.bincount(place))[:-1]) if n else []
    for i in steps[1:]:  # the second incidents of all cells together, then the third ones, ...
        moved = gap[i] > 0
        fade = np.where(moved, np.exp(-omega * gap[i]), 1.0)
        before, weight = i - 1, np.where(moved, held[i - 1], 0.0)
        level[i] = fade * (level[before] + weight)
        moment[i] = fade * (moment[before] + gap[i] * (level[before] + weight))
        held[i] = np.where(moved, 1.0, held[before] + 1.0)
    return level, moment


def fit_etas(
    cell: Ints,
    t_days: Floats,
    *,
    n_cells: int,
    start: float,
    end: float,
    iterations: int = 200,
    tolerance: float = 1e-6,
) -> EtasFit:
    """Return background, θ and ω by expectation maximisation with the edge-corrected M-step [Mohler et al. 2015, eq. 3–6].

    θ = Σ p_ij / Σ_j (1 − e^{−ω(T − t_j)}) and ω = Σ p_ij / (Σ p_ij (t_i − t_j) + θ Σ_j (T − t_j) e^{−ω(T − t_j)}): offspring that would
    come after the end T are not counted as missing.
    """
    order = np.lexsort((t_days, cell))
    cell, t_days = cell[order], t_days[order]
    span, left = end - start, end - t_days
    theta, omega = 0.2, 0.1
    mu = (np.bincount(cell, minlength=n_cells) + 1e-9) * (1 - theta) / span
    done = 0
    while done < iterations:
        done += 1
        level, moment = excitation(cell, t_days, omega=omega)
        rate = mu[cell] + theta * omega * level
        triggered = theta * omega * level / rate
        waiting = theta * omega * moment / rate
        mu = np.bincount(cell, weights=mu[cell] / rate, minlength=n_cells) / span
        outlast = np.exp(-omega * left)
        born = float(triggered.sum())
        new_theta = min(born / max(float((1 - outlast).sum()), 1e-12), 0.99)
        new_omega = float(np.clip(born / max(float(waiting.sum() + theta * (left * outlast).sum()), 1e-12), 1e-3, 10.0))
        moved = abs(new_theta - theta) + abs(np.log(new_omega / omega))
        theta, omega = new_theta, new_omega
        if moved < tolerance:
            break
    return EtasFit(mu, theta, omega, done)


def expected_in_horizon(fit: EtasFit, cell: Ints, t_days: Floats, *, as_of: float, horizon_days: float) -> Floats:
    """Return (n_cells,) μ L + (tr/ω)(1 − e^{−ωL}), where tr is what past incidents still add at the origin."""
    weights = fit.theta * fit.omega * np.exp(-fit.omega * (as_of - t_days))
    still = np.bincount(cell, weights=weights, minlength=len(fit.background_a_day))
    return fit.background_a_day * horizon_days + still / fit.omega * (1 - np.exp(-fit.omega * horizon_days))


@dataclass(frozen=True)
class CellETAS(ShareModel):
    """The self-exciting model of the Los Angeles and Kent field trials [Mohler et al. 2015], cell by cell, scaled to the city total."""

    name: ClassVar[str] = "etas"

    def spread(self, task: Task) -> Spread:
        """Estimate and look ahead."""
        target, grid = task.target, task.grid
        if not len(target):
            return Spread(grid.area_m2)
        cell, start = grid.cell_of(target.xy_m), float(target.t_days.min())
        fit = fit_etas(cell, target.t_days, n_cells=grid.n_cells, start=start, end=task.as_of)
        shares = expected_in_horizon(fit, cell, target.t_days, as_of=task.as_of, horizon_days=task.horizon_days)
        half_life_days = float(np.log(2) / fit.omega)
        announced = {"theta": fit.theta, "omega_a_day": fit.omega, "half_life_days": half_life_days}
        return Spread(shares, {**announced, "em_iterations": fit.iterations})
