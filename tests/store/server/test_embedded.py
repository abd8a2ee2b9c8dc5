"""The embedded database: private, one a home, safe against two starters and sudden death."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hotspots.errors import DatabaseError
from hotspots.settings import Settings
from hotspots.store.server.binaries import find_binaries
from hotspots.store.server.connection import embedded_database, open_owner
from hotspots.store.server.embedded import Embedded
from tests.database import clear_left_behind, settings_for, temporary_home

START = "import sys; from pathlib import Path; from hotspots.store.server.embedded import Embedded; Embedded(Path(sys.argv[1])).start()"


@pytest.fixture(scope="module")
def running() -> Iterator[Settings]:
    with temporary_home() as home:
        settings = settings_for(home)
        embedded = embedded_database(settings)
        embedded.start()
        yield settings
        embedded.stop()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def server_pid(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_socket_cluster_and_passwords_are_closed_to_other_users(running: Settings) -> None:
    home = running.home
    assert mode_of(home / "run") == 0o700
    assert mode_of(home / "postgres") == 0o700
    assert mode_of(home / "passwords") == 0o700
    assert {(file.name, mode_of(file)) for file in (home / "passwords").iterdir()} == {
        ("owner", 0o600), ("public", 0o600), ("staff", 0o600), ("desk", 0o600), ("alerts", 0o600), ("mailer", 0o600), ("concerns", 0o600), ("partners", 0o600),
        ("worker", 0o600),
    }  # fmt: skip
    assert mode_of(home / "postgres.log") == 0o600


def test_no_network_address_is_listened_on(running: Settings) -> None:
    with open_owner(running).connect() as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_a_wrong_password_is_refused(running: Settings) -> None:
    folder = embedded_database(running).socket_folder()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=str(folder), dbname="hotspots", user="hotspots_owner", password="guess")


def test_commits_are_safe_and_times_are_utc(running: Settings) -> None:
    with open_owner(running).connect() as connection:
        for setting, expected in {
            "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "timezone": "UTC",
            "password_encryption": "scram-sha-256", "wal_level": "minimal", "jit": "off",
        }.items():  # fmt: skip
            assert connection.execute("select current_setting(%s)", [setting]).fetchone() == (expected,)


def test_starting_twice_keeps_the_same_server(running: Settings) -> None:
    before = server_pid(running.home)
    embedded_database(running).start()
    assert server_pid(running.home) == before


def test_the_persons_own_postgres_variables_do_not_reach_it(running: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    assert embedded_database(running).is_running()


def test_it_comes_back_after_kill_9_with_what_was_committed(running: Settings) -> None:
    owner = open_owner(running)
    with owner.connect() as connection:
        connection.execute("create table kept as select 42 as answer")
    os.kill(server_pid(running.home), signal.SIGKILL)
    embedded_database(running).start()
    with owner.connect() as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_stop_then_start_keeps_the_data() -> None:
    with temporary_home() as home:
        embedded = Embedded(home)
        assert embedded.stop() is False
        embedded.start()
        with open_owner(settings_for(home)).connect() as connection:
            connection.execute("create table kept as select 42 as answer")
        assert embedded.stop() is True
        assert not embedded.is_running()
        embedded.start()
        with open_owner(settings_for(home)).connect() as connection:
            assert connection.execute("select answer from kept").fetchone() == (42,)
        embedded.stop()


def test_processes_that_start_it_at_once_all_find_one_server() -> None:
    with temporary_home() as home:
        starters = [
            subprocess.Popen([sys.executable, "-c", START, str(home)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for _ in range(4)
        ]
        said = [starter.communicate()[0].decode() for starter in starters]
        assert [starter.returncode for starter in starters] == [0, 0, 0, 0], said
        assert sum(text.count("making the embedded database") for text in said) == 1
        assert sum(text.count("database started") for text in said) == 1
        Embedded(home).stop()


def test_a_start_that_was_killed_half_way_is_begun_anew() -> None:
    with temporary_home() as home:
        (home / "postgres.new" / "cluster").mkdir(parents=True)
        (home / "postgres.new" / "cluster" / "PG_VERSION").write_text("15")
        Embedded(home).start()
        with open_owner(settings_for(home)).connect() as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert not (home / "postgres.new").exists()
        Embedded(home).stop()


@pytest.mark.parametrize("name", ["long-" * 24, "with space, comma and 'quote'"])
def test_a_home_whose_path_does_not_suit_a_socket_works(name: str) -> None:
    with temporary_home() as parent:
        home = parent / name
        embedded = Embedded(home)
        embedded.start()
        folder = embedded.socket_folder()
        assert folder is not None and folder.parent == Path("/tmp") and mode_of(folder) == 0o700
        with open_owner(settings_for(home)).connect() as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        embedded.stop()
        folder.rmdir()


def test_two_homes_have_two_databases(running: Settings) -> None:
    with temporary_home() as home:
        other = settings_for(home)
        with open_owner(other).connect() as connection:
            connection.execute("create table only_here ()")
        with open_owner(running).connect() as connection:
            assert connection.execute("select to_regclass('only_here')").fetchone() == (None,)
        embedded_database(other).stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_a_home_that_the_servers_user_cannot_reach_is_one_clear_error() -> None:
    with temporary_home() as parent:
        parent.chmod(0o700)
        with pytest.raises(DatabaseError, match="HOTSPOTS_HOME=.* cannot be reached by the user postgres"):
            Embedded(parent / "home").start()


def test_a_home_that_is_a_file_is_one_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "home"
    file.touch()
    with pytest.raises(DatabaseError, match="HOTSPOTS_HOME=.* cannot be used: File exists"):
        Embedded(file).start()


def test_missing_binaries_are_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="HOTSPOTS_POSTGRES_BIN=.* holds no PostgreSQL server"):
        Embedded(tmp_path, bin_folder=tmp_path).start()


def test_missing_postgis_names_the_choices(tmp_path: Path) -> None:
    real = find_binaries().folder
    for program in ("initdb", "pg_ctl", "postgres", "pg_isready"):
        (tmp_path / program).symlink_to(real / program)
    (tmp_path / "pg_config").write_text("#!/bin/sh\necho /nowhere\n")
    (tmp_path / "pg_config").chmod(0o755)
    with pytest.raises(DatabaseError) as error:
        find_binaries(bin_folder=tmp_path)
    for choice in (
        "no postgis and pg_trgm",
        "apt-get install postgresql-15 postgresql-15-postgis-3",
        "HOTSPOTS_DATABASE_URL=",
    ):
        assert choice in str(error.value)


def test_a_cluster_of_a_version_that_is_gone_is_one_clear_error() -> None:
    with pytest.raises(DatabaseError, match="made by PostgreSQL 9, which is not installed any more"):
        find_binaries(version=9)


def test_waiting_for_another_starter_ends_with_a_clear_error(running: Settings) -> None:
    with open(running.home / "lock") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(DatabaseError, match="Another process has been starting or stopping the database"):
            embedded_database(running).stop(patience_s=0.2)
    assert embedded_database(running).is_running()


def test_a_killed_test_run_leaves_no_server_behind_for_the_next() -> None:
    killed_while_open = (
        "from tests.database import *; opened = migrated_cluster(); "
        "print(opened.__enter__().home, flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", killed_while_open], capture_output=True, text=True, check=False)
    home = Path(killed.stdout.splitlines()[-1])
    assert killed.returncode == -signal.SIGKILL and Embedded(home).is_running()
    with temporary_home() as of_a_living_run:
        clear_left_behind()
        assert not home.exists()
        assert of_a_living_run.exists()
