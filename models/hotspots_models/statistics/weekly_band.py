"""What is a normal week here? The band of the weeks before, and how often chance alone makes a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError

HALF_WIDTH = 1.5  # of a square root: three standard deviations, each 1/2


@dataclass(frozen=True)
class WeeklyBand:
    """Weeks with enough weeks before them, each with the band it was expected in.

    first : index of the first such week in the series
    counts, mean, lower, upper : (n_weeks - first,) incidents
    outside : (n_weeks - first,) 1 above the band, -1 below, 0 within
    """

    first: int
    counts: NDArray[np.float64]
    mean: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    outside: NDArray[np.int8]


def weekly_band(counts: ArrayLike, *, weeks_before: int = 8) -> WeeklyBand:
    """Return the band of normal weekly counts, (sqrt(m) -/+ 1.5)^2 with m the mean of the weeks before.

    Wheeler (2016), "Tables and graphs for monitoring temporal crime trends". A week's own count never enters its band.

    Parameters
    ----------
    counts : (n_weeks,) incidents a week, oldest first
    weeks_before : how many weeks make the mean
    """
    weekly = incident_counts(counts, "counts")
    if weekly.ndim != 1 or weeks_before < 1:
        raise InputError(
            f"counts {weekly.shape}, weeks_before={weeks_before}: give (n_weeks,) and at least one week before"
        )
    if weekly.size <= weeks_before:
        empty = np.empty(0)
        return WeeklyBand(weeks_before, empty, empty, empty, empty, np.empty(0, dtype=np.int8))
    windows = np.lib.stride_tricks.sliding_window_view(weekly, weeks_before)[:-1]
    mean = windows.mean(axis=1)
    lower = np.maximum(np.sqrt(mean) - HALF_WIDTH, 0) ** 2
    upper = (np.sqrt(mean) + HALF_WIDTH) ** 2
    tested = weekly[weeks_before:]
    outside = (tested > upper).astype(np.int8) - (tested < lower).astype(np.int8)
    return WeeklyBand(weeks_before, tested, mean, lower, upper, outside)


def chance_of_a_run(most: int, *, mean_per_window: float, windows: float) -> float:
    """Return the chance that some moving window holds at least `most` incidents, if nothing but chance is at work.

    Naus (1982), "Approximations for distributions of scan statistics", for a Poisson process: 1 - Q2 (Q3/Q2)^(L-2) over a
    period of L windows, exact for L = 2 and 3. A spell of seven days that starts on any day is found far more easily than
    a fixed week: with one a week, six in some seven days that begin in 260 weeks have a chance of 0.487, not 0.15.

    Parameters
    ----------
    most : incidents in the densest window
    mean_per_window : incidents expected in one window
    windows : length, in windows, of the period in which the run may *begin*, at least 1; it may end up to one window later,
        so L = windows + 1. For a history cut off at both ends give one less than its length.
    """
    if most < 1 or not mean_per_window >= 0 or not windows >= 1:
        raise ValueError(
            f"most={most}, mean_per_window={mean_per_window:g}, windows={windows:g}: "
            "need at least 1 incident, a mean of 0 or more, and a period of at least 1 window"
        )
    if most == 1:
        return float(-np.expm1(-mean_per_window * (windows + 1)))
    q2, q3 = _no_run_in_two(most, mean_per_window), _no_run_in_three(most, mean_per_window)
    if q2 <= 0:
        return 1.0
    ratio = min(max(q3 / q2, 0.0), 1.0)
    return float(min(max(1 - q2 * ratio ** (windows - 1), 0.0), 1.0))


def _no_run_in_two(k: int, mean: float) -> float:
    p, f = _poisson(mean)
    return f(k - 1) ** 2 - (k - 1) * p(k) * p(k - 2) - (k - 1 - mean) * p(k) * f(k - 3)


def _no_run_in_three(k: int, mean: float) -> float:
    p, f = _poisson(mean)
    a1 = 2 * p(k) * f(k - 1) * ((k - 1) * f(k - 2) - mean * f(k - 3))
    a2 = 0.5 * p(k) ** 2 * ((k - 1) * (k - 2) * f(k - 3) - 2 * (k - 2) * mean * f(k - 4) + mean**2 * f(k - 5))
    a3 = sum(p(2 * k - r) * f(r - 1) ** 2 for r in range(1, k))
    a4 = sum(p(2 * k - r) * p(r) * ((r - 1) * f(r - 2) - mean * f(r - 3)) for r in range(2, k))
    return f(k - 1) ** 3 - a1 + a2 + a3 - a4


def _poisson(mean: float) -> tuple[Callable[[int], float], Callable[[int], float]]:
    return lambda k: float(stats.poisson.pmf(k, mean)), lambda k: float(stats.poisson.cdf(k, mean))
