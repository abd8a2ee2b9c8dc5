"""Turns at work: so many requests at a time, at most half of them of one network; the others wait without a thread."""

from __future__ import annotations

from asyncio import Future, get_running_loop, timeout
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

AT_ONCE = 10  # requests at work in one process: as many as there are threads for pages
OF_ONE = 5
WAITING = 400
WAITING_OF_ONE = 200  # a map asks for some sixty tiles at once, and several visitors may share an address
WAIT_S = 15.0


class NoTurnError(Exception):
    """Too many wait, or it takes too long."""


@dataclass(eq=False, slots=True)
class _Waiter:
    network: str
    called: Future[None] = field(default_factory=lambda: get_running_loop().create_future())


class FairTurns:
    """Give turns.

    The network with the fewest requests at work, then with the fewest waiting, is next. Where too many wait, the one with the most
    waiting loses one.
    """

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        of_one: int = OF_ONE,
        waiting: int = WAITING,
        waiting_of_one: int = WAITING_OF_ONE,
        wait_s: float = WAIT_S,
    ) -> None:
        self._at_once, self._of_one = at_once, of_one
        self._most_waiting, self._most_waiting_of_one = waiting, waiting_of_one
        self._wait_s = wait_s
        self._at_work: Counter[str] = Counter()
        self._waiting: list[_Waiter] = []

    @asynccontextmanager
    async def turn(self, network: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it for the length of the block. Raises NoTurnError."""
        if self._waiting or not self._is_free(network):
            await self._wait(network)
        else:
            self._at_work[network] += 1
        try:
            yield
        finally:
            self._give_back(network)

    def _is_free(self, network: str) -> bool:
        return self._at_work.total() < self._at_once and self._at_work[network] < self._of_one

    async def _wait(self, network: str) -> None:
        counts = Counter(one.network for one in self._waiting)
        if counts[network] >= self._most_waiting_of_one:
            raise NoTurnError
        if len(self._waiting) >= self._most_waiting:
            (largest, most), *_ = counts.most_common(1)
            if counts[network] + 1 >= most:
                raise NoTurnError
            self._send_away(next(one for one in reversed(self._waiting) if one.network == largest))
        waiter = _Waiter(network)
        self._waiting.append(waiter)
        self._call()
        try:
            async with timeout(self._wait_s):
                await waiter.called
        except BaseException as error:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif waiter.called.done() and not waiter.called.cancelled() and waiter.called.exception() is None:
                self._give_back(network)  # called in the moment that it went away
            if isinstance(error, TimeoutError):
                raise NoTurnError from None
            raise

    def _give_back(self, network: str) -> None:
        self._at_work[network] -= 1
        if not self._at_work[network]:
            del self._at_work[network]
        self._call()

    def _send_away(self, waiter: _Waiter) -> None:
        self._waiting.remove(waiter)
        waiter.called.set_exception(NoTurnError())

    def _call(self) -> None:
        """Call who is next, as long as there is room."""
        while True:
            free = [one for one in self._waiting if self._is_free(one.network)]
            if not free:
                return
            waiting = Counter(one.network for one in free)
            chosen = min(
                free, key=lambda one: (self._at_work[one.network], waiting[one.network])
            )  # the first of equals
            self._waiting.remove(chosen)
            self._at_work[chosen.network] += 1
            chosen.called.set_result(None)
