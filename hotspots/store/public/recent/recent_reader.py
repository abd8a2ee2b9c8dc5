"""Keeps the incidents of the newest publication in memory, read in the background; until they are there the database counts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from threading import Lock, Thread
from time import monotonic

import structlog

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Vintage
from hotspots.errors import DatabaseError
from hotspots.store.public.city import read_vintage
from hotspots.store.public.incident_counts import OPEN_COUNTS, IncidentCounts
from hotspots.store.public.recent.recent_incidents import RecentIncidents
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

AGAIN_S = 60  # after a reading that failed
AT_ONCE_BYTES = 10_000_000  # about three years of a large city, read in a second

log = structlog.get_logger()


class RecentReader:
    """Where a question is best counted.

    Parameters
    ----------
    connect : opens a connection of the public room for a block.
    most_bytes : memory of the incidents that are held, the newest ones; 0 holds none.
    """

    def __init__(self, connect: Callable[[], AbstractContextManager[Connection]], *, most_bytes: int) -> None:
        self._connect, self._most_bytes = connect, most_bytes
        self._recent: RecentIncidents | None = None
        self._lock, self._not_before = Lock(), 0.0

    def counts(self, vintage: Vintage | None, question: IncidentFilter | None) -> IncidentCounts:
        """The incidents in memory where they are of this publication and hold the whole period, else the database."""
        return self.held(vintage, question) or OPEN_COUNTS

    def held(self, vintage: Vintage | None, question: IncidentFilter | None) -> RecentIncidents | None:
        """The incidents in memory where they answer the question."""
        if not self._most_bytes or vintage is None or question is None:
            return None
        recent = self._recent
        if recent is None or recent.vintage_id != vintage.vintage_id:
            self._read_in_background()
            return None
        return recent if recent.covers(question) else None

    def read(self) -> None:
        """Read those of the newest publication: the newest at once, then all that fit. Raises NotFoundError before the first."""
        with self._connect() as connection, connection.transaction():
            load_queries("public/recent_incidents").see_one_publication(connection)
            vintage_id = read_vintage(connection).vintage_id
            if self._recent is not None and self._recent.vintage_id != vintage_id:
                self._recent = None  # nobody asks for it any more: two publications are never held at once
            for most_bytes in sorted({min(AT_ONCE_BYTES, self._most_bytes), self._most_bytes}):
                self._recent = RecentIncidents(connection, vintage_id=vintage_id, most_bytes=most_bytes)
                if self._recent.first_day == date.min:
                    break  # nothing is missing

    def _read_in_background(self) -> None:
        if monotonic() < self._not_before or not self._lock.acquire(blocking=False):
            return

        def read() -> None:
            try:
                self.read()
            except DatabaseError as error:
                self._not_before = monotonic() + AGAIN_S
                log.warning("recent incidents not read", problem=str(error))
            finally:
                self._lock.release()

        Thread(target=read, name="recent incidents", daemon=True).start()
