"""When did it happen, if only a window is known? Each incident's weight of 1, spread over the hours of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOURS_OF_WEEK = 168
MONDAY_HOURS = 4 * 24  # the epoch, 1 January 1970, was a Thursday; the Monday after came four days later


def hour_of_week(times: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return the hour of the week, 0 for Monday 00:00 to 167 for Sunday 23:00, of local wall-clock times (n,)."""
    return np.floor(_week_hours(times)).astype(np.int64)


def aoristic_profile(occurred_from: NDArray[np.datetime64], occurred_to: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return the incidents by hour of the week, each spread evenly over the window in which it can have happened.

    Ratcliffe (2000), "Aoristic analysis: the spatial interpretation of unspecific temporal events"; Ratcliffe (2002). The
    sum of :func:`aoristic_weights` over the incidents, without holding them: a window adds its slope where it begins and
    takes it away where it ends.

    Parameters
    ----------
    occurred_from, occurred_to : (n,) datetime64, local wall clock
        A missing end (NaT) or one equal to the start is one hour. A week or more is even over the week.

    Returns
    -------
    (168,) float, incidents, summing to n
    """
    start, length = _windows(occurred_from, occurred_to)
    profile = np.bincount(np.floor(start[length == 0]).astype(int), minlength=HOURS_OF_WEEK).astype(float)
    profile += np.sum(length >= HOURS_OF_WEEK) / HOURS_OF_WEEK
    spread = (length > 0) & (length < HOURS_OF_WEEK)
    begin, share = start[spread], 1 / length[spread]
    change = np.zeros(2 * HOURS_OF_WEEK + 2)
    for edge, sign in ((begin, 1.0), (begin + length[spread], -1.0)):
        hour, part = np.floor(edge).astype(int), edge % 1
        # an edge inside an hour leaves part of that hour outside the window
        change += sign * np.bincount(hour, weights=share * (1 - part), minlength=change.size)
        change += sign * np.bincount(hour + 1, weights=share * part, minlength=change.size)
    two_weeks = np.cumsum(change)[: 2 * HOURS_OF_WEEK].reshape(2, HOURS_OF_WEEK)
    # adding and taking away leaves rounding errors of 1e-12 where nothing is
    return profile + np.maximum(two_weeks.sum(axis=0), 0)


def aoristic_weights(occurred_from: NDArray[np.datetime64], occurred_to: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return (n, 168) the weight that each incident gives to each hour of the week; every row sums to 1.

    Parameters as in :func:`aoristic_profile`.
    """
    start, length = _windows(occurred_from, occurred_to)
    hours = np.arange(2 * HOURS_OF_WEEK)
    divisor = np.where(length > 0, length, 1)[:, None]
    passed = np.clip(hours[None, :] + 1 - start[:, None], 0, length[:, None])
    before = np.clip(hours[None, :] - start[:, None], 0, length[:, None])
    weights = ((passed - before) / divisor).reshape(-1, 2, HOURS_OF_WEEK).sum(axis=1)
    weights[length >= HOURS_OF_WEEK] = 1 / HOURS_OF_WEEK
    one_hour = np.flatnonzero(length == 0)
    weights[one_hour, np.floor(start[one_hour]).astype(int)] = 1
    return weights


def _windows(
    occurred_from: NDArray[np.datetime64], occurred_to: NDArray[np.datetime64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (n,) the start in hours of the week, and (n,) the length in hours, 0 where there is no window."""
    begin, end = np.atleast_1d(occurred_from), np.atleast_1d(occurred_to)
    if begin.shape != end.shape or begin.ndim != 1:
        raise InputError(f"occurred_from {begin.shape} and occurred_to {end.shape} must both be (n,)")
    missing = np.isnat(begin)
    if missing.any():
        raise InputError(
            f"{missing.sum()} of {begin.size} incidents have no occurred_from: leave them out and say how many"
        )
    length = (end - begin) / np.timedelta64(1, "h")
    length = np.where(np.isnan(length), 0.0, length)
    if (length < 0).any():
        raise InputError(
            f"{(length < 0).sum()} of {begin.size} windows end before they begin: correct them, or set occurred_to to NaT"
        )
    return _week_hours(begin), length


def _week_hours(times: NDArray[np.datetime64]) -> NDArray[np.float64]:
    since_epoch = (np.asarray(times) - np.datetime64(0, "s")) / np.timedelta64(1, "h")
    return (since_epoch - MONDAY_HOURS) % HOURS_OF_WEEK
