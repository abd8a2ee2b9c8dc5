"""Which stored backtest a forecast is held to: the one of the same points, cells and horizon, up to the newest day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hotspots.domain.forecasts.backtest import BacktestSettings
from hotspots.domain.forecasts.forecast import StoredForecast
from hotspots.domain.forecasts.settings import ForecastSettings
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.forecast.model_choice import Choice, choose_model
from hotspots.store.public.city import read_forecasts
from hotspots.store.staff.backtests import write_backtest
from hotspots.store.staff.forecasts import publish_forecast
from tests.core_city_builder import CELL_M
from tests.database import TestDatabase
from tests.open_city_builder import build_small_city
from tests.pipeline.listed_city import build_listed_city, request

SETTINGS = BacktestSettings(
    basis="true points", origins=12, horizons_days=(28,), end=date(2025, 1, 1), cell_size_m=CELL_M, known_on=date(2025, 1, 1)
)  # fmt: skip
COUNT_SERVED = "The long-run count is served: kde was tested on coarse cells."


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_listed_city(database)
    store(database, serve="kde", words="kde is served.")
    return database


def store(database: TestDatabase, *, serve: str, words: str, candidate: str = "kde", **settings: Any) -> None:
    """A backtest as it would be stored: of kde and mixture, on true points, cells of 150 m, four weeks, up to the end of 2024."""
    own = replace(SETTINGS, **settings)
    scores = [
        {
            "model": model,
            "horizon_days": float(days),
            "origins": 12,
            "incidents": 90.0,
            "sentence": f"{model} over {days} days.",
            "best_curve": [0.0, 1.0],
        }
        for days in own.horizons_days
        for model in ("long_run_count", "kde", "mixture")
    ]
    decisions = [
        {"crime_type": "burglary", "horizon_days": float(days), "candidate": candidate, "serve": serve,
         "beats_counting": serve != "long_run_count", "words": words if days == own.horizons_days[-1] else "of another horizon"}
        for days in own.horizons_days
    ]  # fmt: skip
    with database.owner.connect() as connection:
        write_backtest(
            connection, crime_types=["burglary"], settings=own, result={"scores": scores, "decisions": decisions}
        )


def chosen(database: TestDatabase, *types: str, asked_for: str | None = None, **changed: Any) -> Choice:
    settings = {"basis": "true points", "cell_size_m": CELL_M, "horizon_days": 28, **changed}
    with database.owner.connect() as connection:
        return choose_model(connection, crime_types=types or ("burglary",), asked_for=asked_for, **settings)


@pytest.mark.parametrize(
    "settings",
    [{"cell_size_m": 1200.0}, {"horizons_days": (7,)}, {"basis": "anchors"}, {"end": date(2024, 6, 1)}],
)
def test_a_backtest_of_other_cells_horizon_points_or_an_earlier_end_leaves_what_is_served(
    city: TestDatabase, settings: dict[str, Any]
) -> None:
    store(city, serve="long_run_count", words=COUNT_SERVED, **settings)
    with city.owner.connect() as connection:
        made = forecast(connection, replace(request("burglary"), model=None))
    assert [one.forecast.model for one in made] == ["long_run_count", "kde"]
    assert made[-1].notes[-1] == made[-1].forecast.settings.gate == "kde is served."


@pytest.mark.parametrize(
    ("types", "changed", "said"),
    [
        ((), {"cell_size_m": 300.0}, "burglary was not backtested on true points with cells of 300 m and windows of 28 days."),
        ((), {"horizon_days": 14}, "burglary was not backtested on true points with cells of 150 m and windows of 14 days."),
        (("burglary", "robbery"), {}, "burglary and robbery together were not backtested on true points with cells of 150 m and windows of 28 days."),
    ],
)  # fmt: skip
def test_where_no_backtest_matches_the_count_is_served_and_the_words_say_what_was_not_tested(
    city: TestDatabase, types: tuple[str, ...], changed: dict[str, Any], said: str
) -> None:
    choice = chosen(city, *types, **changed)
    assert (choice.model, choice.words) == ("long_run_count", f"The long-run count is served: {said}")
    assert choice.backtest_id is None
    asked = chosen(city, *types, **changed, asked_for="kde")
    assert (asked.model, asked.words) == ("kde", f"kde was asked for; {said}")


def test_of_several_horizons_in_one_backtest_the_forecasts_own_counts(city: TestDatabase) -> None:
    store(city, serve="kde", words="kde is served on 56 days.", horizons_days=(42, 56))
    choice = chosen(city, horizon_days=56)
    assert choice.words == "kde is served on 56 days."


def test_a_published_forecast_has_the_scores_and_the_decision_of_its_horizon_beside_it(city: TestDatabase) -> None:
    store(
        city, serve="kde", words="kde is served on 56 days.", horizons_days=(42, 56), basis="anchors", cell_size_m=500.0
    )
    choice = chosen(city, basis="anchors", cell_size_m=500.0, horizon_days=56)
    settings = ForecastSettings(cell_size_m=500.0, gate=choice.words, served=True, announced={"city_total": 40.0})
    published = StoredForecast(
        forecast_id=77, grid_id=1, basis="anchors", crime_types=("burglary",), model="kde", model_version="1", settings=settings,
        trained_from=date(2024, 1, 1), trained_to=date(2025, 1, 1), horizon_days=56, known_on=date(2025, 1, 1),
    )  # fmt: skip
    with city.owner.connect() as connection:
        build_small_city(connection)
        connection.execute(
            """with cut as (
                   insert into core.grid (cell_size_m, origin_x, origin_y, n_rows, n_cols, labels_version) values (500, 7, 7, 1, 1, 1) returning grid_id)
               insert into core.forecast (forecast_id, grid_id, basis, crime_types, model, model_version, settings, trained_from, trained_to,
                   horizon_days, known_on) overriding system value
               select 77, grid_id, 'anchors', '{burglary}', 'kde', '1', '{}', '2024-01-01', '2025-01-01', 56, '2025-01-01' from cut"""
        )
        publish_forecast(connection, published, words="Words.", backtest_id=choice.backtest_id)
        (shown, *_) = read_forecasts(connection)
        kept = connection.execute(
            "select backtest -> 'scores' from open.forecast where forecast_id = %s", [shown.forecast_id]
        ).fetchone()
        connection.rollback()
    assert shown.settings == settings and shown.backtest is not None
    assert [(one.model, one.horizon_days) for one in shown.backtest.scores] == [
        (model, 56.0) for model in ("long_run_count", "kde", "mixture")
    ]
    assert (shown.backtest.decision.words, shown.backtest.decision.horizon_days) == ("kde is served on 56 days.", 56.0)
    assert kept and "best_curve" not in kept[0][0], "curves are left out"


def test_a_model_asked_for_is_told_what_the_backtest_found_of_it(city: TestDatabase) -> None:
    """The gate spoke of kde: of it in the gate's words, of another in the sentence about it."""
    said = {name: chosen(city, asked_for=name) for name in ("kde", "mixture", "promap", "long_run_count")}
    assert all(choice.model == name for name, choice in said.items())
    assert said["kde"].words == "kde was asked for. The backtest: kde is served."
    assert said["mixture"].words == "mixture was asked for. The backtest: mixture over 28 days."
    assert said["promap"].words == "promap was asked for. The backtest: promap is not in the newest one."
    assert said["long_run_count"].words == "long run count was asked for. The backtest: kde is served."


