"""The embedded database under another version of PostgreSQL: the same rows, nobody's change lost, and the old one where it was killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from hotspots.settings import Settings
from hotspots.store.server.binaries import find_binaries
from hotspots.store.server.connection import embedded_database, open_owner, open_public
from hotspots.store.server.embedded import ASIDE
from hotspots.store.server.setup import prepare_database
from tests.database import settings_for, temporary_home
from tests.open_city_builder import build_small_city

NEWER = os.environ.get("HOTSPOTS_NEWER_POSTGRES_BIN")  # read before the tests forget the person's settings
INCIDENTS = "select md5(string_agg(i::text, '' order by public_id)) from open.incident i"


@pytest.fixture(scope="module")
def published() -> Iterator[Settings]:
    """The small city in a home of its own."""
    with temporary_home() as home:
        settings = settings_for(home)
        with prepare_database(settings).connect() as connection:
            build_small_city(connection, seed=3, n_incidents=80)
        try:
            yield settings
        finally:
            embedded_database(settings).stop()


def hotspots(*arguments: str, settings: Settings, newer: str = "") -> Result:
    environment = {"HOTSPOTS_HOME": str(settings.home), "HOTSPOTS_DATABASE_URL": "", "HOTSPOTS_POSTGRES_BIN": newer}
    return CliRunner().invoke(app, list(arguments), env=environment)


def content(settings: Settings) -> object:
    with open_public(settings).connect() as connection:
        return connection.execute(INCIDENTS).fetchone()


def test_a_database_of_the_newest_version_stays_as_it_is(published: Settings) -> None:
    before = (published.home / "postgres" / "postmaster.pid").read_text()
    result = hotspots("db", "upgrade", settings=published)
    assert (result.exit_code, "the newest with PostGIS here" in result.stdout) == (0, True), result.output
    assert (published.home / "postgres" / "postmaster.pid").read_text() == before


@pytest.mark.parametrize(
    "newer",
    ["", pytest.param(NEWER or "", marks=pytest.mark.skipif(not NEWER, reason="no newer PostgreSQL is here"))],
    ids=["anew", "newer"],
)
def test_readers_go_on_writers_wait_and_every_row_is_there(published: Settings, newer: str) -> None:
    """Last the newer version: from there is no way back but the old cluster."""
    was, before = embedded_database(published).version(), content(published)
    moved = find_binaries(bin_folder=Path(newer)).version if newer else was
    seen: list[object] = []
    waited: list[BaseException | None] = []
    owner, ended = open_owner(published), Event()

    def write_when_nobody_may() -> None:
        with psycopg.connect(owner.dsn, autocommit=True) as writer:
            holds = "select count(*) from pg_locks where mode = 'ShareLock' and granted and relation = 'open.city'::regclass"
            while writer.execute(holds.encode()).fetchone() != (1,) and not ended.is_set():
                time.sleep(0.01)
            seen.append(content(published))
            try:
                writer.execute("update open.city set service = 'changed'")
                waited.append(None)
            except psycopg.Error as error:
                waited.append(error)

    with ThreadPoolExecutor() as threads:
        writing = threads.submit(write_when_nobody_may)
        result = hotspots("db", "upgrade", *([] if newer else ["--anew"]), settings=published, newer=newer)
        ended.set()
        writing.result()
    assert result.exit_code == 0, result.output
    assert f"The database was of PostgreSQL {was} and is of {moved}: " in result.stdout
    assert seen == [before]
    assert [isinstance(error, psycopg.OperationalError) for error in waited] == [
        True
    ]  # it did not get through, and knows it
    after = published.model_copy(update={"postgres_bin": Path(newer) if newer else None})
    assert embedded_database(after).version() == moved
    assert content(after) == before
    with open_owner(after).connect() as connection:
        assert connection.execute("select count(*) from open.city where service = 'changed'").fetchone() == (0,)
        assert connection.execute("show server_version_num").fetchone()[0].startswith(str(moved))  # pyright: ignore[reportOptionalSubscript]
    kept = published.home / f"postgres.{was}"
    assert (kept / "PG_VERSION").read_text().strip() == str(was)
    assert f"the old one is kept in {kept}" in result.stdout
    assert not (published.home / "upgrade").exists()
    embedded_database(after).stop()
    if newer:  # back to the old one, for who tests after this
        shutil.rmtree(published.home / "postgres")
        kept.rename(published.home / "postgres")
    else:
        shutil.rmtree(kept)


def test_an_upgrade_that_is_killed_leaves_the_old_database_and_the_next_one_succeeds(published: Settings) -> None:
    before = content(published)
    command = [sys.executable, "-c", "from hotspots.command import run; run()", "db", "upgrade", "--anew"]
    environment = {**os.environ, "HOTSPOTS_HOME": str(published.home)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        while (
            process.poll() is None and not (published.home / "upgrade" / "postgres").exists()
        ):  # the new one is being filled
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert content(published) == before
    with open_owner(published).connect() as connection:  # who held the others back is gone
        connection.execute("update open.city set service = service")
    result = hotspots("db", "upgrade", "--anew", settings=published)
    assert result.exit_code == 0, result.output
    assert content(published) == before
    assert not (published.home / "upgrade").exists()


def test_a_start_takes_the_old_cluster_back_where_the_exchange_was_killed_between_its_moves(
    published: Settings,
) -> None:
    before = content(published)
    embedded_database(published).stop()
    (published.home / "postgres").rename(published.home / ASIDE)
    assert content(published) == before
    assert not (published.home / ASIDE).exists()


def test_a_server_of_ones_own_is_its_administrators(published: Settings) -> None:
    environment = {"HOTSPOTS_HOME": str(published.home), "HOTSPOTS_DATABASE_URL": "postgresql://me@db.example/x"}
    result = CliRunner().invoke(app, ["db", "upgrade"], env=environment)
    assert (result.exit_code, "which its own administrator upgrades" in result.stderr) == (2, True)
