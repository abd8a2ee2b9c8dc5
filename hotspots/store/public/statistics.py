"""Numbers that say what they stand on: sums that add up, denominators, completeness, what was known on earlier days."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from statistics import mean, median

from hotspots.domain.honest_number import (
    AreaAverage,
    DayCompleteness,
    Freshness,
    KnownCounts,
    NoRate,
    Rate,
    Reconciliation,
    RecordMonth,
)
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Area, Choices, Vintage
from hotspots.errors import FilterError
from hotspots.store.public.city import newest_incident
from hotspots.store.public.incident_counts import IncidentCounts
from hotspots.store.public.incidents import by_area, kind_areas
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

NEWEST_DAYS = 14
LATE = 2  # times the usual interval
CITY = 0


def reconcile(
    connection: Connection, question: IncidentFilter, *, choices: Choices, vintage: Vintage, counts: IncidentCounts
) -> tuple[Reconciliation, ...]:
    """Where the incidents of the question's period and crime types are counted: in the city, then in each area that it names.

    A month's sensitive reports count where all of it is inside the period. Other parts of the question are left out: what is
    published by area and month only has neither hour nor place.
    """
    plain = IncidentFilter(question.period, crime_types=question.crime_types)
    months = _whole_months(question.period, newest_day=vintage.newest_day)
    kinds = {kind for (kind,) in load_queries("public/statistics").sensitive_kinds(connection)}
    sensitive = _sensitive(connection, question.period)
    sums = []
    for area in (None, *(choices.areas[area_id] for area_id in sorted(question.areas))):
        asked = plain if area is None else replace(plain, areas=(area.area_id,))
        located, no_location, outside = counts.by_status(connection, asked)
        counted = not question.crime_types and (area is None or area.kind in kinds)
        of_month = {month: sensitive.get((month, area.area_id if area else CITY)) for month in months if counted}
        shown = {month: incidents for month, incidents in of_month.items() if incidents is not None}
        sums.append(
            Reconciliation(
                area=area,
                period=question.period,
                located=located,
                no_location=no_location,
                outside=outside,
                by_area_only=sum(shown.values()) if counted else None,
                months=tuple(shown),
                hidden_months=tuple(month for month in of_month if month not in shown),
                days_left=question.period.n_days - sum((_month_end(month) - month).days for month in of_month),
            )
        )
    return tuple(sums)


def rate(
    connection: Connection, question: IncidentFilter, *, choices: Choices, vintage: Vintage, counts: IncidentCounts
) -> Rate:
    """Incidents over residents and over ground, each only where it is fair: of the days that there are data for."""
    coverage = vintage.coverage(question.period, question.areas)
    incidents = 0
    for part in coverage.stretches:
        located, no_location, _ = counts.by_status(connection, question.with_period(part))
        incidents += located + no_location
    areas = _areas_of(question, choices)
    residents, year, source = _residents(areas)
    no_rate: NoRate | None = None
    if coverage.period is None:
        no_rate = "no_data"
    elif question.around or question.polygon or question.near:
        no_rate = "place"
    elif len({area.kind for area in areas}) > 1:
        no_rate = "several_kinds"
    elif residents is None:
        no_rate = "no_population"
    km2 = _km2(connection, question, areas)
    return Rate(
        incidents=incidents,
        residents=None if no_rate else residents,
        residents_year=None if no_rate else year,
        residents_source=None if no_rate else source,
        per_1000=None if no_rate or not residents else 1000 * incidents / residents,
        no_rate=no_rate,
        km2=km2,
        per_km2=incidents / km2 if km2 and coverage.period is not None else None,
        days=coverage.days,
    )


def average(
    connection: Connection,
    question: IncidentFilter,
    *,
    kind: str,
    choices: Choices,
    vintage: Vintage,
    counts: IncidentCounts,
) -> AreaAverage | None:
    """The current areas of a kind, to see a place beside them; the question's own place is left out.

    Of the days that there are data for; None where there are none. An area of which nothing is known on some of them is left out.

    Raises
    ------
    NotFoundError
        The city publishes no such kind of area.
    """
    whole = vintage.coverage(question.period)
    areas = [
        area
        for area in kind_areas(choices, kind)
        if area.is_current and vintage.coverage(question.period, (area.area_id,)) == whole
    ]
    found: Counter[int] = Counter({area.area_id: 0 for area in areas})
    stretches = whole.stretches
    for part in stretches:
        asked = question.anywhere().with_period(part)
        rows = by_area(connection, asked, kind=kind, choices=choices, vintage=vintage, counts=counts)
        found.update(
            {row.area.area_id: row.of_rate for row in rows if row.area is not None and row.area.area_id in found}
        )
    if not stretches or not areas:
        return None
    incidents = list(found.values())
    residents, _, _ = _residents(areas)
    km2 = sum(area.km2 for area in areas)
    return AreaAverage(
        kind=kind,
        label=next(one.label for one in choices.area_kinds if one.kind == kind),
        areas=len(areas),
        mean=float(mean(incidents)) if incidents else 0.0,
        median=float(median(incidents)) if incidents else 0.0,
        per_1000=1000 * sum(incidents) / residents if residents else None,
        per_km2=sum(incidents) / km2 if km2 else None,
    )


def freshness(connection: Connection, *, today: date, vintage: Vintage) -> Freshness:
    """How late the feed is, and how complete its newest days are by what earlier deliveries knew on their day."""
    shares = dict(load_queries("public/statistics").completeness(connection))
    days = []
    if vintage.newest_day is not None:
        for n in reversed(range(NEWEST_DAYS)):
            day = vintage.newest_day - timedelta(days=n)
            lag = min((vintage.known_on - day).days, max(shares, default=0))
            days.append(DayCompleteness(day, shares.get(lag)))
    interval, since = vintage.delivery_interval_days, (today - vintage.known_on).days
    return Freshness(
        known_on=vintage.known_on,
        days_since=since,
        usual_interval_days=interval,
        is_stale=None if interval is None else since > LATE * interval,
        newest_days=tuple(days),
        newest_incident=newest_incident(connection),
        today=today,
    )


def delivery_days(connection: Connection) -> tuple[date, ...]:
    """The days of deliveries as known on which counts can be asked, oldest first."""
    return tuple(day for (day,) in load_queries("public/statistics").delivery_days(connection))


def record_months(connection: Connection, *, kind: str | None, choices: Choices) -> tuple[RecordMonth, ...]:
    """Count records beside the incidents by month and area, of one kind or of all that are published.

    Raises
    ------
    FilterError
        No such kind of records is published.
    """
    rows = list(load_queries("public/statistics").record_counts(connection, record_kind=kind))
    if kind is not None and not rows:
        raise FilterError("kind", f"{kind[:40]!r} is no kind of records that is published here")
    return tuple(
        RecordMonth(name, label, month, choices.areas.get(area_id), *counts)
        for name, label, month, area_id, *counts in rows
        if area_id == CITY or area_id in choices.areas
    )


def as_known_on(
    connection: Connection, *, known_on: date, period: Period, choices: Choices, vintage: Vintage
) -> KnownCounts:
    """Incidents of the whole months inside a period as known on a day, beside what is known of them now.

    Raises
    ------
    FilterError
        No whole month is inside the period, or nothing had been delivered by that day.
    """
    days = delivery_days(connection)
    if not days or known_on < days[0]:
        first = f"; the first delivery is of {days[0]}" if days else ""
        raise FilterError("known_on", f"nothing was known on {known_on}{first}")
    months = _whole_months(period, newest_day=vintage.newest_day)
    if not months:
        raise FilterError(
            "period",
            f"no whole published month lies from {period.start} to {period.last_day}; what was known is counted by month",
        )
    counted = load_queries("public/statistics").known_counts(
        connection, known_on=known_on, first_month=months[0], end=_month_end(months[-1])
    )
    rows = list(counted)
    types = {crime_type.crime_type_id: crime_type for crime_type in choices.crime_types}
    by_type = [(types[type_id], then, now) for area_id, type_id, then, now in rows if area_id == CITY]
    by_area = [(choices.areas[area_id], then, now) for area_id, _, then, now in rows if area_id in choices.areas]
    return KnownCounts(
        known_on=max(day for day in days if day <= known_on),
        months=tuple(months),
        then=sum(then for _, then, _ in by_type),
        now=sum(now for *_, now in by_type),
        by_area=tuple(sorted(by_area, key=lambda row: (-row[2], row[0].name))),
        by_type=tuple(sorted(by_type, key=lambda row: (-row[2], row[0].label))),
    )


def _whole_months(period: Period, *, newest_day: date | None) -> list[date]:
    """First days of the published months that lie inside a period with all their days."""
    if newest_day is None:
        return []
    month = period.start.replace(day=1)
    month = month if month == period.start else _month_end(month)
    months, end = [], min(period.end, newest_day + timedelta(days=1))
    while _month_end(month) <= end:
        months.append(month)
        month = _month_end(month)
    return months


def _month_end(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _sensitive(connection: Connection, period: Period) -> dict[tuple[date, int], int | None]:
    rows = load_queries("public/statistics").sensitive_counts(connection, first_month=period.start, end=period.end)
    return {(month, area_id): incidents for month, area_id, incidents in rows}


def _areas_of(question: IncidentFilter, choices: Choices) -> list[Area]:
    """The areas that the question is about; for the whole city those of the first kind all of which have residents."""
    if question.areas:
        return [choices.areas[area_id] for area_id in question.areas]
    for area_kind in choices.area_kinds:
        areas = [area for area in area_kind.areas if area.is_current]
        if areas and _residents(areas)[0] is not None:
            return areas
    return []


def _residents(areas: list[Area]) -> tuple[int | None, int | None, str | None]:
    """Residents of areas together with the year and source of their census; None where one of them has none."""
    known = [area.residents for area in areas if area.residents is not None]
    if not areas or len(known) < len(areas):
        return None, None, None
    years = [area.residents_year for area in areas if area.residents_year is not None]
    return sum(known), min(years, default=None), areas[0].residents_source


def _km2(connection: Connection, question: IncidentFilter, areas: list[Area]) -> float | None:
    """Ground that a question is about, without water and what else is outside the city."""
    queries = load_queries("public/statistics")
    parts = [part for part in (question.areas, question.around, question.polygon, question.near) if part]
    if not parts:
        return queries.city_km2(connection)
    if len(parts) > 1 or question.near or (question.areas and len({area.kind for area in areas}) > 1):
        return None
    if question.around:
        around = question.around
        return queries.circle_km2(connection, gazetteer_id=around.gazetteer_id, radius_m=around.radius_m)
    if question.polygon:
        return queries.polygon_km2(connection, polygon=question.polygon.to_wkt())
    return sum(area.km2 for area in areas)
