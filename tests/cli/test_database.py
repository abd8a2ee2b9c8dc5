"""`hotspots db`, as a person would type it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotspots.store.server.embedded import Embedded
from tests.database import TestDatabase, temporary_home


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with temporary_home() as folder:
        yield folder
        Embedded(folder).stop()


def hotspots_db(command: str, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "from hotspots.cli.main import run; run()", "db", command, *options],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_start_status_migrate_stop(home: Path) -> None:
    here = {"HOTSPOTS_HOME": str(home)}
    assert hotspots_db("status", **here).returncode == 1
    assert hotspots_db("stop", **here).stdout == f"The database in {home} was not running.\n"

    assert hotspots_db("start", **here).stdout == f"The database in {home} is running.\n"
    started = hotspots_db("status", "--json", **here)
    assert started.returncode == 1
    said = json.loads(started.stdout)
    assert said["running"] is True and said["missing_migrations"][0] == "0001_schemas"

    assert hotspots_db("migrate", **here).stdout.startswith("Migrations applied: 0001_schemas")
    assert hotspots_db("migrate", **here).stdout == "The database is up to date.\n"
    ready = hotspots_db("status", "--json", **here)
    assert ready.returncode == 0
    assert json.loads(ready.stdout) == {"database": str(home), "running": True, "missing_migrations": []}

    assert hotspots_db("stop", **here).stdout == f"The database in {home} is stopped.\n"
    assert hotspots_db("status", **here).stdout == f"The database in {home} is not running: hotspots db start.\n"


def test_a_server_of_somebody_elses_is_neither_started_nor_stopped(database: TestDatabase) -> None:
    there = {"HOTSPOTS_DATABASE_URL": database.owner.dsn}
    for command in ("start", "stop"):
        result = hotspots_db(command, **there)
        assert result.returncode == 0 and "its own administrator" in result.stdout
    assert hotspots_db("status", **there).returncode == 0


def test_a_server_that_is_not_there_is_one_line() -> None:
    result = hotspots_db("migrate", HOTSPOTS_DATABASE_URL="postgresql://nobody:word@127.0.0.1:1/none")
    assert result.returncode == 2
    assert result.stderr.startswith("Error: The database does not let owner in") and result.stderr.count("\n") == 1
