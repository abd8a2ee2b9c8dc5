"""Several actions read together: what a remedy does here, on average and in the next place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class PooledEffect:
    """The mean effect of a remedy as a ratio, its interval, and the range in which the next action's effect lies.

    between : standard deviation of the true log effects between actions
    next_low, next_high : prediction interval; None with fewer than three actions
    """

    actions: int
    ratio: float
    low: float
    high: float
    between: float
    next_low: float | None
    next_high: float | None
    level: float


def pooled_effect(log_ratios: ArrayLike, standard_errors: ArrayLike, *, level: float = 0.95) -> PooledEffect | None:
    """Return the random-effects mean of several actions; None of none.

    Between-action variance by DerSimonian & Laird (1986); interval by Hartung & Knapp (2001) on t with n - 1 degrees of
    freedom, never narrower than the plain one; prediction interval by Higgins, Thompson & Spiegelhalter (2009). One action is itself.

    Parameters
    ----------
    log_ratios, standard_errors : (n,) of every judged action of the remedy, null results included
    level : of the intervals
    """
    from scipy import stats

    effect, se = np.asarray(log_ratios, dtype=float), np.asarray(standard_errors, dtype=float)
    if effect.ndim != 1 or se.shape != effect.shape or not np.isfinite(effect).all() or not (se > 0).all():
        raise InputError(
            f"log_ratios {effect.shape} and standard_errors {se.shape}: give one finite number and one above 0 each"
        )
    n = effect.size
    if n == 0:
        return None
    weight = 1 / se**2
    fixed = weight @ effect / weight.sum()
    spread = (
        max(0.0, (weight @ (effect - fixed) ** 2 - (n - 1)) / (weight.sum() - weight @ weight / weight.sum()))
        if n > 1
        else 0.0
    )
    weight = 1 / (se**2 + spread)
    mean, variance = float(weight @ effect / weight.sum()), 1 / weight.sum()
    quantile = float(stats.norm.ppf(0.5 + level / 2))
    if n > 1:
        knapp = max(1.0, float(weight @ (effect - mean) ** 2 / (n - 1)))
        half = float(stats.t.ppf(0.5 + level / 2, n - 1) * np.sqrt(knapp * variance))
    else:
        half = quantile * float(np.sqrt(variance))
    reach = float(stats.t.ppf(0.5 + level / 2, n - 2) * np.sqrt(variance + spread)) if n > 2 else None
    low, ratio, high = (float(np.exp(mean + k * half)) for k in (-1, 0, 1))
    bounds = (None, None) if reach is None else (float(np.exp(mean - reach)), float(np.exp(mean + reach)))
    return PooledEffect(n, ratio, low, high, float(np.sqrt(spread)), *bounds, level)
