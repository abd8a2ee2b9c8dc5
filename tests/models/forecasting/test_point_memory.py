"""What the points inside a cell remember, by hand."""

import numpy as np
import pytest

from hotspots_models.base import History
from hotspots_models.forecasting import point_memory as memory
from tests.models.model_worlds import square_city


def test_one_door_with_four_incidents_differs_from_four_doors_with_one() -> None:
    grid = square_city(2, 2)
    one, four = grid.centres_m()[0], grid.centres_m()[1]
    doors = [
        one + 0.2,
        one,
        one,
        one,
        *(np.add(four, [10.0 * n, 0]) for n in range(4)),
        np.add(one, [30, 0]),
    ]  # to the metre
    days = np.array([10.0, 20, 70, 80, 10, 20, 70, 80, 85])
    history = History(np.array(doors), days, np.array([0] * 8 + [1]), 0)
    read = memory.PointMemory(history, grid).at(90.0)
    assert read[memory.REPEATED].tolist() == [4, 0, 0, 0]
    assert read[memory.OWN_POINTS].tolist() == [1, 4, 0, 0]
    assert read[memory.BUSIEST].tolist() == [4, 1, 0, 0]
    assert read[memory.ANY_POINTS].tolist() == [2, 4, 0, 0]  # and the door where another offence was reported
    assert read[memory.ROOTS].tolist() == [3, 4, 0, 0]
    assert read[memory.ACTIVE_MONTHS].tolist() == [2, 2, 0, 0]  # 80 to 70 and 20 to 10 days ago, in months of 30 days
    assert read[memory.POWER][:2] == pytest.approx([3.25**1.15, 4 * 0.25**1.15], rel=1e-6)
    assert read[memory.REPEATED_LATELY][0] == pytest.approx(
        sum(0.5 ** (age / 180) for age in (80, 70, 20, 10)), rel=1e-6
    )


def test_nothing_at_or_after_the_origin_is_remembered() -> None:
    grid = square_city(2, 2)
    points = memory.PointMemory(History(grid.centres_m()[[0, 0]], np.array([1.0, 5.0]), np.zeros(2, int), 0), grid)
    assert points.at(5.0)[memory.BUSIEST][0] == 1 and points.at(5.1)[memory.BUSIEST][0] == 2
