"""Jobs that the desk asks for and a worker does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

LEASE_S = 60  # a worker that does not move its lease for so long is dead
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A job. It waits, is done, has worked (`ended_at` without `failed`) or has failed."""

    job_id: int
    kind: str
    arguments: Mapping[str, Any]
    asked_by: str
    asked_at: datetime
    tries: int
    is_held: bool | None
    progress: float
    doing: str
    ended_at: datetime | None
    failed: str | None

    @property
    def state(self) -> str:
        """One of: waiting, running, done, failed."""
        if self.ended_at:
            return "failed" if self.failed else "done"
        return "running" if self.is_held else "waiting"


def ask(connection: Connection, kind: str, arguments: Mapping[str, Any]) -> int:
    """Ask for a job in the asking person's session; the number of it, or of the one that waits already with the same words."""
    return load_queries("staff/queue").ask(connection, kind=kind, arguments=Jsonb(dict(arguments)))


def withdraw(connection: Connection, job_id: int) -> bool:
    """End a job that no worker does at the moment; whether there was one."""
    return load_queries("staff/queue").withdraw(connection, job_id=job_id)


def read_jobs(connection: Connection) -> list[Job]:
    """The newest jobs first."""
    return [Job(*row) for row in load_queries("staff/queue").read_jobs(connection)]


def take(connection: Connection, worker: str) -> Job | None:
    """Take the oldest job that nobody does, None where there is none; gives up those whose workers died too often."""
    queries = load_queries("staff/queue")
    queries.give_up(connection, most_tries=MOST_TRIES)
    row = queries.take(connection, worker=worker, lease_s=LEASE_S, most_tries=MOST_TRIES)
    return None if row is None else Job(*row)


def hold(connection: Connection, job_id: int, worker: str) -> bool:
    """Move the lease of a job; False where it is another worker's by now."""
    return bool(load_queries("staff/queue").hold(connection, job_id=job_id, worker=worker, lease_s=LEASE_S))


def tell(connection: Connection, job_id: int, worker: str, *, progress: float, doing: str) -> None:
    """Say how far a job is, 0 to 1, and what is being done."""
    load_queries("staff/queue").tell(connection, job_id=job_id, worker=worker, progress=progress, doing=doing[:200])


def finish(connection: Connection, job_id: int, worker: str, *, failed: str | None) -> None:
    """End a job; `failed` says in one line why it did not work."""
    load_queries("staff/queue").finish(connection, job_id=job_id, worker=worker, failed=failed and failed[:500])
