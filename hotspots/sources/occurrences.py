"""When each row happened: a point in time, a day, a month or a window, as precisely as the row itself tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hotspots.sources.time_values import Time, TimeWindow
from hotspots.sources.times import DAY, HOUR, NOT_A_TIME, UNREAD, Seconds, Times, has_words, joined, read_times

if TYPE_CHECKING:
    import pyarrow as pa

PRECISIONS = ("unread", "month", "day", "hour", "minute", "window")
WINDOW = 5


@dataclass(frozen=True, eq=False)
class Occurrences:
    """When rows happened, on the local wall clock.

    Attributes
    ----------
    start, end : (n,) datetime64[s]; the end is NaT where a point in time is told, else the last minute it can have been.
    precision : (n,) int8, index into `PRECISIONS`.
    notes : (n,) bool each: rows whose time of day is written but not readable, and rows whose end of a window was left out.
    """

    start: Seconds
    end: Seconds
    precision: NDArray[np.int8]
    notes: dict[str, NDArray[np.bool_]]


def read_occurrences(occurred: Time | TimeWindow, rows: pa.Table, *, timezone: str) -> Occurrences:
    """Read when each row happened."""
    if isinstance(occurred, TimeWindow):
        return _windows(occurred, rows, timezone)
    times = read_times(occurred, rows, timezone=timezone)
    return Occurrences(times.start, _open_end(times), times.precision, {"unread_hours": times.clock_unread})


def _open_end(times: Times) -> Seconds:
    """The end of what is less than a point in time."""
    return np.where((times.precision >= HOUR) | (times.precision == UNREAD), NOT_A_TIME, times.end)


def _windows(occurred: TimeWindow, rows: pa.Table, timezone: str) -> Occurrences:
    """Windows. An end that is garbled or lies before its start leaves the start; a start that is missing leaves the end's day."""
    first, last = (read_times(time, rows, timezone=timezone) for time in (occurred.from_, occurred.to))
    given = has_words(joined(rows, occurred.to.column)) if occurred.to.column else last.precision != UNREAD
    has_start, has_end = first.precision != UNREAD, last.precision != UNREAD
    with np.errstate(invalid="ignore"):
        backwards = has_start & has_end & (last.end < first.start)
    is_window = has_start & has_end & ~backwards
    only_end = ~has_start & has_end
    start = np.where(only_end, last.start.astype("datetime64[D]").astype("datetime64[s]"), first.start)
    end = np.where(is_window | only_end, last.end, _open_end(first))
    one_day = (first.precision == DAY) & (last.precision == DAY) & (first.start == last.start)
    is_point = is_window & (first.precision >= HOUR) & (last.precision >= HOUR) & (first.start == last.start)
    precision = np.where(is_window | only_end, WINDOW, first.precision)
    precision = np.where(one_day | (only_end & (last.precision == DAY)), DAY, precision)
    precision = np.where(is_point, np.minimum(first.precision, last.precision), precision)
    notes = {
        "unread_hours": first.clock_unread | (only_end & last.clock_unread),
        "unread_window_ends": has_start & given & (~has_end | backwards),
    }
    return Occurrences(start, np.where(is_point, last.start, end), precision.astype(np.int8), notes)
