"""Intervals and paired tests for shares of incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Interval = tuple[float, float, float]  # value, low, high


def wilson_interval(hits: float, total: float, *, level: float = 0.95) -> tuple[float, float] | None:
    """Return the score interval of a share, hits of total [Wilson 1927]."""
    from scipy.special import ndtri

    if total <= 0:
        return None
    if not 0 <= hits <= total:
        raise InputError(f"{hits} hits of {total}: hits must lie between 0 and the total")
    z = float(ndtri(0.5 + level / 2))
    share, shrink = hits / total, 1 + z**2 / total
    middle = (share + z**2 / (2 * total)) / shrink
    half = z / shrink * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def ratio_interval(
    observed: NDArray[np.float64], expected: NDArray[np.float64], *, level: float = 0.95
) -> Interval | None:
    """Return observed over expected of several windows together, with its interval: ratio, low, high; ``None`` where nothing was expected.

    The interval of a Poisson count [Garwood 1936], widened by how much more the windows vary round the ratio than counting alone would
    make them: with φ = Σ (y − rλ)² / rλ / (k − 1), at least 1, the count is worth y / φ incidents [McCullagh & Nelder 1989].

    Parameters
    ----------
    observed, expected : (k,) float, one a window
    """
    from scipy.stats import chi2

    observed, expected = np.asarray(observed, dtype=float), np.asarray(expected, dtype=float)
    total, promised = float(observed.sum()), float(expected.sum())
    if promised <= 0:
        return None
    ratio, told = total / promised, expected > 0
    excess = 1.0
    if total > 0 and int(told.sum()) > 1:
        mean = ratio * expected[told]
        excess = max(1.0, float(np.sum((observed[told] - mean) ** 2 / mean)) / (int(told.sum()) - 1))
    worth, tail = total / excess, (1 - level) / 2
    low = excess * float(chi2.ppf(tail, 2 * worth)) / 2 / promised if worth > 0 else 0.0
    high = excess * float(chi2.ppf(1 - tail, 2 * worth + 2)) / 2 / promised
    return ratio, low, high


def mcnemar(flagged: NDArray[np.bool_], other: NDArray[np.bool_], observed: NDArray[np.float64]) -> float | None:
    """Return the exact two-sided p that two flagged sets capture the same share of the same incidents [McNemar 1947].

    Only incidents that one set has and the other has not speak. ``None`` when there are none.
    """
    from scipy.stats import binomtest

    only, other_only = int(observed[flagged & ~other].sum()), int(observed[other & ~flagged].sum())
    return float(binomtest(only, only + other_only).pvalue) if only + other_only else None


def paired_block_bootstrap(
    differences: NDArray[np.float64], *, block: int = 3, draws: int = 4000, level: float = 0.95, seed: int = 0
) -> tuple[float, float] | None:
    """Return the interval of the mean of paired differences over origins, by the circular block bootstrap [Politis & Romano 1992].

    Parameters
    ----------
    differences : (n_origins,) float, in order of time
        Model less baseline, one an origin. Neighbouring origins share most of their history: blocks keep that dependence.
    block : int
        Origins a block (3 months by default, fewer where there are fewer than 6 origins).
    """
    differences = np.asarray(differences, dtype=float)
    n = differences.size
    if n < 2:
        return None
    block = max(1, min(block, n // 2))
    starts = np.random.default_rng(seed).integers(0, n, size=(draws, -(-n // block)))
    index = ((starts[:, :, None] + np.arange(block)) % n).reshape(draws, -1)[:, :n]
    low, high = np.quantile(differences[index].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
