"""Turns at work: fair between networks, bounded in number, given back whatever happens."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from hotspots.api.limits.turns import FairTurns, NoTurnError


class Work:
    """Requests of networks, each at work until it is ended."""

    def __init__(self, turns: FairTurns) -> None:
        self.turns = turns
        self.at_work: list[str] = []
        self.refused: list[str] = []
        self.tasks: dict[str, list[asyncio.Task[None]]] = {}
        self.ends: dict[str, list[asyncio.Event]] = {}

    async def ask(self, *networks: str) -> None:
        for network in networks:
            self.tasks.setdefault(network, []).append(asyncio.create_task(self._one(network)))
            await asyncio.sleep(0)
        await settled()

    async def end(self, network: str) -> None:
        self.ends[network].pop(0).set()
        await settled()

    async def _one(self, network: str) -> None:
        try:
            async with self.turns.turn(network):
                self.at_work.append(network)
                ended = asyncio.Event()
                self.ends.setdefault(network, []).append(ended)
                await ended.wait()
                self.at_work.remove(network)
        except NoTurnError:
            self.refused.append(network)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def story(function: Any) -> None:
    """Run a test's coroutine; what it leaves at work is cancelled with the loop."""
    asyncio.run(function())


def test_a_network_has_at_most_half_of_the_turns() -> None:
    async def told() -> None:
        work = Work(FairTurns(at_once=4, of_one=2))
        await work.ask(*"aaaaa")
        assert work.at_work == ["a", "a"]
        await work.ask("b")
        assert work.at_work == ["a", "a", "b"]
        await work.end("a")
        assert sorted(work.at_work) == ["a", "a", "b"]

    story(told)


def test_a_network_that_asks_for_less_is_next() -> None:
    async def told() -> None:
        work = Work(FairTurns(at_once=4, of_one=2))
        await work.ask(*"aabbaaabbbc")
        assert work.at_work == ["a", "a", "b", "b"]
        await work.end("a")
        assert sorted(work.at_work) == ["a", "b", "b", "c"]  # not the three of a that came earlier

    story(told)


def test_a_network_that_has_cost_more_comes_later_and_is_not_shut_out() -> None:
    costs = Counter({"dear": 3, "cheap": 1})  # nine seconds behind, and one

    async def told() -> None:
        work = Work(FairTurns(at_once=1, of_one=1, cost_of=costs.__getitem__))
        await work.ask("new", "dear", "cheap", "new")
        for expected in ("new", "new", "cheap", "dear"):
            assert work.at_work == [expected]
            await work.end(expected)

    story(told)


def test_networks_that_have_cost_much_leave_room_for_the_others() -> None:
    costs = Counter({"a": 2, "b": 50, "c": 7})

    async def told() -> None:
        work = Work(FairTurns(at_once=4, of_one=3, of_dear=2, cost_of=costs.__getitem__))
        await work.ask(*"aaabbbccc")
        assert sorted(work.at_work) == ["a", "a"]  # of all together
        assert not work.turns.is_busy
        await work.ask(*"xyz")
        assert sorted(work.at_work) == ["a", "a", "x", "y"]
        assert work.turns.is_busy
        await work.end("a")
        assert sorted(work.at_work) == ["a", "x", "y", "z"]
        for done in "xyz":
            await work.end(done)
        assert len(work.at_work) == 2
        assert work.turns.is_busy  # a moment ago

    story(told)


def test_who_leaves_in_the_moment_that_a_turn_is_given_back_gets_none() -> None:
    async def told() -> None:
        work = Work(FairTurns(at_once=1, of_one=1))
        await work.ask("a", "b", "c")
        work.tasks["b"][0].cancel()  # called off, and not yet gone
        work.ends["a"].pop(0).set()
        await settled()
        assert work.at_work == ["c"] and work.tasks["a"][0].exception() is None

    story(told)


def test_where_too_many_wait_the_network_with_the_most_waiting_loses_one() -> None:
    async def told() -> None:
        work = Work(FairTurns(at_once=1, of_one=1, waiting=4, waiting_of_one=3))
        await work.ask(*"aaaaa")
        assert work.refused == ["a"]  # a fourth of one network
        await work.ask("b")
        await work.ask("c")
        assert work.refused == ["a", "a"]
        await work.end("a")
        assert work.at_work == ["b"]

    story(told)


def test_who_waits_too_long_is_refused_and_who_goes_away_leaves_nothing() -> None:
    async def told() -> None:
        turns = FairTurns(at_once=1, of_one=1, wait_s=0)
        work = Work(turns)
        await work.ask("a", "b")
        await asyncio.gather(*work.tasks["b"])
        assert work.refused == ["b"]
        patient = Work(FairTurns(at_once=1, of_one=1))
        await patient.ask("a", "b", "c")
        patient.tasks["b"][0].cancel()
        await settled()
        await patient.end("a")
        assert patient.at_work == ["c"]
        await patient.end("c")
        await patient.ask("d")
        assert patient.at_work == ["d"]

    story(told)


def test_a_turn_that_ends_with_an_error_is_given_back() -> None:
    async def told() -> None:
        turns = FairTurns(at_once=1, of_one=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with turns.turn("a"):
                    raise ZeroDivisionError

    story(told)
