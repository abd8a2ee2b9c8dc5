"""Find the product's SQL: inside the installed package, else in the checkout."""

from functools import cache
from pathlib import Path
from typing import Any

import aiosql

_PACKAGED = Path(__file__).parents[2] / "_sql"
_CHECKOUT = Path(__file__).parents[3] / "sql"


def sql_folder() -> Path:
    """The folder with ``migrations``, ``queries`` and ``public_columns.toml``."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


@cache
def load_queries(name: str) -> Any:
    """The named queries of ``sql/queries/<name>.sql``, such as ``ledger/incidents``.

    Each is a function that takes a psycopg connection and keyword arguments.

    A query lists its parameters, e.g. ``-- name: count_incidents(since, until)$``; a literal percent sign is ``%%``.
    """
    return aiosql.from_path(sql_folder() / "queries" / f"{name}.sql", "psycopg", mandatory_parameters=True)
