"""Questions to the ledger for tests of loading."""

from __future__ import annotations

from typing import Any

from hotspots.store.server.connection import Database

TABLES = (
    "raw.delivery", "raw.incident_row", "raw.reject", "core.city", "core.crime_type", "core.source_type", "core.location_type",
    "core.area_kind", "core.area", "core.study_area", "core.place", "core.risk_factor", "core.population", "core.population_group", "core.gazetteer",
    "core.label_set", "core.location", "core.incident_version",
)  # fmt: skip


def ask(database: Database, question: str) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return connection.execute(question.encode()).fetchall()


def contents(database: Database) -> dict[str, Any]:
    """Every row of every table that a load writes, its hidden version stamp included, so that a rewritten row shows."""
    return {table: ask(database, f"select xmin::text, t::text from {table} t order by 2") for table in TABLES}


def current(database: Database) -> dict[str, str]:
    """Words of the offence of each current incident."""
    return dict(
        ask(
            database,
            "select incident_key, words from core.incident_version join core.source_type using (source_type_id) where known_to is null",
        )
    )


def known_on(database: Database, day: str) -> set[str]:
    versions = ask(
        database,
        f"select incident_key from core.incident_version where known_from <= '{day}' and (known_to is null or known_to > '{day}')",
    )
    return {key for (key,) in versions}
