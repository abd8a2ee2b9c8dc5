"""Randomisation inference on a ratio of rates: the estimate, its interval and p, from redrawn schedules alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_DRAWS = 999
BISECTIONS = 40
WIDEST = 8.0  # log of a ratio beyond which an end of an interval is not looked for: 1 in 3,000


@dataclass(frozen=True)
class RelativeEffect:
    """A ratio of rates, treated over untreated: below 1, fewer than without the action.

    low, high : the interval; 0 and inf where the data set no bound
    p : two-sided, of no effect
    observed_on, observed_off : incidents counted
    expected_on, expected_off : what the forecast shared out between them, in one unit
    """

    ratio: float
    low: float
    high: float
    p: float
    level: float
    observed_on: float
    observed_off: float
    expected_on: float
    expected_off: float


@dataclass(frozen=True, eq=False)
class RedrawnSums:
    """The counts that each redrawn schedule takes as treated and untreated; row 0 is the schedule as it was drawn.

    on, off : (n_draws + 1, 3) incidents counted, by what they were in truth: untreated, partly treated, treated
    expected_on, expected_off : (n_draws + 1,) expected without any effect
    """

    on: NDArray[np.float64]
    off: NDArray[np.float64]
    expected_on: NDArray[np.float64]
    expected_off: NDArray[np.float64]

    def __add__(self, other: RedrawnSums) -> RedrawnSums:
        """Return the sums of two independent trials read as one."""
        return RedrawnSums(
            self.on + other.on,
            self.off + other.off,
            self.expected_on + other.expected_on,
            self.expected_off + other.expected_off,
        )


def relative_effect(sums: RedrawnSums, *, level: float = 0.95) -> RelativeEffect | None:
    """Return the effect with its interval by inverting the randomisation test; None where nothing was counted.

    A ratio belongs to the interval when, with the treated counts divided by it, the schedule as drawn looks like a redrawn
    one [Fisher 1935; Rabideau & Wang 2021, "Randomization-based confidence intervals for cluster randomized trials"].
    Days in the wash-out count, in redrawn schedules, as treated by half (the square root of the ratio).

    Parameters
    ----------
    sums : at least 999 redrawn schedules besides the true one
    level : of the interval
    """
    if len(sums.on) <= LEAST_DRAWS:
        raise InputError(f"{len(sums.on) - 1} redrawn schedules: a randomisation test needs at least {LEAST_DRAWS}")
    if not 0 < level < 1:
        raise InputError(f"level is {level:g}: give a level between 0 and 1")
    if min(sums.expected_on[0], sums.expected_off[0]) <= 0 or sums.on[0].sum() + sums.off[0].sum() == 0:
        return None
    estimate = _log_ratio(sums, 0.0)[0]

    def p_of(effect: float) -> float:
        ratios = _log_ratio(sums, effect)
        return float((1 + np.sum(np.abs(ratios[1:]) >= abs(ratios[0]) - 1e-9)) / ratios.size)

    def end(direction: float) -> float:
        inside, outside = estimate, estimate + direction * WIDEST
        if p_of(outside) > 1 - level:
            return direction * np.inf
        for _ in range(BISECTIONS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if p_of(middle) > 1 - level else (inside, middle)
        return inside

    return RelativeEffect(
        ratio=float(np.exp(estimate)),
        low=float(np.exp(end(-1.0))),
        high=float(np.exp(end(1.0))),
        p=p_of(0.0),
        level=level,
        observed_on=float(sums.on[0].sum()),
        observed_off=float(sums.off[0].sum()),
        expected_on=float(sums.expected_on[0]),
        expected_off=float(sums.expected_off[0]),
    )


def _log_ratio(sums: RedrawnSums, effect: float) -> NDArray[np.float64]:
    """(n_draws + 1,) log of the ratio of rates once treated counts are divided by the effect; one incident is added, shared as expected."""
    undone = np.exp(-effect * np.array([0.0, 0.5, 1.0]))
    on, off = sums.on @ undone, sums.off @ undone
    both = sums.expected_on + sums.expected_off
    return np.log(on / sums.expected_on + 1 / both) - np.log(off / sums.expected_off + 1 / both)
