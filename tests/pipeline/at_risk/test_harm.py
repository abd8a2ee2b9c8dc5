"""Lists that rank by harm: burglaries in one cell, robberies in another, and weights that turn the order."""

import csv
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from psycopg.types.json import Jsonb

from hotspots.domain.place_list import ListRequest
from hotspots.errors import InputError
from hotspots.pipeline.at_risk.at_risk import at_risk
from hotspots.pipeline.at_risk.export import ENDINGS, write_list
from hotspots.pipeline.at_risk.question import claim_in_words
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.store.staff.at_risk import read_backdrop
from tests.core_city_builder import SRID, add_incident
from tests.database import TestDatabase
from tests.pipeline.listed_city import AS_OF, HOT, WARM, build_listed_city, request

HARM = {"unit": "days", "source": "the city's own table", "weights": {"burglary": 20, "robbery": 200}}
ASKED = ListRequest(
    crime_types=("burglary", "robbery"), unit="cell", places=2, rank_by="harm", random_share=0.0, model="long_run_count"
)


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    """Burglaries 32 in the hot cell and 10 in the warm one; robberies 10 in the warm cell, one in the hot."""
    build_listed_city(database)
    with database.owner.connect() as connection:
        for n in range(11):
            day = datetime(2024, 12, 2, 13) + timedelta(days=2 * n)
            add_incident(connection, f"robbery {n}", WARM if n < 10 else HOT, day, crime_type="robbery")
        forecast(connection, request("robbery"))
        forecast(connection, request("burglary"))
    return database


def with_harm(city: TestDatabase, harm: dict[str, object] | None) -> None:
    with city.owner.connect() as connection:
        connection.execute("update core.city set config = config - 'harm'")
        if harm is not None:
            connection.execute("update core.city set config = config || %s", [Jsonb({"harm": harm})])


def test_weights_turn_the_order_and_the_harm_is_their_sum(city: TestDatabase) -> None:
    with_harm(city, HARM)
    with city.staff.connect() as connection:
        plain = at_risk(connection, replace(ASKED, rank_by="density"), today=AS_OF)
        burglaries = at_risk(connection, replace(ASKED, crime_types=("burglary",)), today=AS_OF)
        made = at_risk(connection, ASKED, today=AS_OF)
    hot, warm = plain.places
    assert (hot.count_last_year, warm.count_last_year) == (33, 20)
    assert [place.code for place in made.places] == [warm.code, hot.code]
    of_burglary = {place.code: place.expected for place in burglaries.places}
    for place in made.places:
        robbery = place.expected - of_burglary[place.code]
        assert place.harm == pytest.approx(20 * of_burglary[place.code] + 200 * robbery)
    assert all(place.harm == place.expected for place in plain.places) and plain.harm is None
    assert made.harm_share == pytest.approx(
        1 - 20 / 3040, abs=1e-3
    )  # of 42 burglaries and 11 robberies one burglary lies elsewhere
    assert claim_in_words(made).startswith("hold 99.3 % of the harm, and ")
    assert "harm" not in claim_in_words(plain)
    assert len(set(made.notes)) == len(made.notes)
    assert any(note.startswith("Robbery: ") for note in made.notes)  # which of the two forecasts it is said of
    assert made.evidence is None and "ranked by harm with these weights has been backtested" in made.evidence_words


def test_boxes_that_are_merged_keep_their_harm(city: TestDatabase) -> None:
    with_harm(city, HARM)
    with city.staff.connect() as connection:
        boxes = at_risk(connection, replace(ASKED, unit="box", places=1), today=AS_OF)
        cells = at_risk(connection, replace(ASKED, places=40), today=AS_OF)
    (place,) = boxes.places
    assert 0 < place.harm <= sum(one.harm for one in cells.places) * (1 + 1e-9)
    assert 20 * place.expected < place.harm < 200 * place.expected


@pytest.mark.parametrize("ending", [".csv", ".geojson"])
def test_a_file_says_the_weights_and_whose_they_are(city: TestDatabase, tmp_path: Path, ending: str) -> None:
    with_harm(city, HARM)
    with city.staff.connect() as connection:
        made = at_risk(connection, ASKED, today=AS_OF)
        backdrop = read_backdrop(connection, srid=SRID, kind="beat")
    for one in ENDINGS:
        write_list(made, tmp_path / f"list{one}", srid=SRID, backdrop=backdrop)
    text = (tmp_path / f"list{ending}").read_text("utf-8-sig")
    if ending == ".csv":
        first = next(csv.DictReader(text.splitlines()))
        question, harm = json.loads(first["question"]), float(first["expected_harm"])
    else:
        body = json.loads(text)
        question, harm = body["question"], body["features"][0]["properties"]["expected_harm"]
    assert question["Ranked by"] == "expected harm per km²"
    assert question["Harm weights"] == "Burglary 20, Robbery 200 (days an incident); the city's own table"
    assert "--rank-by harm" in question["Made again by"]
    assert harm == pytest.approx(made.places[0].harm, abs=1e-3)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (None, r"the city file has no \[harm\] section"),
        ({**HARM, "weights": {"robbery": 200}}, "has no weight for burglary; it has robbery"),
    ],
)
def test_a_list_by_harm_needs_a_weight_for_each_type(
    city: TestDatabase, harm: dict[str, object] | None, words: str
) -> None:
    with_harm(city, harm)
    with city.staff.connect() as connection, pytest.raises(InputError, match=words):
        at_risk(connection, ASKED, today=AS_OF)


def test_types_forecast_as_one_cannot_be_weighed_apart(city: TestDatabase) -> None:
    with_harm(city, HARM)
    with city.owner.connect() as connection:
        forecast(connection, request("burglary", "robbery"))
    try:
        with city.staff.connect() as connection, pytest.raises(InputError, match="make one for each"):
            at_risk(connection, ASKED, today=AS_OF)
    finally:
        with city.owner.connect() as connection:
            connection.execute("delete from core.forecast where cardinality(crime_types) = 2")
