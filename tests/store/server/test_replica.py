"""A public server on a streaming replica: it follows each publication, and goes on reading when the primary is gone."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import conninfo

from hotspots.errors import DatabaseError
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from hotspots.store.public import city as open_city
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import Database, embedded_database, open_owner, open_public
from hotspots.store.server.embedded import PORT
from hotspots.store.server.setup import prepare_database
from tests.builders import SmallCity, random_reports
from tests.database import settings_for, temporary_home

TODAY = date(2024, 6, 1)
SERVE = "from hotspots.command import run; run()"


@pytest.fixture(scope="module")
def primary() -> Iterator[tuple[Settings, SmallCity]]:
    """A cluster that sends its log to replicas, with the one setting that docs/operations.md names, and a city published in it."""
    with temporary_home() as home:
        settings = settings_for(home)
        with open_owner(settings).connect(autocommit=True) as connection:
            connection.execute("alter system set wal_level = 'replica'")
            connection.execute("alter system set max_wal_senders = 4")
        embedded_database(settings).stop()
        owner = prepare_database(settings)
        with owner.connect() as connection:
            city = SmallCity(connection, "block").build()
            city.deliver(
                random_reports(200, precision="block", first_day=date(2024, 1, 1), n_days=90), known_on=date(2024, 4, 1)
            )
        publish(owner, today=TODAY)
        try:
            yield settings, city
        finally:
            embedded_database(settings).stop()


@pytest.fixture(scope="module")
def standby(primary: tuple[Settings, SmallCity]) -> Iterator[Database]:
    """The public key of a hot standby beside it, made by pg_basebackup and started by pg_ctl: no code of ours."""
    settings, _ = primary
    binaries = embedded_database(settings).binaries()
    data, folder = settings.home / "standby", settings.home / "standby-run"
    for made in (data, folder):
        made.mkdir(mode=0o700)
        binaries.give(made)
    source = conninfo.make_conninfo(open_owner(settings).dsn, application_name="standby", dbname="")
    copied = binaries.run(
        "pg_basebackup", "-d", source, "-D", str(data), "--write-recovery-conf", "--wal-method=stream", "-c", "fast"
    )
    assert copied.returncode == 0, copied.stderr
    control = (
        "-D",
        str(data),
        "-w",
        "-o",
        f"-k {folder} -p {PORT} -c hot_standby_feedback=on -c max_standby_streaming_delay=100ms",
        "-l",
        str(folder / "log"),
    )
    assert binaries.run("pg_ctl", "start", *control).returncode == 0
    try:
        yield Database("public", conninfo.make_conninfo(open_public(settings).dsn, host=str(folder)))
    finally:
        binaries.run("pg_ctl", "stop", "-D", str(data), "-m", "immediate", "-w")


@contextmanager
def serving(standby: Database, home: Path) -> Iterator[httpx.Client]:
    """The server's own command on a machine that knows nothing but the replica."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTSPOTS_")}
    environment |= {"HOTSPOTS_HOME": str(home), "HOTSPOTS_PUBLIC_DATABASE_URL": standby.dsn, "HOTSPOTS_RATE_LIMIT": "0"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "public", "--port", str(port)],
        env=environment,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                while True:
                    assert process.poll() is None, "the server did not start"
                    try:
                        client.get("/api/health")
                        break
                    except httpx.ConnectError:
                        time.sleep(0.05)
                yield client
        finally:
            process.terminate()


def counted(client: httpx.Client, **question: str) -> int:
    answer = client.get("/api/counts", params={"from": "2024-01-01", "to": "2024-04-30", **question})
    assert answer.status_code == 200, answer.text
    return answer.json()["counts"]["total"]


def published(owner: Database) -> int:
    with owner.connect() as connection:
        row = connection.execute("select count(*) from open.incident").fetchone()
    assert row is not None
    return row[0]


def test_a_question_in_the_way_of_a_change_is_to_be_asked_again_and_is_no_outage(
    primary: tuple[Settings, SmallCity], standby: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The replica ends a question that keeps it from taking up a locked table for longer than it is told to wait."""
    settings, _ = primary

    def slow(connection: psycopg.Connection[Any], **_: object) -> None:
        connection.execute("select pg_sleep(60) from open.incident limit 1")

    with standby.open_pool() as pool, open_owner(settings).connect() as changing:
        reader = OpenReader(pool, kept_answers=0)
        changing.execute("lock table open.area in access exclusive mode")  # not in the way
        with monkeypatch.context() as patch, ThreadPoolExecutor() as threads:
            patch.setattr(open_city, "read_city", slow)
            asked = threads.submit(reader.city)
            waiting = (
                "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and wait_event = 'PgSleep'"
            )
            key = conninfo.make_conninfo(open_owner(settings).dsn, host=conninfo.conninfo_to_dict(standby.dsn)["host"])
            with psycopg.connect(str(key), autocommit=True) as looking:
                while looking.execute(waiting.encode()).fetchone() != (1,):
                    time.sleep(0.02)
            changing.execute("lock table open.incident in access exclusive mode")
            with pytest.raises(DatabaseError, match="The data changed while this was being answered. Ask again"):
                asked.result()
        assert not reader.is_away
        assert reader.city().name == "Smallville"


def test_a_replica_follows_publications_and_serves_on_without_its_primary(
    primary: tuple[Settings, SmallCity], standby: Database, tmp_path: Path
) -> None:
    settings, city = primary
    owner = open_owner(settings)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), standby.connect() as connection:
        connection.execute("create table x ()")
    with serving(standby, tmp_path / "nothing") as client:
        before = published(owner)
        assert counted(client) == before > 0
        with owner.connect() as connection:
            city.connection = connection
            late = random_reports(60, precision="block", first_day=date(2024, 4, 1), n_days=20, seed=9, key="B")
            city.deliver(late, known_on=date(2024, 5, 1))
        publish(owner, today=TODAY)
        after = published(owner)
        assert after > before
        while counted(client) == before:
            time.sleep(0.1)
        assert counted(client) == after
        embedded_database(settings).stop()
        with pytest.raises((DatabaseError, psycopg.OperationalError)), owner.connect():
            pass
        health = client.get("/api/health")
        assert health.status_code == 200, health.text
        assert counted(client) == after
        assert sum(counted(client, types=name) for name in ("theft", "assault")) <= after  # asked for the first time
        assert client.get("/").status_code == 200
    with serving(standby, tmp_path / "nothing") as client:  # one that starts while the primary is away
        assert counted(client) == after
        assert client.get("/").status_code == 200
