"""How late incidents become known: by hand, on deliveries every day and every week, and what it does to the city total."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hotspots_models.base import History
from hotspots_models.delay import known_when, learn_delay
from hotspots_models.forecasting.city_total import forecast_total
from hotspots_models.registry import get
from tests.models.model_worlds import square_city


def late_city(*, days: int = 500, delivery_every: int = 1, half_known_after: int = 4) -> History:
    """Ten incidents a day; half of them reported at once, half so many days later; a delivery every so many days."""
    t = np.repeat(np.arange(days), 10).astype(np.float64) + 0.5
    reported = t + np.where(np.arange(len(t)) % 2, half_known_after, 0)
    delivered = np.ceil(reported / delivery_every) * delivery_every
    xy = square_city().centres_m()[np.arange(len(t)) % 480]
    return History(xy, t, np.zeros(len(t), int), 0, known_days=delivered)


def test_deliveries_that_hand_in_history_do_not_tell_when_their_rows_were_known() -> None:
    t = np.array([1.0, 100.0, 399.0, 401.0, 402.0])
    delivered = np.array([400.0, 400.0, 400.0, 403.0, 403.0])
    assert known_when(t, delivered).tolist() == [1.0, 100.0, 399.0, 403.0, 403.0]


def test_a_forecast_knows_what_was_delivered_by_its_day_and_nothing_more() -> None:
    history = late_city()
    past = history.before(400.0)
    assert past.known_days is not None and past.known_days.max() == 400
    # of the days 396 to 399 half is missing: that of 395 came on the 400th day
    newest = np.bincount(past.t_days.astype(int), minlength=400)[394:]
    assert newest.tolist() == [10, 10, 5, 5, 5, 5]


@pytest.mark.parametrize("every", [1, 7])
def test_the_delay_is_learnt_from_earlier_deliveries(every: int) -> None:
    """On the day of a delivery half of the last four days is there, and all of those before, however seldom deliveries come."""
    delay = learn_delay(late_city(delivery_every=every).before(490.0), as_of=490.0)
    assert delay
    assert delay.until == 490.0 and delay.complete[:6].tolist() == [0.5, 0.5, 0.5, 0.5, 1.0, 1.0]
    assert delay.weights(np.array([489.5, 486.5, 485.5, 100.0])).tolist() == [2.0, 2.0, 1.0, 1.0]


def test_a_type_that_is_reported_sooner_than_others_has_its_own_delay() -> None:
    """Five robberies a day, known at once, and five burglaries, known four days later: of all types half of the newest days is there."""
    both = late_city()
    of_types = replace(both, crime_type=np.arange(len(both)) % 2)
    robbery, burglary = (learn_delay(of_types.for_target(code).before(490.0), as_of=490.0) for code in (0, 1))
    assert robbery and burglary
    deliveries = 60  # looked at, of five incidents an age and type; 20 of the share of all types weigh beside them
    assert robbery.complete[0] == pytest.approx((deliveries * 5 + 20 * 0.5) / (deliveries * 5 + 20))
    assert burglary.complete[0] == pytest.approx(20 * 0.5 / (deliveries * 5 + 20))
    rare = replace(both, crime_type=np.where(np.arange(len(both)) == 10, 1, 0)).for_target(1)
    unknown = learn_delay(rare.before(490.0), as_of=490.0)
    assert unknown and unknown.complete[0] == pytest.approx(
        0.5, abs=0.02
    )  # of one incident the delays of all types are told


def test_a_city_that_was_loaded_at_once_learns_no_delay() -> None:
    history = late_city(days=200)
    assert learn_delay(history.take(np.arange(50)), as_of=6.0) is None
    at_once = History(history.xy_m, history.t_days, history.crime_type, 0, known_days=history.t_days)
    assert learn_delay(at_once, as_of=200.0) is None
    assert learn_delay(History(history.xy_m, history.t_days, history.crime_type, 0), as_of=200.0) is None


@pytest.mark.parametrize("every", [1, 20])
def test_the_newest_days_are_not_taken_for_quiet_ones(every: int) -> None:
    """Ten a day for ever: 300 in 30 days. Half of the newest weeks is missing, and with a delivery every 20 days up to 19 days are."""
    known = late_city(delivery_every=every, half_known_after=14).before(495.0)
    blind = forecast_total(known.t_days, as_of=495.0, horizon_days=30)
    seeing = forecast_total(known.t_days, as_of=495.0, horizon_days=30, delay=learn_delay(known, as_of=495.0))
    assert blind.mean < 0.96 * 300
    assert seeing.mean == pytest.approx(300, rel=0.01)


def test_every_model_expects_as_many_as_come() -> None:
    known = late_city(half_known_after=14).before(495.0)
    fitted = get("long_run_count").fit(known, square_city(), as_of=495.0, horizon_days=30)
    assert fitted.expected().sum() == pytest.approx(300, rel=0.01)
    assert fitted.settings["city_total_settings"]["known_of_the_last_week"] == 0.5
