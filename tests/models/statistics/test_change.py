"""Change between two counts: values from the papers, from scipy and from hand arithmetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hotspots_models.statistics.change import change_between, change_z, e_test, interval_of_z, rate_ratio_interval

counts = st.integers(min_value=0, max_value=200)


def test_twenty_five_against_sixteen_is_well_within_chance() -> None:
    assert change_z(16, 25) == pytest.approx(np.sqrt(2), abs=1e-12)
    assert e_test(16, 25) == pytest.approx(0.165, abs=5e-4)


@pytest.mark.parametrize(("past", "now", "p"), [(0, 3, 0.0884), (2, 6, 0.1748748)])
def test_e_test_gives_the_published_p_values(past: int, now: int, p: float) -> None:
    """Krishnamoorthy & Thomson (2004): e_test(3, 0) = 0.0884 and e_test(6, 2) = 0.1748748."""
    assert e_test(past, now) == pytest.approx(p, abs=5e-5)


@pytest.mark.parametrize(("past", "now", "ratio"), [(3, 10, 1.0), (12, 4, 0.5), (40, 70, 1.5), (900, 1010, 1.0)])
def test_e_test_agrees_with_scipy(past: int, now: int, ratio: float) -> None:
    oracle = stats.poisson_means_test(now, ratio, past, 1.0)
    assert e_test(past, now, exposure_ratio=ratio) == pytest.approx(oracle.pvalue, rel=1e-6)


def test_the_counts_of_a_city_s_whole_year_need_no_more_memory_than_those_of_a_beat() -> None:
    """260,000 against 261,040: the square of all pairs of outcomes took 1.9 GB. The normal tail is the oracle here."""
    import tracemalloc

    z = (261_040 - 260_000) / np.sqrt(261_040 + 260_000)
    tracemalloc.start()
    p = e_test(260_000, 261_040)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert p == pytest.approx(2 * stats.norm.sf(z), rel=1e-4)
    assert peak < 10e6


def test_an_outcome_as_extreme_as_the_observed_one_counts() -> None:
    """(3, 9) and (9, 18) both have a statistic of sqrt(3), in whole numbers 6^2 / 12 = 9^2 / 27."""
    from fractions import Fraction

    pmf = stats.poisson(6).pmf(np.arange(60))
    p = sum(
        pmf[x] * pmf[y]
        for x in range(60)
        for y in range(60)
        if x + y > 0 and Fraction((x - y) ** 2, x + y) >= Fraction(36, 12)
    )
    assert e_test(3, 9) == pytest.approx(p, abs=1e-9)


def test_z_for_unequal_exposure_by_hand() -> None:
    # 9 in 1 month, 36 in 4 months: r = 4, sqrt(4 * 9) = 6 = sqrt(36): no change at all
    assert change_z(9, 36, exposure_ratio=4) == pytest.approx(0.0)
    # 4 in 1, 36 in 3: 2 * (6 - sqrt(12)) / 2 = 6 - 3.4641016
    assert change_z(4, 36, exposure_ratio=3) == pytest.approx(2.5358984, abs=1e-7)


def test_z_has_unit_spread_under_no_change_and_flags_three_in_a_thousand() -> None:
    rng = np.random.default_rng(7)
    past, now = rng.poisson(30, 200_000), rng.poisson(45, 200_000)
    z = change_z(past, now, exposure_ratio=1.5)
    assert np.std(z) == pytest.approx(1.0, abs=0.02)
    assert np.mean(np.abs(z) > 3) == pytest.approx(0.0027, abs=0.0006)
    known_mean_form = 2 * (np.sqrt(rng.poisson(30, 200_000)) - np.sqrt(past))
    assert np.std(known_mean_form) == pytest.approx(1.41, abs=0.02)
    assert 10 < np.mean(np.abs(known_mean_form) > 3) / 0.0027 < 15


@given(past=counts, now=counts)
def test_swapping_the_periods_turns_the_sign_and_keeps_the_p_value(past: int, now: int) -> None:
    assert change_z(past, now) == pytest.approx(-change_z(now, past))
    assert e_test(past, now) == pytest.approx(e_test(now, past), abs=1e-9)


@given(past=counts, now=counts)
def test_p_value_is_a_probability(past: int, now: int) -> None:
    assert 0.0 <= e_test(past, now) <= 1.0


def test_nothing_in_both_periods_is_no_change() -> None:
    answer = change_between(0, 0)
    assert (answer.z, answer.p, answer.flagged, answer.ratio) == (0.0, 1.0, False, None)


def test_a_rise_from_nothing_has_no_ratio_but_a_difference_and_a_p_value() -> None:
    answer = change_between(0, 3)
    assert answer.difference == 3
    assert answer.ratio is None
    assert answer.p == pytest.approx(0.0884, abs=5e-5)


def test_arrays_of_areas_are_tested_one_by_one() -> None:
    past, now = np.array([16, 0, 2]), np.array([25, 3, 6])
    assert np.allclose(e_test(past, now), [e_test(16, 25), e_test(0, 3), e_test(2, 6)])
    assert change_z(past, now).shape == (3,)


def test_interval_of_the_rate_ratio_is_the_clopper_pearson_one() -> None:
    interval = stats.binomtest(25, 41).proportion_ci(0.95, method="exact")
    low, high = rate_ratio_interval(16, 25)
    assert low == pytest.approx(interval.low / (1 - interval.low))
    assert high == pytest.approx(interval.high / (1 - interval.high))
    assert rate_ratio_interval(0, 5)[1] is None


def test_a_negative_count_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="now holds -1"):
        change_z(3, -1)
    with pytest.raises(ValueError, match="exposure_ratio"):
        e_test(3, 1, exposure_ratio=0)


def test_what_varies_more_than_chance_changes_less_surely() -> None:
    independent, varying = change_between(400, 500), change_between(400, 500, overdispersion=4.0)
    assert varying.z == pytest.approx(independent.z / 2)
    assert (independent.flagged, varying.flagged) == (True, False)
    # ln(500.5 / 400.5) -/+ 1.96 sqrt(4 (1 / 500.5 + 1 / 400.5)) = .2229 -/+ .2628
    assert varying.ratio_interval == pytest.approx((0.961, 1.625), abs=0.001)
    with pytest.raises(ValueError, match="overdispersion is 0.5"):
        change_between(1, 2, overdispersion=0.5)


COUNTS = st.integers(0, 5000)


@given(
    past=COUNTS,
    now=COUNTS,
    exposure_ratio=st.floats(0.2, 5),
    overdispersion=st.floats(1, 6),
    ratio=st.floats(0.001, 50),
)
def test_the_interval_holds_the_ratios_that_the_flag_does_not_contradict(
    past: int, now: int, exposure_ratio: float, overdispersion: float, ratio: float
) -> None:
    """The oracle is the z of the change itself, at the ratio that is tried; a hair beside the bound may fall either way."""
    low, high = interval_of_z(past, now, exposure_ratio=exposure_ratio, overdispersion=overdispersion)
    z = abs(float(change_z(past, now, exposure_ratio=exposure_ratio * ratio, overdispersion=overdispersion)))
    if abs(z - 3) > 1e-6:
        assert (low <= ratio and (high is None or ratio <= high)) == (z < 3)


def test_the_interval_of_a_hundred_and_fifty_against_a_hundred() -> None:
    """By hand: K = 9; s = (4 sqrt(15000) -+ sqrt(9 (1000 - 9))) / (400 - 9) = 1.0114 and 1.4945, squared 1.023 and 2.234."""
    assert interval_of_z(100, 150) == pytest.approx((1.0229, 2.2337), abs=2e-3)
    assert change_between(100, 150).flagged
    assert interval_of_z(0, 0) == (0.0, None)
