"""Which areas differ by more than chance? Counts against expected ones, with the limits of a funnel plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hotspots_models.counts import incident_counts

TRIMMED = 0.1  # of the areas at each end, drawn in to their neighbours before the spread is taken


@dataclass(frozen=True, eq=False)
class FunnelLimits:
    """Areas against the rate of all of them together.

    rate : incidents a unit of exposure
    expected : (n,) incidents at that rate
    z : (n,) 2 (sqrt(count) - sqrt(expected)), standard deviations of chance
    overdispersion : variance of z over that of chance, at least 1
    """

    rate: float
    expected: NDArray[np.float64]
    z: NDArray[np.float64]
    overdispersion: float

    def at(self, sd: float, *, wide: bool = False) -> NDArray[np.float64]:
        """(n,) counts `sd` standard deviations from the expected ones; `wide`: of how these areas vary in place of chance."""
        reach = sd / 2 * (np.sqrt(self.overdispersion) if wide else 1.0)
        return np.maximum(np.sqrt(self.expected) + reach, 0) ** 2


def funnel_limits(counts: ArrayLike, exposure: ArrayLike) -> FunnelLimits:
    """Return the limits of a funnel plot of counts by area.

    Spiegelhalter (2005), "Funnel plots for comparing institutional performance": limits round the overall rate, and a
    multiplicative over-dispersion, the mean of z squared after the outer tenths are drawn in (winsorised), for areas differ by
    more than chance anyway. z is variance-stabilised as in the weekly band, so limits are (sqrt(expected) -/+ sd / 2)^2.

    Parameters
    ----------
    counts : (n,) incidents
    exposure : (n,) residents or ground, above 0
    """
    y, size = incident_counts(counts, "counts"), np.asarray(exposure, dtype=float)
    if y.shape != size.shape or y.ndim != 1:
        raise ValueError(
            f"counts and exposure have the shapes {y.shape} and {size.shape}: give one of each for every area"
        )
    if y.size and not 0 < size.min() <= size.max() < np.inf:
        raise ValueError("exposure is finite and above 0")
    if not y.size:
        return FunnelLimits(0.0, y, y, 1.0)
    rate = float(y.sum() / size.sum())
    expected = rate * size
    z = 2 * (np.sqrt(y) - np.sqrt(expected))
    low, high = np.quantile(z, [TRIMMED, 1 - TRIMMED])
    return FunnelLimits(rate, expected, z, max(1.0, float(np.mean(np.clip(z, low, high) ** 2))))
