"""How good a forecast was: definitions of the field, on cells of unequal area. ``None`` where nothing can be said.

Throughout ``expected (n_cells,)`` are expected incidents, ``observed (n_cells,)`` counted ones, ``area_m2 (n_cells,)`` square metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Mask = NDArray[np.bool_]

SQUARE_MILE_M2 = 2_589_988.110336
SLIVER = 0.5  # of the largest cell
UNIFORM_SHARE = (
    0.001  # mixed into a forecast before a logarithm is taken: one incident in a cell of expectation 0 must not be -inf
)


def ranking_area(area_m2: Floats) -> Floats:
    """Return (n_cells,) the area that a cell is ranked by: its own, but never less than half of the largest cell's.

    What the edge of the study area leaves of a cell may be a few square metres, where one incident is an immense density. Lists, flagged
    sets and ranks all divide by this area; the budget is spent in true square metres.
    """
    return np.maximum(area_m2, SLIVER * np.max(area_m2))


def rank(expected: Floats, area_m2: Floats) -> NDArray[np.int64]:
    """Return (n_cells,) cells from the highest density to the lowest, by :func:`ranking_area`.

    Ties (thousands of cells with no count, for a raw count) fall in an order that is fixed but blind to geography: by index they would
    favour one side of the city.
    """
    return densest_first(np.asarray(expected, dtype=float) / ranking_area(area_m2))


def densest_first(density: Floats) -> NDArray[np.int64]:
    """Return (n,) units from the highest density to the lowest; ties in an order that is fixed but blind to geography."""
    shuffled = np.random.default_rng(len(density)).permutation(len(density))
    return shuffled[np.argsort(-density[shuffled], kind="stable")]


def flag(expected: Floats, area_m2: Floats, *, budget_m2: float | None = None, share: float | None = None) -> Mask:
    """Return (n_cells,) True for the cells that a budget pays for, from the top of the ranking until it is spent.

    Give either ``budget_m2`` or ``share`` of the whole area. The first cell that no longer fits ends the set.
    """
    if (budget_m2 is None) == (share is None):
        raise InputError("give a budget either in square metres (budget_m2) or as a share of the area (share)")
    budget = float(share * area_m2.sum()) if share is not None else float(budget_m2 or 0.0)
    order = rank(expected, area_m2)
    flagged = np.zeros(len(area_m2), dtype=bool)
    flagged[order[np.cumsum(area_m2[order]) <= budget * (1 + 1e-9)]] = True
    return flagged


def hit_rate(flagged: Mask, observed: Floats) -> float | None:
    """Share of the incidents that fell in the flagged cells, n/N."""
    total = float(np.sum(observed))
    return float(np.sum(observed[flagged])) / total if total > 0 else None


def pai(flagged: Mask, observed: Floats, area_m2: Floats) -> float | None:
    """Prediction accuracy index, (n/N)/(a/A) [Chainey, Tompson & Uhlig 2008]."""
    rate, share = hit_rate(flagged, observed), float(area_m2[flagged].sum() / area_m2.sum())
    return rate / share if rate is not None and share > 0 else None


def pei_star(flagged: Mask, observed: Floats, area_m2: Floats) -> float | None:
    """Prediction efficiency index*: n over the most incidents that any set of the same area could hold [NIJ 2017; Hunt 2016].

    With cells of unequal area the best set is a knapsack; the bound that fills it greedily by density and splits the last cell is
    used, so the index never flatters. On equal cells it is exact.
    """
    budget = float(area_m2[flagged].sum())
    order = densest_first(observed / area_m2)
    spent = np.cumsum(area_m2[order])
    part = np.clip(1 - (spent - budget) / area_m2[order], 0, 1)
    part[part < 1e-9] = 0.0
    best = float(np.sum(part * observed[order]))
    return float(observed[flagged].sum()) / best if best > 0 else None


def recapture_ratio(flagged: Mask, observed: Floats, observed_in_training: Floats) -> float | None:
    """Hit rate in the test window over the hit rate of the same cells in the training window [Levine 2008]."""
    test, training = hit_rate(flagged, observed), hit_rate(flagged, observed_in_training)
    return test / training if test is not None and training else None


def with_uniform(expected: Floats, area_m2: Floats, *, uniform_share: float = UNIFORM_SHARE) -> Floats:
    """Return (n_cells,) the forecast as shares of its total, with a little of the uniform forecast mixed in."""
    uniform = area_m2 / area_m2.sum()
    total = float(np.sum(expected))
    return uniform if total <= 0 else (1 - uniform_share) * expected / total + uniform_share * uniform


def log_skill(expected: Floats, observed: Floats, area_m2: Floats) -> float | None:
    """Mean log ratio of the forecast's density to the uniform one, nats an incident, with 0.1 % uniform mixed in.

    (1/N) Σ y_c ln((λ_c/Σλ)/(a_c/A)). A proper score, far less noisy than PAI: models are selected on it.
    """
    total = float(np.sum(observed))
    if total <= 0:
        return None
    share = with_uniform(expected, area_m2)
    hit = observed > 0
    return float(np.sum(observed[hit] * np.log(share[hit] * area_m2.sum() / area_m2[hit])) / total)


def poisson_deviance(expected: Floats, observed: Floats) -> float:
    """2 Σ (y ln(y/λ) − (y − λ))."""
    hit = observed > 0
    return float(
        2 * (np.sum(observed[hit] * np.log(observed[hit] / expected[hit])) - np.sum(observed) + np.sum(expected))
    )


def deviance_explained(expected: Floats, observed: Floats, area_m2: Floats) -> float | None:
    """Share of the Poisson deviance of the uniform forecast (same total) that the forecast explains, 1 − D(λ)/D(uniform)."""
    total = float(np.sum(expected))
    if total <= 0 or np.sum(observed) <= 0:
        return None
    uniform = poisson_deviance(total * area_m2 / area_m2.sum(), observed)
    return 1 - poisson_deviance(total * with_uniform(expected, area_m2), observed) / uniform if uniform > 0 else None


@dataclass(frozen=True)
class CaptureCurve:
    """Share of the incidents captured against share of the area flagged, with the best possible curve. The diagonal is chance."""

    area_share: Floats
    hit_rate: Floats
    best: Floats


def capture_curve(expected: Floats, observed: Floats, area_m2: Floats, *, points: int = 201) -> CaptureCurve | None:
    """Return the capture curve at ``points`` area shares, dense near 0 (quadratic spacing), both ends included."""
    total = float(np.sum(observed))
    if total <= 0:
        return None
    at = np.linspace(0, 1, points) ** 2

    def captured(order: NDArray[np.int64]) -> Floats:
        spent = np.concatenate([[0.0], np.cumsum(area_m2[order])]) / area_m2.sum()
        return np.interp(at, spent, np.concatenate([[0.0], np.cumsum(observed[order])]) / total)

    return CaptureCurve(at, captured(rank(expected, area_m2)), captured(densest_first(observed / area_m2)))
