"""Queries with parts that vary: the text stands in ``sql/queries``, the driver's own composition fills its ``{parts}``.

Values become literals in place of parameters: the planner sees whether a filter asks for a week or for years, and one
filter's fragments can stand twice in a query.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from hotspots.store.sql.files import load_queries

Connection = psycopg.Connection[Any]

PART_ROWS = 500  # some milliseconds


def compose(noun: str, name: str, /, **parts: object) -> sql.Composed:
    """The query `name` of ``sql/queries/<noun>.sql`` with its ``{parts}`` filled in: SQL as it is, values as quoted literals."""
    filled = {part: value if isinstance(value, sql.Composable) else sql.Literal(value) for part, value in parts.items()}
    return sql.SQL(getattr(load_queries(noun), name).sql).format(**filled)


def fetch_all(connection: Connection, query: sql.Composed) -> list[tuple[Any, ...]]:
    """All rows of a composed query. Read in parts: the driver lets no other thread run while it reads one."""
    cursor = connection.execute(query, prepare=False)
    rows: list[tuple[Any, ...]] = []
    while part := cursor.fetchmany(PART_ROWS):
        rows += part
    return rows


def fetch_one(connection: Connection, query: sql.Composed) -> tuple[Any, ...]:
    """The only row of a composed query, such as one of totals."""
    (row,) = fetch_all(connection, query)
    return row
