"""Bring a database to the schema of this version: numbered SQL files, forward only, each in one transaction.

``sql/migrations/NNNN_name.sql`` are applied in order and recorded with a checksum in ``audit.migration``.
An applied file never changes; a mistake is mended by the next number.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import structlog

from hotspots.errors import DatabaseError, MigrationError
from hotspots.store.server.binaries import INSTALL_CHOICES
from hotspots.store.server.connection import Database
from hotspots.store.sql.files import load_queries, sql_folder

log = structlog.get_logger()


@dataclass(frozen=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The checksum that the ledger keeps."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path | None = None) -> list[Migration]:
    """Read the migrations of a folder, the product's own by default, in order and without gap.

    Raises
    ------
    MigrationError
        Where a file is not named ``NNNN_name.sql`` or the numbers do not run 1, 2, 3, ….
    """
    folder = folder or sql_folder() / "migrations"
    migrations: list[Migration] = []
    for file in sorted(folder.glob("*.sql")):
        named = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", file.name)
        if named is None:
            raise MigrationError(f"{file.name} is not a migration's name; it should read like 0007_short_name.sql.")
        migrations.append(Migration(int(named[1]), named[2], file.read_text(encoding="utf-8")))
    for expected, migration in enumerate(migrations, start=1):
        if migration.number != expected:
            raise MigrationError(
                f"Migration {migration.number:04d}_{migration.name}.sql stands where number {expected:04d} is due: "
                "numbers run without gap or repetition."
            )
    return migrations


def migrate(owner: Database, *, folder: Path | None = None) -> list[str]:
    """Apply what is missing, and return the names of the migrations applied now.

    Parameters
    ----------
    owner : Database
        The owner's key.
    folder : Path, optional
        Migrations to apply in place of the product's own.
    """
    migrations = read_migrations(folder)
    queries = load_queries("server/migrations")
    with owner.connect(autocommit=True) as connection:
        queries.lock_migrations(connection)
        if not queries.ledger_exists(connection):
            queries.create_ledger(connection)
        missing = _missing(migrations, connection)
        for migration in missing:
            _apply(migration, connection)
    return [f"{migration.number:04d}_{migration.name}" for migration in missing]


def missing_migrations(owner: Database, *, folder: Path | None = None) -> list[str]:
    """The names of the migrations that the database lacks; changes nothing."""
    migrations = read_migrations(folder)
    with owner.connect() as connection:
        if load_queries("server/migrations").ledger_exists(connection):
            migrations = _missing(migrations, connection)
    return [f"{migration.number:04d}_{migration.name}" for migration in migrations]


def _missing(migrations: list[Migration], connection: psycopg.Connection[Any]) -> list[Migration]:
    applied = list(load_queries("server/migrations").applied_migrations(connection))
    for (number, name, sha256), ours in zip(applied, migrations, strict=False):
        if (number, name) != (ours.number, ours.name):
            raise MigrationError(
                f"The database holds migration {number:04d}_{name} where this version has {ours.number:04d}_{ours.name}. "
                "It belongs to another line of versions: use that version, or a new database."
            )
        if sha256 != ours.sha256:
            raise MigrationError(
                f"Migration {number:04d}_{name} was changed after it was applied. "
                "Restore the file as it was, and write the change as the next number."
            )
    if len(applied) > len(migrations):
        number, name, _ = applied[len(migrations)]
        raise MigrationError(
            f"The database is newer than this version of hotspots: it holds migration {number:04d}_{name}. Install the newer version."
        )
    return migrations[len(applied) :]


def _apply(migration: Migration, connection: psycopg.Connection[Any]) -> None:
    label = f"{migration.number:04d}_{migration.name}"
    try:
        with connection.transaction():
            connection.execute(migration.sql.encode())
            load_queries("server/migrations").record_migration(
                connection, number=migration.number, name=migration.name, sha256=migration.sha256
            )
    except psycopg.errors.FeatureNotSupported as error:
        if "extension" in str(error):
            raise DatabaseError(
                f"The database server lacks an extension: {error.diag.message_primary}. {INSTALL_CHOICES}"
            ) from None
        raise
    except psycopg.Error as error:
        place = f" at character {error.diag.statement_position}" if error.diag.statement_position else ""
        raise MigrationError(
            f"Migration {label} failed{place}: {error.diag.message_primary or error}. Nothing of it was kept."
        ) from error
    log.info("migration applied", migration=label)
