"""Backup and restore: the same rows, roles and publications, in one file for its owner alone, whole or not at all."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from hotspots.settings import Settings
from hotspots.store.server.connection import embedded_database, open_owner, open_public, with_database
from hotspots.store.server.migrate import migrate, missing_migrations
from hotspots.store.sql.files import sql_folder
from tests.database import TestDatabase, settings_for, temporary_home
from tests.open_city_builder import build_small_city


def hotspots(*arguments: str, home: Path, url: str = "") -> Result:
    environment = {"HOTSPOTS_HOME": str(home), "HOTSPOTS_DATABASE_URL": url}
    return CliRunner().invoke(app, list(arguments), env=environment)


@pytest.fixture(scope="module")
def file(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the small city."""
    with database.owner.connect() as connection:
        build_small_city(connection, seed=5, n_incidents=60)
    file = tmp_path_factory.mktemp("backups") / "small.backup"
    result = hotspots("backup", str(file), home=database.settings.home, url=database.owner.dsn)
    assert result.exit_code == 0, result.output
    assert re.match(rf"Wrote {file}: [\d,]+ rows of \d+ tables, [\d.]+ MB\.\n", result.stdout)
    return file


@pytest.fixture
def new_home() -> Iterator[Path]:
    with temporary_home() as parent:
        home = parent / "new"
        yield home
        embedded_database(settings_for(home)).stop()


def rows(database: object) -> list[object]:
    """The rights of the public on every table, asked without the code that restores."""
    with database.connect() as connection:  # pyright: ignore[reportAttributeAccessIssue]
        tables = connection.execute("select tablename from pg_tables where schemaname = 'open' order by 1").fetchall()
        return [
            (
                name,
                connection.execute(
                    f"select md5(string_agg(t::text, '' order by t::text)) from open.{name} t"
                ).fetchone(),
            )
            for (name,) in tables
        ]


def test_a_backup_is_one_file_for_its_owner_alone(file: Path, database: TestDatabase) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    for password in (database.settings.home / "passwords").iterdir():  # they belong to the home
        assert password.read_bytes() not in file.read_bytes()


def test_a_new_home_holds_the_same_rows_and_lets_the_same_roles_in(
    database: TestDatabase, file: Path, new_home: Path
) -> None:
    result = hotspots("restore", str(file), home=new_home)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"Restored into {new_home}: ")
    assert "publications 1, as of 20" in result.stdout
    settings = settings_for(new_home)
    assert rows(open_public(settings)) == rows(database.public)
    with open_owner(settings).connect() as restored, database.owner.connect() as original:
        grants = (
            "select grantee, table_schema, table_name, privilege_type from information_schema.role_table_grants"
            " where grantee like 'hotspots%' and grantee <> 'hotspots_owner' order by 1, 2, 3, 4"
        )
        assert restored.execute(grants).fetchall() == original.execute(grants).fetchall()
    assert not [one for one in new_home.parent.iterdir() if "restoring" in one.name]
    again = hotspots("restore", str(file), home=new_home)
    assert (again.exit_code, "holds a database already" in again.stderr) == (2, True)
    assert rows(open_public(settings)) == rows(database.public)


