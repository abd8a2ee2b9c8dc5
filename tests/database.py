"""Databases for tests: a cluster a session, a migrated template, a clone for each module."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from hotspots.settings import Settings
from hotspots.store.server.connection import (
    Database,
    embedded_database,
    open_desk,
    open_owner,
    open_public,
    open_staff,
    open_worker,
    with_database,
)
from hotspots.store.server.embedded import Embedded
from hotspots.store.server.setup import prepare_database


@dataclass(frozen=True)
class TestDatabase:
    """The keys of a database that nobody else uses, and settings that lead to it."""

    __test__ = False  # a fixture's value, not a test class

    owner: Database
    public: Database
    staff: Database
    desk: Database
    worker: Database
    settings: Settings  # as a door would read them: addresses of these keys


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A home folder that the server's own user can reach; pytest's tmp_path is private to us."""
    home = Path(tempfile.mkdtemp(prefix="hotspots-test-", dir="/tmp"))
    home.chmod(0o711)
    (home / "test_process").write_text(str(os.getpid()))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def clear_left_behind() -> None:
    """Stop and remove the clusters of test runs that were killed; those of living runs, and of other users, stay."""
    for mark in Path("/tmp").glob("hotspots-test-*/test_process"):
        try:
            process = int(mark.read_text())
            is_ours = mark.stat().st_uid == os.geteuid()
        except (OSError, ValueError):
            continue  # another run is making or removing it
        if is_ours and not Path(f"/proc/{process}").exists():
            Embedded(mark.parent).stop()
            shutil.rmtree(mark.parent, ignore_errors=True)


def settings_for(home: Path, **values: object) -> Settings:
    """Settings of the embedded database in a home folder, whatever the environment says."""
    rooms = ("", "public_", "staff_", "desk_", "alerts_", "mailer_", "concerns_", "partners_", "worker_")
    unset = {f"{room}database_url": None for room in rooms}
    return Settings(**{**unset, "home": home, **values})  # pyright: ignore[reportArgumentType]


@contextmanager
def migrated_cluster() -> Iterator[Settings]:
    """An embedded cluster whose database holds the schema and no data."""
    clear_left_behind()
    with temporary_home() as home:
        settings = settings_for(home)
        try:
            prepare_database(settings)
            yield settings
        finally:
            embedded_database(settings).stop()


@contextmanager
def cloned_database(cluster: Settings, name: str) -> Iterator[TestDatabase]:
    """A copy of the migrated database under a name of its own, dropped at the end."""
    template = open_owner(cluster)
    server = with_database(template, "postgres")
    with server.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template hotspots").format(sql.Identifier(name)))
        # Grants on the database itself are not part of a template.
        connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL(
                "grant connect on database {} to hotspots_public, hotspots_staff, hotspots_desk, hotspots_alerts, hotspots_mailer,"
                " hotspots_concerns, hotspots_partners, hotspots_worker"
            ).format(sql.Identifier(name))
        )
    owner, public, staff, desk, worker = (
        with_database(open_room(cluster), name)
        for open_room in (open_owner, open_public, open_staff, open_desk, open_worker)
    )
    settings = settings_for(
        cluster.home,
        database_url=owner.dsn,
        public_database_url=public.dsn,
        staff_database_url=staff.dsn,
        desk_database_url=desk.dsn,
        worker_database_url=worker.dsn,
    )
    try:
        yield TestDatabase(owner=owner, public=public, staff=staff, desk=desk, worker=worker, settings=settings)
    finally:
        with server.connect(autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
