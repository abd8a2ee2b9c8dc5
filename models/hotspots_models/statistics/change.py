"""Did a count change by more than chance? Two counts of reported incidents, never a bare percentage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from hotspots_models.counts import incident_counts

FLAG_Z = 3.0


@dataclass(frozen=True)
class Change:
    """The change between two counts, with everything needed to judge it.

    `expected` is the past count at today's exposure; `ratio` is None where the past count is 0.
    """

    past: int
    now: int
    exposure_ratio: float
    expected: float
    difference: float
    ratio: float | None
    ratio_interval: tuple[float | None, float | None]
    z: float
    p: float
    flagged: bool


def change_between(
    past: int, now: int, *, exposure_ratio: float = 1.0, level: float = 0.95, overdispersion: float = 1.0
) -> Change:
    """Compare two counts: difference, rate ratio with its exact interval, z, and the exact E-test.

    With overdispersion z is divided by its root and the interval is that of the logarithm of the ratio; p stays that of
    independent incidents.

    Parameters
    ----------
    past, now : int, reported incidents in the two periods
    exposure_ratio : length (or population) of the present period over that of the past one
    level : confidence level of the interval of the ratio
    overdispersion : variance over mean of the place's weeks, from `weekly_band`; 1 where incidents are independent
    """
    z = float(change_z(past, now, exposure_ratio=exposure_ratio, overdispersion=overdispersion))
    expected = past * exposure_ratio
    return Change(
        past=past,
        now=now,
        exposure_ratio=exposure_ratio,
        expected=expected,
        difference=now - expected,
        ratio=now / expected if past > 0 else None,
        ratio_interval=rate_ratio_interval(past, now, exposure_ratio=exposure_ratio, level=level)
        if overdispersion == 1
        else _wider_interval(past, now, exposure_ratio, level, overdispersion),
        z=z,
        p=float(e_test(past, now, exposure_ratio=exposure_ratio)),
        flagged=abs(z) > FLAG_Z,
    )


def change_z(
    past: ArrayLike, now: ArrayLike, *, exposure_ratio: float = 1.0, overdispersion: float = 1.0
) -> NDArray[np.float64]:
    """Return the variance-stabilised z of the change between two Poisson counts.

    2 (sqrt(now) - sqrt(r past)) / sqrt(1 + r) [Anscombe 1948; Huffman 1984]; for equal periods it is
    sqrt(2) (sqrt(now) - sqrt(past)). The better-known 2 (sqrt(now) - sqrt(mean)) holds for a *known* mean only: between
    two counts its standard deviation is 1.41, and |z| > 3 comes up about 13 times too often.

    Parameters
    ----------
    past, now : (n,) or scalar counts
    exposure_ratio : r, exposure now over exposure in the past
    overdispersion : variance over mean; what varies more than chance alone has z divided by its root
    """
    past_count, now_count = incident_counts(past, "past"), incident_counts(now, "now")
    _check_ratio(exposure_ratio)
    if not 1 <= overdispersion < np.inf:
        raise ValueError(f"overdispersion is {overdispersion:g}: give variance over mean, a number from 1 on")
    difference = np.sqrt(now_count) - np.sqrt(exposure_ratio * past_count)
    return 2 * difference / np.sqrt((1 + exposure_ratio) * overdispersion)


def e_test(past: ArrayLike, now: ArrayLike, *, exposure_ratio: float = 1.0) -> NDArray[np.float64]:
    """Return the two-sided p value of the E-test for equal Poisson rates.

    Krishnamoorthy & Thomson (2004), "A more powerful test for comparing two Poisson means", equation 3.5: the
    distribution of the standardised difference is summed exactly at the pooled rate.

    Parameters
    ----------
    past, now : (n,) or scalar counts
    exposure_ratio : exposure now over exposure in the past
    """
    past_count, now_count = np.broadcast_arrays(incident_counts(past, "past"), incident_counts(now, "now"))
    _check_ratio(exposure_ratio)
    pairs, where = np.unique(np.stack([past_count.ravel(), now_count.ravel()]), axis=1, return_inverse=True)
    p = np.array([_e_test_of(x, y, exposure_ratio) for x, y in pairs.T])
    return p[where.ravel()].reshape(past_count.shape)


def rate_ratio_interval(
    past: int, now: int, *, exposure_ratio: float = 1.0, level: float = 0.95
) -> tuple[float | None, float | None]:
    """Return the exact interval of now's rate over the past's, from the Clopper-Pearson interval of now / (past + now).

    An end that the counts can't bound (the upper one with nothing in the past) is None.
    """
    total = past + now
    if total == 0:
        return None, None
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, now, past + 1)) if now > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, now + 1, past)) if past > 0 else None
    odds_low = low / (1 - low) / exposure_ratio
    return odds_low, None if high is None else high / (1 - high) / exposure_ratio


def interval_of_z(
    past: int, now: int, *, exposure_ratio: float = 1.0, overdispersion: float = 1.0
) -> tuple[float, float | None]:
    """Return the ratios of rates that a flag would not contradict: those of which `change_z` is at most `FLAG_Z`.

    The test turned round [Casella & Berger 2002, 9.2.1], so that 1 lies inside exactly where the change is not flagged. With the ratio as
    the square of s the bound is a quadratic in s. The upper end is None where the counts bound nothing.
    """
    change_z(past, now, exposure_ratio=exposure_ratio, overdispersion=overdispersion)  # checks what is given
    bound = FLAG_Z**2 * overdispersion
    lead, middle, reach = 4 * past - bound, 4 * np.sqrt(past * now), bound * (4 * (past + now) - bound)
    if 4 * now <= bound and lead <= 0:
        return 0.0, None
    root = np.sqrt(max(reach, 0))
    if lead <= 0:
        low = (4 * now - bound) / (middle + root) if middle + root else 0.0
        return float(max(low, 0) ** 2 / exposure_ratio), None
    low, high = (middle - root) / lead, (middle + root) / lead
    return float(max(low, 0) ** 2 / exposure_ratio), float(high**2 / exposure_ratio)


def _wider_interval(
    past: int, now: int, exposure_ratio: float, level: float, overdispersion: float
) -> tuple[float | None, float | None]:
    """The interval of the ratio on the logarithm's scale; half an incident more on both sides keeps it finite."""
    if past == 0:
        return rate_ratio_interval(past, now, exposure_ratio=exposure_ratio, level=level)
    middle = np.log((now + 0.5) / (past + 0.5) / exposure_ratio)
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(overdispersion * (1 / (now + 0.5) + 1 / (past + 0.5)))
    return float(np.exp(middle - reach)), float(np.exp(middle + reach))