def test_a_backup_that_is_damaged_or_lies_leaves_no_database(file: Path, new_home: Path, tmp_path: Path) -> None:
    content = file.read_bytes()
    damaged = bytearray(content)
    damaged[len(content) // 2] ^= 255
    lying = tmp_path / "lying.backup"
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(lying, "w") as changed:
        changed.writestr("database.dump", archive.read("database.dump"))
        changed.writestr(
            "manifest.json", re.sub(rb'("open.incident": )\d+', rb"\g<1>999", archive.read("manifest.json"))
        )
    for name, what, said in (
        ("half.backup", content[: len(content) // 2], "is no backup made by `hotspots backup`, or it is damaged."),
        ("damaged.backup", bytes(damaged), "damaged.|pg_restore failed"),
        ("text.backup", b"hello", "is no backup made by `hotspots backup`, or it is damaged."),
        ("lying.backup", lying.read_bytes(), r"open.incident: 999 rows in the backup, \d+ restored"),
    ):
        bad = tmp_path / name
        bad.write_bytes(what)
        result = hotspots("restore", str(bad), home=new_home)
        assert result.exit_code == 2, result.output
        assert re.search(said, result.stderr), result.stderr
        assert not list(new_home.parent.glob("*new*")), name
    missing = hotspots("restore", str(tmp_path / "nothing.backup"), home=new_home)
    assert (missing.exit_code, "cannot be read: No such file" in missing.stderr) == (2, True)


def test_a_backup_that_is_killed_leaves_no_file_of_that_name_and_the_next_one_succeeds(
    database: TestDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "killed.backup"
    command = [sys.executable, "-c", "from hotspots.cli.main import run; run()", "backup", str(file)]
    environment = {
        **os.environ,
        "HOTSPOTS_DATABASE_URL": database.owner.dsn,
        "HOTSPOTS_HOME": str(database.settings.home),
    }
    with subprocess.Popen(command, env=environment) as process:
        while process.poll() is None and not list(tmp_path.iterdir()):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert not file.exists() or zipfile.is_zipfile(file)
    assert hotspots("backup", str(file), home=database.settings.home, url=database.owner.dsn).exit_code == 0
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


def test_a_folder_keeps_the_newest(database: TestDatabase, tmp_path: Path) -> None:
    for name in ("hotspots-2020-01-01T000000Z.backup", "hotspots-2021-01-01T000000Z.backup", "mine.backup"):
        (tmp_path / name).touch()
    result = hotspots("backup", str(tmp_path), "--keep", "2", home=database.settings.home, url=database.owner.dsn)
    assert result.exit_code == 0
    assert "removed hotspots-2020-01-01T000000Z.backup" in result.stdout
    kept = sorted(one.name for one in tmp_path.iterdir())
    assert len(kept) == 3 and kept[0].startswith("hotspots-2021") and kept[2] == "mine.backup"


def test_what_cannot_be_written_is_said(database: TestDatabase, tmp_path: Path) -> None:
    for arguments, said in (
        ([str(tmp_path / "no" / "x.backup")], "the folder"),
        ([str(tmp_path / "x.backup"), "--keep", "2"], "needs a folder"),
    ):
        result = hotspots("backup", *arguments, home=database.settings.home, url=database.owner.dsn)
        assert (result.exit_code, said in result.stderr) == (2, True), result.output


def test_an_older_backup_is_brought_to_this_version(cluster: Settings, tmp_path: Path, new_home: Path) -> None:
    """The schema as it was when alerts came, with a subscription in it."""
    older = tmp_path / "migrations"
    older.mkdir()
    for migration in sorted((sql_folder() / "migrations").glob("*.sql"))[:9]:
        shutil.copy(migration, older)
    with with_database(open_owner(cluster), "postgres").connect(autocommit=True) as server:
        server.execute("create database older")
        try:
            database = with_database(open_owner(cluster), "older")
            migrate(database, folder=older)
            with database.connect() as connection:
                connection.execute(
                    "insert into alerts.subscription (email, lang, cell_x, cell_y, only_unusual) values ('ann@example.org', 'en', 1, 2, true)"
                )
            file = tmp_path / "older.backup"
            assert hotspots("backup", str(file), home=cluster.home, url=database.dsn).exit_code == 0
        finally:
            server.execute("drop database older with (force)")
    result = hotspots("restore", str(file), home=new_home)
    assert result.exit_code == 0, result.output
    assert "to this version: 0010_place_lists" in result.stdout
    restored = open_owner(settings_for(new_home))
    assert missing_migrations(restored) == []
    with restored.connect() as connection:
        assert connection.execute("select email, cell_y from alerts.subscription").fetchall() == [
            ("ann@example.org", 2)
        ]
