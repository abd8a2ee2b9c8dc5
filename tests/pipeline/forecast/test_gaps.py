"""Days of which nothing is known are no quiet days: to a forecast they are like those before them, and no window is judged on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from hotspots.domain.forecasts.backtest import BacktestRequest
from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.errors import InputError
from hotspots.pipeline.forecast.backtest import run_backtest
from hotspots.pipeline.forecast.forecast import forecast
from hotspots_models.stand_ins import stand_ins
from tests.core_city_builder import CELL_M, add_incident, build_city
from tests.database import TestDatabase

FIRST, DAYS = datetime(2023, 7, 1, 12), 640  # two a day up to 31 March 2025
GAP = (date(2025, 2, 1), date(2025, 2, 27))  # 27 days
AS_OF = date(2025, 4, 1)
ASKED = ForecastRequest(
    crime_types=("burglary",), as_of=AS_OF, horizon_days=28, model="long_run_count", cell_size_m=CELL_M
)


def is_delivered(day: date) -> bool:
    return not GAP[0] <= day <= GAP[1]


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    with database.owner.connect() as connection:
        build_city(connection)
        for n in range(DAYS):
            day = FIRST + timedelta(days=n)
            if is_delivered(day.date()):
                add_incident(connection, f"a {n}", (75.0, 75.0), day)
                add_incident(connection, f"b {n}", (85.0 + 150 * (n % 8), 75.0 + 150 * (n // 8 % 8)), day)
        connection.execute(  # as a publication finds it (tests/pipeline/publish/test_gaps.py)
            "insert into open.vintage (known_on, incidents, labels_version, gaps) values ('2025-04-01', 0, 1, datemultirange(daterange(%s, %s, '[]')))",
            GAP,
        )
    return database


def test_as_many_days_before_stand_in_by_the_same_days_of_the_week() -> None:
    """By hand: a gap of 9 days, the 20th to the 28th, is filled from two weeks earlier, the 6th to the 14th."""
    days = np.concatenate([np.arange(0.0, 20), np.arange(29.0, 40)]) + 0.5
    source, shift = stand_ins(days, [(20.0, 29.0)], begin=0.0)
    assert (days[source] + shift).tolist() == [day + 0.5 for day in range(20, 29)]
    assert set(shift.tolist()) == {14.0} and days[source].tolist() == [day + 0.5 for day in range(6, 15)]
    # Nothing stands in before the record begins, or out of another gap.
    assert len(stand_ins(days, [(20.0, 29.0)], begin=10.0)[0]) == 5
    found = days[stand_ins(days, [(6.0, 15.0), (20.0, 29.0)], begin=0.0)[0]]
    assert found.tolist() == [0.5]  # for the 14th, from the 0th; for the 20th to 28th there is nothing
    assert len(stand_ins(days, [], begin=0.0)[0]) == 0


def test_a_forecast_takes_a_missing_month_for_no_quiet_one(city: TestDatabase) -> None:
    """Two a day: 56 in 28 days. The newest weeks say what the city's level is, and the gap lies among them."""
    with city.owner.connect() as connection:
        made = [
            one for one in forecast(connection, replace(ASKED, model="blend")) if one.forecast.basis == "true points"
        ]
        events = {one.n_events for one in made}
        connection.execute("update open.vintage set gaps = '{}'")
        quiet = [
            one for one in forecast(connection, replace(ASKED, model="blend")) if one.forecast.basis == "true points"
        ]
        connection.rollback()
    assert events == {2 * DAYS}  # every day has its two
    assert (
        "nothing is known of 2025-02-01 to 2025-02-27: 54 events of as many days before stand in for them"
        in made[0].notes
    )
    for with_gap, without in zip(made, quiet, strict=True):
        assert abs(with_gap.expected_incidents - 56) <= abs(without.expected_incidents - 56)
        assert with_gap.expected_incidents == pytest.approx(56, rel=0.03)


def test_a_window_that_touches_the_gap_is_not_judged(city: TestDatabase) -> None:
    request = BacktestRequest(
        crime_types=("burglary",),
        models=("kde",),
        origins=6,
        horizons_days=(14,),
        end=AS_OF,
        cell_size_m=CELL_M,
        workers=1,
    )
    with city.owner.connect() as connection:
        result = run_backtest(connection, request)
        origins = sorted({fold["origin"] for fold in result.as_json()["folds"]})
        # Windows of 14 days that end on 31 March begin on 18 and 4 March, 18 and 4 February, 21 and 7 January; by hand, three touch February's gap.
        assert origins == ["2025-01-07", "2025-03-04", "2025-03-18"]
        assert "3 of 6 windows of 14 days left out: nothing is known of a part of their days" in result.notes
        with pytest.raises(InputError, match="Nothing is known of a part of each of the 1 windows"):
            run_backtest(connection, replace(request, origins=1, end=date(2025, 2, 20)))
