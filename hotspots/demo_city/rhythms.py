"""When things happen: weights for the 168 hours of a week (Monday 0 h first), for months, and for how long until a report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

FIRST_DAY, N_DAYS = date(2024, 1, 1), 731  # a Monday; up to and with 31 December 2025
WEEK = tuple(range(7))
WORKDAYS, WEEKEND_NIGHTS = (0, 1, 2, 3, 4), (4, 5)

# (days, from hour, to hour, weight): a range past midnight runs on into the next day.
_HOURS: dict[str, tuple[tuple[tuple[int, ...], int, int, int], ...]] = {
    "any time": ((WEEK, 0, 24, 4), (WEEK, 8, 22, 6)),
    "daytime": ((WEEK, 0, 24, 1), (WORKDAYS, 8, 18, 12), ((5, 6), 10, 18, 6)),
    "shop hours": ((WEEK, 0, 24, 1), (WORKDAYS, 10, 20, 22), ((5,), 10, 20, 34), ((6,), 11, 18, 20)),
    "while away": ((WEEK, 0, 24, 2), (WORKDAYS, 8, 17, 14), (WEEKEND_NIGHTS, 19, 26, 8)),
    "overnight": ((WEEK, 0, 24, 3), (WEEK, 20, 30, 10), (WEEKEND_NIGHTS, 22, 28, 4)),
    "evening": ((WEEK, 0, 24, 2), (WEEK, 16, 26, 10), (WEEKEND_NIGHTS, 20, 26, 8)),
    "weekend nights": ((WEEK, 0, 24, 1), (WEEK, 20, 26, 5), (WEEKEND_NIGHTS, 21, 28, 55), ((3,), 21, 26, 12)),
    "at home": ((WEEK, 0, 24, 3), (WEEK, 17, 25, 9), ((5, 6), 10, 26, 6)),
    "school run": ((WEEK, 0, 24, 1), (WORKDAYS, 7, 9, 12), (WORKDAYS, 14, 17, 24)),
    "patrol": ((WEEK, 0, 24, 2), ((1, 2, 3, 4, 5), 14, 24, 12)),
}
# Percent of an average month, January first.
SEASONS: dict[str, tuple[int, ...]] = {
    "even": (100,) * 12,
    "summer": (70, 72, 84, 96, 112, 124, 134, 130, 112, 96, 86, 76),
    "high summer": (40, 42, 60, 90, 130, 165, 185, 175, 130, 90, 60, 45),
    "winter": (116, 108, 98, 92, 88, 88, 90, 92, 96, 106, 114, 122),
    "before the holidays": (86, 84, 90, 92, 94, 96, 98, 98, 98, 104, 128, 150),
}
# Minutes until an offence is reported: (from, to, weight), evenly within each.
DELAYS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "at once": ((2, 40, 80), (40, 300, 16), (300, 4_000, 4)),
    "when found": ((5, 240, 70), (240, 1_500, 22), (1_500, 9_000, 8)),
    "weeks later": ((60, 3_000, 30), (3_000, 30_000, 45), (30_000, 150_000, 25)),
}
# Days from an incident to one that follows it near by: most within a week, none after a month.
FOLLOWS_AFTER_DAYS = np.array(
    [60, 130, 110, 94, 80, 68, 58, 50, 42, 36, 30, 26, 22, 19, 16, 14, 12, 10, 8, 7, 6, 5, 4, 4, 3, 3, 2, 2, 2, 1]
)


def hours_of_week(name: str) -> Ints:
    """(168,) weights of the hours of a week, Monday first."""
    weights = np.zeros(168, dtype=np.int64)
    for days, start, end, weight in _HOURS[name]:
        for day in days:
            np.add.at(weights, (24 * day + np.arange(start, end)) % 168, weight)
    return weights


def day_weights(hours: str, season: str, trend_percent: int) -> Ints:
    """(N_DAYS,) weights of the days: weekday by the hours, month by the season, and a steady change over the two years."""
    by_weekday = hours_of_week(hours).reshape(7, 24).sum(axis=1)
    days = np.arange(N_DAYS)
    months = (np.datetime64(FIRST_DAY) + days).astype("datetime64[M]").astype(np.int64) % 12
    trend = 1000 + 10 * trend_percent * (2 * days - N_DAYS) // (2 * N_DAYS)
    return by_weekday[days % 7] * np.asarray(SEASONS[season])[months] * trend // 100
