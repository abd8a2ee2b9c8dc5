"""A load that is killed half-way leaves the database as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hotspots.settings import Settings
from tests.database import cloned_database
from tests.pipeline.ledger_questions import ask, contents
from tests.pipeline.load_city import counts_of, deliver, load_incidents_only, row, write_city_file

# Loads, says when the second delivery is reached, and waits there, inside the transaction, for the axe.
SLOW_LOAD = """
import sys, time
from datetime import date
from pathlib import Path
from hotspots.pipeline.load.city import load
from hotspots.sources.city_file import read_city_file
from hotspots.store.server.connection import Database

def tell(step, share):
    if step.startswith("incidents_") and share > 0:
        print("half-way", flush=True)
        time.sleep(600)

folder = Path(sys.argv[1])
city = read_city_file(folder / "littleton.toml")
load(Database("owner", sys.argv[2]), city, folder, only=["incidents"], today=date(2026, 6, 1), tell=tell)
"""


def test_a_load_killed_half_way_leaves_the_database_as_it_was_and_can_be_repeated(
    cluster: Settings, tmp_path: Path
) -> None:
    with cloned_database(cluster, "test_load_killed") as database:
        city = write_city_file(tmp_path)
        deliver(tmp_path, "2026-01-31", [row("1"), row("2")])
        deliver(tmp_path, "2026-02-28", [row("3")])
        before = contents(database.owner)
        indexes = ask(database.owner, "select indexdef from pg_indexes where schemaname in ('raw', 'core') order by 1")
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW_LOAD, str(tmp_path), database.owner.dsn],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "half-way\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        waiting = """
            select count(*) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"""
        while ask(database.owner, waiting) != [(0,)]:  # the server notices that its client is gone
            time.sleep(0.05)
        assert contents(database.owner) == before
        assert (
            ask(database.owner, "select indexdef from pg_indexes where schemaname in ('raw', 'core') order by 1")
            == indexes
        )
        assert counts_of(load_incidents_only(database.owner, city, tmp_path))["new"] == 3
        assert (
            ask(database.owner, "select indexdef from pg_indexes where schemaname in ('raw', 'core') order by 1")
            == indexes
        )
