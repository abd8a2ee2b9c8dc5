"""Counts, breakdowns and rows of the incidents that a filter leaves; every breakdown sums to the total.

Each function takes where to count (`counts`) or which `tables` to read: the public ones, or the ledger as known on a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Choices, Vintage
from hotspots.domain.public_counts import (
    AreaCount,
    Counts,
    DayCount,
    HourWeekdayCount,
    LocationTypeCount,
    SensitiveMonth,
    TypeCount,
    WeekCount,
)
from hotspots.errors import NotFoundError
from hotspots.store.public.incident_counts import OPEN_COUNTS, IncidentCounts
from hotspots.store.sql.compose import Connection, compose, fetch_all


def count(
    connection: Connection,
    question: IncidentFilter,
    *,
    choices: Choices,
    vintage: Vintage | None = None,
    counts: IncidentCounts = OPEN_COUNTS,
) -> Counts:
    """How many incidents match, on the map and off it, and on which days of the period there are data (of a vintage)."""
    located, no_location, outside = counts.by_status(connection, question)
    city_no_location = no_location
    if question.is_spatial:
        _, city_no_location, _ = counts.by_status(connection, question.anywhere())
    return Counts(
        total=located + no_location + outside,
        located=located,
        no_location=no_location,
        outside=outside,
        hour_unknown=counts.hour_unknown(connection, question) if question.hours else 0,
        city_no_location=city_no_location,
        sensitive=sensitive_months(connection, question, choices=choices),
        coverage=vintage.coverage(question.period, question.areas) if vintage else None,
    )


def total(connection: Connection, question: IncidentFilter, *, counts: IncidentCounts = OPEN_COUNTS) -> int:
    """How many incidents match."""
    return counts.total(connection, question)


def sensitive_months(
    connection: Connection, question: IncidentFilter, *, choices: Choices
) -> tuple[SensitiveMonth, ...]:
    """Sensitive reports of the months that the period touches, for the filter's areas where they are published by them, else the city."""
    period = question.period
    query = compose(
        "public/incidents", "sensitive_months", since=period.start, until=period.end, areas=list(question.areas)
    )
    rows = fetch_all(connection, query)
    return tuple(SensitiveMonth(month, choices.areas.get(area_id), incidents) for month, area_id, incidents in rows)


def by_day(
    connection: Connection,
    question: IncidentFilter,
    *,
    choices: Choices,
    vintage: Vintage,
    counts: IncidentCounts = OPEN_COUNTS,
) -> tuple[DayCount, ...]:
    """Every day from the first to the last of the period for which there are data, and other days with incidents, oldest first.

    A day with data and no incident has 0, one inside a gap None. Where the records tell months only, the first day of each
    month stands for it.
    """
    counted: dict[date, int | None] = {**counts.by_day(connection, question)}
    coverage = vintage.coverage(question.period, question.areas)
    known: dict[date, int | None] = dict.fromkeys((day for part in coverage.stretches for day in part.days()), 0)
    unknown = dict.fromkeys(day for gap in coverage.gaps for day in gap.days())
    found = {
        day: incidents
        for day, incidents in {**unknown, **known, **counted}.items()
        if day in counted or not choices.by_month or day.day == 1
    }
    return tuple(DayCount(day, found[day]) for day in sorted(found))


def by_week(
    connection: Connection,
    question: IncidentFilter,
    *,
    choices: Choices,
    vintage: Vintage,
    counts: IncidentCounts = OPEN_COUNTS,
) -> tuple[WeekCount, ...]:
    """Seven days each, counted back from the newest day, zeros included, oldest first.

    A week inside a gap has None incidents; weeks before and after the data are left out.

    None at all where the records tell months only.
    """
    if choices.by_month:
        return ()
    days = by_day(connection, question, choices=choices, vintage=vintage, counts=counts)
    weeks: dict[int, list[DayCount]] = {}
    for day in days:
        weeks.setdefault((days[-1].day - day.day).days // 7, []).append(day)
    stretches = vintage.coverage(question.period, question.areas).stretches
    return tuple(_week(week, stretches) for _, week in sorted(weeks.items(), reverse=True))


def _week(days: Sequence[DayCount], stretches: Sequence[Period]) -> WeekCount:
    """Days of which strays alone are known have incidents, but are none that there are data for."""
    known = [day.incidents for day in days if day.incidents is not None]
    n_days = sum(any(part.is_around(day.day) for part in stretches) for day in days)
    return WeekCount(days[0].day, days[-1].day, sum(known) if known else None, n_days)


def by_hour_weekday(
    connection: Connection, question: IncidentFilter, *, counts: IncidentCounts = OPEN_COUNTS
) -> tuple[HourWeekdayCount, ...]:
    """Hour by weekday, zeros left out; hour None where it is not known."""
    return tuple(HourWeekdayCount(*row) for row in counts.by_weekday_hour(connection, question))


def by_type(
    connection: Connection, question: IncidentFilter, *, choices: Choices, counts: IncidentCounts = OPEN_COUNTS
) -> tuple[TypeCount, ...]:
    """Every crime type, most incidents first, zeros included."""
    counted = counts.by_type(connection, question)
    types = (
        TypeCount(
            crime_type.name,
            crime_type.label,
            crime_type.group,
            counted.get(crime_type.crime_type_id, 0),
            crime_type.hidden,
        )
        for crime_type in choices.crime_types
    )
    return tuple(sorted(types, key=lambda of_type: (-of_type.incidents, of_type.label)))


def by_area(
    connection: Connection,
    question: IncidentFilter,
    *,
    kind: str,
    choices: Choices,
    vintage: Vintage,
    counts: IncidentCounts = OPEN_COUNTS,
) -> tuple[AreaCount, ...]:
    """Every area of a kind, most incidents first, zeros included; then those that are not whole on record, and those in none, if any.

    Raises
    ------
    NotFoundError
        The city publishes no such kind of area.
    """
    areas = kind_areas(choices, kind)
    counted = counts.by_area(connection, question, kind)
    in_none = counted.pop(None, None)
    days = vintage.coverage(question.period).days
    unknown = {area_id: days - vintage.coverage(question.period, (area_id,)).days for area_id in vintage.area_gaps}
    found = sorted(
        (AreaCount(area, *counted.get(area.area_id, (0, 0)), unknown.get(area.area_id, 0), days) for area in areas),
        key=lambda row: (row.unknown_days > 0, -row.incidents),
    )
    return (*found, AreaCount(None, *in_none)) if in_none else tuple(found)


def by_location_type(
    connection: Connection, question: IncidentFilter, *, counts: IncidentCounts = OPEN_COUNTS
) -> tuple[LocationTypeCount, ...]:
    """Types of location that occur, most incidents first; None where none is recorded."""
    return tuple(LocationTypeCount(*row) for row in counts.by_location_type(connection, question))


def kind_areas(choices: Choices, kind: str) -> tuple[Any, ...]:
    """The areas of a kind. Raises NotFoundError naming the kinds there are."""
    for area_kind in choices.area_kinds:
        if area_kind.kind == kind:
            return area_kind.areas
    known = ", ".join(area_kind.kind for area_kind in choices.area_kinds) or "that are published: there are none"
    raise NotFoundError(f"areas: {kind!r} is not one of the kinds {known}")
