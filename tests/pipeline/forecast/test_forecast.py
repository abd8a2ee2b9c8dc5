"""Forecasts as stored: what is learnt, what is refused, what replaces what."""

from dataclasses import replace
from datetime import date

import pytest

from hotspots.domain.place_list import ListRequest
from hotspots.errors import InputError
from hotspots.pipeline.at_risk.at_risk import at_risk
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.store.staff import forecasts as forecast_store
from tests.database import TestDatabase
from tests.pipeline.listed_city import AS_OF, build_listed_city, request


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_listed_city(database)
    return database


def test_what_was_not_known_when_the_forecast_was_made_is_not_learnt(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        events = forecast_store.read_events(
            connection, basis="true points", start=date(2024, 1, 1), end=AS_OF, crime_type_ids=[1]
        )
    assert len(events.t_days) == 30 + 10 + 1
    assert events.n_records == 42  # the second victim is the same event


def test_types_that_the_police_initiate_are_evidence_only_when_asked_for(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        without = forecast_store.read_events(
            connection, basis="true points", start=date(2024, 1, 1), end=AS_OF, crime_type_ids=[1]
        )
        asked = forecast_store.read_events(
            connection, basis="true points", start=date(2024, 1, 1), end=AS_OF, crime_type_ids=[1, 3]
        )
    assert len(asked.t_days) == len(without.t_days) + 1


def test_forecasting_what_the_police_initiate_needs_a_reason(city: TestDatabase) -> None:
    with city.owner.connect() as connection, pytest.raises(InputError, match="--include-police-initiated"):
        forecast(connection, request("narcotics"))
    with city.owner.connect() as connection:
        made = forecast(connection, request("narcotics", police_initiated_reason="a study of overdose calls"))
        listed = at_risk(
            connection, ListRequest(crime_types=("narcotics",), unit="cell", places=2, random_share=0.0), today=AS_OF
        )
    assert made[0].forecast.police_initiated_reason == "a study of overdose calls"
    said = "narcotics: initiated by the police; forecast because: a study of overdose calls"
    assert all(said in one.notes for one in made), "shown with the forecast, as text and as JSON"
    assert said in listed.notes, "and on every list made from it"


def test_an_unknown_crime_type_or_model_is_named_with_what_is_allowed(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        with pytest.raises(InputError, match=r"arsn.*burglary, robbery, narcotics"):
            forecast(connection, request("arsn"))
        with pytest.raises(InputError, match=r"prophecy.*long_run_count"):
            forecast(connection, request("burglary", model="prophecy"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"horizon_days": 0}, "a horizon of 0 days is not between 1 and 366"),
        ({"horizon_days": 10**9}, "a horizon of 1000000000 days"),
        (
            {"as_of": date(2026, 1, 3)},
            r"--as-of 2026-01-03 is more than a year after the newest incident \(2025-01-01\)",
        ),
    ],
)
def test_a_forecast_that_reaches_too_far_is_refused(
    city: TestDatabase, settings: dict[str, object], words: str
) -> None:
    with city.owner.connect() as connection, pytest.raises(InputError, match=words):
        forecast(connection, replace(request("burglary"), **settings))  # type: ignore[arg-type]


def test_a_model_that_lacks_history_says_what_it_fell_back_to(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        count, blend = forecast(connection, request("burglary", model="blend"))
    fell_back = "blend fell back to KDE: 30 days and 41 incidents are too little for more."  # 2 to 31 December 2024
    assert blend.notes[-1] == fell_back
    assert not any("fell back" in note for note in count.notes)


def test_days_without_records_before_a_forecast_are_named(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        (late,) = forecast(connection, replace(request("robbery", "burglary"), as_of=date(2025, 3, 1)))
    # The newest incident is of 1 January: 2 January to 28 February are 58 days.
    assert (
        "the newest incident is of 2025-01-01: 58 days before 2025-03-01 count as days without incidents" in late.notes
    )


def test_the_same_forecast_made_again_replaces_the_first(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        before = len(forecast_store.stored_forecasts(connection))
        forecast(connection, request("burglary", model="kde"))
        assert len(forecast_store.stored_forecasts(connection)) == before
