"""Funnel limits against hand arithmetic."""

import numpy as np
import pytest

from hotspots_models.statistics.funnel import funnel_limits


def test_limits_stand_round_the_rate_of_all_areas() -> None:
    # 100 incidents among 1,000 residents: 0.1 each. Expected 16 and 64 and 20 of 160, 640 and 200.
    limits = funnel_limits([16, 64, 20], [160, 640, 200])
    assert limits.rate == pytest.approx(0.1)
    np.testing.assert_allclose(limits.expected, [16, 64, 20])
    np.testing.assert_allclose(limits.at(2)[:2], [25, 81])  # (4 + 1)², (8 + 1)²
    np.testing.assert_allclose(limits.at(-2)[:2], [9, 49])
    np.testing.assert_allclose(limits.at(3)[:2], [5.5**2, 9.5**2])
    assert limits.overdispersion == 1


def test_a_limit_below_nothing_is_nothing() -> None:
    limits = funnel_limits([1, 1], [1, 1])
    np.testing.assert_allclose(limits.at(-3), 0)


def test_areas_that_differ_anyway_get_wider_limits() -> None:
    # Expected 25 each; z = 2 (√y − 5) is -4 at 9, 4 at 49, -2 at 16, 2 at 36: with eleven areas the outer tenth is one at each end.
    counts = [9, 9, 9, 9, 9, 25, 49, 49, 49, 49, 9]
    exposure = np.ones(11)
    limits = funnel_limits(counts, exposure)
    expected = sum(counts) / 11
    z = [2 * (y**0.5 - expected**0.5) for y in counts]
    assert limits.overdispersion == pytest.approx(np.mean(np.square(z)))  # the ends are drawn in to their like
    np.testing.assert_allclose(limits.at(3, wide=True), (expected**0.5 + 1.5 * limits.overdispersion**0.5) ** 2)


def test_one_wild_area_does_not_widen_the_limits_of_all() -> None:
    counts = [25] * 19 + [2500]
    exposure = [1.0] * 19 + [1.0]
    tame = funnel_limits(counts, exposure)
    z_of_most = 2 * (5 - tame.expected[0] ** 0.5)
    assert tame.overdispersion == pytest.approx(z_of_most**2, rel=0.01)


def test_chance_alone_is_within_its_limits() -> None:
    rng = np.random.default_rng(3)
    exposure = rng.uniform(500, 5000, 400)
    limits = funnel_limits(rng.poisson(0.02 * exposure), exposure)
    assert np.mean(np.abs(limits.z) > 3) < 0.02
    assert limits.overdispersion < 1.1


def test_what_is_not_one_number_an_area_is_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        funnel_limits([1, 2], [1])
    with pytest.raises(ValueError, match="above 0"):
        funnel_limits([1], [0])
    assert funnel_limits([], []).overdispersion == 1
