"""Counts of sensitive incidents by area and month, before and after small ones are hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hotspots.domain.suppression import WHOLE_CITY, PublishedCounts
from hotspots.store.publication.rules import Rules
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


def months_to_count(connection: Connection, *, end: date) -> list[date]:
    """First day of every month that holds any incident before the day `end`; none where the city has nothing that is counted only."""
    queries = _queries()
    return [month for (month,) in queries.all_months(connection, end=end)] if queries.are_counted(connection) else []


def count_by_area(connection: Connection, rules: Rules, months: Sequence[date]) -> dict[date, dict[int | None, int]]:
    """Sensitive incidents of each month by area; None stands for no known area."""
    found: dict[date, dict[int | None, int]] = {month: {} for month in months}
    for month, area, incidents in _queries().count_by_area(
        connection, months=list(months), kind=rules.sensitive_kind, withhold=list(rules.withhold)
    ):
        found[month][area] = incidents
    return found


def areas_of_month(connection: Connection, rules: Rules, *, month: date) -> list[int]:
    """The areas that hold in a month, in the order in which they are hidden as complements."""
    return [area_id for (area_id,) in _queries().areas_of_month(connection, month=month, kind=rules.sensitive_kind)]


def read_history(connection: Connection, months: Sequence[date]) -> dict[date, tuple[str, frozenset[int]]]:
    """By month that was published before: the kind of area by which, and the areas (or the whole city) that were ever hidden."""
    return {
        month: (kind, frozenset(hidden))
        for month, kind, hidden in _queries().read_history(connection, months=list(months))
    }


def note_history(connection: Connection, rules: Rules, published: Mapping[date, PublishedCounts]) -> None:
    """Keep for good which counts were hidden."""
    hidden = [
        (month, area)
        for month, counts in published.items()
        for area, incidents in {WHOLE_CITY: counts.city, **counts.by_area}.items()
        if incidents is None
    ]
    queries = _queries()
    queries.note_months(connection, months=list(published), kind=rules.sensitive_kind)
    queries.note_hidden(connection, months=[month for month, _ in hidden], areas=[area for _, area in hidden])


def replace_months(connection: Connection, published: Mapping[date, PublishedCounts]) -> None:
    """Write the counts of these months in place of all that is there."""
    queries = _queries()
    queries.delete_all_months(connection)
    with connection.cursor() as cursor, cursor.copy(queries.copy_counts.sql) as copy:
        for month, counts in published.items():
            for area_id, incidents in {WHOLE_CITY: counts.city, **counts.by_area}.items():
                copy.write_row((month, area_id, incidents))


def _queries() -> Any:
    return load_queries("publication/sensitive_counts")
