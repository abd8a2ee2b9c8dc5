"""Paired draw: twice as many candidates as can be treated, paired by forecast, one of each pair drawn by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError
from hotspots_models.statistics.effects.log_ratio_test import RedrawnSums, RelativeEffect, relative_effect

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST_PAIRS = 10
DRAWS = 1999


def pair_places(expected: ArrayLike, count_before: ArrayLike | None = None) -> NDArray[np.int64]:
    """Pair candidate places by forecast, each with one of the next three in rank, the one whose past is most like its own.

    Parameters
    ----------
    expected : (2 n,) incidents expected in each candidate
    count_before : (2 n,) incidents of an equal period before, to break near ties

    Returns
    -------
    (n, 2) int, candidates by number
    """
    risk = incident_counts(expected, "expected")
    past = np.zeros_like(risk) if count_before is None else incident_counts(count_before, "count_before")
    if risk.ndim != 1 or risk.size % 2 or risk.size < 2 or past.shape != risk.shape:
        raise InputError(f"{risk.size} candidates: give an even number, at least 2, and one count each")
    left = np.argsort(-risk, kind="stable").tolist()
    pairs = []
    while left:
        first = left.pop(0)
        near = left[:3]
        apart = [
            4 * (risk[first] ** 0.5 - risk[c] ** 0.5) ** 2 + (past[first] ** 0.5 - past[c] ** 0.5) ** 2 for c in near
        ]
        second = near[int(np.argmin(apart))]
        left.remove(second)
        pairs.append((first, second))
    return np.array(pairs, dtype=np.int64)


def draw_of_each_pair(n_pairs: int, *, seed: int) -> NDArray[np.bool_]:
    """Draw which place of each pair is treated: (n_pairs,) True for the first. The other starts after the day of judgement."""
    if n_pairs < LEAST_PAIRS:
        raise InputError(
            f"{n_pairs} pairs: a draw of places needs at least {LEAST_PAIRS}; compare with similar places instead"
        )
    return np.random.default_rng(seed).random(n_pairs) < 0.5


def paired_effect(
    treated: ArrayLike,
    other: ArrayLike,
    *,
    expected_treated: ArrayLike | None = None,
    expected_other: ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    level: float = 0.95,
) -> RelativeEffect | None:
    """Compare the drawn place of each pair with the other, by redrawing the lots; None where nothing was counted.

    Parameters
    ----------
    treated, other : (n_pairs,) incidents in the period of the action
    expected_treated, expected_other : (n_pairs,) incidents forecast at agreement; all alike where not given
    draws, seed : redrawn lots and their seed
    level : of the interval
    """
    on, off = incident_counts(treated, "treated"), incident_counts(other, "other")
    sides = [
        np.ones_like(on) if side is None else incident_counts(side, "expected")
        for side in (expected_treated, expected_other)
    ]
    if on.ndim != 1 or on.size < LEAST_PAIRS or any(side.shape != on.shape for side in (off, *sides)):
        raise InputError(
            f"treated {on.shape}, other {off.shape}: give one count a pair for both, at least {LEAST_PAIRS} pairs"
        )
    swapped = np.random.default_rng(seed).random((draws + 1, on.size)) < 0.5
    swapped[0] = False
    kept, turned = (~swapped).astype(float), swapped.astype(float)
    nothing = np.zeros(draws + 1)
    return relative_effect(
        RedrawnSums(
            on=np.column_stack([turned @ off, nothing, kept @ on]),
            off=np.column_stack([kept @ off, nothing, turned @ on]),
            expected_on=kept @ sides[0] + turned @ sides[1],
            expected_off=kept @ sides[1] + turned @ sides[0],
        ),
        level=level,
    )
