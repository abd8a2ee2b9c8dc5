"""Move the embedded database to a newer major version of PostgreSQL: whole or not at all, and nothing that was committed is lost.

The new cluster is filled beside the old one from a dump of one moment and compared with it. Meanwhile everybody reads the old one
and nobody writes to it. Then the two change places; the old one is kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotspots.errors import DatabaseError, InputError
from hotspots.private_files import open_private
from hotspots.settings import Settings
from hotspots.store.ledger.load_lock import nobody_writes
from hotspots.store.server.backup import open_backup, write_backup
from hotspots.store.server.binaries import find_binaries
from hotspots.store.server.connection import embedded_database
from hotspots.store.server.restore import fill_home
from hotspots.store.server.setup import prepare_database

WORKSHOP = "upgrade"  # folder of the home in which the new cluster is made


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The result of an upgrade.

    Attributes
    ----------
    was, now : major versions.
    rows, tables : what was compared.
    kept : folder of the old cluster.
    own_settings : whether somebody gave the old server settings of its own, which are not taken along.
    """

    was: int
    now: int
    rows: int
    tables: int
    kept: Path
    own_settings: bool


def upgrade(settings: Settings, *, anew: bool = False) -> Upgraded | None:
    """Move the embedded database to the newest installed PostgreSQL with PostGIS; None where it is of that version already.

    Parameters
    ----------
    anew : make the cluster anew also where the version stays: without the room that rows left which are gone, and as a rehearsal.

    Raises
    ------
    InputError
        The database is not the embedded one, or there is none yet.
    DatabaseError
        The programs of the old version are gone, or what was restored differs. The database is as it was.
    """
    if settings.database_url is not None:
        raise InputError(
            "HOTSPOTS_DATABASE_URL names a server, which its own administrator upgrades: by pg_upgrade, or by `hotspots backup` here "
            "and `hotspots restore` into an empty database of the newer server."
        )
    was = embedded_database(settings).version()
    if was is None:
        raise InputError(
            f"HOTSPOTS_HOME={settings.home} holds no database yet. The first command makes one of the newest version."
        )
    newest = find_binaries(bin_folder=settings.postgres_bin)
    if newest.version < was:
        raise DatabaseError(
            f"The database was made by PostgreSQL {was}, and the newest with PostGIS here is {newest.version}."
        )
    if newest.version == was and not anew:
        return None
    old = settings.model_copy(
        update={"postgres_bin": newest.folder if newest.version == was else find_binaries(version=was).folder}
    )
    with _workshop(settings, newest.folder) as workshop:
        file = workshop.home / "database.backup"
        owner = prepare_database(old)
        with nobody_writes(owner):
            with open_private(file) as stream:
                write_backup(owner, stream, bin_folder=newest.folder)
            with open_backup(file) as (manifest, dump):
                fill_home(workshop, manifest, dump)
            new = embedded_database(workshop)
            new.stop()
            kept = embedded_database(old).replace(
                new.data
            )  # who waits to write is sent away unheard, and may try again
    embedded_database(settings).start()
    own = any(
        line.strip() and not line.startswith("#") for line in (kept / "postgresql.auto.conf").read_text().splitlines()
    )
    return Upgraded(was, newest.version, sum(manifest.tables.values()), len(manifest.tables), kept, own)


@contextmanager
def _workshop(settings: Settings, bin_folder: Path) -> Iterator[Settings]:
    """A home inside the home, with its passwords; removed at the end, and at the beginning what a killed upgrade left."""
    workshop = settings.model_copy(update={"home": settings.home / WORKSHOP, "postgres_bin": bin_folder})

    def clear() -> None:
        if workshop.home.exists():
            embedded_database(workshop.model_copy(update={"postgres_bin": None})).stop()
            shutil.rmtree(workshop.home)

    clear()
    workshop.home.mkdir(mode=0o711)
    (workshop.home / "passwords").symlink_to(settings.home / "passwords")
    try:
        yield workshop
    finally:
        clear()
