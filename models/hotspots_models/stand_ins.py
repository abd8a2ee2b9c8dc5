"""Let days of which nothing is known be like those before them: without it a model takes a missing month for a quiet one."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

DAYS = 7


def stand_ins(
    t_days: NDArray[np.float64], gaps: Sequence[tuple[float, float]], *, begin: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the events that stand in for those of gaps: those of as many days just before, moved by whole weeks.

    Days of the week stay what they are, and level, places and mix of types are those of the time before. The days after a gap are not used:
    a forecast made soon after it would know what came later. Before the record begins, and out of another gap, nothing stands in.

    Parameters
    ----------
    t_days : (n,) float, days since any epoch
    gaps : half-open spans of whole days, which do not overlap
    begin : first day of the record

    Returns
    -------
    source : (m,) int, index of the event that stands in
    shift_days : (m,) float, how much later it is taken to have happened
    """
    sources, shifts = [], []
    is_known = np.ones(len(t_days), bool)
    for first, end in gaps:
        is_known &= (t_days < first) | (t_days >= end)
    for first, end in gaps:
        shift = DAYS * ceil((end - first) / DAYS)
        from_day = max(first - shift, begin)
        found = np.flatnonzero(is_known & (t_days >= from_day) & (t_days < end - shift))
        sources.append(found)
        shifts.append(np.full(len(found), float(shift)))
    return (
        np.concatenate(sources) if sources else np.empty(0, np.int64),
        np.concatenate(shifts) if shifts else np.empty(0),
    )
