"""Hold a place against places of the same size: how many incidents each has, and where this one stands among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hotspots_models.errors import InputError

AT_ONCE = 2_000_000  # distances held in memory


@dataclass(frozen=True)
class Standing:
    """Where a number stands among others.

    middle : the median of the others
    ratio : the number over the middle; None where the middle is 0
    share_below : share of the others that are less, those that are as many counting half
    """

    middle: float
    ratio: float | None
    share_below: float


def counts_around(xy_m: ArrayLike, counts: ArrayLike, centres_m: ArrayLike, *, radius_m: float) -> NDArray[np.float64]:
    """Return the incidents within a radius of each centre.

    Parameters
    ----------
    xy_m : (n, 2) float, metres, projected CRS: points that hold incidents
    counts : (n,) incidents at each point
    centres_m : (m, 2) float, metres, the same CRS
    """
    points, weight = np.asarray(xy_m, dtype=float).reshape(-1, 2), np.asarray(counts, dtype=float)
    centres = np.asarray(centres_m, dtype=float).reshape(-1, 2)
    if weight.shape != (len(points),) or not 0 < radius_m < np.inf:
        raise InputError(
            f"xy_m {points.shape}, counts {weight.shape}, radius_m={radius_m:g}: give (n, 2), (n,) and metres"
        )
    found = np.zeros(len(centres))
    step = max(1, AT_ONCE // max(len(points), 1))
    for first in range(0, len(centres), step):
        part = centres[first : first + step]
        away = (part[:, None, 0] - points[:, 0]) ** 2 + (part[:, None, 1] - points[:, 1]) ** 2
        found[first : first + step] = (away <= radius_m**2) @ weight
    return found


def standing(number: float, others: ArrayLike) -> Standing:
    """Return where a number stands among others, at least one."""
    values = np.asarray(others, dtype=float)
    if values.ndim != 1 or not values.size:
        raise InputError(f"others {values.shape}: give at least one number to stand among")
    middle = float(np.median(values))
    below = float(np.mean(values < number) + np.mean(values == number) / 2)
    return Standing(middle, number / middle if middle > 0 else None, below)
