"""The band of normal weeks, and runs in a moving window."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots_models.statistics.weekly_band import chance_of_a_run, weekly_band


def test_naus_chance_of_six_in_some_week_of_five_years() -> None:
    """One a week, begun in any of 260 weeks: six within some seven days come up in 48.7 % of such histories."""
    assert chance_of_a_run(6, mean_per_window=1, windows=260) == pytest.approx(0.487, abs=5e-4)


def test_fixed_weeks_alone_would_say_fifteen_per_cent() -> None:
    from scipy.stats import poisson

    assert 1 - poisson.cdf(5, 1) ** 260 == pytest.approx(0.15, abs=0.02)


def test_naus_agrees_with_simulated_histories() -> None:
    rng = np.random.default_rng(11)
    windows, mean, most, runs = 40, 1.5, 6, 4000
    hits = 0
    for _ in range(runs):
        t = np.sort(rng.uniform(0, windows + 1, rng.poisson(mean * (windows + 1))))
        hits += bool(np.any(t[most - 1 :] - t[: -most + 1] <= 1))
    assert chance_of_a_run(most, mean_per_window=mean, windows=windows) == pytest.approx(hits / runs, abs=0.025)


@pytest.mark.parametrize(("most", "mean", "windows"), [(3, 1, 1), (5, 2, 1), (5, 2, 2)])
def test_naus_is_exact_over_two_and_three_windows(most: int, mean: float, windows: int) -> None:
    rng = np.random.default_rng(5)
    t = rng.uniform(0, windows + 1, (60_000, 40))
    t[np.arange(40)[None, :] >= rng.poisson(mean * (windows + 1), 60_000)[:, None]] = np.inf
    t.sort(axis=1)
    with np.errstate(invalid="ignore"):
        hits = np.any((t[:, most - 1 :] - t[:, : -most + 1]) <= 1, axis=1)
    assert chance_of_a_run(most, mean_per_window=mean, windows=windows) == pytest.approx(hits.mean(), abs=0.006)


@given(
    st.integers(min_value=2, max_value=30),
    st.floats(min_value=0.01, max_value=8),
    st.integers(min_value=2, max_value=500),
)
def test_a_run_is_likelier_with_more_windows_and_a_lower_bar(most: int, mean: float, windows: int) -> None:
    p = chance_of_a_run(most, mean_per_window=mean, windows=windows)
    assert 0 <= p <= 1
    assert chance_of_a_run(most, mean_per_window=mean, windows=windows + 50) >= p - 1e-9
    assert chance_of_a_run(most + 1, mean_per_window=mean, windows=windows) <= p + 1e-6


def test_band_by_hand() -> None:
    # eight weeks of 16 before: (4 - 1.5)^2 = 6.25 and (4 + 1.5)^2 = 30.25
    band = weekly_band(np.array([16] * 8 + [31, 6, 20]))
    assert band.mean[0] == 16
    assert (band.lower[0], band.upper[0]) == (6.25, 30.25)
    assert band.outside.tolist() == [1, -1, 0]
    assert band.first == 8


def test_band_uses_only_the_weeks_before() -> None:
    counts = np.arange(20)
    changed = counts.copy()
    changed[15:] = 1000
    assert np.array_equal(weekly_band(counts).upper[:8], weekly_band(changed).upper[:8])


def test_a_quiet_place_has_no_lower_edge_below_zero() -> None:
    band = weekly_band(np.zeros(9, dtype=int))
    assert (band.lower[0], band.upper[0], band.outside[0]) == (0, 2.25, 0)


def test_few_steady_weeks_fall_outside_the_band() -> None:
    """Three standard errors of a root are 1.5 for a known mean; the mean of eight weeks costs a little."""
    rng = np.random.default_rng(3)
    outside = weekly_band(rng.poisson(20, 200_000)).outside
    assert 0.003 < np.mean(outside != 0) < 0.007


def test_too_short_a_series_gives_an_empty_band() -> None:
    assert weekly_band(np.array([3, 4])).mean.size == 0
