"""Publish: readers never wait, and a publication that fails leaves what was public."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from hotspots.pipeline.publish.publish import publish
from hotspots.store.server.connection import Database
from tests.builders import random_reports
from tests.database import TestDatabase
from tests.pipeline.publish_city import ROWS, TODAY, ask, build, deliver


def impatient(database: Database) -> Database:
    """The same key, for which waiting for a lock is an error."""
    return replace(database, dsn=conninfo.make_conninfo(database.dsn, options="-c lock_timeout=2s"))


@pytest.mark.parametrize("everything", [False, True])
def test_a_reader_neither_waits_nor_makes_the_publisher_wait(empty: TestDatabase, everything: bool) -> None:
    city = build(empty)
    publish(empty.owner, today=TODAY)
    deliver(
        empty,
        city,
        random_reports(20, precision="block", first_day=date(2024, 4, 1), n_days=10, key="B"),
        known_on=date(2024, 5, 2),
    )
    tables = [
        name
        for (name,) in ask(
            empty, "select quote_ident(table_name) from information_schema.tables where table_schema = 'open'"
        )
    ]
    seen_meanwhile: list[int] = []

    def read_all(connection: psycopg.Connection[Any]) -> int:
        for table in tables:
            connection.execute(f"select count(*) from open.{table}".encode())
        return count(connection)

    def count(connection: psycopg.Connection[Any]) -> int:
        row = connection.execute("select count(*) from open.incident").fetchone()
        assert row is not None
        return row[0]

    def look(_: str) -> None:  # in the middle of the publication
        with impatient(empty.public).connect() as newcomer:
            seen_meanwhile.append(read_all(newcomer))

    with empty.public.connect() as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        before = read_all(reader)  # holds its locks on every table until the end
        done = publish(impatient(empty.owner), today=TODAY, everything=everything, progress=look)
        assert read_all(reader) == before
    assert done.everything == everything
    assert done.incidents > before
    assert len(seen_meanwhile) >= 2
    assert set(seen_meanwhile) == {before}
    with empty.public.connect() as reader:
        assert count(reader) == done.incidents


def test_a_publication_that_fails_leaves_what_was_public(empty: TestDatabase) -> None:
    city = build(empty)
    publish(empty.owner, today=TODAY)
    before = ask(empty, ROWS)
    deliver(
        empty,
        city,
        random_reports(20, precision="block", first_day=date(2024, 4, 1), n_days=10, key="B"),
        known_on=date(2024, 5, 2),
    )

    def fail(line: str) -> None:
        if "written" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(empty.owner, today=TODAY, progress=fail)
    assert ask(empty, ROWS) == before
    assert publish(empty.owner, today=TODAY).written > 0


def test_the_first_publication_leaves_the_same_indexes_as_the_migration(empty: TestDatabase) -> None:
    indexes = "select indexdef from pg_indexes where schemaname = 'open' order by 1"
    before = ask(empty, indexes)
    build(empty)
    publish(empty.owner, today=TODAY)
    assert ask(empty, indexes) == before
