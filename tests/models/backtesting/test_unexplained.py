"""How much a forecast leaves unexplained: by hand, on worlds whose truth is known, and what knowing it would be worth."""

import numpy as np
import pytest

from hotspots_models.backtesting.unexplained import hit_rate_if_known, lasting_variance, variance_shared_with_neighbours
from hotspots_models.grid import Grid
from hotspots_models.statistics.local_statistics import queen_neighbours


def test_two_windows_of_two_cells_by_hand():
    expected = np.array([[2.0, 2.0], [2.0, 2.0]])
    observed = np.array([[3.0, 1.0], [4.0, 0.0]])  # departures +1, -1 and +2, -2: products 2 and 2, over 4 and 4
    assert lasting_variance(expected, observed).value == pytest.approx(0.5)
    assert lasting_variance(expected * 7, observed).value == pytest.approx(0.5)  # the total is not the cells' affair
    assert lasting_variance(expected, observed[::-1, ::-1]).value == pytest.approx(0.5)
    to_and_fro = np.array([[3.0, 1.0], [1.0, 3.0]])
    assert lasting_variance(expected, to_and_fro).value == pytest.approx(-0.25)  # it does not last


@pytest.mark.parametrize("variance", [0.0, 0.1, 0.4])
def test_the_variance_that_was_planted_is_found(variance):
    rng = np.random.default_rng(8)
    expected = np.tile(rng.gamma(1.0, 0.5, 8000), (12, 1))
    factor = rng.gamma(1 / variance, variance, 8000) if variance else np.ones(8000)
    found = lasting_variance(expected, rng.poisson(expected * factor).astype(float))
    assert abs(found.value - variance) < 4 * found.standard_error
    assert found.standard_error < 0.04


def test_nothing_is_said_of_one_window():
    assert lasting_variance(np.ones((1, 3)), np.ones((1, 3))) is None
    assert lasting_variance(np.ones((2, 3)), np.array([[1.0, 0, 0], [0, 0, 0]])) is None


def test_three_cells_in_a_row_by_hand():
    in_a_row = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
    expected = np.full((2, 3), 2.0)
    observed = np.array([[3.0, 3.0, 0.0], [1.0, 3.0, 2.0]])  # departures +1, +1, -2 and -1, +1, 0
    same = variance_shared_with_neighbours(expected, observed, in_a_row, windows_later=0)
    assert same.value == pytest.approx((2 * (1 - 2) + 2 * (-1 + 0)) / 32)  # eight pairs, each expected 2 by 2
    # of the window before, a cell's neighbours departed by +1, -1, +1
    later = variance_shared_with_neighbours(expected, observed, in_a_row, windows_later=1)
    assert later.value == pytest.approx((-1 - 1 + 0) / 16)
    assert variance_shared_with_neighbours(expected, observed, in_a_row, windows_later=2) is None


def test_a_series_that_is_over_by_the_next_window_is_shared_at_once_only():
    grid, rng = Grid.full(cell_size_m=100, origin_m=(0, 0), shape=(90, 90)), np.random.default_rng(4)
    expected = np.full((12, grid.n_cells), 0.3)
    blocks = (
        rng.gamma(5, 1 / 5, (12, 30, 30)).repeat(3, axis=1).repeat(3, axis=2)
    )  # 3 by 3 cells share a factor of variance .2
    observed = rng.poisson(expected * [grid.values(window) for window in blocks]).astype(float)
    inside = 40 / 72  # of the eight neighbours of each of a block's nine cells, so many are in the block
    at_once, later = (
        variance_shared_with_neighbours(expected, observed, queen_neighbours(grid), windows_later=k) for k in (0, 1)
    )
    assert abs(at_once.value - 0.2 * inside) < 4 * at_once.standard_error < 0.06
    assert abs(later.value) < 4 * later.standard_error


def test_knowing_the_factors_is_worth_nothing_without_them_and_more_with_more():
    rng = np.random.default_rng(2)
    expected, area = rng.gamma(0.7, 1.0, 5000), np.ones(5000)
    gains = [hit_rate_if_known(expected, area, share=0.05, variance=v) for v in (-0.02, 0.0, 0.05, 0.2)]
    assert gains[:2] == [1.0, 1.0] and 1.0 < gains[2] < gains[3]


def test_where_all_cells_are_expected_alike_knowing_finds_the_largest_factors():
    known = hit_rate_if_known(np.ones(20_000), np.ones(20_000), share=0.1, variance=1.0)
    assert known == pytest.approx(1 + np.log(10), rel=0.05)  # exponential: the top tenth holds 0.1 (1 + ln 10)
