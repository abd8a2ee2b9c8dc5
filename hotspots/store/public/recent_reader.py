"""Keeps the recent incidents of the newest publication in memory, read in the background; until they are there the database counts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from threading import Lock, Thread
from time import monotonic

import structlog

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Vintage
from hotspots.errors import DatabaseError
from hotspots.store.public.city import read_vintage
from hotspots.store.public.incident_counts import OPEN_COUNTS, IncidentCounts
from hotspots.store.public.recent_incidents import RecentIncidents
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

AGAIN_S = 60  # after a reading that failed

log = structlog.get_logger()


class RecentReader:
    """Where a question is best counted.

    Parameters
    ----------
    connect : opens a connection of the public room for a block.
    days : how many of the newest days are held; 0 holds none.
    """

    def __init__(self, connect: Callable[[], AbstractContextManager[Connection]], *, days: int) -> None:
        self._connect, self._days = connect, days
        self._recent: RecentIncidents | None = None
        self._lock, self._not_before = Lock(), 0.0

    def counts(self, vintage: Vintage | None, question: IncidentFilter | None) -> IncidentCounts:
        """The incidents in memory where they are of this publication and hold the whole period, else the database."""
        return self.held(vintage, question) or OPEN_COUNTS

    def held(self, vintage: Vintage | None, question: IncidentFilter | None) -> RecentIncidents | None:
        """The incidents in memory where they answer the question."""
        if not self._days or vintage is None or question is None:
            return None
        recent = self._recent
        if recent is None or recent.vintage_id != vintage.vintage_id:
            self._read_in_background()
            return None
        return recent if recent.covers(question) else None

    def read(self) -> None:
        """Read those of the newest publication. Raises NotFoundError before the first."""
        with self._connect() as connection, connection.transaction():
            load_queries("public/recent_incidents").see_one_publication(connection)
            vintage = read_vintage(connection)
            since = (vintage.newest_day or date.max) - timedelta(days=self._days)
            is_all = vintage.first_day is None or vintage.first_day >= since
            first_day = date.min if is_all else since
            self._recent = RecentIncidents(connection, vintage_id=vintage.vintage_id, first_day=first_day)

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
