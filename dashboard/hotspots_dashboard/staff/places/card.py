"""The figures of a place's card, from counted hours: no request and no SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from markupsafe import Markup
from scipy.stats import poisson

from hotspots.domain.period import Period
from hotspots.domain.public_answer import Vintage
from hotspots.store.staff.desk.places import CountedHour
from hotspots_dashboard.staff.figures import bars, week_grid
from hotspots_models.statistics.change import Change, change_between
from hotspots_models.statistics.local_statistics import hot_spot_classes

YEAR_DAYS = 364  # whole weeks, so that weekdays fall alike
PERIOD_DAYS = 28
PERIODS = YEAR_DAYS // PERIOD_DAYS
LEVEL = 0.025  # a period is above ordinary ground by chance less often than this
DRAWS = 999


@dataclass(frozen=True, slots=True)
class Standing:
    """In how many four-week periods a place had more than ordinary ground explains by chance, its class, and since when without a break."""

    above: int
    periods: int
    name: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Card:
    """The last 52 weeks of a place.

    Attributes
    ----------
    typical : incidents on as much ordinary ground of the city in the same time.
    share : of the city's located incidents, and of its ground; None where the city has none.
    resampled : the count when its weeks are drawn anew with replacement, 2.5 to 97.5 % of the draws.
    standing : how its four-week periods of two years lie above ordinary ground.
    days : days of these 52 weeks that are on record; where they are fewer than all, no count is one of a year.
    change : against the 52 weeks before; None where not every day of both years is on record.
    hour_unknown : incidents of the last 52 weeks whose hour is not known; they are in no cell of the grid.
    """

    since: date
    until: date
    days: int
    incidents: int
    typical: float
    share: tuple[float, float] | None
    resampled: tuple[int, int]
    standing: Standing
    change: Change | None
    types: tuple[tuple[str, int], ...]
    main_type: str | None
    months: Markup
    grid: Markup
    hour_unknown: int

    @property
    def newest(self) -> date:
        """The last day that is counted."""
        return self.until - timedelta(days=1)


def place_card(
    counted: Sequence[CountedHour],
    *,
    until: date,
    km2: float,
    city_incidents: int,
    city_km2: float,
    vintage: Vintage,
    seed: int = 0,
) -> Card:
    """The card of a place from what was counted in the 104 weeks before `until`.

    Parameters
    ----------
    km2 : of the place.
    city_incidents, city_km2 : of the last 52 weeks, located, and of the study area.
    vintage : says which days are on record; a day that is not takes part in nothing.
    """
    typical = city_incidents * km2 / city_km2 if city_km2 else 0.0
    since = until - timedelta(days=YEAR_DAYS)
    now = [one for one in counted if one.day >= since]
    n_now, n_past = sum(one.incidents for one in now), sum(one.incidents for one in counted if one.day < since)
    types: Counter[tuple[str, str]] = Counter()
    grid: Counter[tuple[int, int]] = Counter()
    for one in now:
        types[one.crime_type, one.label] += one.incidents
        if one.hour is not None:
            grid[one.day.isoweekday(), one.hour] += one.incidents
    blocks = [0] * 13
    for one in now:
        blocks[(one.day - since).days // 28] += one.incidents
    starts = [since + timedelta(days=PERIOD_DAYS * at) for at in range(PERIODS)]
    months = [
        (f"{start:%d %b %Y}", n)
        for start, n in zip(starts, blocks, strict=True)
        if _on_record(vintage, start, PERIOD_DAYS)
    ]
    year, before = Period(since, until), Period(since - timedelta(days=YEAR_DAYS), since)
    comparable = vintage.coverage(year).is_whole and vintage.coverage(before).is_whole
    return Card(
        since=since,
        until=until,
        days=vintage.coverage(year).days,
        incidents=n_now,
        typical=typical,
        share=(n_now / city_incidents, km2 / city_km2) if city_incidents and city_km2 else None,
        resampled=_resampled(now, since, seed, vintage),
        standing=_standing(counted, until, typical * PERIOD_DAYS / max(vintage.coverage(year).days, 1), vintage),
        change=change_between(n_past, n_now) if comparable else None,
        types=tuple((label, n) for (_, label), n in types.most_common()),
        main_type=types.most_common(1)[0][0][0] if types else None,
        months=bars(months, label="Incidents in blocks of four weeks"),
        grid=week_grid(grid, label="Incidents by hour and weekday, last 52 weeks"),
        hour_unknown=n_now - sum(grid.values()),
    )


def _on_record(vintage: Vintage, start: date, n_days: int) -> bool:
    """Whether any of some days is on record."""
    return vintage.coverage(Period(start, start + timedelta(days=n_days))).days > 0


def _resampled(now: Sequence[CountedHour], since: date, seed: int, vintage: Vintage) -> tuple[int, int]:
    weeks = np.zeros(YEAR_DAYS // 7)
    for one in now:
        weeks[(one.day - since).days // 7] += one.incidents
    weeks = weeks[[_on_record(vintage, since + timedelta(days=7 * at), 7) for at in range(len(weeks))]]
    if not len(weeks):
        return 0, 0
    drawn = np.random.default_rng(seed).choice(weeks, (DRAWS, len(weeks))).sum(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return round(float(low)), round(float(high))


def _standing(counted: Sequence[CountedHour], until: date, typical: float, vintage: Vintage) -> Standing:
    """Compare each whole four-week period of two years with ordinary ground: above it where a Poisson count would seldom be as high."""
    since = until - timedelta(days=2 * YEAR_DAYS)
    counts = np.zeros(2 * PERIODS)
    for one in counted:
        counts[(one.day - since).days // PERIOD_DAYS] += one.incidents
    starts = [since + timedelta(days=PERIOD_DAYS * at) for at in range(len(counts))]
    whole = [vintage.coverage(Period(start, start + timedelta(days=PERIOD_DAYS))).is_whole for start in starts]
    above = poisson.sf(counts[whole] - 1, max(typical, 1e-9)) < LEVEL
    if not len(above):
        return Standing(0, 0, "not known", None)
    name = str(hot_spot_classes(above[None, :])[0])
    run = len(above) if above.all() else int(np.argmin(above[::-1]))
    began = until - timedelta(days=PERIOD_DAYS * run) if run else None
    return Standing(int(above.sum()), len(above), name, began)


def change_in_words(card: Card) -> str:
    """The change as one sentence; under ten in either period counts only, and nothing where a year is not whole."""
    change = card.change
    if change is None:
        return "Not every day of these 52 weeks and of the 52 before is on record: nothing is compared."
    if change.past < 10 or change.now < 10:
        return f"{change.past} in the 52 weeks before: too few to compare."
    low, high = change.ratio_interval
    said = f"{change.ratio:.2f} times" if change.ratio is not None else "not comparable"
    interval = f" ({low:.2f}–{high:.2f})" if low is not None and high is not None else ""
    judged = "more than chance explains" if change.p < 0.05 else "within chance"
    return f"{change.past} in the 52 weeks before: {said}{interval}, {judged}."
