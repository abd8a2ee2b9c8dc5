"""Which others are like one? The nearest by standardised traits, none of them what is then compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FURTHEST = 1.0  # root mean square of the traits' differences, in standard deviations: beyond it nothing is called alike


@dataclass(frozen=True, eq=False)
class Peers:
    """The others that are near enough, the nearest first.

    rows : (m,) their rows
    distance : (m,) root mean square difference over all traits, in standard deviations of each
    """

    rows: NDArray[np.intp]
    distance: NDArray[np.float64]


def nearest_peers(traits: ArrayLike, at: int, *, most: int = 5, furthest: float = FURTHEST) -> Peers:
    """Return the rows most like row `at`.

    Each trait counts alike: its differences are divided by its standard deviation over all rows. A trait that is the same
    everywhere tells nothing and is left out.

    Parameters
    ----------
    traits : (n, k) numbers, skewed ones as logarithms, none missing
    """
    values = np.asarray(traits, dtype=float)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise ValueError(f"traits are a table of finite numbers, not of the shape {values.shape}")
    spread = values.std(axis=0)
    telling = spread > 1e-12 * np.maximum(np.abs(values).max(axis=0), 1.0) if values.size else spread > 0
    if not telling.any():
        return Peers(np.empty(0, dtype=np.intp), np.empty(0))
    scaled = (values[:, telling] - values[at, telling]) / spread[telling]
    distance = np.sqrt(np.mean(scaled**2, axis=1))
    order = np.argsort(distance, kind="stable")
    order = order[(order != at) & (distance[order] <= furthest)][:most]
    return Peers(order, distance[order])
