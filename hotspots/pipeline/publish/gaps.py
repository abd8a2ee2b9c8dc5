"""Days inside the data of which nothing is known: what the city file says, and what the city's own rate makes impossible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from hotspots.domain.period import Period
from hotspots.store.publication import publication
from hotspots.store.publication.publication import Connection
from hotspots_models.statistics.gaps import FALSE_GAPS, find_gaps

SIDE_DAYS, LEAST_DAYS = 91, 14  # that a stretch is held against, on either side
SIDE_MONTHS, LEAST_MONTHS = 12, 3
LOW, NEARLY, SHORT_DAYS = 0.2, 0.8, 30  # on the safe side of what find_gaps asks for
LOOKED_BACK_DAYS = 730


def write_gaps(connection: Connection, vintage_id: int, *, everything: bool) -> tuple[Period, ...]:
    """Find the gaps of a publication, write them into its vintage, and return them, oldest first.

    Parameters
    ----------
    everything : look at single areas on all days; else at the newest two years, and keep what the last publication found before.
    """
    no_data, quiet, by_month = publication.read_told_days(connection)
    days = publication.read_days(connection, vintage_id)
    found = month_gaps(days) if by_month else day_gaps(days)
    stretches = [*no_data, *(part for gap in found for part in gap.without(quiet))]
    publication.write_gaps(connection, vintage_id, stretches)
    if not by_month:
        _write_area_gaps(connection, vintage_id, days, stretches, quiet, everything=everything)
    return tuple(sorted(stretches))


def _write_area_gaps(
    connection: Connection,
    vintage_id: int,
    days: Sequence[tuple[date, int]],
    city: Sequence[Period],
    quiet: Sequence[Period],
    *,
    everything: bool,
) -> None:
    """Find the gaps of single areas. What a small delivery asks for does not grow with the length of the history."""
    if not days:
        return
    since = days[0][0] if everything else max(days[0][0], days[-1][0] - timedelta(days=LOOKED_BACK_DAYS))
    newest = [(day, incidents) for day, incidents in days if day >= since]
    found = area_gaps(
        publication.read_days_of_areas(connection, vintage_id, since=since), newest, city=city, quiet=quiet
    )
    judged = since if since == days[0][0] else since + timedelta(days=SIDE_DAYS)
    for area_id, stretches in publication.read_area_gaps_before(connection, vintage_id).items():
        before = [stretch for stretch in stretches if stretch.start < judged]
        found[area_id] = before + [gap for gap in found.get(area_id, []) if gap.start >= judged]
    publication.write_area_gaps(connection, vintage_id, found)


def area_gaps(
    of_areas: Mapping[int, Sequence[tuple[date, int]]],
    days: Sequence[tuple[date, int]],
    *,
    city: Sequence[Period],
    quiet: Sequence[Period],
) -> dict[int, list[Period]]:
    """Stretches of which nothing is known of one area alone, by its own rate; the city's gaps are left out of its series.

    Parameters
    ----------
    of_areas, days : days with their incidents, of each area and of the city, those without any left out, oldest first
    city, quiet : gaps of the whole city; days that really had so few incidents
    """
    if not days:
        return {}
    span = Period.from_days(days[0][0], days[-1][0])
    known = [day for part in span.without(city) for day in part.days()]
    found: dict[int, list[Period]] = {}
    false_gaps = FALSE_GAPS / max(len(of_areas), 1)
    for area_id, counted in of_areas.items():
        incidents = dict(counted)
        series = np.array([incidents.get(day, 0) for day in known], float)
        if not _may_have_gaps(series, false_gaps):
            continue
        gaps = find_gaps(series, side=SIDE_DAYS, least=LEAST_DAYS, false_gaps=false_gaps)
        stretches = [Period.from_days(known[gap.first], known[gap.last]) for gap in gaps]
        parts = [part for stretch in stretches for part in stretch.without(sorted([*city, *quiet]))]
        if parts:
            found[area_id] = parts
    return found


def _may_have_gaps(series: NDArray[np.float64], false_gaps: float) -> bool:
    """Whether a stretch holds hardly any of the incidents that could tell it from chance, at the rate of the busiest time.

    Most series have none, and need no closer look.
    """
    if series.size < 2 * LEAST_DAYS or not series.any():
        return False
    side = min(SIDE_DAYS, series.size)
    busiest = np.convolve(series, np.ones(side), "valid").max() / side
    telling = NEARLY * -np.log(false_gaps * SHORT_DAYS / series.size)
    length = min(series.size, max(1, int(np.ceil(telling / busiest))))
    return bool(np.convolve(series, np.ones(length), "valid").min() <= LOW * telling)


def day_gaps(days: Sequence[tuple[date, int]]) -> list[Period]:
    """Stretches of days, from days with their incidents, those without any left out, oldest first."""
    if not days:
        return []
    counted, first = dict(days), days[0][0]
    span = Period.from_days(first, days[-1][0])
    gaps = find_gaps([counted.get(day, 0) for day in span.days()], side=SIDE_DAYS, least=LEAST_DAYS)
    return [Period.from_days(first + timedelta(days=gap.first), first + timedelta(days=gap.last)) for gap in gaps]


def month_gaps(days: Sequence[tuple[date, int]]) -> list[Period]:
    """Whole months, where the records tell months only."""
    of_month: Counter[date] = Counter()
    for day, incidents in days:
        of_month[day.replace(day=1)] += incidents
    if not of_month:
        return []
    months = [day for day in Period.from_days(min(of_month), max(of_month)).days() if day.day == 1]
    gaps = find_gaps([of_month[month] for month in months], side=SIDE_MONTHS, least=LEAST_MONTHS)
    return [Period.from_days(months[gap.first], months[gap.last]).whole_months() for gap in gaps]
