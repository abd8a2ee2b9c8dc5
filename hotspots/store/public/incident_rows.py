"""Rows of incidents: a page of the table, the latest, each for a download, those at one anchor."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from datetime import date
from typing import Any

from psycopg import sql

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Anchor, Choices, IncidentRow
from hotspots.errors import InputError, NotFoundError
from hotspots.store.public.incident_filter import OPEN, Conditions, Tables, conditions
from hotspots.store.sql.compose import Connection, compose, fetch_all

SORTS = ("day", "hour", "type", "group", "location_type", "arrest", "anchor", "status")


MOST_ROWS = 1000  # of one page


FARTHEST_ROW = 100_000_000


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
) -> Generator[IncidentRow, None, None]:
    """All rows, newest first, one after the other, for exports: a million of them need no memory. Needs a transaction."""
    order = _order("day", choices, descending=True)
    query = _page_query(conditions(question, tables), tables, order=order, limit=limit, offset=0)
    with connection.cursor(name="each_incident") as cursor:
        cursor.itersize = 500
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
