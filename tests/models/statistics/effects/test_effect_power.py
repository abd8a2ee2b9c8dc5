"""The smallest effect that a design would see, and the one sentence that it may say."""

import numpy as np
import pytest

from hotspots_models.statistics.effects.effect_judgement import judged_alone, verdict
from hotspots_models.statistics.effects.effect_power import (
    crossover_power,
    paired_power,
    rho_power,
    rho_rise_power,
    smallest_crossover_effect,
    smallest_paired_effect,
    smallest_rho_effect,
    smallest_rho_rise,
)


@pytest.mark.parametrize(("expected", "tau"), [(73, 0.10), (158, 0.15)])
def test_rho_sees_minus_40_percent_from_the_pinned_numbers_on(expected: float, tau: float) -> None:
    # two controls a treated place; -ln(.6) = .5108 against 1.96 SE_0 + .84 SE_e
    assert smallest_rho_effect(expected, 2 * expected, tau=tau) == 0.400
    fewer = smallest_rho_effect(expected - 1, 2 * (expected - 1), tau=tau)
    assert fewer is not None and fewer > 0.400


def test_with_tau_of_a_third_no_number_sees_minus_40_percent() -> None:
    found = smallest_rho_effect(1e6, 2e6, tau=0.30)
    # 1.96 x .3 + .84 x .3 = .84, and 1 - e^-.84 = .568
    assert found == pytest.approx(1 - np.exp(-0.84), abs=0.001)


def test_a_rise_needs_a_larger_share_than_a_fall() -> None:
    # without counting error 1.96 x .3 + .84 x .3 = .84, and e^.84 - 1 = 1.316; the fall is 1 - e^-.84 = .568
    assert smallest_rho_rise(1e9, 1e9, tau=0.30) == pytest.approx(1.32)
    assert rho_rise_power(1e9, 1e9, tau=0.30, rise=np.exp(0.84) - 1) == pytest.approx(0.80, abs=0.001)
    assert smallest_rho_rise(0.5, 0.5, tau=0.30) is None
    rng, (e_ring, e_control, rise) = np.random.default_rng(5), (400.0, 800.0, 0.5)
    ratio = np.log((rng.poisson(e_ring * 1.5, 4000) + 0.5) / e_ring) - np.log(
        (rng.poisson(e_control, 4000) + 0.5) / e_control
    )
    ratio += rng.normal(0, 0.15, 4000)
    error = np.sqrt(1 / e_ring + 1 / e_control + 0.15**2)
    assert rho_rise_power(e_ring, e_control, tau=0.15, rise=rise) == pytest.approx(
        np.mean(ratio > 1.96 * error), abs=0.03
    )


def test_a_crossover_sees_minus_40_percent_with_190_incidents_and_minus_60_with_75() -> None:
    # 190 x .4 / 2 = 38 against 2.80 sqrt(1.2 x 190 x .8) = 37.8
    assert smallest_crossover_effect(190) == pytest.approx(0.40, abs=0.002)
    assert smallest_crossover_effect(75) == pytest.approx(0.60, abs=0.007)
    assert smallest_crossover_effect(10) is None


def test_a_draw_of_places_sees_minus_40_percent_with_112_an_arm_and_minus_60_with_43() -> None:
    # an arm as it is varies by 1.5, the treated one by .6 + .36 x .5 = .78: 112 x .4 = 44.8 against 2.80 sqrt(112 x 2.28) = 44.7
    assert smallest_paired_effect(112) == pytest.approx(0.40, abs=0.001)
    # .4 + .16 x .5 = .48: 43.2 x .6 = 25.9 against 2.80 sqrt(43.2 x 1.98) = 25.9
    assert smallest_paired_effect(43.2) == pytest.approx(0.60, abs=0.002)


def test_at_the_smallest_effect_the_chance_is_80_percent() -> None:
    assert rho_power(73, 146, tau=0.1, effect=0.4) == pytest.approx(0.80, abs=0.005)
    assert paired_power(112, effect=0.4) == pytest.approx(0.80, abs=0.005)
    assert paired_power(112, effect=0.0) == pytest.approx(0.025, abs=0.001)


def test_simulated_power_lies_where_the_formula_says() -> None:
    # 190 incidents are expected on the days that count: 9.5 of 12 pairs of blocks' days remain of 84
    rate = np.full(20, 190 / 20 / 84 * 84 / 66)
    assert crossover_power(rate, n_blocks=12, effect=0.4, runs=80) == pytest.approx(0.80, abs=0.12)


def test_below_the_sizes_an_action_is_pooled_by_remedy() -> None:
    assert judged_alone("crossover", expected=190, smallest_effect=0.4).alone
    assert not judged_alone("crossover", expected=74, smallest_effect=0.6).alone
    assert not judged_alone("paired draw", expected=45, smallest_effect=0.5).alone
    assert not judged_alone("similar places", expected=22, smallest_effect=0.5).alone
    assert not judged_alone("similar places", expected=500, smallest_effect=0.61).alone
    assert not judged_alone("similar places", expected=500, smallest_effect=None).alone


def test_the_interval_alone_speaks() -> None:
    assert verdict(0.4, 0.99) == "fewer"
    assert verdict(0.4, 1.0) == "no difference"
    assert verdict(1.0, 2.0) == "no difference"
    assert verdict(1.01, 2.0) == "more"
    with pytest.raises(ValueError, match="low first"):
        verdict(2.0, 1.0)
