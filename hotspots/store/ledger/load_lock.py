"""One load or publication of a city at a time; who waits is told for whom."""

from __future__ import annotations

import structlog

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
