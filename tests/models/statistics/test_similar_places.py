"""Similar places and rho: matched controls, and observed over forecast between them."""

import numpy as np
import pytest

from hotspots_models.statistics.similar_places import edge_gap_m, rho, similar_places, tau_floor, tau_of


def test_the_gap_is_between_edges() -> None:
    centres = np.array([[0.0, 0], [250, 0], [500, 0], [600, 650]])
    # squares of 250 m: touching, one square apart, and 350 m east and 400 m north of the edge
    assert edge_gap_m(centres, [0], side_m=250.0).tolist() == pytest.approx([0, 0, 250, np.hypot(350, 400)])
    assert np.isinf(edge_gap_m(centres, [], side_m=250.0)).all()


def test_controls_are_the_nearest_and_none_serves_twice() -> None:
    expected = np.array([4.0, 4.0, 3.9, 4.1, 1.0, 4.0, 3.8])
    found = similar_places(expected, np.zeros(7), [0, 1], eligible=np.ones(7, dtype=bool), a_place=2)
    assert found is not None
    assert sorted(found.controls.tolist()) == [2, 3, 5, 6]
    assert sorted(found.matched_to.tolist()) == [0, 0, 1, 1]
    assert found.risk_ratio == pytest.approx(np.mean([3.9, 4.1, 4.0, 3.8]) / 4)


def test_the_past_counts_beside_the_forecast() -> None:
    found = similar_places([4.0, 4.0, 4.0], [9, 0, 8], [0], eligible=[True] * 3, a_place=1)
    assert found is not None and found.controls.tolist() == [2]


def test_places_near_a_treated_edge_never_serve() -> None:
    found = similar_places([4.0, 4.0, 3.9], [0, 0, 0], [0], eligible=[True, False, True], a_place=1)
    assert found is not None and found.controls.tolist() == [2]


def test_the_exact_top_has_no_equals() -> None:
    expected = np.concatenate([np.full(5, 20.0), np.linspace(4, 1, 200)])
    assert similar_places(expected, np.zeros(205), np.arange(5), eligible=np.ones(205, dtype=bool)) is None


def test_fewer_controls_a_place_serve_where_three_are_too_unlike() -> None:
    # one like place for each of two, and nothing else within reach
    expected = np.array([10.0, 10, 9.5, 9.5, 1, 1, 1, 1])
    found = similar_places(expected, np.zeros(8), [0, 1], eligible=np.ones(8, dtype=bool))
    assert found is not None and sorted(found.controls.tolist()) == [2, 3]
    assert found.risk_ratio == pytest.approx(0.95)


def test_too_few_places_are_no_controls() -> None:
    assert similar_places([1.0, 1, 1], [0, 0, 0], [0, 1], eligible=[True] * 3) is None


def test_rho_by_hand() -> None:
    # (30.5/50) / (80.5/100) = 0.7578; SE^2 = 1/40.25 + 1/80.5 + 0.0225 = 0.059767
    found = rho(30, 50, 80, 100, tau=0.15)
    assert found.ratio == pytest.approx(0.61 / 0.805)
    assert found.se == pytest.approx(np.sqrt(1 / 40.25 + 1 / 80.5 + 0.0225))
    assert found.low == pytest.approx(0.61 / 0.805 * np.exp(-1.959964 * found.se))
    assert found.high == pytest.approx(0.61 / 0.805 * np.exp(1.959964 * found.se))


def test_a_forecast_that_is_too_low_for_both_makes_no_effect() -> None:
    assert rho(150, 100, 300, 200, tau=0.1).ratio == pytest.approx(1, abs=0.01)


def test_nothing_reported_still_has_bounds_and_no_forecast_is_refused() -> None:
    found = rho(0, 5, 0, 10, tau=0.3)
    assert 0 < found.low < 1 < found.high
    with pytest.raises(ValueError, match="0 for the treated"):
        rho(1, 0, 5, 5, tau=0.1)


def test_the_floors_are_the_pinned_ones() -> None:
    assert [tau_floor(n, shape="box") for n in (1, 5, 20, 50, 400)] == pytest.approx([0.3, 0.3, 0.15, 0.1, 0.1])
    assert [tau_floor(n, shape="area") for n in (1, 5, 10, 40)] == pytest.approx([0.3, 0.15, 0.1, 0.1])
    assert 0.15 < tau_floor(10, shape="box") < 0.3


def test_tau_finds_the_spread_beyond_counting() -> None:
    rng = np.random.default_rng(4)
    n = 4000
    expected_t, expected_c = np.full(n, 200.0), np.full(n, 400.0)
    truth = 0.25
    y_t, y_c = rng.poisson(expected_t * np.exp(rng.normal(0, truth, n))), rng.poisson(expected_c)
    assert tau_of(y_t, expected_t, y_c, expected_c, floor=0.1) == pytest.approx(truth, abs=0.015)
    y_t = rng.poisson(expected_t)
    assert tau_of(y_t, expected_t, y_c, expected_c, floor=0.1) == 0.1


def test_a_bias_that_all_origins_share_counts_as_spread() -> None:
    rng = np.random.default_rng(5)
    y_t, y_c = rng.poisson(260, 500), rng.poisson(400, 500)
    assert tau_of(y_t, np.full(500, 200.0), y_c, np.full(500, 400.0), floor=0.1) == pytest.approx(np.log(1.3), abs=0.02)


def test_fewer_than_twelve_origins_measure_no_tau() -> None:
    with pytest.raises(ValueError, match="11 do-nothing origins"):
        tau_of([1] * 11, [1] * 11, [1] * 11, [1] * 11, floor=0.1)
