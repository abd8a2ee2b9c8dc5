"""No number in `open` tells of what is not there: a city with a hidden past dumps like one that never had it, gaps and order included."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import psycopg
import pytest

from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from tests.builders import Precision, Report, SmallCity, random_reports
from tests.database import TestDatabase, cloned_database
from tests.pipeline.publish_city import FIRST, PRECISIONS, TODAY
from tests.privacy.attacks import SEED, differences, dump

PAST = date(2024, 4, 25)
WORDS = (
    "alley",
    "residence",
    "street",
)  # that public incidents bear; the hidden ones have words of their own between them
TOLD = ("incident", "anchor", "anchor_area", "anchor_place", "location_type", "crime_type", "gazetteer", "street", "area", "place", "forecast", "forecast_cell")  # fmt: skip


def public_reports(precision: Precision) -> list[Report]:
    """Reports that may all be public."""
    reports = random_reports(260, precision=precision, first_day=FIRST, n_days=115)
    return [
        replace(one, sensitive=False, crime_type="theft", location_type=WORDS[n % 3]) for n, one in enumerate(reports)
    ]


def hidden_reports(precision: Precision) -> list[Report]:
    """Sensitive ones, withheld ones, and ones withdrawn before anything was published: with words and, but on a lattice, doors of their own."""
    if precision == "lattice":  # whose points merge by the doors that were ever reported, withdrawn reports too
        doors = [replace(one, key=f"H{one.key}") for one in public_reports(precision)[:90]]
    else:
        doors = random_reports(90, precision=precision, first_day=FIRST, n_days=100, seed=9, key="H")
        doors = [replace(one, address=one.address.replace("E ", "W ")) for one in doors if one.address]
    kinds = ("stalking", "assault", "theft")
    return [
        replace(one, sensitive=False, crime_type=kinds[n % 3], location_type=f"hidden {n % 9}")
        for n, one in enumerate(doors)
    ]


def build(database: TestDatabase, precision: Precision, *, hidden: bool) -> SmallCity:
    """A city before its first publication; with or without a past that may not be told."""
    with database.owner.connect() as connection:
        city = SmallCity(connection, precision, public={"withhold": ["assault"]}).build()
        connection.execute("update core.city set public_seed = %s", [SEED])
        connection.execute("truncate core.location_type cascade")
        words = [
            word
            for n, kept in enumerate(WORDS)
            for word in ([f"hidden {n * 3 + k}" for k in range(3)] if hidden else []) + [kept]
        ]
        for word in words:
            connection.execute("insert into core.location_type (name) values (%s)", [word])
        told, kept_back = public_reports(precision), hidden_reports(precision) if hidden else []
        both = [one for pair in zip(told, kept_back, strict=False) for one in pair] + told[len(kept_back) :]
        city.deliver(both, known_on=PAST)
        gone = [one.key for one in kept_back if one.crime_type == "theft"]
        city.deliver([], known_on=PAST + timedelta(days=1), withdrawn=gone)
        if hidden:
            make_forecast(connection, "assault")
        connection.commit()
    return city


def make_forecast(connection: psycopg.Connection, crime_type: str) -> None:
    forecast(
        connection,
        ForecastRequest(
            crime_types=(crime_type,), as_of=date(2024, 4, 10), horizon_days=28, model="kde", cell_size_m=250
        ),
    )


def told(database: TestDatabase) -> dict[str, Counter[str]]:
    seen = dump(database)
    return {table: seen[table] for table in TOLD}


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_hidden_past_leaves_no_gap_and_no_order_in_any_number(cluster: Settings, precision: Precision) -> None:
    seen, later = [], []
    for hidden in (False, True):
        with cloned_database(cluster, f"test_numbers_{precision}_{hidden}") as database:
            city = build(database, precision, hidden=hidden)
            publish(database.owner, today=TODAY)
            with database.owner.connect() as connection:
                make_forecast(connection, "theft")
            seen.append(told(database))
            with database.owner.connect() as connection:
                city.connection = connection
                connection.execute("insert into core.location_type (name) values ('bus stop')")
                new = Report("N1", datetime(2024, 5, 3, 13), 500.25, 950.0, "05XX E 10TH ST", location_type="bus stop")
                hiding = [replace(one, key=f"L{one.key}") for one in hidden_reports(precision)] if hidden else []
                city.deliver([*hiding, new], known_on=date(2024, 5, 20))
                city.deliver([], known_on=date(2024, 5, 21), withdrawn=[one.key for one in hiding])
            publish(database.owner, today=TODAY)
            later.append(told(database))
    assert seen[0]["incident"].total() > 200 and later[0]["incident"].total() == seen[0]["incident"].total() + 1
    assert differences(*seen) == {}
    assert differences(*later) == {}
