"""One load or publication of a city at a time; who waits is told for whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog
from psycopg import sql

from hotspots.store.server.connection import Database
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

log = structlog.get_logger()


def say_who_holds_it(connection: Connection) -> None:
    """Log who loads or publishes now, if anybody does."""
    holder = load_queries("ledger/load_lock").read_holder(connection)
    if holder is not None:
        process, name, seconds = holder
        log.warning(
            "waiting for another load or publication to end", process=process, application=name, running_s=seconds
        )


def lock_load(connection: Connection) -> None:
    """Wait until no other load or publication runs; holds until the transaction ends."""
    load_queries("ledger/load_lock").take(connection)


@contextmanager
def nobody_writes(owner: Database) -> Iterator[None]:
    """Wait for who loads, publishes or migrates, and keep everybody from writing until the block ends or the server stops."""
    connection = psycopg.connect(owner.dsn)
    try:
        load_queries("server/migrations").lock_migrations(connection)
        connection.commit()
        say_who_holds_it(connection)
        lock_load(connection)
        tables = sql.SQL(", ").join(
            sql.Identifier(*name) for name in load_queries("server/backup").list_tables(connection)
        )
        connection.execute(sql.SQL("lock table {} in share mode").format(tables))
        log.info("nobody writes from now on, and everybody reads")
        yield
    finally:
        connection.close()  # says nothing where the server has stopped
