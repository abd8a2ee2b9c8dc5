"""Load, publish, forecast, fetch and migrate, killed at one statement after the other: nothing is lost, and the next run gets through.

Backup and upgrade have tests of their own, and so has a job of the desk's queue.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from psycopg import sql

from hotspots.pipeline.fetch.run import run_feeds
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from hotspots.store.server.connection import open_owner, with_database
from hotspots.store.server.migrate import migrate, missing_migrations, read_migrations
from tests.builders import random_reports
from tests.database import TestDatabase, cloned_database
from tests.killed import killed_until_done
from tests.pipeline.fetch.test_run_feeds import FIELDS, OPTIONS, city_with_feed, portal_row
from tests.pipeline.ledger_questions import ask, contents
from tests.pipeline.listed_city import build_listed_city, request
from tests.pipeline.load_city import TODAY, deliver, row, write_city_file, write_zones
from tests.pipeline.publish_city import ROWS, build
from tests.pipeline.publish_city import TODAY as PUBLISHED_ON
from tests.pipeline.publish_city import deliver as deliver_reports
from tests.sources.feeds.portals import Socrata, serving


@pytest.fixture
def empty(cluster: Settings) -> Iterator[TestDatabase]:
    with cloned_database(cluster, "test_killed") as database:
        yield database


def test_a_first_load_and_a_later_one(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path)
    write_zones(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1"), row("2"), row("3", offence="STALKING")])
    indexes = "select indexdef from pg_indexes where schemaname in ('raw', 'core') order by 1"
    whole = ask(empty.owner, indexes)

    def work() -> None:
        load(empty.owner, city, tmp_path, today=TODAY)

    assert killed_until_done(work, lambda: (contents(empty.owner), ask(empty.owner, indexes))) > 5
    assert ask(empty.owner, "select count(*) from core.incident_version") == [(3,)]
    assert ask(empty.owner, indexes) == whole
    deliver(tmp_path, "2026-02-28", [row("3"), row("4")])
    assert killed_until_done(work, lambda: contents(empty.owner)) > 5
    assert ask(empty.owner, "select count(*) filter (where known_to is null), count(*) from core.incident_version") == [
        (4, 5)
    ]


def test_a_first_publication_and_a_later_one(empty: TestDatabase) -> None:
    city = build(empty, n=80)

    def work() -> None:
        publish(empty.owner, today=PUBLISHED_ON)

    def public() -> object:
        return ask(empty.owner, ROWS)

    assert killed_until_done(work, public) > 5
    first = ask(empty.owner, "select count(*) from open.incident")
    late = random_reports(20, precision="block", first_day=date(2024, 4, 1), n_days=10, key="B")
    deliver_reports(empty, city, late, known_on=date(2024, 5, 2))
    assert killed_until_done(work, public) > 5
    assert ask(empty.owner, "select count(*) from open.incident") > first
    stepwise = ask(empty.owner, ROWS)
    publish(empty.owner, today=PUBLISHED_ON, everything=True)
    assert ask(empty.owner, ROWS) == stepwise


def test_a_forecast(empty: TestDatabase) -> None:
    build_listed_city(empty)
    made = "select max(forecast_id), count(*), (select count(*) from core.forecast_cell) from core.forecast"
    before = ask(empty.owner, made)

    def work() -> None:
        with empty.owner.connect() as connection:
            forecast(connection, request("burglary", model="long_run_count"))

    assert killed_until_done(work, lambda: ask(empty.owner, made)) > 4
    assert ask(empty.owner, made) > before


def test_a_fetch_leaves_no_half_file_and_no_run_that_bars_the_next(empty: TestDatabase, tmp_path: Path) -> None:
    folder = tmp_path / "deliveries"
    with serving(Socrata([portal_row(1), portal_row(2)], FIELDS)) as server:
        city = city_with_feed(tmp_path, server)

        def work() -> None:
            run_feeds(empty.owner, city, folder, today=TODAY, options=OPTIONS)

        # A killed run may have put its file into the folder, whole: the next one fetches the same rows and nothing is lost.
        assert killed_until_done(work, lambda: None) > 2
    files = sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))
    assert files and {len((folder / name).read_text().splitlines()) for name in files} == {3}
    load(empty.owner, city, folder, only=["incidents"], today=TODAY)
    assert ask(empty.owner, "select count(*) filter (where known_to is null), count(*) from core.incident_version") == [
        (2, 2)
    ]


def test_migrations(cluster: Settings) -> None:
    server = with_database(open_owner(cluster), "postgres")
    with server.connect(autocommit=True) as connection:
        connection.execute("create database test_killed_migrations template template0")
    owner = with_database(server, "test_killed_migrations")
    applied: list[int] = []

    def whole_ones() -> None:
        """Each is there with its line in the ledger, or not at all: tables of a later one are not there before it."""
        applied.append(len(read_migrations()) - len(missing_migrations(owner)))
        there = ask(
            owner, "select to_regclass('core.incident_version') is not null, to_regclass('desk.place') is not null"
        )
        assert there == [(applied[-1] >= 2, applied[-1] >= 16)]

    try:
        assert killed_until_done(lambda: migrate(owner), whole_ones) > 5
        assert applied == sorted(applied)
        assert missing_migrations(owner) == []
    finally:
        with server.connect(autocommit=True) as connection:
            connection.execute(sql.SQL("drop database test_killed_migrations with (force)"))
