"""The part that a forecast leaves unexplained: how much the cells still differ, window after window, from what was expected of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotspots_models.scoring.metrics import flag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


class SharedVariance(NamedTuple):
    """Variance of the factor that departures share, and its standard error (bootstrap over cells)."""

    value: float
    standard_error: float


def lasting_variance(expected: Floats, observed: Floats, *, draws: int = 400, seed: int = 0) -> SharedVariance | None:
    """Estimate how much the cells' true rates differ from the expected ones in a way that lasts from window to window.

    Say the rate of cell c in window w is λ_cw · e_c, with e_c of mean 1. Chance alone leaves the departures y − λ of two windows without
    any link, so their products estimate the variance of e: Σ_c Σ_{v≠w} (y_cv − λ_cv)(y_cw − λ_cw) / Σ_c Σ_{v≠w} λ_cv λ_cw, the moment
    estimator of a shared frailty. 0: nothing that lasts is left to learn about the cells; below 0 it is chance.

    Parameters
    ----------
    expected, observed : (n_windows, n_cells) float
        Incidents forecast and reported, window by window; each forecast is scaled to the incidents of its window, so that an error of
        the city total is not taken for one of the cells.

    Returns
    -------
    SharedVariance or None
        None with fewer than two windows that hold incidents.
    """
    rate = _of_its_window(expected, observed)
    return _estimate(_of_pairs(observed - rate), _of_pairs(rate), draws=draws, seed=seed)


def variance_shared_with_neighbours(
    expected: Floats, observed: Floats, neighbours: Any, *, windows_later: int, draws: int = 400, seed: int = 0
) -> SharedVariance | None:
    """Estimate how much cells depart from their forecasts together with their neighbours, in the same window or some windows later.

    As in `lasting_variance`, of pairs of a cell and a neighbour: Σ (y_bw − λ_bw)(y_c,w+k − λ_c,w+k) / Σ λ_bw λ_c,w+k. What is there at
    once (k = 0) and gone by the next window is a series that began after the forecast was made.

    Parameters
    ----------
    expected, observed : (n_windows, n_cells) float
        As in `lasting_variance`; the windows follow one another.
    neighbours : (n_cells, n_cells) sparse
        1 where two cells are neighbours, nothing on the diagonal (`local_statistics.queen_neighbours`).
    windows_later : int
        k, at least 0.

    Returns
    -------
    SharedVariance or None
        None where no window that holds incidents has another k windows later.
    """
    rate = _of_its_window(expected, observed)
    first, later = slice(0, len(rate) - windows_later), slice(windows_later, None)

    def of_neighbours(values: Floats) -> Floats:
        return ((neighbours @ values[first].T).T * values[later]).sum(axis=0)

    return _estimate(of_neighbours(observed - rate), of_neighbours(rate), draws=draws, seed=seed)


def hit_rate_if_known(
    expected: Floats, area_m2: Floats, *, share: float, variance: float, draws: int = 20, seed: int = 0
) -> float:
    """Return the hit rate at a share of the area of one who knew every cell's lasting factor, over that of the forecast.

    ``expected (n_cells,)`` is the forecast; the factors are drawn from a gamma distribution of mean 1 and the given variance.
    """
    if variance <= 0:
        return 1.0
    rng, ratios = np.random.default_rng(seed), []
    flagged = flag(expected, area_m2, share=share)
    for _ in range(draws):
        truth = expected * rng.gamma(1 / variance, variance, size=len(expected))
        ratios.append(truth[flag(truth, area_m2, share=share)].sum() / truth[flagged].sum())
    return float(np.mean(ratios))


def _of_its_window(expected: Floats, observed: Floats) -> Floats:
    """(n_windows, n_cells) forecasts scaled to the incidents of their windows."""
    return expected / expected.sum(axis=1, keepdims=True) * observed.sum(axis=1, keepdims=True)


def _estimate(over: Floats, under: Floats, *, draws: int, seed: int) -> SharedVariance | None:
    """Ratio of two sums over cells, with its standard error; None where the lower one is 0."""
    if not under.sum():
        return None
    drawn = np.random.default_rng(seed).multinomial(len(over), np.full(len(over), 1 / len(over)), size=draws)
    return SharedVariance(float(over.sum() / under.sum()), float(((drawn @ over) / (drawn @ under)).std()))


def _of_pairs(values: Floats) -> Floats:
    """(n_cells,) sum over all ordered pairs of different windows of the product of their values."""
    return values.sum(axis=0) ** 2 - (values**2).sum(axis=0)
