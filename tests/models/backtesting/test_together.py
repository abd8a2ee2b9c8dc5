"""Lists of several types together: sums by hand, and weights that turn the order."""

from __future__ import annotations

import numpy as np
import pytest

from hotspots_models.backtesting.folds import Fold, FoldTask
from hotspots_models.backtesting.lists import UnitSums
from hotspots_models.backtesting.together import summarise_together
from hotspots_models.scoring.intervals import wilson_interval


def fold(crime_type: str, origin: float, *, expected: list[float], seen: list[float]) -> Fold:
    """Judge three units of 1, 1 and 2 square metres."""
    sums = UnitSums("cell", "", np.array([1.0, 1.0, 2.0]), np.array(expected), np.array(seen))
    return Fold(FoldTask("kde", crime_type, (0,), origin, 30.0), sums=[sums])


FOLDS = [
    fold("burglary", 0.0, expected=[6, 2, 4], seen=[5, 3, 2]),
    fold("robbery", 0.0, expected=[0, 1, 1], seen=[0, 2, 0]),
]


def test_incidents_are_ranked_by_their_sum_and_harm_by_its_own() -> None:
    found = summarise_together(FOLDS, crime_types=["burglary", "robbery"], weights={"burglary": 1, "robbery": 10})
    by_key = {one.rank_by: one for one in found}
    assert set(by_key) == {"density", "expected", "harm"}
    assert {one.crime_type for one in found} == {"burglary, robbery"}
    # expected 6, 3, 5 on 1, 1, 2 m²: by density the first two units in order, by number the first and the third
    assert by_key["density"].found == pytest.approx([5 / 12, 10 / 12, 1.0], abs=1e-5)
    assert by_key["expected"].found == pytest.approx([5 / 12, 7 / 12, 1.0], abs=1e-5)
    assert by_key["density"].claimed == pytest.approx([6 / 14, 9 / 14, 1.0], abs=1e-5)
    # harm 6, 12, 14 expected on 1, 1, 2 m²: the second unit leads, then the third; they held 3 + 20 and 2 of 10 + 20
    assert by_key["harm"].found == pytest.approx([23 / 30, 25 / 30, 1.0], abs=1e-5)
    assert by_key["harm"].held[0] == pytest.approx(23 / 12, abs=1e-3)


def test_the_interval_of_harm_is_that_of_fewer_incidents() -> None:
    (harm,) = [
        one
        for one in summarise_together(
            FOLDS, crime_types=["burglary", "robbery"], weights={"burglary": 1, "robbery": 10}
        )
        if one.rank_by == "harm"
    ]
    known = 30**2 / (10 * 1**2 + 2 * 10**2)  # 12 incidents, which tell a share of harm as well as 4.3 of one weight
    low, high = wilson_interval(23 / 30 * known, known) or (0, 1)
    assert (harm.low[0], harm.high[0]) == pytest.approx((low, high), abs=1e-5)


def test_a_window_without_a_forecast_of_each_type_does_not_count() -> None:
    alone = fold("burglary", 30.0, expected=[1, 1, 1], seen=[9, 9, 9])
    (density, expected) = summarise_together([*FOLDS, alone], crime_types=["burglary", "robbery"], weights=None)
    assert (density.windows, expected.windows) == (1, 1)
