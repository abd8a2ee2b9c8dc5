"""Counts, breakdowns and rows of the incidents that a filter leaves; every breakdown sums to the total.

Each function takes where to count (`counts`) or which `tables` to read: the public ones, or the ledger as known on a day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from psycopg import sql

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import (
    Anchor,
    AreaCount,
    Choices,
    Counts,
    DayCount,
    HourWeekdayCount,
    IncidentRow,
    LocationTypeCount,
    SensitiveMonth,
    TypeCount,
    Vintage,
    WeekCount,
)
from hotspots.errors import InputError, NotFoundError
from hotspots.store.public.incident_counts import OPEN_COUNTS, IncidentCounts
from hotspots.store.public.incident_filter import OPEN, Conditions, Tables, conditions
from hotspots.store.sql.compose import Connection, compose, fetch_all

SORTS = ("day", "hour", "type", "group", "location_type", "arrest", "anchor", "status")
MOST_ROWS = 1000  # of one page
FARTHEST_ROW = 100_000_000


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


def page(
    connection: Connection,
    question: IncidentFilter,
    *,
    choices: Choices,
    sort: str = "day",
    descending: bool = True,
    limit: int | None = 100,
    offset: int = 0,
    tables: Tables = OPEN,
) -> tuple[IncidentRow, ...]:
    """Rows of the table, sorted; ties by day, hour and public id, so that pages never overlap.

    Parameters
    ----------
    sort : one of `SORTS`.
    limit, offset : how many rows, after how many; no limit is for exports.
    """
    if limit is not None and not 1 <= limit <= MOST_ROWS:
        raise InputError(f"limit: {limit} is not between 1 and {MOST_ROWS}")
    if not 0 <= offset <= FARTHEST_ROW:
        raise InputError(f"offset: {offset} is not between 0 and {FARTHEST_ROW}")
    order = _order(sort, choices, descending=descending)
    query = _page_query(conditions(question, tables), tables, order=order, limit=limit, offset=offset)
    return tuple(_rows(fetch_all(connection, query), choices))


def latest(
    connection: Connection, question: IncidentFilter, *, choices: Choices, limit: int
) -> tuple[tuple[date | None, IncidentRow], ...]:
    """The rows that became public last, each with the day since which it is public; None where that was not noted yet."""
    found = fetch_all(connection, compose("public/incidents", "latest", where=conditions(question).where, limit=limit))
    return tuple(zip((row[0] for row in found), _rows((row[1:] for row in found), choices), strict=True))


def each(
    connection: Connection,
    question: IncidentFilter,
    *,
    choices: Choices,
    limit: int | None = None,
    tables: Tables = OPEN,
) -> Iterator[IncidentRow]:
    """All rows, newest first, one after the other, for exports: a million of them need no memory. Needs a transaction."""
    order = _order("day", choices, descending=True)
    query = _page_query(conditions(question, tables), tables, order=order, limit=limit, offset=0)
    with connection.cursor(name="each_incident") as cursor:
        cursor.itersize = 5000
        yield from _rows(cursor.execute(query), choices)


def at_anchor(
    connection: Connection,
    question: IncidentFilter,
    *,
    anchor_id: int,
    choices: Choices,
    limit: int = 500,
    tables: Tables = OPEN,
) -> tuple[IncidentRow, ...]:
    """Matching incidents of one anchor, and of the others of its block, newest first."""
    asked = conditions(question, tables)
    here = compose("public/incidents", "one_anchor", anchor_id=anchor_id, **tables.named())
    asked = Conditions(sql.SQL("{}\nand {}").format(here, asked.where), asked.day)
    order = _order("day", choices, descending=True)
    return tuple(_rows(fetch_all(connection, _page_query(asked, tables, order=order, limit=limit, offset=0)), choices))


def read_anchor(connection: Connection, *, anchor_id: int, choices: Choices, tables: Tables = OPEN) -> Anchor:
    """One public point. Raises NotFoundError."""
    rows = fetch_all(connection, compose("public/incidents", "read_anchor", **tables.named(), anchor_id=anchor_id))
    if not rows:
        raise NotFoundError(f"anchor: there is no public point with the number {anchor_id}")
    number, kind, status, name, addresses, area_ids, lon, lat = rows[0]
    return Anchor(number, kind, status, name, addresses, _area_names(area_ids, choices), lon, lat)


def kind_areas(choices: Choices, kind: str) -> tuple[Any, ...]:
    """The areas of a kind. Raises NotFoundError naming the kinds there are."""
    for area_kind in choices.area_kinds:
        if area_kind.kind == kind:
            return area_kind.areas
    known = ", ".join(area_kind.kind for area_kind in choices.area_kinds) or "that are published: there are none"
    raise NotFoundError(f"areas: {kind!r} is not one of the kinds {known}")


def _page_query(asked: Conditions, tables: Tables, **parts: object) -> sql.Composed:
    return compose("public/incidents", "page", **tables.named(), where=asked.where, **parts)


def _order(sort: str, choices: Choices, *, descending: bool) -> sql.Composed:
    if sort not in SORTS:
        raise InputError(f"sort: {sort!r} is not one of {', '.join(SORTS)}")
    shown = choices.location_types if sort == "location_type" else choices.labels
    ranks = json.dumps({name: rank for rank, name in enumerate(shown)})
    return compose("public/incidents", f"sort_{sort}", direction=sql.SQL("desc" if descending else "asc"), ranks=ranks)


def _rows(rows: Iterable[tuple[Any, ...]], choices: Choices) -> Iterator[IncidentRow]:
    """Rows with the words of the choices; a name that came with a later publication stands as it is."""
    labels, location_types = choices.labels, choices.location_types
    return (
        IncidentRow(
            public_id,
            day,
            hour,
            labels.get(crime_type, str(crime_type)),
            group,
            location_types.get(location_type, location_type),
            arrest,
            anchor_id,
            anchor,
            status,
            _area_names(area_ids, choices),
            lon,
            lat,
        )
        for public_id, day, hour, crime_type, group, location_type, arrest, anchor_id, anchor, status, area_ids, lon, lat in rows
    )


def _area_names(area_ids: list[int], choices: Choices) -> dict[str, str]:
    found = {area.kind: area.name for area_id in area_ids if (area := choices.areas.get(area_id))}
    return {area_kind.kind: found[area_kind.kind] for area_kind in choices.area_kinds if area_kind.kind in found}
