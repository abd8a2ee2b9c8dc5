"""Poisson difference-in-differences, against statsmodels with one dummy an area and a week."""

import numpy as np
import pytest
import statsmodels.api as sm

from hotspots_models.statistics.effects.difference_in_differences import difference_in_differences


def panel(effect: float, seed: int, areas: int = 24, weeks: int = 40) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    treated = np.arange(areas) < areas // 3
    rate = np.outer(rng.gamma(3, 2, areas), np.exp(0.3 * np.sin(np.arange(weeks) / 5)))
    rate[treated, 25:] *= effect
    return rng.poisson(rate), treated


def dummies(shape: tuple[int, int], *columns: np.ndarray) -> np.ndarray:
    areas, weeks = np.indices(shape)
    area = (areas.ravel()[:, None] == np.arange(shape[0])).astype(float)
    week = (weeks.ravel()[:, None] == np.arange(1, shape[1])).astype(float)
    return np.column_stack([*(c.ravel() for c in columns), area, week])


def test_the_effect_is_that_of_the_full_regression() -> None:
    counts, treated = panel(0.6, 1)
    found = difference_in_differences(counts, treated, start=25)
    on = np.outer(treated, np.arange(40) >= 25).astype(float)
    oracle = sm.GLM(counts.ravel(), dummies(counts.shape, on), family=sm.families.Poisson()).fit()
    assert found.log_rate_ratio == pytest.approx(oracle.params[0], abs=1e-7)
    assert found.rate_ratio == pytest.approx(np.exp(oracle.params[0]))


def test_with_many_areas_the_error_is_the_clustered_one_of_the_full_regression() -> None:
    counts, treated = panel(0.6, 1, areas=120)
    found = difference_in_differences(counts, treated, start=25)
    on = np.outer(treated, np.arange(40) >= 25).astype(float)
    robust = sm.GLM(counts.ravel(), dummies(counts.shape, on), family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": np.repeat(np.arange(120), 40)}
    )
    assert found.se == pytest.approx(robust.bse[0], rel=0.05)


def test_averted_incidents_are_those_that_the_ratio_implies() -> None:
    counts, treated = panel(0.6, 1)
    found = difference_in_differences(counts, treated, start=25)
    after = counts[treated, 25:].sum()
    assert found.difference == pytest.approx(after - after / found.rate_ratio)
    assert found.difference_low < found.difference < found.difference_high


def test_a_planted_effect_is_found_and_none_is_not() -> None:
    found = difference_in_differences(*panel(0.5, 2), start=25)
    assert found.high < 1
    assert found.low < 0.5 < found.high
    none = difference_in_differences(*panel(1.0, 3), start=25)
    assert none.low < 1 < none.high


def test_without_an_effect_p_values_are_about_even() -> None:
    p = [difference_in_differences(*panel(1.0, seed), start=25).p for seed in range(150)]
    assert np.mean(np.array(p) < 0.1) == pytest.approx(0.1, abs=0.06)


def test_leads_are_those_of_the_full_regression() -> None:
    counts, treated = panel(0.6, 4)
    found = difference_in_differences(counts, treated, start=25, leads=2, lead_weeks=4)
    week = np.arange(40)
    columns = [np.outer(treated, week >= 25), np.outer(treated, (week >= 21) & (week < 25))]
    columns.append(np.outer(treated, (week >= 17) & (week < 21)))
    oracle = sm.GLM(
        counts.ravel(), dummies(counts.shape, *(c.astype(float) for c in columns)), family=sm.families.Poisson()
    )
    assert [lead.log_rate_ratio for lead in found.leads] == pytest.approx(oracle.fit().params[1:3], abs=1e-7)
    assert (found.leads[0].weeks_before, found.leads[1].weeks_before) == ((4, 1), (8, 5))


def test_leads_stand_out_no_more_often_than_they_should_without_a_head_start() -> None:
    fits = [difference_in_differences(*panel(0.6, seed, areas=60), start=25, leads=2) for seed in range(150)]
    assert np.mean([fit.leads_p < 0.1 for fit in fits if fit.leads_p is not None]) == pytest.approx(0.1, abs=0.06)


def test_a_fall_that_began_before_the_action_shows_in_the_leads() -> None:
    counts, treated = panel(1.0, 5)
    rng = np.random.default_rng(6)
    counts[np.ix_(treated, np.arange(18, 40))] = rng.binomial(counts[np.ix_(treated, np.arange(18, 40))], 0.5)
    found = difference_in_differences(counts, treated, start=25, leads=2, lead_weeks=4)
    assert found.leads_p is not None
    assert found.leads_p < 0.01


def test_empty_areas_and_weeks_change_nothing() -> None:
    counts, treated = panel(0.6, 7)
    plain = difference_in_differences(counts, treated, start=25)
    with_empty = difference_in_differences(np.vstack([counts, np.zeros((1, 40))]), np.append(treated, False), start=25)
    assert with_empty.log_rate_ratio == pytest.approx(plain.log_rate_ratio, abs=1e-9)
    assert with_empty.areas == 24


def test_treated_areas_that_fall_silent_have_no_finite_ratio() -> None:
    counts, treated = panel(1.0, 8)
    counts[np.ix_(treated, np.arange(25, 40))] = 0
    with pytest.raises(ValueError, match="no incidents after"):
        difference_in_differences(counts, treated, start=25)


def test_a_start_outside_the_weeks_is_refused() -> None:
    counts, treated = panel(1.0, 9)
    with pytest.raises(ValueError, match="start is 40"):
        difference_in_differences(counts, treated, start=40)
    with pytest.raises(ValueError, match="control"):
        difference_in_differences(counts, np.ones(24, dtype=bool), start=20)


def test_areas_that_are_all_alike_bound_no_effect() -> None:
    counts = np.repeat([[5.0, 5, 5, 5], [9, 9, 9, 9]], 2, axis=0)
    with pytest.raises(ValueError, match="vary too little"):
        difference_in_differences(counts, [True, True, False, False], start=2)


def test_more_leads_than_the_areas_can_tell_apart_are_refused() -> None:
    counts, _ = panel(1.0, 10, areas=4)
    with pytest.raises(ValueError, match="fewer leads"):
        difference_in_differences(counts, np.arange(4) < 2, start=25, leads=3)
