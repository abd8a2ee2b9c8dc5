"""Aoristic weights: one incident, spread over the hours in which it can have happened."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots_models.statistics.aoristic import (
    HOURS_OF_WEEK,
    aoristic_profile,
    aoristic_weights,
    hour_of_week,
)

MONDAY = np.datetime64("2017-01-02T00:00", "m")  # a Monday


def at(hours: float) -> np.datetime64:
    return MONDAY + np.timedelta64(round(hours * 60), "m")


def test_the_week_begins_on_monday_at_midnight() -> None:
    times = np.array(
        ["2017-01-02T00:00", "2017-01-02T13:30", "2017-01-08T23:59", "1969-12-29T01:00"], dtype="datetime64[m]"
    )
    assert hour_of_week(times).tolist() == [0, 13, 167, 1]


def test_a_window_of_four_hours_gives_a_quarter_to_each() -> None:
    weights = aoristic_weights(np.array([at(10)]), np.array([at(14)]))
    assert weights.shape == (1, 168)
    assert weights[0, 10:14].tolist() == [0.25] * 4
    assert weights.sum() == pytest.approx(1)


def test_parts_of_hours_count_in_parts() -> None:
    # 10:30 to 12:00: 30 minutes of hour 10, 60 of hour 11
    weights = aoristic_weights(np.array([at(10.5)]), np.array([at(12)]))
    assert weights[0, [10, 11]] == pytest.approx([1 / 3, 2 / 3])


def test_a_window_over_the_end_of_the_week_continues_on_monday() -> None:
    weights = aoristic_weights(np.array([at(167)]), np.array([at(170)]))
    assert weights[0, [167, 0, 1]] == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("hours", [168, 200, 24 * 60])
def test_a_week_or_more_says_nothing_about_the_hour(hours: int) -> None:
    assert aoristic_weights(np.array([at(5)]), np.array([at(5 + hours)])) == pytest.approx(np.full((1, 168), 1 / 168))


def test_no_window_is_its_one_hour() -> None:
    to = np.array(["NaT", at(30.5)], dtype="datetime64[m]")
    weights = aoristic_weights(np.array([at(30.5), at(30.5)]), to)
    assert weights[:, 30].tolist() == [1, 1]


windows = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 400), st.integers(0, 60 * 24 * 10) | st.integers(0, 200)),
    min_size=1,
    max_size=30,
)


@given(windows)
def test_every_incident_keeps_the_weight_of_one(pairs: list[tuple[int, int]]) -> None:
    start = MONDAY + np.array([a for a, _ in pairs]).astype("timedelta64[m]")
    end = start + np.array([b for _, b in pairs]).astype("timedelta64[m]")
    weights = aoristic_weights(start, end)
    assert np.all(weights >= 0)
    assert np.allclose(weights.sum(axis=1), 1)


@given(windows)
def test_the_fast_profile_is_the_sum_of_the_weights(pairs: list[tuple[int, int]]) -> None:
    start = MONDAY + np.array([a for a, _ in pairs]).astype("timedelta64[m]")
    end = start + np.array([b for _, b in pairs]).astype("timedelta64[m]")
    profile = aoristic_profile(start, end)
    assert profile.shape == (HOURS_OF_WEEK,)
    assert np.allclose(profile, aoristic_weights(start, end).sum(axis=0), atol=1e-9)


@given(windows, st.integers(0, 167))
def test_moving_all_windows_by_an_hour_turns_the_profile_by_an_hour(pairs: list[tuple[int, int]], shift: int) -> None:
    start = MONDAY + np.array([a for a, _ in pairs]).astype("timedelta64[m]")
    end = start + np.array([b for _, b in pairs]).astype("timedelta64[m]")
    later = np.timedelta64(shift, "h")
    assert np.allclose(
        aoristic_profile(start + later, end + later), np.roll(aoristic_profile(start, end), shift), atol=1e-9
    )


def test_a_window_that_ends_before_it_begins_is_refused_with_its_number() -> None:
    with pytest.raises(ValueError, match="1 of 2 windows"):
        aoristic_weights(np.array([at(3), at(3)]), np.array([at(4), at(2)]))


def test_an_incident_without_a_start_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 1 incidents"):
        aoristic_profile(np.array(["NaT"], dtype="datetime64[m]"), np.array([at(3)]))


def test_minutes_round_the_clock_agree_with_a_count_of_minutes() -> None:
    rng = np.random.default_rng(2)
    start = MONDAY + rng.integers(0, 60 * 24 * 14, 40).astype("timedelta64[m]")
    length = rng.integers(1, 60 * 24 * 6, 40)
    expected = np.zeros(168)
    for begin, minutes in zip(start, length, strict=True):
        each = begin + np.arange(minutes).astype("timedelta64[m]")
        expected += np.bincount(hour_of_week(each), minlength=168) / minutes
    assert np.allclose(aoristic_profile(start, start + length.astype("timedelta64[m]")), expected)
