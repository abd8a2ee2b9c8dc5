"""Runs of feeds: where each ended, and what the public may know of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    import psycopg

    from hotspots.store.server.connection import Database


@dataclass(frozen=True)
class Success:
    """A run that ended well; `sha256` and `size` are those of the newest file, in whichever run it came."""

    file: str | None
    rows: int | None
    size: int
    sha256: str | None
    cursor: dict[str, Any]


@dataclass(frozen=True)
class FeedState:
    """How a feed stands.

    Attributes
    ----------
    last_success : when it last answered, with news or without.
    last_new : when it last brought a file.
    rows : of that file; None where they were not counted.
    failures : runs that failed since the last success.
    failure : why the newest run failed; None where it did not.
    """

    feed: str
    last_success: datetime | None
    last_new: datetime | None
    rows: int | None
    failures: int
    failure: str | None


@contextmanager
def only_fetch(database: Database) -> Iterator[bool]:
    """Whether no other fetch runs on this database, kept so until the block ends."""
    with database.connect(autocommit=True) as connection:
        queries = load_queries("ledger/feed_runs")
        is_ours = bool(queries.try_lock(connection))
        try:
            yield is_ours
        finally:
            if is_ours:
                queries.unlock(connection)


def last_success(database: Database, *, feed: str, definition: str) -> Success | None:
    """The newest run of a feed that ended well and asked the same; None before the first."""
    with database.connect() as connection:
        row = load_queries("ledger/feed_runs").last_success(connection, feed=feed, definition=definition)
    return None if row is None else Success(file=row[0], rows=row[1], size=row[2], sha256=row[3], cursor=row[4])


def begin(database: Database, *, feed: str, definition: str) -> int:
    """Record that a run begins; returns its number. A run without an end was killed."""
    with database.connect() as connection:
        return int(load_queries("ledger/feed_runs").begin_run(connection, feed=feed, definition=definition))


def succeed(database: Database, number: int, *, feed: str, done: Success) -> None:
    """Record how a run ended well."""
    queries = load_queries("ledger/feed_runs")
    with database.connect() as connection:
        queries.end_run(
            connection,
            number=number,
            outcome="nothing new" if done.file is None else "new",
            file=done.file,
            rows=done.rows,
            size=done.size,
            sha256=done.sha256,
            cursor=json.dumps(done.cursor),
            failure=None,
        )
        queries.publish_success(connection, feed=feed)


def fail(database: Database, number: int, *, feed: str, failure: str) -> None:
    """Record why a run brought nothing."""
    queries = load_queries("ledger/feed_runs")
    with database.connect() as connection:
        queries.end_run(
            connection,
            number=number,
            outcome="failed",
            file=None,
            rows=None,
            size=0,
            sha256=None,
            cursor="{}",
            failure=failure[:1000],
        )
        queries.publish_failure(connection, feed=feed)


def read_feeds(connection: psycopg.Connection[Any]) -> list[FeedState]:
    """How every feed stands, by name."""
    return [FeedState(*row) for row in load_queries("ledger/feed_runs").read_feeds(connection)]
