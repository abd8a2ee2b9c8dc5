"""Counts of records beside the incidents by area and month, before and after small ones are hidden."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from hotspots.domain.suppression import WHOLE_CITY, PublishedCounts
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


def published_kinds(connection: Connection) -> list[tuple[str, str]]:
    """Name and label of every kind of records that the city file publishes by month."""
    return list(_queries().published_kinds(connection))


def whole_months(connection: Connection, record_kind: str, *, end: date) -> list[date]:
    """First day of every month that the records of a kind cover from its first day to its last, before the day `end`."""
    return [month for (month,) in _queries().whole_months(connection, record_kind=record_kind, end=end)]


def count_by_area(
    connection: Connection, record_kind: str, initiated_by: str, *, month: date, kind: str
) -> dict[int | None, int]:
    """Records of one month by area; None stands for no known area."""
    rows = _queries().count_by_area(
        connection, record_kind=record_kind, initiated_by=initiated_by, month=month, kind=kind
    )
    return dict(rows)


def read_hidden(connection: Connection, record_kind: str, initiated_by: str, *, month: date) -> frozenset[int]:
    """The areas, or the whole city, that an earlier publication hid."""
    rows = _queries().read_hidden(connection, record_kind=record_kind, initiated_by=initiated_by, month=month)
    return frozenset(area for (area,) in rows)


def note_hidden(
    connection: Connection, record_kind: str, initiated_by: str, *, month: date, counts: PublishedCounts
) -> None:
    """Keep for good which counts were hidden."""
    hidden = [area for area, records in {WHOLE_CITY: counts.city, **counts.by_area}.items() if records is None]
    _queries().note_hidden(connection, record_kind=record_kind, initiated_by=initiated_by, month=month, areas=hidden)


def first_kind(connection: Connection, record_kind: str, *, month: date, kind: str) -> str:
    """The kind of area by which a month was first counted: `kind`, where it never was."""
    return _queries().first_kind(connection, record_kind=record_kind, month=month, kind=kind)


def replace_counts(connection: Connection, counts: Iterable[tuple[str, str, str, date, PublishedCounts]]) -> None:
    """Write the counts in place of all that are there; each with the kind of records, its label, who began them and the month."""
    queries = _queries()
    queries.delete_counts(connection)
    with connection.cursor() as cursor, cursor.copy(queries.copy_counts.sql) as copy:
        for record_kind, label, initiated_by, month, published in counts:
            for area_id, records in {WHOLE_CITY: published.city, **published.by_area}.items():
                copy.write_row((record_kind, label, initiated_by, month, area_id, records))


def _queries() -> Any:
    return load_queries("publication/record_counts")
