"""Where incidents are counted: in tables of the database, as here, or in memory (`recent_incidents`), with the same answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from psycopg import sql

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.store.public.incident_filter import OPEN, Conditions, Tables, conditions, conditions_hour_unknown
from hotspots.store.sql.compose import Connection, compose, fetch_all, fetch_one


class IncidentCounts(Protocol):
    """Counts of the incidents that a filter leaves; every breakdown sums to the total."""

    def total(self, connection: Connection, question: IncidentFilter) -> int:
        """How many match."""
        ...

    def by_status(self, connection: Connection, question: IncidentFilter) -> tuple[int, int, int]:
        """On the map, without location, outside the study area."""
        ...

    def hour_unknown(self, connection: Connection, question: IncidentFilter) -> int:
        """How many match all of a filter but its hours, because the hour is not known."""
        ...

    def by_day(self, connection: Connection, question: IncidentFilter) -> dict[date, int]:
        """Days that an incident counts to: its own, or the evening's when hours pass midnight. Zeros are left out."""
        ...

    def by_weekday_hour(self, connection: Connection, question: IncidentFilter) -> list[tuple[int, int | None, int]]:
        """ISO weekday, hour (None where it is not known), incidents; zeros left out."""
        ...

    def by_type(self, connection: Connection, question: IncidentFilter) -> dict[int, int]:
        """By number of the crime type, zeros left out."""
        ...

    def by_location_type(self, connection: Connection, question: IncidentFilter) -> list[tuple[str | None, int]]:
        """Most first, zeros left out; None where none is recorded."""
        ...

    def by_area(self, connection: Connection, question: IncidentFilter, kind: str) -> dict[int | None, tuple[int, int]]:
        """All, and of them those outside the study area, by number of the area of a kind, None in none; zeros left out."""
        ...


@dataclass(frozen=True)
class TableCounts:
    """Counted by the database: in the public tables, or in the ledger as known on a day."""

    tables: Tables = OPEN

    def total(self, connection: Connection, question: IncidentFilter) -> int:
        """How many match."""
        return int(fetch_one(connection, self._query("count_all", question))[0])

    def by_status(self, connection: Connection, question: IncidentFilter) -> tuple[int, int, int]:
        """On the map, without location, outside the study area."""
        located, no_location, outside = fetch_one(connection, self._query("count_by_status", question))
        return located, no_location, outside

    def hour_unknown(self, connection: Connection, question: IncidentFilter) -> int:
        """How many match all of a filter but its hours, because the hour is not known."""
        asked = conditions_hour_unknown(question, self.tables)
        (incidents,) = fetch_one(connection, self._composed("count_all", asked))
        return incidents

    def by_day(self, connection: Connection, question: IncidentFilter) -> dict[date, int]:
        """Days that an incident counts to, zeros left out."""
        return dict(fetch_all(connection, self._query("by_day", question)))

    def by_weekday_hour(self, connection: Connection, question: IncidentFilter) -> list[tuple[int, int | None, int]]:
        """ISO weekday, hour, incidents; zeros left out."""
        return [
            (weekday, hour, n) for weekday, hour, n in fetch_all(connection, self._query("by_weekday_hour", question))
        ]

    def by_type(self, connection: Connection, question: IncidentFilter) -> dict[int, int]:
        """By number of the crime type, zeros left out."""
        return dict(fetch_all(connection, self._query("by_type", question)))

    def by_location_type(self, connection: Connection, question: IncidentFilter) -> list[tuple[str | None, int]]:
        """Most first, zeros left out."""
        return [(name, n) for name, n in fetch_all(connection, self._query("by_location_type", question))]

    def by_area(self, connection: Connection, question: IncidentFilter, kind: str) -> dict[int | None, tuple[int, int]]:
        """All, and of them those outside the study area, by number of the area of a kind, None in none; zeros left out."""
        rows = fetch_all(connection, self._query(self.tables.by_area, question, kind=kind))
        return {area_id: (incidents, outside) for area_id, incidents, outside in rows}

    def _query(self, name: str, question: IncidentFilter, **parts: object) -> sql.Composed:
        return self._composed(name, conditions(question, self.tables), **parts)

    def _composed(self, name: str, asked: Conditions, **parts: object) -> sql.Composed:
        day = {"day": asked.day} if name in ("by_day", "by_weekday_hour") else {}
        return compose("public/incidents", name, **self.tables.named(), where=asked.where, **day, **parts)


OPEN_COUNTS = TableCounts()
