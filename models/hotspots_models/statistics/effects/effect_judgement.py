"""Judge a finished action: one of three sentences, from the interval of its one method alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hotspots_models.errors import InputError

Method = Literal["crossover", "paired draw", "similar places"]
Verdict = Literal["fewer", "no difference", "more"]
# Expected incidents below which no method sees a fall by 60 %: in all, an arm, in the treated places.
LEAST_EXPECTED: dict[Method, float] = {"crossover": 75.0, "paired draw": 46.0, "similar places": 23.0}
LARGEST_DETECTABLE = 0.60


@dataclass(frozen=True)
class Size:
    """Whether a design can be judged by itself, and the smallest fall that it would see (None: none)."""

    alone: bool
    smallest_effect: float | None


def judged_alone(method: Method, *, expected: float, smallest_effect: float | None) -> Size:
    """Return whether an action is large enough to be judged by itself; otherwise it counts only pooled by remedy.

    Parameters
    ----------
    method : the design's one method
    expected : incidents without any effect: crossover on all counted days, paired draw in one arm, otherwise in the treated places
    smallest_effect : the smallest fall that would be seen
    """
    if method not in LEAST_EXPECTED:
        raise InputError(f"method is {method!r}: give one of {', '.join(LEAST_EXPECTED)}")
    enough = expected >= LEAST_EXPECTED[method]
    return Size(enough and smallest_effect is not None and smallest_effect <= LARGEST_DETECTABLE, smallest_effect)


def verdict(low: float, high: float) -> Verdict:
    """Return what the 95 % interval of a ratio says, and nothing else does."""
    if not 0 <= low <= high:
        raise InputError(f"the interval is {low:g} to {high:g}: give the bounds of a ratio, low first")
    return "fewer" if high < 1 else "more" if low > 1 else "no difference"
