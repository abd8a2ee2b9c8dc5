"""How sure a forecast is of each cell: interval of the count, chance of being in the top, range of the rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError
from hotspots_models.scoring.metrics import ranking_area

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from hotspots_models.base import FittedModel

    Floats = NDArray[np.floating[Any]]

USUAL_DISPERSION = 0.3  # of cells round their forecast, where a model has not measured its own


@dataclass(frozen=True)
class CellUncertainty:
    """Per cell or area: the count's interval, the chance of being among the top, the range of the rank."""

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
    """Say how sure a fitted model is of each cell.

    Cells vary round their forecast with the dispersion φ that was measured on windows which the model had not seen
    (``settings["cell_dispersion"]``). Where the fit itself is unsure (the weights of a mixture), its rates are drawn anew as well.
    """
    rng = np.random.default_rng(seed)
    return unit_uncertainty(
        fitted.expected(),
        dispersion=dispersion_of(fitted.settings),
        common=common_dispersion_of(fitted.settings),
        support=fitted.support,
        ranked_by=ranking_area(fitted.grid.area_m2),
        area_m2=fitted.grid.area_m2,
        budget_m2=top_share * float(fitted.grid.area_m2.sum()),
        level=level,
        draws=draws,
        refits=fitted.rate_draws(draws, rng),
        rng=rng,
    )


def dispersion_of(settings: Mapping[str, Any]) -> float:
    """Return the dispersion between cells that a model measured, or the usual one."""
    return float(settings.get("cell_dispersion", USUAL_DISPERSION))


def common_dispersion_of(settings: Mapping[str, Any]) -> float:
    """Return the dispersion of the city total, which all its cells share; 0 where none was measured."""
    return float(settings.get("city_total_settings", {}).get("dispersion", 0.0))


def unit_uncertainty(
    expected: Floats,
    *,
    dispersion: float | Floats,
    common: float = 0.0,
    support: Floats | None,
    ranked_by: Floats,
    area_m2: Floats,
    budget_m2: float,
    level: float = 0.9,
    draws: int = 200,
    refits: Callable[[int], Floats] | None = None,
    rng: np.random.Generator | None = None,
) -> CellUncertainty:
    """Say how sure a forecast is of each unit, a cell or an area.

    The count of a window is negative binomial round λ with dispersion φ. The lasting rate of a unit is surer than that: λ G with G gamma
    of mean 1 and shape 1/φ + n, the posterior after the n incidents that it has had. Ranks are by lasting rate over ``ranked_by``, 1 the
    highest, ties in another order each draw; a unit is in the top of a draw where the budget (true square metres) reaches it.

    Parameters
    ----------
    expected, support, ranked_by, area_m2 : (n,) float
    dispersion : float or (n,) float
        Of each unit for itself.
    common : float
        Of the city total, which all units share: it widens counts and moves no rank.
    refits : callable, optional
        From a draw to (n,) drawn over fitted rates.
    """
    if not 0 < level < 1 or not 0 < budget_m2 <= float(area_m2.sum()) * (1 + 1e-9):
        raise InputError(f"level {level} must lie between 0 and 1, and budget_m2 {budget_m2:g} within the area")
    rng = np.random.default_rng(0) if rng is None else rng
    ties = np.random.default_rng(
        len(expected)
    )  # units where nothing is expected: by index one side of the city would be first
    spread = np.broadcast_to(np.maximum(dispersion, 1e-9), expected.shape)
    shape = 1 / spread + (0.0 if support is None else support)
    ranks, in_top = np.empty((draws, len(expected)), dtype=np.int32), np.zeros(len(expected))
    for draw in range(draws):
        rate = expected * rng.gamma(shape, 1 / shape) * (1.0 if refits is None else refits(draw))
        shuffled = ties.permutation(rate.size)
        order = shuffled[np.argsort(-(rate / ranked_by)[shuffled], kind="stable")]
        ranks[draw, order] = np.arange(1, rate.size + 1)
        in_top[order[np.cumsum(area_m2[order]) <= budget_m2 * (1 + 1e-9)]] += 1
    tails = [(1 - level) / 2, (1 + level) / 2]
    first, last = np.quantile(ranks, tails, axis=0, method="inverted_cdf").astype(np.int64)
    low, high = count_interval(expected, dispersion=spread + common, level=level)
    return CellUncertainty(level, budget_m2 / float(area_m2.sum()), low, high, in_top / draws, first, last)


def count_interval(
    expected: Floats, *, dispersion: Floats, level: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (n,) lower and upper end of the central interval of negative binomial counts: variance λ + φ λ²."""
    from scipy.stats import nbinom

    tails = np.array([[(1 - level) / 2], [(1 + level) / 2]])
    low, high = nbinom.ppf(tails, 1 / dispersion, 1 / (1 + dispersion * expected)).astype(np.int64)
    return low, high


def summed_dispersion(expected: Floats, unit: NDArray[np.int64], n_units: int, *, dispersion: float | Floats) -> Floats:
    """Return (n_units,) dispersion of the sums of cells that vary each for itself: Σ φλ² / (Σλ)²; ``unit`` is -1 for a cell of none."""
    used = unit >= 0
    squares = np.bincount(unit[used], weights=(dispersion * expected**2)[used], minlength=n_units)
    sums = np.bincount(unit[used], weights=expected[used], minlength=n_units)
    return np.divide(squares, sums**2, out=np.full(n_units, USUAL_DISPERSION), where=sums > 0)
