"""Days inside the data of which nothing is known: what the city file says, and what the city's own rate makes impossible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from hotspots.domain.period import Period
from hotspots.store.publication import publication
from hotspots.store.publication.publication import Connection
from hotspots_models.statistics.gaps import find_gaps

SIDE_DAYS, LEAST_DAYS = 91, 14  # that a stretch is held against, on either side
SIDE_MONTHS, LEAST_MONTHS = 12, 3


def write_gaps(connection: Connection, vintage_id: int) -> tuple[Period, ...]:
    """Find the gaps of a publication, write them into its vintage, and return them, oldest first."""
    no_data, quiet, by_month = publication.read_told_days(connection)
    days = publication.read_days(connection, vintage_id)
    found = month_gaps(days) if by_month else day_gaps(days)
    stretches = [*no_data, *(part for gap in found for part in gap.without(quiet))]
    publication.write_gaps(connection, vintage_id, stretches)
    return tuple(sorted(stretches))


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
