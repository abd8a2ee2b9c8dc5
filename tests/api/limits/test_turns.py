"""Turns at work: fair between networks, bounded in number, given back whatever happens."""

import asyncio
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


def test_the_network_with_the_fewest_at_work_is_next() -> None:
    async def told() -> None:
        work = Work(FairTurns(at_once=4, of_one=2))
        await work.ask(*"aabbaaabbbc")
        assert work.at_work == ["a", "a", "b", "b"]
        await work.end("a")
        assert sorted(work.at_work) == ["a", "b", "b", "c"]  # not the three of a that came earlier

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
