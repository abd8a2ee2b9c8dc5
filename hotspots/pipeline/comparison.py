"""Compare a place with its past and with the others: changes judged by chance, areas in a funnel."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from hotspots.domain.honest_number import Change, ChangeCategory, Funnel, FunnelArea, PlaceStanding, UsualWeek
from hotspots.domain.period import Period
from hotspots_models.statistics.change import change_between, interval_of_z
from hotspots_models.statistics.funnel import funnel_limits
from hotspots_models.statistics.standing import counts_around, standing
from hotspots_models.statistics.weekly_band import USUAL_OVERDISPERSION, weekly_band, year_end_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hotspots.domain.incident_filter import IncidentFilter
    from hotspots.domain.public_counts import WeekCount
    from hotspots.store.public.reader import OpenReader

DAYS = 7
CATEGORIES: dict[int, ChangeCategory] = {-1: "lower", 0: "within", 1: "higher"}
SPREAD_POINTS = 300
HISTORY_WEEKS = 104  # before the first week that is judged: two years tell season and spread


def whole_days(reader: OpenReader) -> Period | None:
    """The days that the data hold whole; nothing older or newer takes part in a comparison."""
    vintage = reader.vintage()
    first, newest = vintage.data_from or vintage.first_day, vintage.newest_day
    return None if first is None or newest is None or newest < first else Period.from_days(first, newest)


def comparable_past(reader: OpenReader, period: Period, areas: Sequence[int] = ()) -> Period | None:
    """The same days last year; None where the data do not hold all days of both, of each of the areas."""
    past, vintage = period.year_before(), reader.vintage()
    return past if past and all(vintage.coverage(one, areas).is_whole for one in (past, period)) else None


def change_from_last_year(reader: OpenReader, question: IncidentFilter) -> Change | None:
    """Compare the question's count with that of the same days last year; None where the data do not hold all days of both.

    The spread is that of the place's own weeks. A circle or an outline holds only reports with a location: what it held then
    counts as if as many had one as have now, and the share of both years is told.
    """
    past_period = comparable_past(reader, question.period, question.areas)
    if past_period is None:
        return None
    earlier = question.with_period(past_period)
    weeks = usual_weeks(reader, question)
    return against(
        reader.count(question).total,
        reader.count(earlier).total,
        period=question.period,
        past_period=past_period,
        overdispersion=weeks[0].overdispersion if weeks else USUAL_OVERDISPERSION,  # of the weeks before the period
        shares=located_shares(reader, question, earlier),
    )


def against(
    now: int,
    past: int,
    *,
    period: Period,
    past_period: Period,
    overdispersion: float,
    shares: tuple[float, float] | None,
) -> Change:
    """Judge a count by that of a past period, at the length, and the located share, of the present one; verdict and interval alike."""
    ratio = period.n_days / past_period.n_days
    if shares:
        ratio *= shares[1] / shares[0]
    found = change_between(past, now, exposure_ratio=ratio, overdispersion=overdispersion)
    return Change(
        period=period,
        past_period=past_period,
        now=now,
        past=past,
        expected=found.expected,
        z=found.z,
        category="within" if not found.flagged else "higher" if found.z > 0 else "lower",
        ratio=found.ratio,
        # The verdict turned round: an interval of another kind would at times leave out 1 beside "within what is normal".
        ratio_interval=interval_of_z(past, now, exposure_ratio=ratio, overdispersion=overdispersion),
        located_shares=shares,
    )


def located_shares(reader: OpenReader, question: IncidentFilter, earlier: IncidentFilter) -> tuple[float, float] | None:
    """The shares of reports with a location then and now, where the question's place holds no others; else None."""
    if not (question.around or question.polygon or question.near):
        return None
    return _located_share(reader, earlier), _located_share(reader, question)


def _located_share(reader: OpenReader, question: IncidentFilter) -> float:
    """The share of the whole city's reports that have a location, an outside one among them; 1 where there are none."""
    counts = reader.count(question.anywhere())
    return 1 - counts.no_location / counts.total if counts.located else 1.0


def usual_weeks(reader: OpenReader, question: IncidentFilter) -> tuple[UsualWeek, ...]:
    """Say of every week of the question's period whether it is usual for the place; page, sheet and mails ask here.

    Weeks are counted back from the end of the period. One that is not whole, or has fewer than eight whole weeks of whole data
    before it, is left out.
    """
    whole, period = whole_days(reader), question.period
    if whole is None or not whole.start <= period.last_day <= whole.last_day:
        return ()
    earliest = max(whole.start, period.start - timedelta(days=7 * HISTORY_WEEKS))
    asked = question.with_period(Period(earliest, period.end))
    weeks, city = _whole_weeks(reader.by_week(asked)), _whole_weeks(reader.by_week(asked.anywhere()))
    if not weeks:
        return ()
    first_days = np.array([week.first_day for week in weeks], dtype="datetime64[D]")
    band = weekly_band(_filled(weeks), city=_filled(city), year_end=year_end_shares(first_days))
    judged = [
        UsualWeek(week, float(expected), int(lower), int(upper), float(spread), CATEGORIES[int(outside)])
        for week, expected, lower, upper, spread, outside in zip(
            weeks[band.first :],
            band.expected,
            band.lower,
            band.upper,
            band.overdispersion,
            band.outside,
            strict=True,
        )
    ]
    return tuple(one for one in judged if one.week.first_day >= period.start and one.week.days == DAYS)


