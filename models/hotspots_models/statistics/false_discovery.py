"""Many areas tested at once: which findings stand when a stated share of them may be false."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


def adjusted_p(p: ArrayLike, *, dependent: bool = False) -> NDArray[np.float64]:
    """Return p values adjusted for the number of tests: flag those at most the false discovery rate.

    Benjamini & Hochberg (1995); with `dependent`, Benjamini & Yekutieli (2001), which holds under any dependence between
    the areas, neighbours that share incidents for example, and is stricter by 1 + 1/2 + ... + 1/n.

    Parameters
    ----------
    p : (n,) p values
    dependent : allow for any dependence
    """
    values = np.asarray(p, dtype=float)
    wrong = ~((values >= 0) & (values <= 1))
    if wrong.any():
        raise ValueError(
            f"p holds {values[wrong].flat[0]:g}: p values lie between 0 and 1; leave out what was not tested"
        )
    if values.size == 0:
        return values
    return stats.false_discovery_control(values, method="by" if dependent else "bh")


def discoveries(p: ArrayLike, *, rate: float = 0.05, dependent: bool = False) -> NDArray[np.bool_]:
    """Return which of the tests are findings at a false discovery rate."""
    return adjusted_p(p, dependent=dependent) <= rate
