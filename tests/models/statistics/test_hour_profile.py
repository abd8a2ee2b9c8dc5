"""The hours of a hot spot: drawn to the city's where it has few incidents, smooth round the week."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hotspots_models.statistics.hour_profile import (
    hour_profile,
    prior_strength,
    smooth_on_the_circle,
)

weeks = arrays(float, 168, elements=st.floats(0, 50))
CITY = 1.5 + np.sin(np.arange(168) * 2 * np.pi / 24)


def test_without_incidents_the_city_s_profile_stands() -> None:
    profile = hour_profile(np.zeros(168), CITY, prior_incidents=50, bandwidth_hours=0)
    assert profile == pytest.approx(CITY / CITY.sum())


def test_dirichlet_shrinkage_by_hand() -> None:
    # 30 incidents, all in hour 5, against an even city worth 70: (30 + 70/168) / 100
    counts = np.zeros(168)
    counts[5] = 30
    profile = hour_profile(counts, np.ones(168), prior_incidents=70, bandwidth_hours=0)
    assert profile[5] == pytest.approx((30 + 70 / 168) / 100)
    assert profile[6] == pytest.approx(70 / 168 / 100)


@given(weeks)
def test_a_profile_is_a_distribution_without_zeros(counts: np.ndarray) -> None:
    profile = hour_profile(counts, CITY, prior_incidents=20)
    assert profile.sum() == pytest.approx(1)
    assert np.all(profile > 0)


@given(weeks, st.integers(0, 167))
def test_smoothing_keeps_the_mass_and_turns_with_the_week(counts: np.ndarray, shift: int) -> None:
    smooth = smooth_on_the_circle(counts, bandwidth_hours=2)
    assert smooth.sum() == pytest.approx(counts.sum())
    assert np.allclose(smooth_on_the_circle(np.roll(counts, shift), bandwidth_hours=2), np.roll(smooth, shift))


def test_smoothing_reaches_over_sunday_night() -> None:
    counts = np.zeros(168)
    counts[167] = 1
    smooth = smooth_on_the_circle(counts, bandwidth_hours=1)
    assert smooth[0] == pytest.approx(smooth[166])
    assert smooth[0] / smooth[167] == pytest.approx(np.exp(-0.5))


def test_more_incidents_pull_further_from_the_city() -> None:
    spot = np.zeros(168)
    spot[20] = 1
    few, many = (hour_profile(spot * n, CITY, prior_incidents=50)[20] for n in (5, 500))
    assert CITY[20] / CITY.sum() < few < many


def test_like_groups_ask_for_a_strong_prior_and_unlike_ones_for_a_weak_one() -> None:
    rng = np.random.default_rng(4)
    share = CITY / CITY.sum()
    alike = rng.multinomial(400, share, size=60)
    unlike = np.array([rng.multinomial(400, rng.dirichlet(40 * share)) for _ in range(60)])
    assert prior_strength(alike, CITY) > 2_000
    assert prior_strength(unlike, CITY) == pytest.approx(40, rel=0.2)


def test_a_week_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="24"):
        hour_profile(np.zeros(24), CITY, prior_incidents=1)
