"""Gi*, local Moran and the classes of hot spots: hand cases, full enumeration, and another package."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from hotspots_models.base import Grid
from hotspots_models.statistics.local_statistics import (
    CLASSES,
    getis_ord,
    hot_spot_classes,
    local_moran,
    neighbours_within,
    queen_neighbours,
)

GRID = Grid.full(cell_size_m=100, origin_m=(1000, 1000), shape=(12, 15))
QUEEN = queen_neighbours(GRID)


def line(n: int) -> csr_array:
    return csr_array(np.eye(n, k=1) + np.eye(n, k=-1))


def test_gi_star_by_hand() -> None:
    # 1 2 3 4 5 in a line: mean 3, sd sqrt(2). Unit 4 sums 4 + 5 = 9 over 2 units:
    # (9 - 6) / (sqrt(2) * sqrt((5 * 2 - 4) / 4)) = 3 / sqrt(3)
    found = getis_ord([1, 2, 3, 4, 5], line(5), permutations=99)
    assert found.statistic[4] == pytest.approx(np.sqrt(3))
    # unit 2 sums 2 + 3 + 4 = 9 over 3: exactly as expected
    assert found.statistic[2] == pytest.approx(0)


def test_local_moran_by_hand() -> None:
    # deviations -2 -1 0 1 2, sum of squares 10: unit 4 has 4 * 2 * 1 / 10, unit 1 has 4 * -1 * (-2 + 0) / 2 / 10
    found = local_moran([1, 2, 3, 4, 5], line(5), permutations=99)
    assert found.statistic == pytest.approx([0.8, 0.4, 0, 0.4, 0.8])


def test_p_is_that_of_all_conditional_permutations() -> None:
    y = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])
    found = getis_ord(y, line(8), permutations=19_999, seed=1)
    for unit in range(8):
        near = [k for k in (unit - 1, unit + 1) if 0 <= k < 8]
        others = [y[list(pick)].sum() for pick in combinations([k for k in range(8) if k != unit], len(near))]
        observed = y[near].sum()
        exact = min(1, 2 * min(np.mean(np.array(others) >= observed), np.mean(np.array(others) <= observed)))
        assert found.p[unit] == pytest.approx(exact, abs=0.02)


def test_statistics_agree_with_esda() -> None:
    """The engine that spatial analysts know, without its permutations: those need a compiler and a minute."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import esda
        from libpysal.weights import WSP

        y = np.random.default_rng(2).poisson(2, GRID.n_cells).astype(float)
        w = WSP(QUEEN).to_W(silence_warnings=True)
        gi = esda.G_Local(y, w, transform="B", star=True, permutations=0, n_jobs=1)
        moran = esda.Moran_Local(y, w, transformation="r", permutations=0)
    assert getis_ord(y, QUEEN, permutations=9).statistic == pytest.approx(gi.Zs)
    assert local_moran(y, QUEEN, permutations=9).statistic == pytest.approx(moran.Is)


def test_a_planted_knot_is_hot_and_noise_is_not() -> None:
    rng = np.random.default_rng(3)
    y = rng.poisson(2, GRID.n_cells).astype(float)
    noise = getis_ord(y, QUEEN, permutations=1999)
    assert np.sum(noise.kind != "neither") <= 2
    knot = (np.abs(GRID.row - 5) <= 1) & (np.abs(GRID.col - 7) <= 1)
    y[knot] += 12
    found = getis_ord(y, QUEEN, permutations=1999)
    middle = knot & ((GRID.row == 5) | (GRID.col == 7))  # a corner of the knot has mostly quiet neighbours
    assert np.all(found.kind[middle] == "hot")
    assert np.all(found.statistic[knot] > 3)
    centre = int(np.flatnonzero((GRID.row == 5) & (GRID.col == 7))[0])
    assert local_moran(y, QUEEN, permutations=1999).kind[centre] == "high among high"


def test_one_busy_cell_alone_is_not_hot_itself() -> None:
    y = np.random.default_rng(4).poisson(2, GRID.n_cells).astype(float)
    lone = int(np.flatnonzero((GRID.row == 5) & (GRID.col == 7))[0])
    y[lone] = 60
    assert getis_ord(y, QUEEN).kind[lone] == "neither"


