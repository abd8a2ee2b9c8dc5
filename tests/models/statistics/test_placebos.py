"""Placebos: how large an effect comes up where or when nothing was done?"""

import numpy as np
import pytest

from hotspots_models.statistics.placebos import false_dates, matched_controls, placebo_test


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


def test_too_few_untreated_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="2 untreated"):
        matched_controls(np.ones(5), np.arange(3), draws=10)


def test_fewer_than_999_draws_are_refused_for_a_test() -> None:
    with pytest.raises(ValueError, match="999"):
        placebo_test(np.ones(100), np.arange(3), np.ones(100), draws=99)


def test_a_real_drop_stands_out_and_regression_to_the_mean_does_not() -> None:
    """Places are picked for one bad month: they fall back by 170 incidents by themselves, and the test is not fooled."""
    rng = np.random.default_rng(5)
    rate = rng.gamma(2, 2, 3000)
    past, before, after = rng.poisson(rate), rng.poisson(rate), rng.poisson(rate)
    forecast = (2 + past + before) / (1 / 2 + 2)
    treated = np.argsort(-before, kind="stable")[:60]
    assert after[treated].sum() - before[treated].sum() < -150
    nothing = placebo_test(after, treated, forecast)
    assert nothing.p > 0.05
    assert nothing.risk_ratio == pytest.approx(1, abs=0.2)  # the very top has few equals
    helped = after.copy()
    helped[treated] = rng.binomial(after[treated], 0.6)
    found = placebo_test(helped, treated, forecast)
    assert found.p < 0.01
    assert found.effect == pytest.approx(-0.4 * after[treated].sum(), rel=0.3)


def test_p_values_are_even_when_nothing_was_done() -> None:
    rng = np.random.default_rng(8)
    p = []
    for seed in range(60):
        rate = rng.gamma(2, 2, 400)
        after = rng.poisson(rate)
        p.append(placebo_test(after, rng.choice(400, 15, replace=False), rate, seed=seed).p)
    assert np.mean(np.array(p) <= 0.2) == pytest.approx(0.2, abs=0.12)
