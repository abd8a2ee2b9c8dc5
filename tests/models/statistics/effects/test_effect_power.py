"""The smallest effect that a design would see, and the one sentence that it may say."""

import numpy as np
import pytest

from hotspots_models.statistics.effects.effect_judgement import judged_alone, verdict
from hotspots_models.statistics.effects.effect_power import (
    PairsBefore,
    crossover_power,
    lots_power,
    paired_power,
    rho_power,
    rho_rise_power,
    smallest_crossover_effect,
    smallest_lots_effect,
    smallest_paired_effect,
    smallest_rho_effect,
    smallest_rho_rise,
)
from hotspots_models.statistics.effects.paired_draw import paired_effect


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


def simulated(
    n: int, total: float, spread: float, effect: float, *, uneven: float, runs: int = 1200
) -> tuple[np.ndarray, float]:
    """Rates of pairs, and the share of simulated draws that a sign-flip test of its own calls, from negative binomial counts."""
    rng = np.random.default_rng([n, int(total), int(10 * spread), int(100 * effect)])
    weight = np.exp(uneven * np.linspace(-1.5, 1.5, n))
    rate = total * weight / weight.sum()
    mean = np.repeat(rate[:, None], runs, axis=1)
    sides = []
    for times in (1 - effect, 1.0):
        drawn = rng.gamma(mean / (spread - 1), spread - 1) if spread > 1 else mean
        sides.append(rng.poisson(drawn * times))
    apart = (sides[1] - sides[0]).astype(float)
    flips = np.where(rng.random((999, n)) < 0.5, -1.0, 1.0)
    p = (1 + (np.abs(flips @ apart) >= np.abs(apart.sum(axis=0)) - 1e-9).sum(axis=0)) / 1000
    return rate, float(np.mean((p <= 0.05) & (apart.sum(axis=0) > 0)))


@pytest.mark.parametrize("n", [20, 50])
@pytest.mark.parametrize("total", [46.0, 112.0, 200.0])
def test_the_stated_chance_of_a_draw_is_the_simulated_one(n: int, total: float) -> None:
    off = []
    for spread in (1.0, 1.5, 2.0):
        for uneven in (0.0, 0.5):
            for effect in (0.2, 0.4, 0.6):
                rate, found = simulated(n, total, spread, effect, uneven=uneven)
                off.append(paired_power(rate, effect=effect, overdispersion=spread) - found)
    assert np.max(np.abs(off)) < 0.08 and abs(np.mean(off)) < 0.025, np.round(off, 3)


def test_a_draw_of_twenty_pairs_sees_minus_60_percent_from_some_50_an_arm_on_and_nothing_where_nothing_comes() -> None:
    assert smallest_paired_effect(np.full(20, 50 / 20)) == pytest.approx(0.60, abs=0.03)
    assert smallest_paired_effect(np.full(20, 3 / 20)) is None
    assert paired_power(np.zeros(20), effect=0.6) == 0.0
    with pytest.raises(ValueError, match="one number a pair"):
        paired_power(112.0, effect=0.4)


def test_lots_at_earlier_origins_say_what_such_lots_find() -> None:
    """Held to other origins of the same record: stated on the first twelve, found on forty that came later."""
    rng = np.random.default_rng(8)
    rate = rng.lognormal(1.0, 0.5, (20, 2))
    origins = [PairsBefore(rng.negative_binomial(4, 4 / (4 + rate)), rate) for _ in range(52)]
    stated = lots_power(origins[:12], effects=(0.0, 0.2, 0.4, 0.6), lots=40)
    found = []
    for effect in (0.0, 0.2, 0.4, 0.6):
        called = 0
        for number, one in enumerate(origins[12:]):
            first = rng.random(20) < 0.5
            counts, expected = np.asarray(one.counts), np.asarray(one.expected)
            sides = [
                (np.where(first, two[:, 0], two[:, 1]), np.where(first, two[:, 1], two[:, 0]))
                for two in (counts, expected)
            ]
            left = rng.binomial(sides[0][0], 1 - effect)
            result = paired_effect(
                left, sides[0][1], expected_treated=sides[1][0], expected_other=sides[1][1], draws=999, seed=number
            )
            called += result is not None and result.high < 1
        found.append(called / 40)
    assert stated[0] < 0.05 and found[0] <= 0.075
    assert np.max(np.abs(np.array(stated) - found)) < 0.16, (
        stated,
        found,
    )  # forty lots know a share to within 16 points
    smallest = smallest_lots_effect(origins)
    assert smallest is not None
    at_it = lots_power(origins, effects=(smallest,), lots=20, seed=3)[0]
    assert at_it == pytest.approx(0.80, abs=0.06)


def test_at_the_smallest_effect_the_chance_is_80_percent() -> None:
    assert rho_power(73, 146, tau=0.1, effect=0.4) == pytest.approx(0.80, abs=0.005)
    even = np.full(20, 5.0)
    smallest = smallest_paired_effect(even)
    assert smallest is not None and paired_power(even, effect=smallest) == pytest.approx(0.80, abs=0.005)
    assert paired_power(even, effect=0.0) == pytest.approx(0.025, abs=0.001)


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