def _whole_weeks(weeks: Sequence[WeekCount]) -> list[WeekCount]:
    """Without what is not whole at either end."""
    whole = [n for n, week in enumerate(weeks) if week.days == DAYS]
    return list(weeks[whole[0] : whole[-1] + 1]) if whole else []


def _filled(weeks: Sequence[WeekCount]) -> NDArray[np.float64]:
    """Incidents a week; one that the data do not hold whole counts for later weeks as its neighbours let expect, and is never judged."""
    known = [n for n, week in enumerate(weeks) if week.days == DAYS]
    return np.interp(np.arange(len(weeks)), known, [float(weeks[n].incidents or 0) for n in known])


def place_standing(reader: OpenReader, question: IncidentFilter) -> PlaceStanding | None:
    """Hold a circle against circles of its size, an area against the areas of its kind; None for anything else.

    Circles lie round public points spread evenly over the city, so they are where people and doors are, not in parks and lakes.
    """
    if question.near or question.polygon or len(question.areas) + bool(question.around) != 1:
        return None
    if not question.around:
        return _area_standing(reader, question)
    points = reader.points_with_incidents(question.anywhere())
    centres = reader.spread_points(most=SPREAD_POINTS)
    if not len(centres):
        return None
    others = counts_around(points[:, :2], points[:, 2], centres, radius_m=question.around.radius_m)
    number = reader.count(question).located
    found = standing(number, others)
    return PlaceStanding(
        "circles", None, number, tuple(others.tolist()), found.middle, found.ratio, found.share_below, None
    )


def _area_standing(reader: OpenReader, question: IncidentFilter) -> PlaceStanding | None:
    (area_id,) = question.areas
    kind = reader.choices().areas[area_id].kind
    plot = funnel(reader, question, kind)
    own = next((one for one in plot.areas if one.area.area_id == area_id), None)
    others = [one.incidents / one.exposure for one in plot.areas if one is not own]
    if own is None or not others:
        return None
    number = own.incidents / own.exposure
    found = standing(number, others)
    return PlaceStanding(
        "areas", plot.per, number, tuple(others), found.middle, found.ratio, found.share_below, own.category
    )


def funnel(reader: OpenReader, question: IncidentFilter, kind: str) -> Funnel:
    """Counts of the current areas of a kind against what their residents, or else their ground, would let expect.

    The question's own place is left out: all areas of the city are compared. What is outside the study area is in no rate. An area of
    which nothing is known on some of the days is not compared.

    Raises
    ------
    NotFoundError
        The city publishes no such kind of area.
    """
    rows = [row for row in reader.by_area(question.anywhere(), kind) if row.area is not None and row.area.is_current]
    known = {row.area: row for row in rows if row.area is not None and not row.unknown_days}
    per: Literal["residents", "km2"] = "residents" if any(area.residents for area in known) else "km2"
    exposure = {area: float((area.residents if per == "residents" else area.km2) or 0) for area in known}
    compared = [area for area in known if exposure[area] > 0]
    limits = funnel_limits([known[area].of_rate for area in compared], [exposure[area] for area in compared])
    narrow = [limits.at(sd) for sd in (-3, -2, 2, 3)]
    wide = [limits.at(sd, wide=True) for sd in (-3, -2, 2, 3)]
    return Funnel(
        kind=kind,
        per=per,
        rate=limits.rate,
        overdispersion=limits.overdispersion,
        areas=tuple(
            FunnelArea(
                area=area,
                incidents=known[area].of_rate,
                outside=known[area].outside,
                exposure=exposure[area],
                expected=float(limits.expected[n]),
                limits=_four(narrow, n),
                wide_limits=_four(wide, n),
                category=_category(known[area].of_rate, _four(wide, n)),
            )
            for n, area in enumerate(compared)
        ),
        left_out=tuple(area for area in known if exposure[area] <= 0),
        not_whole=tuple(row for row in rows if row.unknown_days),
    )


def _four(lines: Sequence[NDArray[np.float64]], n: int) -> tuple[float, float, float, float]:
    first, second, third, fourth = (float(line[n]) for line in lines)
    return first, second, third, fourth


def _category(incidents: int, limits: tuple[float, float, float, float]) -> ChangeCategory:
    return "lower" if incidents < limits[0] else "higher" if incidents > limits[3] else "within"
