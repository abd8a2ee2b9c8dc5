"""Peers by hand arithmetic, and what must hold for any table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots_models.statistics.peers import FURTHEST, nearest_peers


def test_distances_are_root_mean_squares_of_standardised_differences() -> None:
    # traits of standard deviation 1 and 10: rows (0, 0), (2, 20), (1, 0), (1, 20) have means 1 and 10, variances 0.5 and 100
    table = [[0.0, 0.0], [2.0, 20.0], [1.0, 0.0], [1.0, 20.0]]
    found = nearest_peers(table, 0, furthest=9.0)
    assert found.rows.tolist() == [2, 3, 1]
    assert found.distance == pytest.approx([(2 / 2) ** 0.5, ((2 + 4) / 2) ** 0.5, ((8 + 4) / 2) ** 0.5])
    assert nearest_peers(table, 0).rows.tolist() == [2]  # the others are further than one standard deviation
    assert nearest_peers(table, 0, most=1, furthest=9.0).rows.tolist() == [2]


def test_what_is_the_same_everywhere_tells_nothing() -> None:
    assert nearest_peers([[3.0], [3.0], [3.0]], 1).rows.size == 0
    with_constant = nearest_peers([[7.0, 0.0], [7.0, 0.1], [7.0, 5.0]], 0)
    assert with_constant.rows.tolist() == nearest_peers([[0.0], [0.1], [5.0]], 0).rows.tolist() == [1]
    assert nearest_peers([[1.0, 2.0]], 0).rows.size == 0
    with pytest.raises(ValueError, match="finite"):
        nearest_peers([[float("nan")], [1.0]], 0)


@given(
    st.lists(st.lists(st.integers(-50, 50), min_size=3, max_size=3), min_size=2, max_size=12),
    st.integers(0, 11),
    st.permutations([0, 1, 2]),
)
def test_units_and_the_order_of_traits_change_no_peer(table: list[list[int]], at: int, order: list[int]) -> None:
    at %= len(table)
    values = np.array(table, dtype=float)
    found = nearest_peers(values, at)
    assert at not in found.rows and (found.distance <= FURTHEST).all() and (np.diff(found.distance) >= 0).all()
    again = nearest_peers((values * [8.0, 0.5, 4.0])[:, order], at)
    assert again.distance == pytest.approx(found.distance)
