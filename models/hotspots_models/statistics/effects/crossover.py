"""Crossover: every box is patrolled in some weeks and left alone in others, drawn by lot. Did the ON weeks see fewer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError
from hotspots_models.statistics.effects.log_ratio_test import RedrawnSums, RelativeEffect, relative_effect

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

BLOCK_DAYS = 7
WASH_OUT_DAYS = 2
DRAWS = 1999


@dataclass(frozen=True, eq=False)
class CrossoverTrial:
    """One plan as it was drawn and what was reported.

    counts : (n_boxes, n_days) incidents, day 0 the first day of the first block
    on : (n_boxes, n_blocks) bool, the schedule as drawn, never as delivered
    expected : (n_boxes,) incidents expected in each box without the plan, in any one unit; all alike where not given
    """

    counts: ArrayLike
    on: ArrayLike
    expected: ArrayLike | None = None


def draw_schedule(n_boxes: int, n_blocks: int, *, seed: int, on_share: float = 0.5) -> NDArray[np.bool_]:
    """Draw which boxes are ON in which block of 7 days: one ON and one OFF in each pair of blocks, in an order drawn by lot.

    Half of the boxes begin each pair with ON, so that a bad week for the whole city weighs on both sides alike. An odd
    last block is half ON. A share above a half keeps boxes ON in both blocks of some pairs, drawn by lot: the last boxes
    still hold out, and the service keeps learning; those pairs stay out of the comparison.

    Parameters
    ----------
    n_boxes, n_blocks : how many
    seed : stored with the plan
    on_share : share of box-weeks that are ON, from 0.5 (a trial) up to 1 (nothing is held out)

    Returns
    -------
    (n_boxes, n_blocks) bool
    """
    if n_boxes < 1 or n_blocks < 2:
        raise InputError(f"{n_boxes} boxes and {n_blocks} blocks: give at least one box and two blocks")
    if not 0.5 <= on_share <= 1:
        raise InputError(f"on_share is {on_share:g}: give 0.5 (a trial) to 1 (nothing held out)")
    rng = np.random.default_rng(seed)
    schedule = _draw(rng, n_boxes, n_blocks)
    always = rng.random((n_boxes, -(-n_blocks // 2))) < 2 * on_share - 1
    return schedule | np.repeat(always, 2, axis=1)[:, :n_blocks]


def crossover_effect(
    trials: Sequence[CrossoverTrial], *, draws: int = DRAWS, seed: int = 0, level: float = 0.95
) -> RelativeEffect | None:
    """Compare ON with OFF days, pooled over plans, by redrawing their schedules; None where nothing was counted.

    The first two days after a switch, and of the trial, stay out of the count: what patrol leaves behind wears off over
    some days [Sherman & Weisburd 1995; Koper 1995], and daily draws with such a carry-over find next to nothing.

    Parameters
    ----------
    trials : one or more plans of one tactic
    draws, seed : redrawn schedules and their seed
    level : of the interval
    """
    if not trials:
        raise InputError("no trial is given: give at least one plan")
    rng = np.random.default_rng(seed)
    return relative_effect(reduce(add, (_redrawn(trial, rng, draws) for trial in trials)), level=level)


def _draw(rng: np.random.Generator, n_boxes: int, n_blocks: int, draws: int | None = None) -> NDArray[np.bool_]:
    """(draws, n_boxes, n_blocks) balanced schedules, or one (n_boxes, n_blocks)."""
    n_pairs = -(-n_blocks // 2)
    lots = rng.random((draws or 1, n_boxes, n_pairs))
    middle = np.partition(lots, n_boxes // 2, axis=1)[:, n_boxes // 2 : n_boxes // 2 + 1]
    one_more = (rng.random(middle.shape) < 0.5) & (n_boxes % 2 == 1)  # of an odd number either half may begin
    first = (lots < middle) | ((lots == middle) & one_more)
    on = np.stack([first, ~first], axis=3).reshape(draws or 1, n_boxes, 2 * n_pairs)[:, :, :n_blocks]
    return on if draws is not None else on[0]


def _redrawn(trial: CrossoverTrial, rng: np.random.Generator, draws: int) -> RedrawnSums:
    counts, on, expected = _checked(trial)
    n_boxes, n_blocks = on.shape
    by_day = counts.reshape(n_boxes, n_blocks, BLOCK_DAYS)
    early, late = by_day[:, :, :WASH_OUT_DAYS].sum(axis=2), by_day[:, :, WASH_OUT_DAYS:].sum(axis=2)
    pairs = np.repeat(_held_out(on), 2, axis=1)[:, :n_blocks]  # pairs of weeks with one ON and one OFF
    schedules = np.concatenate([on[None], np.where(pairs, _draw(rng, n_boxes, n_blocks, draws), on)])
    same = np.zeros_like(schedules)  # the block before was the same: no wash-out
    same[:, :, 1:] = schedules[:, :, 1:] == schedules[:, :, :-1]
    rate = np.repeat(expected, n_blocks)
    state = on * 2  # 0 untreated, 1 partly (in the wash-out), 2 treated
    late_by_state = _by_state(late, state, rate * (BLOCK_DAYS - WASH_OUT_DAYS))
    early_by_state = _by_state(early, np.where(same[0], state, 1), rate * WASH_OUT_DAYS)
    flat = (len(schedules), n_boxes * n_blocks)
    on_sums, off_sums = (
        (kind.reshape(flat) @ late_by_state) + ((kind & same).reshape(flat) @ early_by_state)
        for kind in (schedules & pairs, ~schedules & pairs)
    )
    return RedrawnSums(on_sums[:, :3], off_sums[:, :3], on_sums[:, 3], off_sums[:, 3])


def _by_state(
    counts: NDArray[np.float64], state: NDArray[np.int64], expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n_boxes * n_blocks, 4) counts where the state is 0, 1 and 2, and what is expected."""
    return np.column_stack([*((counts * (state == s)).ravel() for s in (0, 1, 2)), expected])


def _held_out(on: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n_boxes, n_pairs) whether a pair of weeks has one ON and one OFF; an odd last week has no partner and is left out."""
    n_boxes, n_blocks = on.shape
    paired = on[:, : n_blocks // 2 * 2].reshape(n_boxes, -1, 2)
    mixed = paired[:, :, 0] != paired[:, :, 1]
    return mixed if n_blocks % 2 == 0 else np.column_stack([mixed, np.zeros(n_boxes, dtype=bool)])


def _checked(trial: CrossoverTrial) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    counts, on = incident_counts(trial.counts, "counts"), np.asarray(trial.on)
    if on.dtype != bool or on.ndim != 2 or counts.shape != (on.shape[0], on.shape[1] * BLOCK_DAYS):
        raise InputError(
            f"counts {counts.shape} and on {on.shape}: give (n_boxes, n_days) counts and the (n_boxes, n_blocks) schedule, "
            f"with {BLOCK_DAYS} days a block"
        )
    expected = np.ones(len(on)) if trial.expected is None else incident_counts(trial.expected, "expected")
    if expected.shape != (len(on),) or not expected.sum() > 0:
        raise InputError(f"expected has shape {expected.shape}: give one number a box, not all 0")
    return counts, on, expected
