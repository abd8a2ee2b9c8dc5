"""How much of an incident, and of a forecast, falls into the hours and weekdays of a shift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.incident_filter import HourRange
from hotspots_models.statistics.aoristic import aoristic_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

HOURS_A_WEEK = 168


def shift_hours(*, hours: HourRange | None, weekdays: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return (168,) True for each hour of the week, Monday midnight first, that belongs to the shift.

    Hours past midnight belong to the evening's date: 18-02 on Friday ends on Saturday at 2.
    """
    inside = np.zeros(HOURS_A_WEEK, dtype=bool)
    chosen = hours.hours if hours else tuple(range(24))
    next_day = set(hours.after_midnight) if hours else set()
    for weekday in weekdays or range(1, 8):
        for hour in chosen:
            inside[((weekday - 1 + (hour in next_day)) * 24 + hour) % HOURS_A_WEEK] = True
    return inside


def hour_weights(from_h: Floats, to_h: Floats, *, hours: HourRange | None, weekdays: tuple[int, ...]) -> Floats:
    """Return (n,) the share of each incident's window that falls into the shift; an incident of one time has 0 or 1.

    The aoristic weight [Ratcliffe 2000] of the shift's hours: a window spreads evenly over the time it covers.

    Parameters
    ----------
    from_h, to_h : (n,) float, hours of the local wall clock since 1 January 1970
    """
    seconds = np.round(np.column_stack([from_h, np.maximum(from_h, to_h)]) * 3600).astype("datetime64[s]")
    return aoristic_weights(seconds[:, 0], seconds[:, 1]) @ shift_hours(hours=hours, weekdays=weekdays)
