"""Crossover: boxes ON and OFF by weeks, drawn by lot."""

import itertools

import numpy as np
import pytest

from hotspots_models.statistics.effects.crossover import CrossoverTrial, crossover_effect, draw_schedule

DAYS = 7


def plan(rng: np.random.Generator, rate: np.ndarray, on: np.ndarray, effect: float) -> np.ndarray:
    held = np.repeat(on, DAYS, axis=1)
    return rng.poisson(rate[:, None] * np.where(held, 1 - effect, 1.0))


def test_every_pair_of_weeks_has_one_on_and_one_off_and_half_the_boxes_start() -> None:
    on = draw_schedule(20, 12, seed=4)
    assert np.array_equal(on[:, ::2], ~on[:, 1::2])
    assert (on.sum(axis=0) == 10).all()
    assert np.array_equal(on, draw_schedule(20, 12, seed=4))
    assert not np.array_equal(on, draw_schedule(20, 12, seed=5))


def test_an_odd_number_of_boxes_starts_with_either_half() -> None:
    sizes = {int(draw_schedule(7, 2, seed=seed)[:, 0].sum()) for seed in range(20)}
    assert sizes == {3, 4}


def test_a_fifth_can_be_held_out_and_nothing_can() -> None:
    on = draw_schedule(200, 12, seed=1, on_share=0.8)
    assert on.mean() == pytest.approx(0.8, abs=0.02)
    assert draw_schedule(5, 4, seed=1, on_share=1.0).all()
    with pytest.raises(ValueError, match="on_share is 0.3"):
        draw_schedule(5, 4, seed=1, on_share=0.3)


def test_the_ratio_by_hand_without_the_two_days_after_a_switch() -> None:
    # two boxes, two blocks: A is ON then OFF, B is OFF then ON; days 0 and 1 of each block follow a switch (or the start)
    on = np.array([[True, False], [False, True]])
    counts = np.zeros((2, 14))
    counts[0, [0, 1, 7, 8]] = 50  # washed out
    counts[0, 2:7], counts[0, 9:14] = 1, 2
    counts[1, 2:7], counts[1, 9:14] = 2, 1
    found = crossover_effect([CrossoverTrial(counts, on)])
    assert found is not None
    assert (found.observed_on, found.observed_off) == (10, 20)
    assert (found.expected_on, found.expected_off) == (10, 10)  # box-days counted
    assert found.ratio == pytest.approx(10.5 / 20.5)


def test_a_block_that_follows_one_of_its_kind_counts_whole() -> None:
    on = np.array([[True, False, False, True], [False, True, False, True]])
    found = crossover_effect([CrossoverTrial(np.ones((2, 28)), on)])
    assert found is not None
    # box A: ON 5 + 5, OFF 5 + 7; box B: ON 5 + 5, OFF 5 + 5
    assert (found.observed_on, found.observed_off) == (20, 22)


def test_p_agrees_with_every_schedule_that_could_have_been_drawn() -> None:
    rng = np.random.default_rng(3)
    n, rate = 6, np.array([1.0, 2, 3, 1, 2, 3])
    on = draw_schedule(n, 2, seed=8)
    counts = plan(rng, rate, on, 0.5)
    found = crossover_effect([CrossoverTrial(counts, on)], draws=20_000, seed=2)
    assert found is not None
    late = counts.reshape(n, 2, 7)[:, :, 2:].sum(axis=2)

    def ratio(first: tuple[int, ...]) -> float:
        begins = np.isin(np.arange(n), first)
        treated = np.where(begins, late[:, 0], late[:, 1]).sum()
        return float(np.log(treated + 0.5) - np.log(late.sum() - treated + 0.5))

    truth = abs(ratio(tuple(np.flatnonzero(on[:, 0]).tolist())))
    every = [abs(ratio(first)) for first in itertools.combinations(range(n), n // 2)]
    assert found.p == pytest.approx(np.mean(np.array(every) >= truth - 1e-12), abs=0.015)


def test_nothing_done_is_called_as_seldom_as_promised_and_a_planted_drop_lies_in_its_interval() -> None:
    rng = np.random.default_rng(6)
    called, covered = 0, 0
    for run in range(150):
        rate = rng.gamma(2, 0.05, 20)
        on = draw_schedule(20, 12, seed=run)
        nothing = crossover_effect([CrossoverTrial(plan(rng, rate, on, 0), on, rate)], draws=999, seed=run)
        helped = crossover_effect([CrossoverTrial(plan(rng, rate, on, 0.4), on, rate)], draws=999, seed=run)
        assert nothing is not None and helped is not None
        called += not nothing.low <= 1 <= nothing.high
        covered += helped.low <= 0.6 <= helped.high
    assert called <= 15  # binomial(150, .05): more than 15 in one of a hundred such runs
    assert covered >= 134


def test_two_plans_together_see_what_neither_sees() -> None:
    rng = np.random.default_rng(9)
    plans = []
    for seed in range(6):
        on = draw_schedule(15, 8, seed=seed)
        plans.append(CrossoverTrial(plan(rng, np.full(15, 0.08), on, 0.45), on))
    alone = [crossover_effect([one]) for one in plans]
    together = crossover_effect(plans)
    assert together is not None and together.high < 1
    assert sum(one is not None and one.high < 1 for one in alone) < 6


def test_weeks_in_which_a_box_was_on_throughout_say_nothing() -> None:
    on = draw_schedule(10, 4, seed=2)
    on[0] = True
    counts = np.random.default_rng(1).poisson(1.0, (10, 28))
    more = counts.copy()
    more[0] += 30
    first, second = (crossover_effect([CrossoverTrial(c, on)], seed=3) for c in (counts, more))
    assert first is not None and first == second


def test_a_plan_without_incidents_has_no_effect_to_state() -> None:
    assert crossover_effect([CrossoverTrial(np.zeros((4, 14)), draw_schedule(4, 2, seed=1))]) is None


def test_counts_that_do_not_fit_the_schedule_are_refused() -> None:
    with pytest.raises(ValueError, match=r"counts \(2, 13\)"):
        crossover_effect([CrossoverTrial(np.ones((2, 13)), draw_schedule(2, 2, seed=1))])
    with pytest.raises(ValueError, match="at least one plan"):
        crossover_effect([])
