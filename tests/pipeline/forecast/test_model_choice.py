"""Which stored backtest a forecast is held to: the one of the same points, cells and horizon, up to the newest day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.forecast.model_choice import Choice, choose_model
from hotspots.store.staff.backtests import write_backtest
from tests.core_city_builder import CELL_M
from tests.database import TestDatabase
from tests.pipeline.listed_city import build_listed_city, request

COUNT_SERVED = "The long-run count is served: kde was tested on coarse cells."


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_listed_city(database)
    store(database, serve="kde", words="kde is served.")
    return database


def store(database: TestDatabase, *, serve: str, words: str, candidate: str = "kde", **settings: Any) -> None:
    """A backtest as it would be stored: of kde and mixture, on true points, cells of 150 m, four weeks, up to the end of 2024."""
    own = {"basis": "true points", "cell_size_m": CELL_M, "horizons_days": [28], "end": "2025-01-01", **settings}
    scores = [
        {"model": model, "horizon_days": float(days), "log_skill": 1.0, "sentence": f"{model} over {days} days."}
        for days in own["horizons_days"]
        for model in ("long_run_count", "kde", "mixture")
    ]
    decisions = [
        {"crime_type": "burglary", "horizon_days": float(days), "candidate": candidate, "serve": serve,
         "beats_counting": serve != "long_run_count", "words": words if days == own["horizons_days"][-1] else "of another horizon"}
        for days in own["horizons_days"]
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
    [{"cell_size_m": 1200.0}, {"horizons_days": [7]}, {"basis": "anchors"}, {"end": "2024-06-01"}],
)
def test_a_backtest_of_other_cells_horizon_points_or_an_earlier_end_leaves_what_is_served(
    city: TestDatabase, settings: dict[str, Any]
) -> None:
    store(city, serve="long_run_count", words=COUNT_SERVED, **settings)
    with city.owner.connect() as connection:
        made = forecast(connection, replace(request("burglary"), model=None))
    assert [one.forecast.model for one in made] == ["long_run_count", "kde"]
    assert made[-1].notes[-1] == made[-1].forecast.settings["gate"] == "kde is served."


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
    assert choice.backtest is None
    asked = chosen(city, *types, **changed, asked_for="kde")
    assert (asked.model, asked.words) == ("kde", f"kde was asked for; {said}")


def test_of_several_horizons_in_one_backtest_the_forecasts_own_counts(city: TestDatabase) -> None:
    store(city, serve="kde", words="kde is served on 56 days.", horizons_days=[42, 56])
    choice = chosen(city, horizon_days=56)
    assert choice.words == "kde is served on 56 days." and choice.backtest
    assert {score["horizon_days"] for score in choice.backtest["scores"]} == {56.0}


def test_a_model_asked_for_is_told_what_the_backtest_found_of_it(city: TestDatabase) -> None:
    """The gate spoke of kde: of it in the gate's words, of another in the sentence about it."""
    said = {name: chosen(city, asked_for=name) for name in ("kde", "mixture", "promap", "long_run_count")}
    assert all(choice.model == name for name, choice in said.items())
    assert said["kde"].words == "kde was asked for. The backtest: kde is served."
    assert said["mixture"].words == "mixture was asked for. The backtest: mixture over 28 days."
    assert said["promap"].words == "promap was asked for. The backtest: promap is not in the newest one."
    assert said["long_run_count"].words == "long run count was asked for. The backtest: kde is served."


def test_the_public_is_shown_the_gates_decision_whatever_is_asked_for(city: TestDatabase) -> None:
    store(
        city, serve="kde", words="kde is served to all.", basis="anchors", cell_size_m=500.0, end=str(date(2025, 1, 2))
    )
    choice = chosen(city, basis="anchors", cell_size_m=500.0, asked_for="mixture")
    assert (choice.model, choice.words) == ("kde", "kde is served to all.")
    counted = chosen(city, basis="anchors", cell_size_m=500.0, asked_for="long_run_count")
    assert counted.model == "long_run_count"


def test_a_backtest_that_an_earlier_version_stored_is_still_told(city: TestDatabase) -> None:
    words = "kde is served: it found 9 % more."
    decision = {"crime_type": "burglary", "horizon_days": 28.0, "serve": "kde", "beats_counting": True, "words": words}
    scores = [{"model": model, "horizon_days": 28.0} for model in ("long_run_count", "kde", "mixture")]
    settings = {"basis": "true points", "cell_size_m": CELL_M, "horizons_days": [28], "end": "2025-01-02"}
    with city.owner.connect() as connection:
        write_backtest(
            connection, crime_types=["burglary"], settings=settings, result={"scores": scores, "decisions": [decision]}
        )
    assert chosen(city).model == "kde"
    assert words in chosen(city, asked_for="mixture").words
