"""The product's SQL files: numbered, loadable, one transaction each."""

import re
from pathlib import Path

import pytest

from hotspots.store.server.migrate import read_migrations
from hotspots.store.sql.files import load_queries, sql_folder

QUERIES = sorted(
    str(file.relative_to(sql_folder() / "queries").with_suffix(""))
    for file in (sql_folder() / "queries").rglob("*.sql")
)
STORE = Path(__file__).parents[2] / "hotspots" / "store"


def without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)


def test_migrations_are_numbered_without_gap() -> None:
    assert [migration.number for migration in read_migrations()] == list(range(1, len(read_migrations()) + 1))


@pytest.mark.parametrize("migration", read_migrations(), ids=lambda migration: migration.name)
def test_a_migration_leaves_the_transaction_to_the_runner(migration: object) -> None:
    statements = without_comments(migration.sql).lower()  # pyright: ignore[reportAttributeAccessIssue]
    assert (
        re.findall(r"^\s*(begin|commit|rollback|start transaction)\s*;|concurrently", statements, flags=re.MULTILINE)
        == []
    )


@pytest.mark.parametrize("noun", QUERIES)
def test_a_query_file_loads_and_lists_its_parameters(noun: str) -> None:
    assert load_queries(noun).available_queries


def test_schema_open_holds_no_view_and_no_function() -> None:
    for migration in read_migrations():
        statements = without_comments(migration.sql).lower()
        assert (
            re.findall(r"create\s+(?:or\s+replace\s+)?(?:materialized\s+)?(?:view|function)\s+open\.", statements) == []
        )


def test_every_query_file_is_asked_for_by_its_name_and_no_other() -> None:
    """A name that no file has fails only when the query is asked; a file that no code names is dead."""
    named = {
        name
        for source in STORE.rglob("*.py")
        for name in re.findall(r"(?:load_queries|compose|fetch)\(\s*\"([a-z_/]+)\"", source.read_text())
    }
    assert named == set(QUERIES)
