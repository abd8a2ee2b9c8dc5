"""Placebos: how large an effect comes up where or when nothing was done?"""

import numpy as np
import pytest

from hotspots_models.statistics.effects.placebos import false_dates, matched_controls, placebo_test


def test_false_dates_by_hand() -> None:
    treated = np.array([5, 5, 5, 5, 5, 5, 1, 1])
    control = np.array([4, 4, 4, 4, 4, 4, 4, 4])
    found = false_dates(treated, control, start=6, before=2, after=2)
    assert found.effect == -8
    # every window that ends by the start: false starts at 2, 3 and 4
    assert found.draws.tolist() == [0, 0, 0]
    assert found.p == pytest.approx(1 / 4)


def test_false_dates_never_touch_the_action() -> None:
    treated, control = np.arange(20.0), np.zeros(20)
    changed = treated.copy()
    changed[12:] = 99
    first, second = (false_dates(y, control, start=12, before=3, after=3) for y in (treated, changed))
    assert np.array_equal(first.draws, second.draws)


def test_too_short_a_past_is_refused() -> None:
    with pytest.raises(ValueError, match="no false date"):
        false_dates(np.ones(8), np.ones(8), start=4, before=3, after=3)


def test_control_sets_hold_untreated_cells_of_like_risk_once_each() -> None:
    rng = np.random.default_rng(1)
    risk = rng.gamma(2, 1, 500)
    treated = rng.choice(np.argsort(-risk)[:200], 30, replace=False)
    sets = matched_controls(risk, treated, draws=200, seed=3)
    assert sets.shape == (200, 30)
    assert not np.isin(sets, treated).any()
    assert all(np.unique(row).size == 30 for row in sets)
    assert risk[sets].mean() == pytest.approx(risk[treated].mean(), rel=0.03)
    assert np.unique(sets, axis=0).shape[0] > 150


def test_the_same_seed_draws_the_same_sets() -> None:
    risk = np.linspace(1, 5, 300)
    first, second = (matched_controls(risk, np.arange(100, 110), draws=50, seed=9) for _ in range(2))
    assert np.array_equal(first, second)


def test_sets_choose_among_five_times_the_treated_even_where_all_cells_are_alike() -> None:
    sets = matched_controls(np.ones(200), np.arange(20), draws=100, seed=1)
    assert np.unique(sets).size >= 100
    assert np.unique(np.sort(sets, axis=1), axis=0).shape[0] == 100


def test_too_few_untreated_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="2 untreated"):
        matched_controls(np.ones(5), np.arange(3), draws=10)


def test_fewer_than_999_draws_are_refused_for_a_test() -> None:
    with pytest.raises(ValueError, match="999"):
        placebo_test(np.ones(100), np.arange(3), np.ones(100), draws=99)


def test_the_worst_places_have_no_equals_and_are_not_judged() -> None:
    """Treated are the 20 worst: the 20 nearest below them would be every set, and p .001 or 1 whatever came."""
    rng = np.random.default_rng(11)
    for _ in range(10):
        rate = rng.lognormal(0, 1.2, 2000)
        assert placebo_test(rng.poisson(rate), np.argsort(-rate)[:20], rate) is None


@pytest.mark.parametrize(
    ("forecast", "treated", "eligible"),
    [
        (np.ones(59), np.arange(10), None),  # 49 others: one short of five times
        (np.ones(300), np.arange(10), np.arange(300) < 59),  # the same, by what may serve
        (np.concatenate([np.full(10, 1.2), np.ones(200)]), np.arange(10), None),  # risk ratio 1.2
        (np.concatenate([np.full(10, 0.8), np.ones(200)]), np.arange(10), None),  # and 0.8
        (np.ones(200), np.arange(10), None),  # nothing was reported anywhere: no spread
        (np.zeros(200), np.arange(10), None),
    ],
)
def test_without_comparables_there_is_no_answer(
    forecast: np.ndarray, treated: np.ndarray, eligible: np.ndarray
) -> None:
    assert placebo_test(np.zeros(forecast.size), treated, forecast, eligible=eligible) is None


def test_a_real_drop_stands_out_and_regression_to_the_mean_does_not() -> None:
    """Places are picked for one bad month among such as have equals: they fall back by themselves, and the test is not fooled."""
    rng = np.random.default_rng(5)
    rate = rng.gamma(2, 2, 3000)
    past, before, after = rng.poisson(rate), rng.poisson(rate), rng.poisson(rate)
    forecast = (2 + past + before) / (1 / 2 + 2)
    like = np.flatnonzero((forecast > 4) & (forecast < 9))
    treated = like[np.argsort(past[like] - before[like], kind="stable")[:60]]
    assert after[treated].sum() - before[treated].sum() < -150
    nothing = placebo_test(after, treated, forecast)
    assert nothing is not None and nothing.risk_ratio is not None
    assert nothing.p > 0.05
    assert 0.9 <= nothing.risk_ratio <= 1.1
    helped = after.copy()
    helped[treated] = rng.binomial(after[treated], 0.6)
    found = placebo_test(helped, treated, forecast)
    assert found is not None
    assert found.p < 0.01
    assert found.effect == pytest.approx(-0.4 * after[treated].sum(), rel=0.3)


def test_p_values_are_even_when_nothing_was_done() -> None:
    rng = np.random.default_rng(8)
    p = []
    for seed in range(60):
        rate = rng.gamma(2, 2, 400)
        after = rng.poisson(rate)
        found = placebo_test(after, rng.choice(np.argsort(-rate)[20:], 15, replace=False), rate, seed=seed)
        p.append(None if found is None else found.p)
    answered = np.array([value for value in p if value is not None])
    assert answered.size >= 55
    assert np.mean(answered <= 0.2) == pytest.approx(0.2, abs=0.12)
    assert np.mean(answered <= 0.05) <= 0.12
