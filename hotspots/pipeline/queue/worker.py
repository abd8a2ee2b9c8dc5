"""The worker: takes one job at a time, holds its lease while it lives, and says how far it is."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable

import structlog

from hotspots.errors import HotspotsError
from hotspots.pipeline.queue.jobs import do
from hotspots.store.server.connection import Database
from hotspots.store.staff import queue as store
from hotspots.store.staff.queue import Job

PAUSE_S = 5.0
OURS = "A defect of ours; the worker's log has it."
log = structlog.get_logger()


def work(database: Database, *, once: bool, say: Callable[[str], None], pause_s: float = PAUSE_S) -> int:
    """Do jobs as they come, or with `once` those that wait; how many were done.

    A worker that is killed moves its lease no more: within a minute another one, or the same started anew, does its job from the
    beginning. A job is tried three times.
    """
    worker = f"{socket.gethostname()}-{os.getpid()}"
    done = 0
    while True:
        with database.connect(autocommit=True) as connection:
            job = store.take(connection, worker)
        if job is not None:
            say(f"job {job.job_id}: {job.kind} of {job.arguments.get('crime_type')}, asked by {job.asked_by}")
            failed = _do(database, job, worker)
            say(f"job {job.job_id}: {failed or 'done'}")
            done += 1
        elif once:
            return done
        else:
            time.sleep(pause_s)


def _do(database: Database, job: Job, worker: str) -> str | None:
    """Do a job under its lease; None, or in one line why it did not work."""
    ended = threading.Event()
    holder = threading.Thread(target=_hold, args=(database, job, worker, ended), daemon=True)
    holder.start()
    failed: str | None = None
    try:
        with database.connect() as connection:
            do(
                connection,
                job.kind,
                job.arguments,
                progress=lambda share, doing: _tell(database, job, worker, share, doing),
            )
    except HotspotsError as error:
        failed = str(error)
    except Exception as error:  # the outermost door of a job
        log.error("job failed", job=job.job_id, kind=type(error).__name__, exc_info=error)
        failed = OURS
    finally:
        ended.set()
        holder.join()
    with database.connect(autocommit=True) as connection:
        store.finish(connection, job.job_id, worker, failed=failed)
    return failed


def _hold(database: Database, job: Job, worker: str, ended: threading.Event) -> None:
    while not ended.wait(store.LEASE_S / 4):
        try:
            with database.connect(autocommit=True) as connection:
                store.hold(connection, job.job_id, worker)
        except HotspotsError:
            continue  # the database is away: the next beat tries again, and the lease outlasts three


def _tell(database: Database, job: Job, worker: str, share: float, doing: str) -> None:
    with database.connect(autocommit=True) as connection:
        store.tell(connection, job.job_id, worker, progress=share, doing=doing)
