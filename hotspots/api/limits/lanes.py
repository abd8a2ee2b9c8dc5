"""Lanes of a server: many short requests at a time, few long ones, one file; and how much of the long ones a network may have.

A request begins in the short lane and goes to another where its work says so (`hotspots.store.public.work`). Whatever stands in
the other lanes, the short one has its turns. While a short request of a network that has cost little is at work, longer ones stand still
most of the time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from hotspots.api.limits.costs import Costs
from hotspots.api.limits.turns import FairTurns
from hotspots.store.public.work import LANES, WORK, Lane, Work

SHORT_AT_ONCE, SHORT_OF_ONE, SHORT_OF_DEAR = 5, 3, 2  # those at work share a core: each makes the others slower
LONG_AT_ONCE = 1
FILES_AT_ONCE = 1
FILE_WAIT_S = 60.0  # a file of a year takes some seconds, and who asks for one waits anyway
BUDGET_S = 20.0  # of long work, in about a minute, of one network; short work has no budget
AT_WORK = SHORT_AT_ONCE + LONG_AT_ONCE + FILES_AT_ONCE  # requests at work in one process


class OverBudgetError(Exception):
    """A network has had its share of long work.

    Attributes
    ----------
    wait_s : seconds until there is room again.
    """

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class Lanes:
    """Give turns in lanes.

    Parameters
    ----------
    budget_s : seconds of long work that a network may cost in about a minute.
    """

    def __init__(self, *, budget_s: float = BUDGET_S, clock: Callable[[], float] = monotonic) -> None:
        self._budget_s = budget_s
        self.costs, self.long_costs = Costs(clock=clock), Costs(clock=clock)
        self._turns = {
            "short": FairTurns(
                at_once=SHORT_AT_ONCE, of_one=SHORT_OF_ONE, of_dear=SHORT_OF_DEAR, cost_of=self.costs.of
            ),
            "long": FairTurns(at_once=LONG_AT_ONCE, of_one=1, cost_of=self.costs.of),
            "file": FairTurns(at_once=FILES_AT_ONCE, of_one=1, wait_s=FILE_WAIT_S, cost_of=self.costs.of),
        }

    @asynccontextmanager
    async def turn(self, network: str, lane: Lane, *, may_begin_again: bool = True) -> AsyncIterator[Work]:
        """Wait for a turn in a lane and hold it for the length of the block; what the block costs is counted to the network.

        Parameters
        ----------
        may_begin_again : whether the request changes nothing, so that it can be answered anew in another lane; else it may do all it needs.

        Raises
        ------
        NoTurnError
            Too many wait, or it takes too long.
        OverBudgetError
            The network has had its share of long work.
        """
        async with self._turns[lane].turn(network):
            if lane != "short" and (wait_s := self.long_costs.wait_s(network, self._budget_s)):
                raise OverBudgetError(wait_s)
            gives_way = lane != "short" or self._turns["short"].is_dear(network)
            work = Work(lane if may_begin_again else LANES[-1], self._is_busy if gives_way else None)
            token = WORK.set(work)
            try:
                yield work
            finally:
                WORK.reset(token)
                self.costs.add(network, work.seconds)
                if lane != "short":
                    self.long_costs.add(network, work.seconds)

    def _is_busy(self) -> bool:
        return self._turns["short"].is_busy


class OneLane:
    """The same for a server whose people are known: fair turns, and nothing begins again."""

    def __init__(self, turns: FairTurns) -> None:
        self._turns = turns

    @asynccontextmanager
    async def turn(self, network: str, _lane: Lane, *, may_begin_again: bool = True) -> AsyncIterator[Work]:
        """Wait for a turn and hold it for the length of the block. Raises NoTurnError."""
        async with self._turns.turn(network):
            yield Work(LANES[-1])
