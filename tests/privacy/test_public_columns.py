"""Nothing becomes public unnoticed: every column of `open` is listed with its reason, every table in the dictionary."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from hotspots.store.sql.files import sql_folder
from tests.database import TestDatabase

DICTIONARY = Path(__file__).parents[2] / "docs" / "data_dictionary.md"


def schema_of(database: TestDatabase, *schemas: str) -> dict[str, list[str]]:
    with database.owner.connect() as connection:
        rows = connection.execute(
            """select table_schema || '.' || table_name, array_agg(column_name::text order by column_name)
               from information_schema.columns where table_schema = any(%s) group by 1""",
            [list(schemas)],
        ).fetchall()
    return dict(rows)


def test_every_public_column_is_listed_with_a_reason(database: TestDatabase) -> None:
    listed = tomllib.loads((sql_folder() / "public_columns.toml").read_text(encoding="utf-8"))
    assert {f"open.{table}": sorted(columns) for table, columns in listed.items()} == schema_of(database, "open")
    assert all(reason.strip() for columns in listed.values() for reason in columns.values())


def test_the_data_dictionary_describes_every_column(database: TestDatabase) -> None:
    described: dict[str, list[str]] = {}
    table = ""
    for line in DICTIONARY.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"### (\w+\.\w+)", line):
            table = heading[1]
            described[table] = []
        elif (row := re.fullmatch(r"\| (\w+) \| (.+) \|", line)) and row[1] != "column":
            described[table].append(row[1])
    assert {name: sorted(columns) for name, columns in described.items()} == schema_of(
        database, "raw", "core", "open", "audit", "alerts"
    )
