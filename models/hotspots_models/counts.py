"""Counts of reported incidents, as every statistic takes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hotspots_models.errors import InputError


def incident_counts(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return counts of any shape as floats; what is no count (missing, endless, below 0) is refused under its name.

    A missing count that went on would come out as a missing result at best, and as "nothing unusual" at worst.
    """
    counts = np.asarray(values, dtype=float)
    wrong = ~(np.isfinite(counts) & (counts >= 0))
    if wrong.any():
        raise InputError(
            f"{name} holds {counts[wrong].flat[0]:g}: counts are finite numbers from 0 up; leave out what is unknown"
        )
    return counts
