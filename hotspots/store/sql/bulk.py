"""A first load into empty tables: without their indexes and foreign keys, which come back in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psycopg import sql

from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg


def are_empty(connection: psycopg.Connection[Any], tables: Sequence[str]) -> bool:
    """Whether none of the tables, each with its schema, holds a row."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("select exists (select from {})").format(_name(table)))
            row = cursor.fetchone()
            if row is not None and row[0]:
                return False
    return True


@contextmanager
def filling(connection: psycopg.Connection[Any], tables: Sequence[str]) -> Iterator[None]:
    """Take foreign keys and indexes of empty tables away, and put them back after the block.

    A row checked at once costs ten times what it costs to check all rows at the end. The tables are truncated first,
    so that a server without replication writes them once, not twice.
    """
    queries = load_queries("sql/bulk")
    foreign_keys = list(queries.foreign_keys_of(connection, tables=list(tables)))
    indexes = list(queries.indexes_of(connection, tables=list(tables)))
    for table, name, _ in foreign_keys:
        _run(connection, sql.SQL("alter table {} drop constraint {}").format(_name(table), sql.Identifier(name)))
    for name, _ in indexes:
        _run(connection, sql.SQL("drop index {}").format(_name(name)))
    names = sql.SQL(", ").join(_name(table) for table in tables)
    _run(connection, sql.SQL("truncate {}").format(names))
    queries.avoid_nested_loops(connection)
    yield
    queries.allow_nested_loops(connection)
    for _, definition in indexes:
        _run(connection, sql.SQL(definition))  # pyright: ignore[reportArgumentType]  (the catalogue's own words)
    for table in tables:
        if not table.startswith("raw."):  # asked by number only
            _run(connection, sql.SQL("analyze {}").format(_name(table)))
    for table, name, definition in foreign_keys:
        addition = sql.SQL("alter table {} add constraint {} ").format(_name(table), sql.Identifier(name))
        _run(connection, addition + sql.SQL(definition))  # pyright: ignore[reportArgumentType]  (the catalogue's own words)


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split("."))


def _run(connection: psycopg.Connection[Any], statement: sql.Composable) -> None:
    connection.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]
