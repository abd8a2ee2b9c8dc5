"""Groups of residents beside visits: shares by hand, the size of the alarm by simulation, what it finds."""

from __future__ import annotations

import numpy as np
import pytest

from hotspots_models.errors import InputError
from hotspots_models.group_exposure import group_shares


def test_shares_are_those_of_hand_arithmetic() -> None:
    # three squares of 100, 50 and 0 residents; the young are 20 and 40 of them
    found = group_shares([[2, 2, 1], [0, 0, 3]], [[30, 30, 9]], [1.0], [[20, 40, 0]], [100, 50, 0])
    # visits where somebody lives: 2 × .2 + 2 × .8 of 4; harm: 30 × .2 + 30 × .8 of 60
    assert found.visits[0, 0] == pytest.approx(0.5) and found.harm[0] == pytest.approx(0.5)
    # variance 1.2 × 60 × .3² / 60², one group: 1.96
    assert found.high[0] - found.harm[0] == pytest.approx(1.959964 * np.sqrt(1.2 * 60 * 0.09) / 60, rel=1e-5)
    assert found.events == 60 and found.parts[0, 0] == 0
    assert found.nobody.tolist() == [0.2, 1.0] and np.isnan(found.visits[1, 0])


def test_harm_weighs_and_more_groups_widen_the_interval() -> None:
    one = group_shares([[1, 1]], [[10, 0], [0, 40]], [4.0, 1.0], [[10, 0]], [10, 10])
    assert one.harm[0] == pytest.approx(0.5)  # 40 of harm on either side
    both = group_shares([[1, 1]], [[10, 0], [0, 40]], [4.0, 1.0], [[10, 0], [0, 10]], [10, 10])
    assert (both.high - both.harm)[0] / (one.high - one.harm)[0] == pytest.approx(2.241403 / 1.959964, rel=1e-5)


def test_visits_that_follow_harm_raise_an_alarm_in_at_most_one_of_twenty_plans() -> None:
    rng = np.random.default_rng(7)
    alarms, plans = 0, 600
    for _ in range(plans):
        people = rng.integers(50, 300, 80).astype(float)
        young = people * rng.beta(1.0, 3.0, 80)
        rate = rng.gamma(1.0, 2.0, 80)
        found = group_shares([rate], [rng.poisson(rate)], [1.0], [young, people - young], people)
        alarms += bool(found.parts.any())
    assert alarms / plans <= 0.05


def test_visits_to_one_group_alone_are_found_and_too_little_harm_tells_nothing() -> None:
    rng = np.random.default_rng(8)
    people = np.full(60, 100.0)
    young = np.where(np.arange(60) < 20, 90.0, 10.0)
    counts = rng.poisson(4.0, 60)
    found = group_shares([np.arange(60) < 20], [counts], [1.0], [young, people - young], people)
    assert found.parts[0].tolist() == [1, -1]
    few = group_shares([np.arange(60) < 20], [counts * 0 + (np.arange(60) % 3 == 0)], [1.0], [young], people)
    assert few.events == 20 and few.parts[0].tolist() == [0]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="one column for each of 2 squares"):
        group_shares([[1, 2, 3]], [[1, 2]], [1.0], [[1, 1]], [1, 1])
