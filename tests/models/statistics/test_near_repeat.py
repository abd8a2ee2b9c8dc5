"""Near repeats: pairs that are close in space and time, against dates dealt out anew."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from hotspots_models.statistics.near_repeat import knox, roles, warm_zones


def scattered(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 3000, (n, 2)), rng.integers(0, 120, n).astype(float)


def all_pairs(xy_m: np.ndarray, t_days: np.ndarray, d_edges: list[float], t_edges: list[float]) -> np.ndarray:
    """Count pairs by band the naive way, from both full distance matrices."""
    distance, days = pdist(xy_m), pdist(t_days[:, None])
    table = np.zeros((len(d_edges) - 1, len(t_edges) - 1), dtype=int)
    for i in range(len(d_edges) - 1):
        near = (distance <= d_edges[i + 1]) & ((distance > d_edges[i]) if i else True)
        for j in range(len(t_edges) - 1):
            soon = (days <= t_edges[j + 1]) & ((days > t_edges[j]) if j else True)
            table[i, j] = np.sum(near & soon)
    return table


def test_four_incidents_by_hand() -> None:
    # A and B 50 m and 3 days apart; C 150 m from A, 100 m from B, 10 and 7 days; D far off
    xy = 1000 + np.array([[0, 0], [50, 0], [150, 0], [9000, 0]], dtype=float)
    found = knox(
        xy, np.array([0.0, 3, 10, 3]), distance_edges_m=(0, 100, 200), time_edges_days=(0, 7, 14), permutations=99
    )
    assert found.observed.tolist() == [[2, 0], [0, 1]]
    # 6 pairs, by days 3 10 3 7 0 7: 5 of them within a week, 1 in the second
    assert found.expected == pytest.approx(np.array([[2 * 5 / 6, 2 / 6], [5 / 6, 1 / 6]]))


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_pairs_are_those_of_the_full_distance_matrices(seed: int) -> None:
    xy, t = scattered(60, seed)
    xy = np.round(xy, -2)
    edges_m, edges_days = [0.0, 1, 200, 400, 800], [0.0, 7, 14, 28]
    found = knox(xy, t, distance_edges_m=edges_m, time_edges_days=edges_days, permutations=9)
    assert np.array_equal(found.observed, all_pairs(xy, t, edges_m, edges_days))


def test_expected_pairs_are_the_mean_over_permuted_dates() -> None:
    xy, t = scattered(150, 3)
    edges_m, edges_days = [0.0, 300, 600], [0.0, 7, 14]
    found = knox(xy, t, distance_edges_m=edges_m, time_edges_days=edges_days, permutations=9)
    rng = np.random.default_rng(1)
    dealt = [all_pairs(xy, rng.permutation(t), edges_m, edges_days) for _ in range(300)]
    assert np.allclose(found.expected, np.mean(dealt, axis=0), rtol=0.03)


def test_planted_near_repeats_are_found_and_scattered_incidents_are_not() -> None:
    xy, t = scattered(300, 5)
    rng = np.random.default_rng(6)
    follow = rng.choice(300, 60, replace=False)
    xy_planted = np.vstack([xy, xy[follow] + rng.normal(0, 40, (60, 2))])
    t_planted = np.concatenate([t, t[follow] + rng.integers(1, 7, 60)])
    bands = {"distance_edges_m": (0, 150, 300, 600), "time_edges_days": (0, 7, 14, 28)}
    planted = knox(xy_planted, t_planted, **bands)
    assert planted.ratio[0, 0] > 1.5
    assert planted.p[0, 0] == pytest.approx(1 / 1000)
    assert knox(xy, t, **bands).p[0, 0] > 0.05


def test_p_values_are_even_when_dates_carry_nothing() -> None:
    p = [
        knox(*scattered(120, seed), distance_edges_m=(0, 300), time_edges_days=(0, 14), permutations=99).p[0, 0]
        for seed in range(200)
    ]
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.05)


def test_the_same_seed_gives_the_same_table() -> None:
    xy, t = scattered(100, 1)
    first, second = (knox(xy, t, permutations=99, seed=4) for _ in range(2))
    assert np.array_equal(first.p, second.p)


def test_a_seconds_clock_gives_the_same_pairs_as_its_dates_shifted() -> None:
    """Fractions of a day take another path than whole days: both must count alike."""
    xy, t = scattered(200, 9)
    whole = knox(xy, t, permutations=19, seed=2)
    moved = knox(xy, t + 0.25, permutations=19, seed=2)
    assert np.array_equal(whole.observed, moved.observed)
    assert np.array_equal(whole.p, moved.p)


def test_too_many_pairs_are_refused_with_their_number() -> None:
    xy = np.zeros((3000, 2)) + 5000
    with pytest.raises(ValueError, match="4498500 pairs"):
        knox(xy, np.zeros(3000), most_pairs=1_000_000)


def test_roles_by_hand() -> None:
    # a door hit, hit again after 3 days, its neighbour after 5; one far away; one near but too late
    xy = 1000 + np.array([[0, 0], [0, 0], [90, 0], [8000, 0], [50, 0]], dtype=float)
    t = np.array([0.0, 3, 5, 4, 60])
    found = roles(xy, t, distance_m=100, days=7, same_place_m=1)
    assert found.tolist() == ["originator", "repeat", "near repeat", "isolated", "isolated"]


def test_two_of_one_day_are_a_pair_in_both_functions() -> None:
    xy = 1000 + np.array([[0, 0], [50, 0], [8000, 0]], dtype=float)
    t = np.array([3.0, 3.0, 3.0])
    table = knox(xy, t, distance_edges_m=(0, 1, 100), time_edges_days=(0, 7), permutations=9)
    assert table.observed.sum() == 1
    assert roles(xy, t, distance_m=100, days=7).tolist() == ["originator", "near repeat", "isolated"]
    turned = roles(xy[::-1], t, distance_m=100, days=7)
    assert turned.tolist() == ["isolated", "near repeat", "originator"]


@given(st.integers(0, 10_000))
@settings(deadline=None)
def test_the_earliest_of_a_chain_is_its_originator_and_order_of_rows_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy, t = rng.uniform(0, 600, (40, 2)), rng.permutation(40).astype(float)
    found = roles(xy, t, distance_m=100, days=7)
    assert found[np.argmin(t)] in {"originator", "isolated"}
    order = rng.permutation(40)
    assert np.array_equal(roles(xy[order], t[order], distance_m=100, days=7), found[order])


def test_zones_still_warm_today() -> None:
    xy = 1000 + np.array([[0, 0], [100, 0], [5000, 0], [9000, 0]], dtype=float)
    zones = warm_zones(xy, np.array([90.0, 96, 99, 80]), as_of=100, distance_m=150, days=14)
    assert zones.incident.tolist() == [0, 1, 2]
    assert zones.days_left.tolist() == [4, 10, 13]
    assert zones.zone.tolist() == [0, 0, 1]
    assert zones.incidents_in_zone.tolist() == [2, 2, 1]


def test_an_incident_from_the_future_warms_nothing() -> None:
    with pytest.raises(ValueError, match="1 of 1 incidents"):
        warm_zones(np.array([[500.0, 0]]), np.array([5.0]), as_of=5, distance_m=100, days=7)
    assert warm_zones(np.empty((0, 2)), np.empty(0), as_of=5, distance_m=100, days=7).incident.size == 0
