"""Did it work? The weighted displacement difference with its family: figures of the paper and hand arithmetic."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots_models.statistics.effects.displacement import (
    AreaCounts,
    observed_over_forecast,
    overdispersion,
    rate_ratio,
    smallest_detectable_drop,
    wdd,
)

TREATED, CONTROL = AreaCounts(20, 10), AreaCounts(20, 20)
NEAR, NEAR_CONTROL = AreaCounts(30, 20), AreaCounts(30, 30)
counts = st.integers(0, 500)


def test_wdd_gives_the_published_figures() -> None:
    """Wheeler & Ratcliffe (2018): control 20 to 20, treated 20 to 10."""
    found = wdd(TREATED, CONTROL)
    assert found.estimate == -10
    assert found.se == pytest.approx(8.3666, abs=5e-5)
    assert found.z == pytest.approx(-1.195, abs=5e-4)
    assert (found.low, found.high) == (pytest.approx(-23.8, abs=0.05), pytest.approx(3.8, abs=0.05))


def test_wdd_with_displacement_gives_the_published_figures() -> None:
    found = wdd(TREATED, CONTROL, displacement=NEAR, displacement_control=NEAR_CONTROL)
    assert found.estimate == -20
    assert found.se == pytest.approx(13.416, abs=5e-4)
    assert found.z == pytest.approx(-1.491, abs=5e-4)
    assert (found.local, found.displaced) == (-10, -10)


def test_periods_of_two_and_one_weigh_the_counts() -> None:
    found = wdd(TREATED, CONTROL, periods=(2, 1))
    assert found.se == pytest.approx(6.3246, abs=5e-5)
    assert found.estimate == pytest.approx((10 - 10) - (20 - 10))


def test_areas_of_unlike_size_weigh_the_counts() -> None:
    # control twice as large: (10 - 20) - (20 - 20) / 2, variance 30 + 40 / 4
    found = wdd(TREATED, AreaCounts(20, 20, size=2))
    assert (found.estimate, found.se) == (-10, pytest.approx(np.sqrt(40)))


def test_overdispersion_multiplies_the_variance() -> None:
    assert wdd(TREATED, CONTROL, overdispersion=2.25).se == pytest.approx(1.5 * wdd(TREATED, CONTROL).se)


def test_harm_weights_the_types_and_their_squares_the_variance() -> None:
    # types of harm 1 and 10: treated 20,4 to 10,2; control 20,4 to 20,4
    found = wdd(AreaCounts([20, 4], [10, 2]), AreaCounts([20, 4], [20, 4]), harm=[1, 10])
    assert found.estimate == -30
    assert found.se == pytest.approx(np.sqrt(70 + 100 * 14))


@given(counts, counts, counts, counts)
def test_swapping_treated_and_control_turns_the_sign(a: int, b: int, c: int, d: int) -> None:
    first, second = wdd(AreaCounts(a, b), AreaCounts(c, d)), wdd(AreaCounts(c, d), AreaCounts(a, b))
    assert first.estimate == -second.estimate
    assert first.se == pytest.approx(second.se)


def test_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    rates = (40, 25, 60, 60)
    covered = 0
    for t0, t1, c0, c1 in rng.poisson(rates, (3000, 4)):
        found = wdd(AreaCounts(t0, t1), AreaCounts(c0, c1))
        covered += found.low <= -15 <= found.high
    assert covered / 3000 == pytest.approx(0.90, abs=0.015)


def test_nothing_counted_says_nothing() -> None:
    found = wdd(AreaCounts(0, 0), AreaCounts(0, 0))
    assert (found.estimate, found.z, found.p) == (0, None, None)


def test_a_period_before_that_reaches_into_the_choice_of_the_places_is_refused() -> None:
    chosen_from = date(2017, 4, 1)
    assert wdd(TREATED, CONTROL, before_ends=date(2017, 4, 1), chosen_from=chosen_from) == wdd(TREATED, CONTROL)
    with pytest.raises(ValueError, match=r"ends on 2017-04-02, inside the window from 2017-04-01"):
        wdd(TREATED, CONTROL, before_ends=date(2017, 4, 2), chosen_from=chosen_from)


def test_displacement_without_its_control_is_refused() -> None:
    with pytest.raises(ValueError, match="displacement_control"):
        wdd(TREATED, CONTROL, displacement=NEAR)


def test_rate_ratio_by_hand() -> None:
    # (10/20) / (20/20) = 0.5; se of its log = sqrt(1/20 + 1/10 + 1/20 + 1/20) = 0.5
    found = rate_ratio(TREATED, CONTROL)
    assert found is not None
    assert found.ratio == pytest.approx(0.5)
    assert found.low == pytest.approx(0.5 * np.exp(-0.5 * 1.6448536))
    assert found.high == pytest.approx(0.5 * np.exp(0.5 * 1.6448536))
    assert rate_ratio(AreaCounts(0, 3), CONTROL) is None


def test_power_by_hand_and_by_simulation() -> None:
    before = [AreaCounts(50, 50), AreaCounts(60, 60)]
    drop = smallest_detectable_drop(before)
    assert drop == pytest.approx(2.80 * np.sqrt(220), rel=0.005)
    rng = np.random.default_rng(2)
    # as planned: treated falls by the drop; the true variance is then smaller, so power is at least the promised
    t0, t1, c0, c1 = rng.poisson((50, 50 - drop, 60, 60), (20_000, 4)).T
    z = ((t1 - t0) - (c1 - c0)) / np.sqrt(t0 + t1 + c0 + c1)
    assert 0.80 <= np.mean(z < -1.95996) < 0.90


def test_overdispersion_is_near_one_for_poisson_weeks_and_right_for_negative_binomial_ones() -> None:
    rng = np.random.default_rng(3)
    assert overdispersion(rng.poisson(8, (40, 60))) == pytest.approx(1, abs=0.1)
    # mean 8, variance 8 + 64/8 = 16
    assert overdispersion(rng.negative_binomial(8, 0.5, (60, 80))) == pytest.approx(2, abs=0.15)
    assert overdispersion(np.full((3, 5), 4)) == 1


def test_observed_over_forecast_by_hand() -> None:
    found = observed_over_forecast(np.array([3, 5, 2]), np.array([8.0, 8, 4]))
    assert found.difference == -10
    assert found.ratio == pytest.approx(0.5)
    # exact Poisson interval of 10: 5.425 to 16.962 at 90 % (Garwood 1936)
    assert (found.low, found.high) == (pytest.approx(5.425 / 20, abs=1e-3), pytest.approx(16.962 / 20, abs=1e-3))
    assert found.z == pytest.approx(-10 / np.sqrt(20))


def test_a_forecast_s_own_uncertainty_widens_the_judgement() -> None:
    sure = observed_over_forecast(np.array([10]), np.array([20.0]))
    unsure = observed_over_forecast(np.array([10]), np.array([20.0]), forecast_sd=5)
    assert unsure.z == pytest.approx(-10 / np.sqrt(45))
    assert unsure.low < sure.low
    assert unsure.high > sure.high


def test_the_forecast_guards_against_regression_to_the_mean() -> None:
    """Places picked for one bad month fall back by themselves: WDD calls it an effect, a calibrated forecast does not."""
    rng = np.random.default_rng(5)
    rate = rng.gamma(2, 2, 4000)
    past, before, after = (rng.poisson(rate) for _ in range(3))
    worst = np.argsort(-before)[:200]
    rest = np.setdiff1d(np.arange(4000), worst)
    naive = wdd(
        AreaCounts(before[worst].sum(), after[worst].sum()),
        AreaCounts(before[rest].sum(), after[rest].sum(), size=rest.size / worst.size),
    )
    assert naive.z is not None
    assert naive.z < -3
    # the posterior mean under the gamma prior: what a calibrated model expects
    forecast = (2 + past + before) / (1 / 2 + 2)
    assert abs(observed_over_forecast(after[worst], forecast[worst]).z) < 2.5
