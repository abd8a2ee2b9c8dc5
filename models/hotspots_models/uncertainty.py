"""How sure a forecast is of each cell: interval of the count, chance of being in the top, range of the rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError
from hotspots_models.metrics import ranking_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.base import FittedModel

    Floats = NDArray[np.floating[Any]]

USUAL_DISPERSION = 0.3  # of cells round their forecast, where a model has not measured its own


@dataclass(frozen=True)
class CellUncertainty:
    """Per cell, from draws of the true rates and of the counts they give."""

    level: float
    top_share: float
    count_low: NDArray[np.int64]
    count_high: NDArray[np.int64]
    chance_in_top: Floats
    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]


def cell_dispersion(expected: Floats, observed: Floats) -> float:
    """Return the negative-binomial dispersion of counts round their expectation, by moments: Σ((y − λ)² − y) / Σλ², at least 0.

    With y ~ Poisson(λ G), G of mean 1: Var G = E[(y − λ)² − y] / λ². Weighted to the cells with many incidents, which lists are made of.
    """
    return float(max(np.sum((observed - expected) ** 2 - observed) / max(float(np.sum(expected**2)), 1e-300), 0.0))


def cell_uncertainty(
    fitted: FittedModel, *, level: float = 0.9, top_share: float = 0.01, draws: int = 200, seed: int = 0
) -> CellUncertainty:
    """Draw rates and counts for every cell.

    The count of a window is negative binomial round λ, with the dispersion φ that was measured on windows which the model had not seen
    (``settings["cell_dispersion"]``). The lasting rate of a cell is surer than that: λ G with G gamma of mean 1 and shape 1/φ + n, the
    posterior after the n incidents that the cell has had (``support``). Where the model is a mixture its weights are drawn anew as well,
    Dirichlet round the fitted ones with as many incidents as chose them (the Bayesian bootstrap, Rubin [1981]). Ranks are by lasting rate
    a square metre, 1 the highest.
    """
    if not 0 < level < 1 or not 0 < top_share <= 1:
        raise InputError(f"level {level} and top_share {top_share} must lie between 0 and 1")
    rng = np.random.default_rng(seed)
    expected, area = fitted.expected(), fitted.grid.area_m2
    dispersion = float(fitted.settings.get("cell_dispersion", USUAL_DISPERSION))
    budget, ranked_by = top_share * area.sum(), ranking_area(area)
    mixtures = _mixture_draws(fitted, draws=draws, rng=rng)
    ranks = np.empty((draws, len(expected)), dtype=np.int32)
    counts = np.empty((draws, len(expected)), dtype=np.int32)
    in_top = np.zeros(len(expected))
    for draw in range(draws):
        rate = expected if mixtures is None else expected * mixtures(draw)
        if dispersion > 0:
            counts[draw] = rng.poisson(rate * rng.gamma(1 / dispersion, dispersion, size=rate.size))
            shape = 1 / dispersion + (0.0 if fitted.support is None else fitted.support)
            rate = rate * rng.gamma(shape, 1 / shape, size=rate.size)
        else:
            counts[draw] = rng.poisson(rate)
        order = np.argsort(-rate / ranked_by, kind="stable")
        ranks[draw, order] = np.arange(1, rate.size + 1)
        in_top[order[np.cumsum(area[order]) <= budget * (1 + 1e-9)]] += 1
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(counts, tails, axis=0, method="inverted_cdf")
    first, last = np.quantile(ranks, tails, axis=0, method="inverted_cdf")
    return CellUncertainty(
        level,
        top_share,
        low.astype(np.int64),
        high.astype(np.int64),
        in_top / draws,
        first.astype(np.int64),
        last.astype(np.int64),
    )


def _mixture_draws(fitted: FittedModel, *, draws: int, rng: np.random.Generator) -> Any | None:
    """Return a function from a draw to (n_cells,) the drawn mixture over the fitted one, or None where there is no mixture."""
    ensemble, prep = getattr(fitted, "ensemble", None), getattr(fitted, "prep", None)
    mixture = getattr(fitted, "mixture", None) or (ensemble.mixture if ensemble is not None else None)
    parts = getattr(fitted, "parts", None)
    if parts is None and prep is not None:
        parts = prep.parts(prep.now)
    if mixture is None or parts is None:
        return None
    uniform = fitted.grid.area_m2 / fitted.grid.area_m2.sum()
    base = mixture.shares(parts, uniform)
    alpha = np.maximum(mixture.weights * mixture.n_incidents, 1e-3)
    weights = rng.dirichlet(alpha, size=draws)
    return lambda draw: (weights[draw, :-1] @ parts + weights[draw, -1] * uniform) / base
