"""Migrations: in order, once, whole or not at all."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from psycopg import sql

from hotspots.errors import DatabaseError, MigrationError
from hotspots.settings import Settings
from hotspots.store.server.connection import Database, open_owner, with_database
from hotspots.store.server.migrate import migrate, missing_migrations, read_migrations


@pytest.fixture
def empty(cluster: Settings) -> Iterator[Database]:
    """A database without anything, for one test."""
    server = with_database(open_owner(cluster), "postgres")
    name = sql.Identifier("test_migrate_empty")
    with server.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template template0").format(name))
    yield with_database(server, "test_migrate_empty")
    with server.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(name))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text("create table first (i int);\ninsert into first values (1);\n")
    (tmp_path / "0002_second.sql").write_text("alter table first add column share text default '50%';\n")
    return tmp_path


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute(query.encode()).fetchall()


def test_files_are_applied_in_order_and_recorded_with_their_checksum(empty: Database, folder: Path) -> None:
    assert migrate(empty, folder=folder) == ["0001_first", "0002_second"]
    assert rows(empty, "select * from first") == [(1, "50%")]
    summed = subprocess.run(["sha256sum", *sorted(folder.glob("*.sql"))], capture_output=True, text=True, check=True)
    expected = [line.split()[0] for line in summed.stdout.splitlines()]
    assert rows(empty, "select number, name, sha256 from audit.migration order by number") == [
        (1, "first", expected[0]), (2, "second", expected[1]),
    ]  # fmt: skip


def test_a_second_run_changes_nothing(empty: Database, folder: Path) -> None:
    migrate(empty, folder=folder)
    before = rows(empty, "select * from audit.migration")
    assert migrate(empty, folder=folder) == []
    assert rows(empty, "select * from audit.migration") == before


def test_only_what_is_new_is_applied(empty: Database, folder: Path) -> None:
    migrate(empty, folder=folder)
    (folder / "0003_third.sql").write_text("create table third ();")
    assert missing_migrations(empty, folder=folder) == ["0003_third"]
    assert migrate(empty, folder=folder) == ["0003_third"]
    assert missing_migrations(empty, folder=folder) == []


def test_asking_what_is_missing_writes_nothing(empty: Database, folder: Path) -> None:
    assert missing_migrations(empty, folder=folder) == ["0001_first", "0002_second"]
    assert rows(empty, "select to_regclass('first'), to_regclass('audit.migration')") == [(None, None)]


def test_a_file_changed_after_it_was_applied_is_an_error(empty: Database, folder: Path) -> None:
    migrate(empty, folder=folder)
    (folder / "0001_first.sql").write_text("create table first (i bigint);")
    with pytest.raises(MigrationError, match="0001_first was changed after it was applied"):
        migrate(empty, folder=folder)


def test_a_file_renamed_after_it_was_applied_is_an_error(empty: Database, folder: Path) -> None:
    migrate(empty, folder=folder)
    (folder / "0002_second.sql").rename(folder / "0002_other.sql")
    with pytest.raises(MigrationError, match="holds migration 0002_second where this version has 0002_other"):
        migrate(empty, folder=folder)


def test_a_database_of_a_newer_version_is_an_error(empty: Database, folder: Path) -> None:
    migrate(empty, folder=folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(MigrationError, match="newer than this version"):
        migrate(empty, folder=folder)


def test_a_failing_file_leaves_nothing_of_itself_and_keeps_the_earlier_ones(empty: Database, folder: Path) -> None:
    (folder / "0003_broken.sql").write_text("create table half ();\nselect nonsense;\n")
    with pytest.raises(MigrationError, match='0003_broken failed.*column "nonsense" does not exist'):
        migrate(empty, folder=folder)
    assert rows(empty, "select to_regclass('half')") == [(None,)]
    assert rows(empty, "select number from audit.migration order by number") == [(1,), (2,)]


def test_two_runners_at_once_apply_each_file_once(empty: Database, folder: Path) -> None:
    with ThreadPoolExecutor(4) as runners:
        done = list(runners.map(lambda _: migrate(empty, folder=folder), range(4)))
    assert sorted(name for names in done for name in names) == ["0001_first", "0002_second"]
    assert rows(empty, "select count(*) from first") == [(1,)]


@pytest.mark.parametrize("name", ["0004_gap.sql", "0002_twin.sql"])
def test_a_gap_or_a_repeated_number_is_an_error(folder: Path, name: str) -> None:
    (folder / name).write_text("select 1;")
    with pytest.raises(MigrationError, match="stands where number 0003 is due"):
        read_migrations(folder)


@pytest.mark.parametrize("name", ["3_third.sql", "0003-third.sql", "0003_Third.sql"])
def test_a_wrong_file_name_is_an_error(folder: Path, name: str) -> None:
    (folder / name).write_text("select 1;")
    with pytest.raises(MigrationError, match="is not a migration's name"):
        read_migrations(folder)


def test_an_extension_that_the_server_lacks_names_the_choices(empty: Database, tmp_path: Path) -> None:
    (tmp_path / "0001_extension.sql").write_text("create extension no_such_extension;")
    with pytest.raises(DatabaseError, match="lacks an extension.*HOTSPOTS_DATABASE_URL"):
        migrate(empty, folder=tmp_path)
