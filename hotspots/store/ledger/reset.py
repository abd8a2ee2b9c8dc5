"""Start over: everything loaded, published and forecast, removed at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

from hotspots.store import audit
from hotspots.store.ledger.load_lock import lock_load
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    import psycopg

SCHEMAS = ("raw", "core", "open")


def count_all(connection: psycopg.Connection[Any]) -> tuple[str | None, int]:
    """The name of the city, None where none is loaded, and how many incidents are current."""
    city = load_queries("ledger/city").read_city(connection)
    return (city[0] if city else None), int(load_queries("ledger/reset").count_current(connection))


def remove_all(connection: psycopg.Connection[Any]) -> None:
    """Empty every table of the ledger and of what is public; a line in the audit says that it was done, and of how many.

    Accounts, what staff wrote, subscriptions and the audit are in other schemas, and stay.
    """
    lock_load(connection)
    queries = load_queries("ledger/reset")
    name, incidents = count_all(connection)
    tables = [sql.Identifier(schema, table) for schema, table in queries.list_tables(connection, schemas=list(SCHEMAS))]
    connection.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(tables)))
    audit.write_line(connection, "reset", {"city": name, "incidents": incidents})
