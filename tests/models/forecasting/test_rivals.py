"""ProMap and cell ETAS against hand arithmetic, slow oracles and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest

from hotspots_models.base import History
from hotspots_models.forecasting.etas import excitation, expected_in_horizon, fit_etas
from hotspots_models.forecasting.promap import promap_score
from hotspots_models.registry import get
from tests.models.model_worlds import planted_history, square_city


def test_promap_of_one_incident_by_hand():
    grid = square_city()
    here = grid.centres_m()[[210]]
    score = promap_score(here, np.array([10.0]), grid)  # one complete week
    assert score[210] == pytest.approx(1 / 2)
    assert score[211] == pytest.approx(1 / 2 / (1 + 3))  # 150 m: three complete bands of 50 m
    assert score[212] == pytest.approx(1 / 2 / (1 + 6))
    assert score[213] == 0  # 450 m: out of reach


def test_promap_equals_the_sum_over_all_pairs():
    grid = square_city()
    rng = np.random.default_rng(0)
    xy = grid.origin_m + rng.uniform(0, 1, size=(80, 2)) * [20 * 150, 24 * 150]
    age = rng.uniform(0, 80, size=80)
    slow = np.zeros(grid.n_cells)
    for c, centre in enumerate(grid.centres_m()):
        for point, days in zip(xy, age, strict=True):
            metres = float(np.hypot(*(centre - point)))
            if metres <= 400 and days < 56:
                slow[c] += 1 / (1 + metres // 50) / (1 + days // 7)
    assert promap_score(xy, age, grid) == pytest.approx(slow)


def test_the_excitation_recursion_equals_the_double_sum_with_ties_and_several_cells():
    rng = np.random.default_rng(1)
    cell = np.sort(rng.integers(0, 4, size=60))
    t = np.round(rng.uniform(0, 10, size=60), 1)
    order = np.lexsort((t, cell))
    cell, t = cell[order], t[order]
    level, moment = excitation(cell, t, omega=0.7)
    for i in range(60):
        earlier = (cell == cell[i]) & (t < t[i])
        wait = t[i] - t[earlier]
        assert level[i] == pytest.approx(np.exp(-0.7 * wait).sum())
        assert moment[i] == pytest.approx((wait * np.exp(-0.7 * wait)).sum())


def test_etas_recovers_the_process_that_made_the_incidents():
    rng = np.random.default_rng(2)
    n_cells, span, theta, omega = 60, 1000.0, 0.4, 0.15
    cells, times = [], []
    for c in range(n_cells):
        parents = list(rng.uniform(0, span, size=rng.poisson(0.04 * span)))
        while parents:
            t = parents.pop()
            if t < span:
                cells.append(c)
                times.append(t)
                parents += list(t + rng.exponential(1 / omega, size=rng.poisson(theta)))
    fit = fit_etas(np.array(cells), np.array(times), n_cells=n_cells, start=0.0, end=span)
    assert fit.theta == pytest.approx(theta, abs=0.06)
    assert fit.omega == pytest.approx(omega, rel=0.25)
    assert fit.background_a_day.mean() == pytest.approx(0.04, rel=0.12)


def test_the_horizon_integral_equals_the_numerical_one():
    fit = fit_etas(np.array([0, 0, 1]), np.array([1.0, 3.0, 2.0]), n_cells=2, start=0.0, end=5.0, iterations=3)
    s = np.linspace(5.0, 12.0, 20_001)
    rate = fit.background_a_day[0] + sum(fit.theta * fit.omega * np.exp(-fit.omega * (s - t)) for t in (1.0, 3.0))
    got = expected_in_horizon(fit, np.array([0, 0, 1]), np.array([1.0, 3.0, 2.0]), as_of=5.0, horizon_days=7.0)
    assert got[0] == pytest.approx(np.trapezoid(rate, s), rel=1e-6)


@pytest.mark.parametrize("name", ["promap", "etas"])
def test_a_rival_sums_to_the_city_total_and_stays_silent_without_incidents(name):
    grid, history = square_city(), planted_history(square_city())
    fitted = get(name).fit(history, grid, as_of=900.0, horizon_days=30)
    assert fitted.expected().sum() == pytest.approx(fitted.settings["city_total"])
    none = get(name).fit(History(np.empty((0, 2)), np.empty(0), np.empty(0, int), 0), grid, as_of=1.0, horizon_days=30)
    assert none.expected().sum() == 0
