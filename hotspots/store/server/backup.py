"""Back up the whole database into one file, and fill an empty database from it.

The file is a zip archive without compression of its own: ``database.dump`` (pg_dump's custom format, compressed) and
``manifest.json``, which says what the dump holds, counted in the dump's own snapshot.
"""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any

import psycopg
from psycopg import conninfo, sql

from hotspots.errors import DatabaseError
from hotspots.store.server.binaries import find_program
from hotspots.store.server.connection import Database
from hotspots.store.sql.files import load_queries

FORMAT = 1
DUMP, MANIFEST = "database.dump", "manifest.json"
STEP_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """The content of a backup.

    Attributes
    ----------
    made_at : when its snapshot was taken, ISO 8601.
    hotspots : version of the program.
    postgresql : major version of the server.
    migrations : names of the schema's migrations, in order.
    tables : rows by table.
    grants : what each role may, one line a privilege.
    vintages : numbers of the publications.
    """

    format: int
    made_at: str
    hotspots: str
    postgresql: int
    migrations: list[str]
    tables: dict[str, int]
    grants: list[str]
    vintages: list[int]


def write_backup(database: Database, file: IO[bytes], *, bin_folder: Path | None = None) -> Manifest:
    """Write a backup of one moment while others read and write.

    Raises
    ------
    DatabaseError
        ``pg_dump`` is not installed or fails; what was written so far is worth nothing.
    """
    with database.connect() as connection:
        queries = load_queries("server/backup")
        queries.begin_snapshot(connection)
        manifest = read_manifest(connection)
        snapshot = queries.export_snapshot(connection)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            with archive.open(DUMP, "w", force_zip64=True) as dump:
                _run(
                    "pg_dump", database, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                    bin_folder=bin_folder, version=manifest.postgresql, output=dump,
                )  # fmt: skip
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    return manifest


def read_manifest(connection: psycopg.Connection[Any]) -> Manifest:
    """Count and list what a database holds."""
    from importlib.metadata import version

    queries = load_queries("server/backup")
    tables = {f"{schema}.{name}": sql.Identifier(schema, name) for schema, name in queries.list_tables(connection)}
    counted = {name: _count(connection, table) for name, table in tables.items()}
    return Manifest(
        format=FORMAT,
        made_at=queries.moment(connection),
        hotspots=version("hotspots"),
        postgresql=connection.info.server_version // 10_000,
        migrations=[
            f"{number:04d}_{name}"
            for number, name, _ in load_queries("server/migrations").applied_migrations(connection)
        ],
        tables=counted,
        grants=[line for (line,) in queries.list_grants(connection)],
        vintages=[number for (number,) in queries.list_vintages(connection)],
    )


@contextmanager
def open_backup(file: Path) -> Iterator[tuple[Manifest, IO[bytes]]]:
    """The manifest of a backup and its dump.

    Raises
    ------
    DatabaseError
        The file is no backup of ours, of a newer version, or damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            if manifest.format > FORMAT:
                raise DatabaseError(
                    f"{file} was made by a newer version of hotspots ({manifest.hotspots}). Install it."
                )
            with archive.open(DUMP) as dump:
                yield manifest, dump
    except OSError as error:
        raise DatabaseError(f"{file} cannot be read: {error.strerror}.") from None
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError):
        raise DatabaseError(f"{file} is no backup made by `hotspots backup`, or it is damaged.") from None


def fill_database(owner: Database, dump: IO[bytes], *, bin_folder: Path | None = None) -> None:
    """Restore a dump into an empty database, whole or not at all.

    Raises
    ------
    DatabaseError
        The database is not empty, or ``pg_restore`` fails.
    """
    with owner.connect() as connection:
        if list(load_queries("server/backup").list_tables(connection)):
            raise DatabaseError(
                "The database is not empty. Restore into a new HOTSPOTS_HOME, or into an empty database."
            )
        version = connection.info.server_version // 10_000
    _run(
        "pg_restore", owner, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error",
        bin_folder=bin_folder, version=version, stdin=dump,
    )  # fmt: skip
    with owner.connect(autocommit=True) as connection:
        load_queries("server/backup").analyze(connection)


def differences(wanted: Manifest, found: Manifest) -> list[str]:
    """The differences of a restored database, one line each."""
    lines = [
        f"{name}: {wanted.tables.get(name, 'no table')} rows in the backup, {found.tables.get(name, 'no table')} restored"
        for name in sorted(wanted.tables.keys() | found.tables.keys())
        if wanted.tables.get(name) != found.tables.get(name)
    ]
    if wanted.migrations != found.migrations:
        lines.append(f"migrations: {len(wanted.migrations)} in the backup, {len(found.migrations)} restored")
    if wanted.vintages != found.vintages:
        lines.append(f"publications: {wanted.vintages} in the backup, {found.vintages} restored")
    return lines


def grant_differences(wanted: Manifest, found: Manifest) -> list[str]:
    """Grants that a restored database lacks or has too much; only databases of one schema can be compared."""
    missing = [f"missing: {line}" for line in sorted(set(wanted.grants) - set(found.grants))]
    return missing + [f"not in the backup: {line}" for line in sorted(set(found.grants) - set(wanted.grants))]


def _count(connection: psycopg.Connection[Any], table: sql.Identifier) -> int:
    row = connection.execute(sql.SQL("select count(*) from {}").format(table)).fetchone()
    assert row is not None, "a count"
    return row[0]


def _run(
    program: str, database: Database, *arguments: str, bin_folder: Path | None, version: int,
    output: IO[bytes] | None = None, stdin: IO[bytes] | None = None,
) -> None:  # fmt: skip
    """Run one of PostgreSQL's own programs, its output into a file or its input from one."""
    parts = conninfo.conninfo_to_dict(database.dsn)
    given = {
        "PGHOST": "host",
        "PGPORT": "port",
        "PGUSER": "user",
        "PGPASSWORD": "password",
        "PGDATABASE": "dbname",
        "PGSSLMODE": "sslmode",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "HOTSPOTS_"))}
    environment |= {name: str(parts[part]) for name, part in given.items() if parts.get(part) is not None}
    environment["LC_ALL"] = "C.UTF-8"
    command = [str(find_program(program, bin_folder=bin_folder, version=version)), *arguments]
    if program == "pg_restore":
        command.append(f"--dbname={parts.get('dbname', '')}")
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE if output else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        said: list[bytes] = []
        listening = Thread(target=lambda: said.append(process.stderr.read() if process.stderr else b""))
        listening.start()
        try:
            if output is not None and process.stdout is not None:
                while step := process.stdout.read(STEP_BYTES):
                    output.write(step)
            if stdin is not None and process.stdin is not None:
                while step := stdin.read(STEP_BYTES):
                    process.stdin.write(step)
                process.stdin.close()
        except BrokenPipeError:
            pass  # the program ended early, and says why
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
            listening.join()
    if code != 0:
        lines = [line for line in said[0].decode(errors="replace").splitlines() if line.strip()]
        raise DatabaseError(f"{program} failed: {lines[0] if lines else f'exit code {code}'}")
