"""Seconds that a network has cost lately: a sum that fades over a minute."""

from math import exp

import pytest

from hotspots.api.limits.costs import SWEEP_AT, Costs


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_cost_fades_to_a_third_in_a_minute() -> None:
    clock = Clock()
    costs = Costs(clock=clock)
    costs.add("a", 6)
    assert (costs.of("a"), costs.of("b")) == (6, 0)
    clock.now = 60
    assert costs.of("a") == pytest.approx(6 / 2.718281828)
    costs.add("a", 1)
    clock.now = 120
    assert costs.of("a") == pytest.approx(6 * exp(-2) + exp(-1))


def test_a_steady_cost_of_so_much_a_minute_stands_as_that_much() -> None:
    clock = Clock()
    costs = Costs(clock=clock)
    for second in range(600):
        clock.now = second
        costs.add("a", 0.2)
    assert costs.of("a") == pytest.approx(12, rel=0.02)  # twelve seconds a minute


def test_the_wait_that_is_told_is_the_wait_that_is_needed() -> None:
    clock = Clock()
    costs = Costs(clock=clock)
    costs.add("a", 40)
    assert costs.wait_s("a", 20) == 42  # 60 ln 2 is 41.6
    clock.now = 41
    assert costs.of("a") > 20
    clock.now = 42
    assert (costs.wait_s("a", 20), costs.wait_s("b", 20)) == (0, 0)


def test_networks_that_cost_next_to_nothing_are_forgotten() -> None:
    clock = Clock()
    costs = Costs(clock=clock)
    for n in range(SWEEP_AT):
        costs.add(str(n), 0.01)
    clock.now = 600
    costs.add("new", 1)
    assert len(costs) == 1
