"""One load or publication at a time, and who waits says for whom."""

from __future__ import annotations

from threading import Thread

import structlog.testing

from hotspots.store.ledger.load_lock import lock_load, say_who_holds_it
from hotspots.store.publication.publication import publishing
from tests.database import TestDatabase


def test_a_publication_waits_for_a_load_says_so_and_sees_what_the_load_wrote(empty: TestDatabase) -> None:
    seen: list[int] = []

    def publish() -> None:
        with publishing(empty.owner) as connection:
            row = connection.execute("select count(*) from core.location_type").fetchone()
            assert row is not None
            seen.append(row[0])

    with structlog.testing.capture_logs() as logs:
        with empty.owner.connect() as load:
            lock_load(load)
            (pid,) = load.execute("select pg_backend_pid()").fetchone()  # pyright: ignore[reportGeneralTypeIssues]
            waiting = Thread(target=publish)
            waiting.start()
            with empty.owner.connect(autocommit=True) as looking:
                while looking.execute(
                    "select count(*) from pg_locks where relation = 'core.load_lock'::regclass and not granted"
                ).fetchone() == (0,):
                    assert waiting.is_alive()
            load.execute("insert into core.location_type (name) values ('written by the load')")
        waiting.join()
    assert seen == [1]
    assert [(one["event"], one["process"]) for one in logs] == [("waiting for another load or publication to end", pid)]


def test_nobody_is_named_where_nobody_holds_it(empty: TestDatabase) -> None:
    with structlog.testing.capture_logs() as logs, empty.owner.connect() as connection:
        say_who_holds_it(connection)
        lock_load(connection)
        say_who_holds_it(connection)  # one's own is none to wait for
    assert logs == []
