"""Turns at work: so many requests at a time, some of them at most of one network; the others wait without a thread."""

from __future__ import annotations

from asyncio import Future, get_running_loop, timeout
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

AT_ONCE = 10  # requests at work in one process
OF_ONE = 5
WAITING = 400
WAITING_OF_ONE = 200  # a map asks for some sixty tiles at once, and several visitors may share an address
WAIT_S = 15.0
MOST_BEHIND_S = (
    10.0  # one second of cost is a second behind, two are four; less than `WAIT_S`, so that nobody is shut out
)
BUSY_S = 0.1  # a page asks again at once
EACH_S = 0.1  # that a request counts for which is not measured yet
DEAR_S = 2.0  # of processors, in about a minute: some thirty changes of a filter


class NoTurnError(Exception):
    """Too many wait, or it takes too long."""


@dataclass(eq=False, slots=True)
class _Waiter:
    network: str
    due_s: float  # who is due first is next
    called: Future[None] = field(default_factory=lambda: get_running_loop().create_future())


class FairTurns:
    """Give turns in the order of asking; to a network later, the more it has cost lately and the more of its requests are here already.

    So one that asks for a thousand things waits for itself, and nobody waits for ever. Where too many wait, the network with the most
    waiting loses one.

    Parameters
    ----------
    at_once, of_one : requests at work, in all and of one network.
    of_dear : requests at work of all networks together that have cost `DEAR_S` or more lately.
    waiting, waiting_of_one, wait_s : requests that wait, and for how long.
    cost_of : seconds that a network has cost lately.
    """

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        of_one: int = OF_ONE,
        of_dear: int | None = None,
        waiting: int = WAITING,
        waiting_of_one: int = WAITING_OF_ONE,
        wait_s: float = WAIT_S,
        cost_of: Callable[[str], float] = lambda _: 0.0,
    ) -> None:
        self._at_once, self._of_one, self._of_dear = at_once, of_one, of_dear or at_once
        self._most_waiting, self._most_waiting_of_one = waiting, waiting_of_one
        self._wait_s, self._cost_of = wait_s, cost_of
        self._busy_until_s = 0.0
        self._at_work: Counter[str] = Counter()
        self._waiting: list[_Waiter] = []

    @property
    def is_busy(self) -> bool:
        """Whether a network that is not dear is at work or was a moment ago; may be asked by any thread."""
        return monotonic() < self._busy_until_s or any(not self.is_dear(network) for network in list(self._at_work))

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
        if self._at_work.total() >= self._at_once or self._at_work[network] >= self._of_one:
            return False
        if not self.is_dear(network):
            return True
        return sum(n for one, n in self._at_work.items() if self.is_dear(one)) < self._of_dear

    def is_dear(self, network: str) -> bool:
        """Whether a network has cost much lately."""
        return self._cost_of(network) >= DEAR_S

    async def _wait(self, network: str) -> None:
        counts = Counter(one.network for one in self._waiting)
        if counts[network] >= self._most_waiting_of_one:
            raise NoTurnError
        if len(self._waiting) >= self._most_waiting:
            (largest, most), *_ = counts.most_common(1)
            if counts[network] + 1 >= most:
                raise NoTurnError
            self._send_away(next(one for one in reversed(self._waiting) if one.network == largest))
        behind_s = min(self._cost_of(network) ** 2, MOST_BEHIND_S) + EACH_S * (self._at_work[network] + counts[network])
        waiter = _Waiter(network, monotonic() + behind_s)
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
        if not self.is_dear(network):
            self._busy_until_s = monotonic() + BUSY_S
        self._at_work[network] -= 1
        if not self._at_work[network]:
            del self._at_work[network]
        self._call()

    def _send_away(self, waiter: _Waiter) -> None:
        self._waiting.remove(waiter)
        if not waiter.called.done():
            waiter.called.set_exception(NoTurnError())

    def _call(self) -> None:
        """Call who is next, as long as there is room."""
        while True:
            # Who was just called off, by a timeout or because it left, is still among them until its task runs.
            waiting = [one for one in self._waiting if not one.called.done()]
            is_free = {network: self._is_free(network) for network in {one.network for one in waiting}}
            free = [one for one in waiting if is_free[one.network]]
            if not free:
                return
            chosen = min(free, key=lambda one: one.due_s)  # the first of equals
            self._waiting.remove(chosen)
            self._at_work[chosen.network] += 1
            chosen.called.set_result(None)