def _e_test_of(past: float, now: float, ratio: float) -> float:
    if past == 0 and now == 0:
        return 1.0
    pooled = (past + now) / (1 + ratio)
    observed = abs(now / ratio - past) / np.sqrt(now / ratio**2 + past)
    low, high = stats.poisson.ppf([1e-13, 1 - 1e-13], pooled)
    x = np.arange(low, high + 1)
    # given x the statistic rises with y: both tails of y are summed at once, from the roots of a quadratic
    middle = ratio * x + observed**2 / 2
    reach = observed * np.sqrt(observed**2 / 4 + ratio * x + ratio**2 * x)
    # an equal split is as extreme as the observed one: a rounding error of the root must not drop it
    above = np.ceil((middle + reach) * (1 - 1e-12))
    below = np.floor((middle - reach) * (1 + 1e-12) + 1e-9)
    # both counts 0: no difference, so never as extreme as what was seen
    below[x == 0] = -1
    mean = pooled * ratio
    tails = stats.poisson.sf(above - 1, mean) + stats.poisson.cdf(below, mean)
    return float(min(1.0, stats.poisson.pmf(x, pooled) @ tails))


def _check_ratio(ratio: float) -> None:
    if not 0 < ratio < np.inf:
        raise ValueError(f"exposure_ratio is {ratio:g}: give exposure now over exposure in the past, a number above 0")