def test_the_public_is_shown_the_gates_decision_whatever_is_asked_for(city: TestDatabase) -> None:
    store(city, serve="kde", words="kde is served to all.", basis="anchors", cell_size_m=500.0, end=date(2025, 1, 2))
    choice = chosen(city, basis="anchors", cell_size_m=500.0, asked_for="mixture")
    assert (choice.model, choice.words) == ("kde", "kde is served to all.")
    counted = chosen(city, basis="anchors", cell_size_m=500.0, asked_for="long_run_count")
    assert counted.model == "long_run_count"


def test_a_backtest_that_an_earlier_version_stored_is_still_told(city: TestDatabase) -> None:
    words = "kde is served: it found 9 % more."
    decision = {"crime_type": "burglary", "horizon_days": 28.0, "serve": "kde", "beats_counting": True, "words": words}
    scores = [
        {"model": model, "horizon_days": 28.0, "origins": 12, "incidents": 90.0}
        for model in ("long_run_count", "kde", "mixture")
    ]
    settings = replace(SETTINGS, end=date(2025, 1, 2))
    with city.owner.connect() as connection:
        write_backtest(
            connection, crime_types=["burglary"], settings=settings, result={"scores": scores, "decisions": [decision]}
        )
    assert chosen(city).model == "kde"
    assert words in chosen(city, asked_for="mixture").words
