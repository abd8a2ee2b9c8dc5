"""Restore a backup into a home that holds no database yet, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from hotspots.errors import DatabaseError
from hotspots.settings import Settings
from hotspots.store.server.backup import (
    Manifest,
    differences,
    fill_database,
    grant_differences,
    open_backup,
    read_manifest,
)
from hotspots.store.server.connection import embedded_database, open_owner
from hotspots.store.server.migrate import migrate
from hotspots.store.server.roles import create_roles, make_roles

log = structlog.get_logger()


def restore(file: Path, settings: Settings) -> tuple[Manifest, list[str]]:
    """Restore a backup: into HOTSPOTS_HOME where the embedded database serves, else into the empty database of HOTSPOTS_DATABASE_URL.

    The restored rows, migrations and publications are compared with what the backup says it holds, then the schema is brought to
    this version.

    Returns
    -------
    tuple
        What the backup holds, and the names of the migrations applied since.

    Raises
    ------
    DatabaseError
        There is a database already, the file is no backup or damaged, or what was restored differs from what the backup holds.
    """
    with open_backup(file) as (manifest, dump):
        if settings.database_url is not None:
            return manifest, fill_home(settings, manifest, dump)
        with _new_home(settings) as workshop:
            return manifest, fill_home(workshop, manifest, dump)


def fill_home(settings: Settings, manifest: Manifest, dump: object) -> list[str]:
    """Fill an empty database from a dump, compare it with the manifest, and return the migrations that were applied since.

    Raises
    ------
    DatabaseError
        What was restored differs from what the manifest says.
    """
    owner = open_owner(settings)
    make_roles(owner, settings=settings)
    fill_database(owner, dump, bin_folder=settings.postgres_bin)  # pyright: ignore[reportArgumentType]  (a file of the archive)
    with owner.connect() as connection:
        found = differences(manifest, read_manifest(connection))
    applied = migrate(owner)
    create_roles(owner, settings=settings)
    if not found and not applied:
        with owner.connect() as connection:
            found = grant_differences(manifest, read_manifest(connection))
    if found:
        raise DatabaseError(f"What was restored differs from the backup: {'; '.join(found[:5])}. Nothing was kept.")
    return applied


@contextmanager
def _new_home(settings: Settings) -> Iterator[Settings]:
    """A home beside the one that is asked for, which takes its place when the block ends well and is removed when it does not."""
    home = settings.home
    if any((home / name).exists() for name in ("postgres", "passwords")):
        raise DatabaseError(
            f"HOTSPOTS_HOME={home} holds a database already. Set it to a new folder, and restore there."
        )
    workshop = settings.model_copy(update={"home": home.with_name(f".{home.name}.restoring")})
    embedded = embedded_database(workshop)
    embedded.stop()  # of a restore that was killed
    shutil.rmtree(workshop.home, ignore_errors=True)
    try:
        yield workshop
        embedded.stop()
        _move_in(workshop.home, home)
    except BaseException:
        embedded.stop()
        raise
    finally:
        shutil.rmtree(workshop.home, ignore_errors=True)


def _move_in(workshop: Path, home: Path) -> None:
    if not home.exists():
        workshop.rename(home)
        return
    home.chmod(workshop.stat().st_mode & 0o777)
    for name in ("passwords", "postgres"):  # the cluster last: without it there is no database here
        (workshop / name).rename(home / name)
