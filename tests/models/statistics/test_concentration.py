"""How concentrated are incidents?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hotspots_models.statistics.concentration import concentration_curve, generalised_gini

counts = arrays(np.int64, st.integers(1, 60), elements=st.integers(0, 30))


def test_eighty_twenty_by_hand() -> None:
    curve = concentration_curve(np.array([40, 40, 5, 5, 2, 2, 2, 2, 1, 1]))
    assert curve.share_held_by(0.2) == pytest.approx(0.8)
    assert curve.units_that_hold(0.8) == 2
    assert curve.units_that_hold(0.5) == 2
    assert curve.incident_share[0] == 0
    assert curve.incident_share[-1] == 1


def test_between_two_units_the_curve_is_straight() -> None:
    curve = concentration_curve(np.array([3, 1]))
    assert curve.share_held_by(0.25) == pytest.approx(0.375)


@given(counts)
def test_the_curve_rises_bends_down_and_beats_the_diagonal(y: np.ndarray) -> None:
    if y.sum() == 0:
        return
    curve = concentration_curve(y)
    steps = np.diff(curve.incident_share)
    assert np.all(steps >= -1e-12)
    assert np.all(np.diff(steps) <= 1e-12)
    assert np.all(curve.incident_share >= curve.unit_share - 1e-12)


@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(y: np.ndarray, random: object) -> None:
    shuffled = y.copy()
    random.shuffle(shuffled)
    assert np.array_equal(concentration_curve(y).incident_share, concentration_curve(shuffled).incident_share)


def test_no_incidents_have_no_shares() -> None:
    curve = concentration_curve(np.zeros(5))
    assert curve.share_held_by(0.2) is None
    assert curve.units_that_hold(0.5) is None
    assert generalised_gini(np.zeros(5)) is None


def test_fewer_incidents_than_units_are_not_concentrated_by_that_alone() -> None:
    """Bernasco & Steenbeek (2017): with 3 incidents at 3 of 10 places no even spread was possible: G' is 0, not 0.7."""
    y = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    assert generalised_gini(y) == pytest.approx(0)


def test_generalised_gini_by_hand() -> None:
    # 4 units, 8 incidents, all in one: the plain Gini is 1 - 1/4
    assert generalised_gini(np.array([8, 0, 0, 0])) == pytest.approx(0.75)
    # an even spread is 0
    assert generalised_gini(np.array([2, 2, 2, 2])) == pytest.approx(0)


def test_unequal_sizes_rank_by_incidents_per_size() -> None:
    # 6 on 1 km and 6 on 3 km: the short street comes first
    curve = concentration_curve(np.array([6, 6]), size=np.array([3.0, 1.0]))
    assert curve.order.tolist() == [1, 0]
    assert curve.share_held_by(0.25) == pytest.approx(0.5)
