"""The band of normal weeks, and runs in a moving window."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots_models.errors import InputError
from hotspots_models.statistics.weekly_band import chance_of_a_run, weekly_band, year_end_shares


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


@settings(deadline=None)
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
    """Eight weeks of 16 before: 16 expected, with a place's usual spread of 1.2, since no earlier week tells another."""
    band = weekly_band(np.array([16] * 8 + [31]))
    assert (band.first, band.expected[0], band.overdispersion[0]) == (8, pytest.approx(16), pytest.approx(1.2))
    # A hundredth lies above 2.7181 in a Student's t of 11, above 2.3263 in a normal: the 0.2 beyond a Poisson is worth 0.2730.
    # Of a negative binomial of that spread, term by term: which counts leave a hundredth on their side?
    k, p = 16 / 0.2730, 1 / 1.2730
    term = np.cumprod([p**k] + [(k + n) / (n + 1) * (1 - p) for n in range(200)])
    below = np.cumsum(term) - term / 2
    inside = np.flatnonzero((below >= 0.01) & (1 - below >= 0.01))
    assert (band.lower[0], band.upper[0]) == (inside[0], inside[-1])
    assert band.outside.tolist() == [1]


def test_band_uses_only_the_weeks_before() -> None:
    counts, city = np.arange(120), np.arange(120) * 9 + 50
    changed, other = counts.copy(), city.copy()
    changed[100:], other[100:] = 1000, 3
    kept, moved = weekly_band(counts, city=city), weekly_band(changed, city=other)
    assert np.array_equal(kept.upper[:92], moved.upper[:92])
    assert not np.array_equal(kept.upper[92:], moved.upper[92:])


def test_a_quiet_place_has_no_lower_edge_below_zero() -> None:
    band = weekly_band(np.zeros(9, dtype=int))
    assert (band.lower[0], band.outside[0]) == (0, 0)
    assert band.upper[0] <= 1


@pytest.mark.parametrize(
    ("mean", "spread", "promise"),
    [
        (2, 1.0, 0.01),
        (20, 1.0, 0.02),
        (20, 2.0, 0.02),
        (900, 8.0, 0.02),
    ],  # a week of 0 is never too few where 2 are usual
)
def test_two_of_a_hundred_ordinary_weeks_lie_outside_whatever_the_season_and_the_spread(
    mean: float, spread: float, promise: float
) -> None:
    """Places of 3 years in a city whose summer has twice the incidents of its winter."""
    rng = np.random.default_rng(3)
    season = np.exp(0.35 * np.cos(2 * np.pi * np.arange(156) * 7 / 365.25))
    expected = mean * season
    outside = []
    for _ in range(30):
        rate = expected if spread == 1 else rng.gamma(expected / (spread - 1), spread - 1)
        city = rng.poisson(5000 * season)
        outside.append(weekly_band(rng.poisson(rate), city=city).outside[-52:] != 0)
    assert 0.4 * promise < np.mean(outside) < 1.6 * promise


def test_a_whole_city_in_weather_that_comes_in_spells_keeps_the_promise() -> None:
    """A week's weather moves the whole city by 6 %, half of it stays for the next week, and its tails are heavy: 3.5 % lay outside."""
    rng = np.random.default_rng(8)
    season = np.exp(0.35 * np.cos(2 * np.pi * np.arange(156) * 7 / 365.25))
    outside = []
    for _ in range(60):
        weather = rng.standard_t(5, 156) * 0.045
        weather[1:] += 0.4 * weather[:-1]
        city = rng.poisson(4000 * season * np.exp(weather))
        outside.append(weekly_band(city, city=city).outside[-52:] != 0)
    assert 0.01 < np.mean(outside) < 0.03


def test_a_doubled_week_stands_out_although_the_season_moves() -> None:
    season = np.exp(0.35 * np.cos(2 * np.pi * np.arange(157) * 7 / 365.25))
    counts = np.round(40 * season)
    counts[-1] *= 2
    assert weekly_band(counts, city=np.round(5000 * season)).outside[-1] == 1


def test_the_last_days_of_the_year_are_told_by_the_calendar() -> None:
    """Mondays: 25 December 2017 holds Christmas and the rest but Christmas Eve; 1 January 2018 holds none of either."""
    shares = year_end_shares(np.array(["2017-12-18", "2017-12-25", "2018-01-01", "2016-12-26"], dtype="datetime64[D]"))
    assert (shares * 7).round().tolist() == [[1, 0], [2, 5], [0, 0], [1, 5]]


def test_a_year_end_that_is_low_every_year_is_usual_and_one_far_lower_is_not() -> None:
    rng = np.random.default_rng(4)
    mondays = np.datetime64("2014-12-29") + 7 * np.arange(157)  # the last one is 25 December 2017
    ends = year_end_shares(mondays)
    expected = np.exp(-0.3 * ends.sum(axis=1))
    city = rng.poisson(5000 * expected)
    judged = {}
    for fall in (0.3, 0.9):
        place = rng.poisson(400 * expected)
        place[-1] = round(400 * np.exp(-fall))
        judged[fall] = (
            weekly_band(place, city=city, year_end=ends).outside[-1],
            weekly_band(place, city=city).outside[-1],
        )
    assert judged == {0.3: (0, -1), 0.9: (-1, -1)}


def test_before_there_was_a_year_end_none_is_known() -> None:
    counts, mondays = np.full(90, 1000), np.datetime64("2016-01-04") + 7 * np.arange(90)
    ends = year_end_shares(mondays)
    first = int(np.flatnonzero(ends.sum(axis=1))[0])
    with_ends, without = weekly_band(counts, city=counts, year_end=ends), weekly_band(counts, city=counts)
    before = slice(0, first - with_ends.first)
    assert np.allclose(with_ends.expected[before], without.expected[before], rtol=1e-9)
    assert np.array_equal(with_ends.lower[before], without.lower[before])


@pytest.mark.parametrize("wrong", [{"city": [1, 2]}, {"year_end": [0] * 12}, {"outside": 0}, {"outside": 1}])
def test_what_is_no_series_or_no_share_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="give \\(n_weeks,\\) for each"):
        weekly_band(np.ones(12), **wrong)


def test_too_short_a_series_gives_an_empty_band() -> None:
    assert weekly_band(np.array([3, 4])).expected.size == 0
