"""The figures of a place's card, from counted hours: no request and no SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from hotspots.store.staff.desk_places import CountedHour
from hotspots_dashboard.staff.figures import bars, week_grid
from hotspots_models.statistics.change import Change, change_between

YEAR_DAYS = 364  # whole weeks, so that weekdays fall alike


@dataclass(frozen=True, slots=True)
class Card:
    """The last 52 weeks of a place.

    Attributes
    ----------
    typical : incidents on as much ordinary ground of the city in the same time.
    change : against the 52 weeks before.
    hour_unknown : incidents of the last 52 weeks whose hour is not known; they are in no cell of the grid.
    """

    since: date
    until: date
    incidents: int
    typical: float
    change: Change
    types: tuple[tuple[str, int], ...]
    months: Markup
    grid: Markup
    hour_unknown: int

    @property
    def newest(self) -> date:
        """The last day that is counted."""
        return self.until - timedelta(days=1)


def place_card(counted: Sequence[CountedHour], *, until: date, typical: float) -> Card:
    """The card of a place from what was counted in the 104 weeks before `until`."""
    since = until - timedelta(days=YEAR_DAYS)
    now = [one for one in counted if one.day >= since]
    n_now, n_past = sum(one.incidents for one in now), sum(one.incidents for one in counted if one.day < since)
    types: Counter[str] = Counter()
    grid: Counter[tuple[int, int]] = Counter()
    for one in now:
        types[one.crime_type] += one.incidents
        if one.hour is not None:
            grid[one.day.isoweekday(), one.hour] += one.incidents
    blocks = [0] * 13
    for one in now:
        blocks[(one.day - since).days // 28] += one.incidents
    months = [(f"{since + timedelta(days=28 * at):%d %b %Y}", n) for at, n in enumerate(blocks)]
    return Card(
        since=since,
        until=until,
        incidents=n_now,
        typical=typical,
        change=change_between(n_past, n_now),
        types=tuple(types.most_common()),
        months=bars(months, label="Incidents in blocks of four weeks"),
        grid=week_grid(grid, label="Incidents by hour and weekday, last 52 weeks"),
        hour_unknown=n_now - sum(grid.values()),
    )


def change_in_words(change: Change) -> str:
    """The change as one sentence; under ten in either period counts only."""
    if change.past < 10 or change.now < 10:
        return f"{change.past} in the 52 weeks before: too few to compare."
    low, high = change.ratio_interval
    said = f"{change.ratio:.2f} times" if change.ratio is not None else "not comparable"
    interval = f" ({low:.2f}–{high:.2f})" if low is not None and high is not None else ""
    judged = "more than chance explains" if change.p < 0.05 else "within chance"
    return f"{change.past} in the 52 weeks before: {said}{interval}, {judged}."
