"""Lanes: whatever stands in the long ones, short requests have their turns; long work has a budget."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from hotspots.api.limits.lanes import BUDGET_S, FILES_AT_ONCE, LONG_AT_ONCE, SHORT_AT_ONCE, Lanes, OverBudgetError
from hotspots.api.limits.turns import DEAR_S
from hotspots.store.public.work import WORK, Lane, Work


async def fill(stack: AsyncExitStack, lanes: Lanes, lane: Lane, n: int, network: str = "") -> list[Work]:
    """Hold `n` turns of a lane, each of a network of its own unless one is named."""
    return [await stack.enter_async_context(lanes.turn(network or f"{lane} {one}", lane)) for one in range(n)]


async def hold(lanes: Lanes, lane: Lane, network: str) -> None:
    async with lanes.turn(network, lane):
        pass


def story(function: Any) -> None:
    asyncio.run(function())


def test_full_lanes_of_long_work_leave_the_short_one_alone() -> None:
    async def told() -> None:
        lanes = Lanes()
        async with AsyncExitStack() as stack:
            await fill(stack, lanes, "long", LONG_AT_ONCE)
            await fill(stack, lanes, "file", FILES_AT_ONCE)
            waiting = [asyncio.create_task(hold(lanes, lane, str(n))) for lane in ("long", "file") for n in range(30)]
            await asyncio.sleep(0)
            await fill(stack, lanes, "short", SHORT_AT_ONCE)
            assert not any(one.done() for one in waiting)
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    story(told)


def test_long_work_has_a_budget_and_short_work_none() -> None:
    async def told() -> None:
        lanes = Lanes()
        async with lanes.turn("a", "short") as work:
            work.thread_s = 10 * BUDGET_S
        async with lanes.turn("a", "long") as work:
            work.thread_s, work.database_s = BUDGET_S / 2, BUDGET_S
        for lane in ("long", "file"):
            with pytest.raises(OverBudgetError) as refused:
                async with lanes.turn("a", lane):
                    pass
            assert refused.value.wait_s >= 1
        async with lanes.turn("a", "short"), lanes.turn("b", "long"):
            pass

    story(told)


def test_longer_work_and_networks_that_have_cost_much_give_way_to_the_others() -> None:
    async def told() -> None:
        lanes = Lanes()
        lanes.costs.add("dear", 2 * DEAR_S)
        async with AsyncExitStack() as stack:
            (long,) = await fill(stack, lanes, "long", 1)
            (dear,) = await fill(stack, lanes, "short", 1, "dear")
            assert long.is_busy and dear.is_busy and not long.is_busy() and not dear.is_busy()
            async with lanes.turn("b", "short") as short:
                assert short.is_busy is None
                assert long.is_busy() and dear.is_busy()

    story(told)


def test_a_request_that_changes_something_may_do_all_it_needs() -> None:
    async def told() -> None:
        lanes = Lanes()
        async with lanes.turn("a", "short") as work:
            assert (work.lane, WORK.get()) == ("short", work)
        async with lanes.turn("a", "short", may_begin_again=False) as work:
            assert work.lane == "file"
        assert WORK.get() is None

    story(told)