def test_a_busy_cell_among_unusually_quiet_ones_is_neither_hot_nor_cold() -> None:
    """Its neighbours are unusual indeed, but low: their low p must not be read as the height of its own count."""
    y = np.random.default_rng(0).poisson(6, GRID.n_cells) + 4.0
    lone = int(np.flatnonzero((GRID.row == 5) & (GRID.col == 7))[0])
    y[QUEEN[[lone]].indices] = 0
    y[lone] = 500
    found = getis_ord(y, QUEEN)
    assert found.statistic[lone] > 3
    assert found.adjusted_p[lone] <= 0.05
    assert found.kind[lone] == "neither"


def test_p_values_are_even_when_values_are_dealt_at_random() -> None:
    rng = np.random.default_rng(5)
    p = np.concatenate([getis_ord(rng.normal(size=GRID.n_cells), QUEEN, permutations=199, seed=k).p for k in range(8)])
    assert np.mean(p <= 0.1) == pytest.approx(0.1, abs=0.03)


@settings(max_examples=20, deadline=None)
@given(arrays(float, GRID.n_cells, elements=st.integers(0, 20)), st.integers(1, 9), st.integers(-5, 5))
def test_units_and_origin_of_the_values_do_not_matter(y: np.ndarray, times: int, plus: int) -> None:
    first, second = (getis_ord(v, QUEEN, permutations=19) for v in (y, times * y + plus))
    assert np.allclose(first.statistic, second.statistic, atol=1e-6)
    assert np.array_equal(first.p, second.p)


def test_a_rare_knot_in_a_large_city_survives_the_false_discovery_rate() -> None:
    """Nine cells of 10,000: p must reach far below the 2 / 1000 of one round of draws."""
    city = Grid.full(cell_size_m=100, origin_m=(1000, 1000), shape=(100, 100))
    y = np.random.default_rng(6).poisson(1, city.n_cells).astype(float)
    knot = (np.abs(city.row - 50) <= 1) & (np.abs(city.col - 50) <= 1)
    y[knot] += 15
    found = getis_ord(y, queen_neighbours(city))
    assert found.p[knot].max() < 2 / 1000
    assert np.sum(found.kind[knot] == "hot") >= 5


def test_a_unit_without_neighbours_and_a_flat_map_say_nothing() -> None:
    alone = csr_array((4, 4))
    assert getis_ord([1, 2, 3, 40], alone).p.tolist() == [1, 1, 1, 1]
    assert getis_ord([1, 2, 3, 40], alone).statistic.tolist() == [0, 0, 0, 0]
    assert set(getis_ord(np.ones(GRID.n_cells), QUEEN, permutations=19).kind) == {"neither"}
    assert set(local_moran(np.ones(GRID.n_cells), QUEEN, permutations=19).kind) == {"neither"}


def test_queen_neighbours_of_a_corner_an_edge_and_the_middle() -> None:
    assert sorted(set(np.diff(QUEEN.indptr))) == [3, 5, 8]
    apart = neighbours_within(GRID.centres_m(), distance_m=100 * np.sqrt(2) + 1)
    assert (apart != QUEEN).nnz == 0


def test_a_diagonal_is_refused() -> None:
    with pytest.raises(ValueError, match="diagonal"):
        getis_ord([1.0, 2.0], np.eye(2))


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ("1111111111", "persistent"),
        ("1111011111", "persistent"),
        ("0000000001", "new"),
        ("0000000011", "emerging"),
        ("0000111111", "emerging"),
        ("1111111000", "former"),
        ("0100000000", "former"),
        ("0101010101", "intermittent"),
        ("1111111110", "intermittent"),
        ("0000000000", "never"),
    ],
)
def test_classes_by_hand(periods: str, expected: str) -> None:
    assert hot_spot_classes([[c == "1" for c in periods]]).tolist() == [expected]


@given(arrays(bool, st.tuples(st.integers(1, 20), st.integers(2, 16))))
def test_every_unit_has_exactly_one_class(hot: np.ndarray) -> None:
    classes = hot_spot_classes(hot)
    assert set(classes) <= set(CLASSES)
    assert np.array_equal(classes == "never", ~hot.any(axis=1))
    assert np.all(hot[np.isin(classes, ["persistent", "new", "emerging"]), -1])
