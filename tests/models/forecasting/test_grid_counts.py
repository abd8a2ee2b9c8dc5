"""Counting, and the city total that every model is scaled to."""

from __future__ import annotations

import numpy as np
import pytest

from hotspots_models.base import Grid, History, InputError, LeakError
from hotspots_models.forecasting.city_total import YEAR_DAYS, forecast_total
from hotspots_models.registry import get
from tests.models.model_worlds import planted_history, square_city


def test_the_long_run_count_is_the_count_scaled_to_the_city_total():
    grid, history = square_city(), planted_history(square_city())
    fitted = get("long_run_count").fit(history, grid, as_of=900.0, horizon_days=30)
    by_hand = np.zeros(grid.n_cells)
    for cell in grid.cell_of(history.xy_m[history.crime_type == 0]):
        by_hand[cell] += 1
    assert fitted.expected() / fitted.expected().sum() == pytest.approx(by_hand / by_hand.sum(), abs=1e-9)
    assert fitted.expected().sum() == pytest.approx(fitted.settings["city_total"])


def test_ties_of_the_count_fall_to_the_busier_surroundings_and_no_cell_passes_one_with_more():
    grid = Grid.full(cell_size_m=100.0, origin_m=np.array([500_000.0, 4_000_000.0]), shape=(1, 9))
    centre = grid.centres_m()
    # five in the first cell, one in the second, one in the seventh, none elsewhere
    xy = np.vstack([np.repeat(centre[:1], 5, axis=0), centre[1:2], centre[6:7]])
    history = History(xy, np.arange(7.0), np.zeros(7), 0)
    order = np.argsort(-get("long_run_count").fit(history, grid, as_of=10.0, horizon_days=1).expected(), kind="stable")
    assert order[:4].tolist() == [
        0,
        1,
        6,
        2,
    ]  # the second before the seventh, and of the empty ones the third, beside two busy ones


def test_the_recent_count_forgets_what_is_older_than_its_window():
    grid = square_city()
    xy = grid.centres_m()[[3, 4]]
    history = History(xy, np.array([10.0, 95.0]), np.zeros(2, int), 0)
    fitted = get("recent_count", window_days=30.0).fit(history, grid, as_of=100.0, horizon_days=30)
    assert fitted.expected()[3] == 0 and fitted.expected()[4] > 0


@pytest.mark.parametrize("name", ["long_run_count", "recent_count"])
def test_with_no_incident_nothing_is_expected_anywhere(name):
    grid = square_city()
    fitted = get(name).fit(
        History(np.empty((0, 2)), np.empty(0), np.empty(0, int), 0), grid, as_of=1.0, horizon_days=30
    )
    assert fitted.expected().sum() == 0


def test_the_city_total_of_a_steady_city_is_its_rate():
    t = np.arange(0, 1460, 0.25)  # four a day
    total = forecast_total(t, as_of=1460.0, horizon_days=30)
    assert total.mean == pytest.approx(120, rel=0.01)
    assert total.interval() == pytest.approx((102, 138), abs=2)  # Poisson 5 % and 95 % points of 120


def test_the_city_total_knows_the_season():
    rng = np.random.default_rng(0)
    day = np.arange(1461.0)
    rate = 40 * np.exp(0.3 * np.cos(2 * np.pi * day / YEAR_DAYS))
    t = np.repeat(day, rng.poisson(rate)) + 0.5
    high = forecast_total(t[t < 1461 - 15], as_of=1461 - 15.0, horizon_days=30).mean
    low = forecast_total(t[t < 1263], as_of=1263.0, horizon_days=30).mean
    assert high == pytest.approx(40 * np.exp(0.3) * 30, rel=0.06)
    assert low == pytest.approx(40 * np.exp(-0.3) * 30, rel=0.06)


def test_a_short_history_gives_its_mean_rate_and_none_gives_nothing():
    assert forecast_total(np.array([0.0, 1, 2, 3]), as_of=4.0, horizon_days=10).mean == pytest.approx(10)
    assert forecast_total(np.empty(0), as_of=4.0, horizon_days=10).mean == 0


def test_one_incident_yesterday_in_four_years_is_not_one_a_day():
    once = forecast_total(np.array([1459.0]), as_of=1460.0, horizon_days=30, begin=0.0)
    assert once.mean == pytest.approx(30 / 1460)
    # twenty in the last hundred days: nineteen since the first, and the first in four years
    twenty = forecast_total(1360 + 5.0 * np.arange(20), as_of=1460.0, horizon_days=30, begin=0.0)
    assert twenty.mean == pytest.approx(30 * (19 / 100 + 1 / 1460))


def test_the_interval_of_a_short_history_knows_how_few_incidents_told_the_rate():
    rng, held = np.random.default_rng(5), []
    for _ in range(1500):  # 60 days, some six incidents, and the 60 days after
        past = np.sort(rng.uniform(0, 60, rng.poisson(6)))
        low, high = forecast_total(past, as_of=60.0, horizon_days=60, begin=0.0).interval(level=0.9)
        held.append(low <= rng.poisson(6) <= high)
    assert 0.87 <= np.mean(held) <= 0.97  # whole numbers hold a little more; with a rate taken as known it is .77


def test_a_model_tells_the_city_total_when_the_records_begin():
    grid = square_city()
    xy = np.repeat(grid.centres_m()[:1], 401, axis=0)
    history = History(xy, np.append(np.arange(400) * 2.5, 999.0), np.append(np.ones(400, dtype=int), 0), 0)
    fitted = get("long_run_count").fit(history, grid, as_of=1000.0, horizon_days=30)
    assert fitted.expected().sum() == pytest.approx(30 / 1000)


def test_over_dispersed_months_widen_the_interval():
    rng = np.random.default_rng(4)
    t = np.concatenate([30.4 * k + rng.uniform(0, 30.4, size=rng.poisson(rng.gamma(10, 10))) for k in range(48)])
    total = forecast_total(t, as_of=30.4 * 48, horizon_days=30.4)
    assert total.dispersion == pytest.approx(0.1, abs=0.06)
    low, high = total.interval()
    assert high - low > 2 * 1.645 * np.sqrt(total.mean) * 1.5


def test_the_city_total_refuses_the_future():
    with pytest.raises(LeakError):
        forecast_total(np.array([5.0]), as_of=5.0, horizon_days=1)


def test_the_city_total_refuses_undated_incidents_and_an_empty_period():
    with pytest.raises(InputError, match="1 times that are not finite"):
        forecast_total(np.array([np.nan, 1.0]), as_of=5.0, horizon_days=1)
    with pytest.raises(InputError, match="horizon_days 0"):
        forecast_total(np.array([1.0]), as_of=5.0, horizon_days=0)
