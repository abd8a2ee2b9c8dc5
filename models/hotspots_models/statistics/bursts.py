"""Bursts: more in a place lately than its own year explains, at a rate of false alarms that holds over everything searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

RATE = 0.10
FEWEST = 3  # days with an incident in the window: fewer are no burst whatever the place's past


@dataclass(frozen=True, eq=False)
class Bursts:
    """The rows that stand out, the least likely first.

    Attributes
    ----------
    row : (k,) position in what was searched.
    window : (k,) which window stands out most.
    expected : (k,) of the window, from the row's whole period and the group's own course of time.
    p : (k,) chance that anything searched looks as unlikely when dates are dealt out anew.
    searched : rows that were compared.
    """

    row: NDArray[np.int64]
    window: NDArray[np.int64]
    expected: NDArray[np.float64]
    p: NDArray[np.float64]
    searched: int


def bursts(
    total: ArrayLike, recent: ArrayLike, group: ArrayLike, *, rate: float = RATE, permutations: int = 199, seed: int = 0
) -> Bursts:
    """Find the rows whose newest days are fuller than dates dealt out anew would make any row.

    Within a group the dates of all its days are dealt out anew over its rows: a row with `total` days then has a hypergeometric number of
    them in a window. The least of all these probabilities is compared with the least of each deal [Westfall & Young 1993], so that, where
    dates say nothing, a share `rate` of mornings names anything at all.

    Parameters
    ----------
    total : (n,) days with an incident of each row, such as a box and crime type, in the whole period.
    recent : (n, w) of these, how many lie in each window; windows are nested, the shortest first.
    group : (n,) the rows whose dates are exchanged with each other: one crime type.

    Raises
    ------
    InputError
        Shapes that do not fit, or windows that are not nested.
    """
    total, group = np.asarray(total, dtype=np.int64), np.asarray(group)
    recent = np.asarray(recent, dtype=np.int64).reshape(len(total), -1)
    if total.shape != group.shape or (np.diff(recent, axis=1) < 0).any() or (recent[:, -1:] > total[:, None]).any():
        raise InputError("bursts needs one total, nested windows and one group a row")
    if not 0 < rate < 1:
        raise InputError(f"rate is {rate:g}: give a share between 0 and 1")
    names, of_group = np.unique(group, return_inverse=True)
    all_days = np.bincount(of_group, weights=total, minlength=len(names)).astype(np.int64)
    in_window = np.stack(
        [np.bincount(of_group, weights=recent[:, w], minlength=len(names)) for w in range(recent.shape[1])], axis=1
    ).astype(np.int64)
    rng = np.random.default_rng(seed)
    found = _candidates(recent, total, of_group)
    dealt = [_deal(total, of_group, in_window, rng) for _ in range(permutations)]
    p = _chance([found, *dealt], all_days, in_window)
    least = np.sort([part.min(initial=1.0) for part in p[1:]])
    row, window = found[:, 0], found[:, 4]
    adjusted = (1 + np.searchsorted(least, p[0] * (1 + 1e-9), side="right")) / (permutations + 1)
    order = np.lexsort((p[0], adjusted))
    order = order[adjusted[order] <= rate]
    _, first = np.unique(row[order], return_index=True)
    kept = order[np.sort(first)]
    groups = of_group[row[kept]]
    expected = total[row[kept]] * in_window[groups, window[kept]] / np.maximum(all_days[groups], 1)
    return Bursts(row[kept], window[kept], expected, adjusted[kept], len(total))


def _candidates(recent: NDArray[np.int64], total: NDArray[np.int64], of_group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (k, 5): row, group, days in the whole period, days in the window, window; where the window has enough to look at."""
    row, window = np.nonzero(recent >= FEWEST)
    return np.column_stack([row, of_group[row], total[row], recent[row, window], window])


def _deal(
    total: NDArray[np.int64], of_group: NDArray[np.int64], in_window: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Deal the days of each group out anew, and return the candidates of this deal."""
    recent = np.zeros((len(total), in_window.shape[1]), dtype=np.int64)
    for number, sizes in enumerate(in_window):
        rows = np.flatnonzero(of_group == number)
        days = np.repeat(rows, total[rows])
        drawn = days[rng.choice(len(days), size=int(sizes[-1]), replace=False, shuffle=True)]
        for w, size in enumerate(sizes):
            recent[:, w] += np.bincount(drawn[:size], minlength=len(total))
    return _candidates(recent, total, of_group)


def _chance(
    parts: list[NDArray[np.int64]], all_days: NDArray[np.int64], in_window: NDArray[np.int64]
) -> list[NDArray[Any]]:
    """Return, for each part, the chance of as many days in the window or more; each combination is computed once."""
    from scipy.stats import hypergeom

    every = np.concatenate([part[:, 1:] for part in parts])
    unique, back = np.unique(every, axis=0, return_inverse=True)
    groups, totals, counts, windows = unique.T
    chance = (
        hypergeom.sf(counts - 1, all_days[groups], totals, in_window[groups, windows]) if len(unique) else np.empty(0)
    )
    return np.split(chance[back.ravel()], np.cumsum([len(part) for part in parts])[:-1])
