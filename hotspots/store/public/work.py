"""Work of one request: the lane that it holds a turn in, and the processor time that it has cost so far.

A server answers many short requests at a time and few long ones. Nobody knows beforehand which is which, so each begins as a short one.
At the first question that would be long, or once it has taken the time of a short one, it ends with `LongerError`; its server drops
what it has, and begins it anew in the lane that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from time import perf_counter, sleep, thread_time
from typing import Any, Literal, ParamSpec, TypeVar

import psycopg

from hotspots.domain.period import Period
from hotspots.errors import DatabaseError

Lane = Literal["short", "long", "file"]
LANES: tuple[Lane, ...] = ("short", "long", "file")  # who holds a turn in one may do what those before it do
SHORT_S = 0.5  # processor time of a short request, without the database's
SHORT_DAYS = 100  # a period no longer than this is short in any city: the map's own is among them
LONG_DAYS = 366  # where the database counts
LONG_INCIDENTS = 250_000  # where they are counted in memory: some milliseconds a breakdown

GIVE_WAY = 5.0  # of six seconds in which shorter requests are at work, five are theirs alone
STILL_S = 1.0

P = ParamSpec("P")
T = TypeVar("T")


class LongerError(DatabaseError):
    """The request needs another lane than the one that it is in."""


@dataclass(slots=True)
class Work:
    """Rights of a request, and its cost so far.

    Attributes
    ----------
    lane : where it holds a turn.
    is_busy : whether others are at work for whom this one stands still; None where it does not.
    needs : the lane that it was found to need instead; then its answer is not to be sent.
    thread_s : seconds of this server's processors.
    database_s : seconds of the database, by the clock: it works in processes of its own.
    """

    lane: Lane
    is_busy: Callable[[], bool] | None = None
    needs: Lane | None = None
    thread_s: float = 0.0
    database_s: float = 0.0
    since_s: float | None = None  # by the clock of the thread that is at work
    gave_way_s: float = 0.0  # what it had cost then

    @property
    def seconds(self) -> float:
        """All that it has cost."""
        return self.thread_s + self.database_s

    @property
    def so_far_s(self) -> float:
        """Seconds of this server's processors until now; asked by the thread that is at work."""
        if self.since_s is None:
            return self.thread_s
        return self.thread_s + thread_time() - self.since_s

    def give_way(self) -> None:
        """Stand still some times as long as was worked since the last time, where somebody is at work for whom this one does."""
        cost_s = self.so_far_s + self.database_s
        still_s, self.gave_way_s = GIVE_WAY * (cost_s - self.gave_way_s), cost_s
        if self.is_busy is not None and self.is_busy():
            sleep(min(still_s, STILL_S))


WORK: ContextVar[Work | None] = ContextVar("work", default=None)


def begin(lane: Lane = "short") -> None:
    """Say what kind of question comes next. Outside of a server nothing happens.

    Raises
    ------
    LongerError
        The request is in a lane that is too short for it.
    """
    work = WORK.get()
    if work is None:
        return
    if work.lane == "short" and lane == "short" and work.so_far_s > SHORT_S:
        lane = "long"
    if LANES.index(lane) > LANES.index(work.lane):
        work.needs = lane
        raise LongerError("This takes longer than others may be kept waiting. Ask again.")
    work.give_way()


def lane_of_period(period: Period) -> Lane:
    """The lane of a question that the database answers."""
    return "long" if period.n_days > LONG_DAYS else "short"


@contextmanager
def at_work() -> Iterator[None]:
    """Count the processor time of this thread to the request; once where blocks stand inside each other."""
    work = WORK.get()
    if work is None or work.since_s is not None:
        yield
        return
    work.since_s = thread_time()
    try:
        yield
    finally:
        work.thread_s += thread_time() - work.since_s
        work.since_s = None


def counted(function: Callable[P, T]) -> Callable[P, T]:
    """The same function, whose processor time counts to the request."""

    @wraps(function)
    def count(*arguments: P.args, **named: P.kwargs) -> T:
        with at_work():
            return function(*arguments, **named)

    return count


class CountedCursor(psycopg.Cursor[Any]):
    """A cursor whose statements count to the request."""

    def execute(self, *arguments: Any, **named: Any) -> Any:
        """Send a statement and wait for its answer."""
        work = WORK.get()
        if work is None:
            return super().execute(*arguments, **named)
        start = perf_counter()
        try:
            return super().execute(*arguments, **named)
        finally:
            work.database_s += perf_counter() - start
