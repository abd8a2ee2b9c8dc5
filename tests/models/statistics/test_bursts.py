"""Bursts: hand arithmetic, a planted one, and how often shuffled dates name anything."""

import numpy as np
import pytest
from scipy.stats import binom

from hotspots_models.errors import InputError
from hotspots_models.statistics.bursts import bursts

DAYS, WINDOWS = 364, (7, 14)


def counted(day: np.ndarray, place: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Days of each place, and those in each window before day `DAYS`."""
    recent = [np.bincount(place[day >= DAYS - length], minlength=n) for length in WINDOWS]
    return np.bincount(place, minlength=n), np.column_stack(recent)


def test_what_is_expected_is_the_places_share_of_the_groups_window() -> None:
    total = np.array([5, 50, 45])
    found = bursts(total, np.array([[5], [3], [2]]), np.zeros(3))
    assert found.row.tolist() == [0] and found.searched == 3
    assert found.expected == pytest.approx([5 * 10 / 100])  # 10 of 100 days lie in the window


def test_a_planted_burst_is_named_and_its_neighbours_are_not() -> None:
    rng = np.random.default_rng(1)
    place, day = rng.integers(0, 300, 3000), rng.integers(0, DAYS, 3000)
    total, recent = counted(np.r_[day, np.arange(DAYS - 6, DAYS)], np.r_[place, np.full(6, 7)], 300)
    found = bursts(total, recent, np.zeros(300))
    assert found.row.tolist() == [7] and found.window.tolist() == [0] and found.p[0] <= 0.01


def test_shuffled_dates_name_something_on_one_morning_in_ten() -> None:
    """Places differ, types differ, and the city has a season; only the link of place and date is cut."""
    rng = np.random.default_rng(2)
    rate_of_place = rng.gamma(0.5, 1.0, 150)
    place = rng.choice(150, 1500, p=rate_of_place / rate_of_place.sum())
    group = rng.integers(0, 3, 1500)
    day = np.minimum((DAYS * rng.beta(2, 1, 1500)).astype(int), DAYS - 1)  # more and more towards the end
    mornings, named = 200, 0
    for morning in range(mornings):
        shuffled = day.copy()
        for kind in range(3):
            shuffled[group == kind] = rng.permutation(day[group == kind])
        total, recent = counted(shuffled, group * 150 + place, 450)
        named += bool(len(bursts(total, recent, np.arange(450) // 150, permutations=99, seed=morning).row))
    assert binom.cdf(named, mornings, 0.1) < 0.999  # no more than one in ten
    assert named > 0


@pytest.mark.parametrize(
    ("total", "recent", "group"),
    [([3], [[2, 1]], [0]), ([1], [[2, 2]], [0]), ([1, 2], [[1], [1]], [0])],
)
def test_what_does_not_fit_is_refused(total: list[int], recent: list[list[int]], group: list[int]) -> None:
    with pytest.raises(InputError, match="nested windows"):
        bursts(total, recent, group)
