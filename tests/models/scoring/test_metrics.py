"""Metrics against hand arithmetic and against other people's code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import mean_poisson_deviance

from hotspots_models.errors import InputError
from hotspots_models.scoring import intervals, metrics
from hotspots_models.scoring.calibration import calibration_line, calibration_table, recalibrate

EXPECTED = np.array([5.0, 3.0, 1.0, 1.0])
OBSERVED = np.array([4.0, 1.0, 5.0, 0.0])
EQUAL = np.full(4, 100.0)
TOP = np.array([True, False, False, False])


def test_metrics_of_one_flagged_cell_by_hand():
    assert (metrics.flag(EXPECTED, EQUAL, share=0.25) == TOP).all()
    assert metrics.hit_rate(TOP, OBSERVED) == 0.4
    assert metrics.pai(TOP, OBSERVED, EQUAL) == pytest.approx(1.6)
    assert metrics.pei_star(TOP, OBSERVED, EQUAL) == pytest.approx(0.8)  # 4 of the 5 that the best cell holds
    assert metrics.recapture_ratio(TOP, OBSERVED, np.array([5.0, 5, 0, 0])) == pytest.approx(0.8)


def test_log_skill_by_hand():
    share = 0.999 * EXPECTED / 10 + 0.001 / 4
    by_hand = sum(y * np.log(s * 4) for y, s in zip(OBSERVED, share, strict=True)) / 10
    assert metrics.log_skill(EXPECTED, OBSERVED, EQUAL) == pytest.approx(by_hand)
    assert metrics.log_skill(EQUAL, OBSERVED, EQUAL) == pytest.approx(0.0)


def test_poisson_deviance_agrees_with_scikit_learn():
    ours = metrics.poisson_deviance(EXPECTED, OBSERVED)
    assert ours == pytest.approx(4 * mean_poisson_deviance(OBSERVED, EXPECTED))


def test_deviance_explained_is_none_of_the_uniform_and_most_of_the_truth():
    assert metrics.deviance_explained(EQUAL, OBSERVED, EQUAL) == pytest.approx(0.0, abs=1e-12)
    assert metrics.deviance_explained(OBSERVED, OBSERVED, EQUAL) > 0.99


def test_cells_are_ranked_by_density_and_what_the_edge_leaves_of_one_counts_as_half():
    area = np.array([100.0, 60.0, 100.0, 1.0])
    assert metrics.rank(np.array([2.0, 1.9, 3.0, 0.9]), area).tolist() == [1, 2, 0, 3]  # 1.9/60, 3/100, 2/100, 0.9/50


def test_the_flagged_set_stops_before_the_budget_is_overspent():
    area = np.array([100.0, 100.0, 50.0])
    assert metrics.flag(np.array([3.0, 2.0, 0.1]), area, budget_m2=150.0).tolist() == [True, False, False]
    with pytest.raises(InputError, match="budget"):
        metrics.flag(EXPECTED, EQUAL)


def test_nothing_can_be_said_of_a_window_without_incidents():
    none = np.zeros(4)
    assert metrics.hit_rate(TOP, none) is None
    assert metrics.pai(TOP, none, EQUAL) is None
    assert metrics.pei_star(TOP, none, EQUAL) is None
    assert metrics.log_skill(EXPECTED, none, EQUAL) is None
    assert metrics.deviance_explained(EXPECTED, none, EQUAL) is None
    assert metrics.capture_curve(EXPECTED, none, EQUAL) is None
    assert metrics.recapture_ratio(TOP, OBSERVED, none) is None
    assert metrics.pai(np.zeros(4, bool), OBSERVED, EQUAL) is None
    assert intervals.wilson_interval(0, 0) is None


counts = arrays(float, 30, elements=st.integers(0, 6).map(float))


@given(counts, counts, arrays(float, 30, elements=st.floats(10, 100)), st.floats(0.05, 0.9))
def test_pei_star_lies_between_0_and_1_and_the_best_ranking_has_the_best_curve(expected, observed, area, share):
    flagged = metrics.flag(expected, area, share=share)
    score = metrics.pei_star(flagged, observed, area)
    assert score is None or 0 <= score <= 1 + 1e-12
    curve = metrics.capture_curve(expected, observed, area)
    if curve is not None:
        assert (curve.best >= curve.hit_rate - 1e-9).all()
        assert (np.diff(curve.hit_rate) >= -1e-12).all() and curve.hit_rate[-1] == pytest.approx(1)


@given(counts, st.floats(0.1, 100))
def test_scale_of_a_forecast_changes_neither_ranking_nor_log_skill(expected, factor):
    observed, area = np.arange(30.0), np.full(30, 7.0)
    assert (metrics.rank(expected, area) == metrics.rank(expected * 2.0, area)).all()
    assert metrics.log_skill(expected * factor, observed, area) == pytest.approx(
        metrics.log_skill(expected, observed, area)
    )


def test_ties_fall_the_same_way_twice_and_not_by_position():
    order = metrics.rank(np.zeros(1000), np.ones(1000))
    assert (order == metrics.rank(np.zeros(1000), np.ones(1000))).all()
    assert 300 < order[:100].mean() < 700


def test_wilson_interval_agrees_with_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    assert intervals.wilson_interval(37, 120) == pytest.approx(proportion_confint(37, 120, method="wilson"))
    assert intervals.wilson_interval(0, 10)[0] == 0.0
    with pytest.raises(InputError, match="11 hits of 10"):
        intervals.wilson_interval(11, 10)


def test_mcnemar_by_hand():
    one, other = np.array([True, False, True]), np.array([False, True, True])
    # 8 incidents only in one, 2 only in the other: two-sided binomial 2 (1 + 10 + 45) / 1024
    assert intervals.mcnemar(one, other, np.array([8.0, 2.0, 5.0])) == pytest.approx(112 / 1024)
    assert intervals.mcnemar(one, one, np.array([8.0, 2.0, 5.0])) is None


def test_the_block_bootstrap_of_equal_differences_is_a_point_and_of_noise_has_the_width_of_theory():
    assert intervals.paired_block_bootstrap(np.full(12, 0.01)) == pytest.approx((0.01, 0.01))
    assert intervals.paired_block_bootstrap(np.array([1.0])) is None
    noise = np.random.default_rng(3).normal(size=600)
    low, high = intervals.paired_block_bootstrap(noise, block=1)
    assert high - low == pytest.approx(2 * 1.96 * noise.std() / np.sqrt(600), rel=0.08)


def test_the_calibration_line_finds_the_slope_that_made_the_data():
    rng = np.random.default_rng(5)
    expected = rng.gamma(0.5, 4.0, size=20_000)
    a, b = calibration_line(expected, rng.poisson(np.exp(0.3) * expected**0.7).astype(float))
    assert a == pytest.approx(0.3, abs=0.02) and b == pytest.approx(0.7, abs=0.02)
    assert calibration_line(np.ones(5), np.ones(5)) is None


def test_the_calibration_line_agrees_with_statsmodels():
    import statsmodels.api as sm

    expected, observed = np.array([0.2, 0.5, 1.0, 3.0, 8.0]), np.array([0.0, 1.0, 2.0, 2.0, 11.0])
    fitted = sm.GLM(observed, sm.add_constant(np.log(expected)), family=sm.families.Poisson()).fit()
    assert calibration_line(expected, observed) == pytest.approx(tuple(fitted.params), rel=1e-6)


def test_recalibration_keeps_the_total_and_the_ranking():
    bent = recalibrate(EXPECTED, (0.4, 0.8))
    assert bent.sum() == pytest.approx(EXPECTED.sum())
    assert bent[0] / bent[1] == pytest.approx((5 / 3) ** 0.8)


def test_the_calibration_table_adds_up():
    rng = np.random.default_rng(0)
    expected, area = rng.gamma(1.0, 1.0, size=2000), rng.uniform(50, 100, size=2000)
    observed = rng.poisson(expected).astype(float)
    table = {row.part: row for row in calibration_table(expected, observed, area)}
    assert sum(table[f"tenth {k}"].observed for k in range(1, 11)) == observed.sum()
    assert sum(table[f"tenth {k}"].expected for k in range(1, 11)) == pytest.approx(expected.sum())
    assert table["top 5 %"].area_share == pytest.approx(0.05, abs=0.001)
    assert (
        table["tenth 1"].expected / table["tenth 1"].area_share
        > table["tenth 2"].expected / table["tenth 2"].area_share
    )
