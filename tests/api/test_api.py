"""The data interface: the same numbers as the reader's, kept by vintage, and one clear line for whatever is wrong."""

from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.api.app import create_api
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.database import TestDatabase
from tests.incident_oracle import matching
from tests.live_server import served
from tests.open_city_builder import NEWEST_DAY, SmallIncident
from tests.vector_tile import read_tile

PATHS = (
    "/tiles/incidents/0/0/0.mvt",
    "/tiles/base/0/0/0.mvt",
    "/tiles/areas/beat/0/0/0.mvt",
    "/tiles/forecast/1/0/0/0.mvt",
    "/tiles/incidents.json",
    "/tiles/areas/beat.json",
    "/",
    "/conformance",
    "/licence",
    "/dictionary",
    "/collections",
    "/collections/areas",
    "/collections/incidents/items",
    "/collections/places/items/1?f=parquet",
    "/counts",
    "/series?by=area&kind=beat",
    "/series?by=month&f=csv",
    "/downloads",
    "/downloads/incidents/2017.csv",
    "/health",
)
FILTERED = ("/tiles/incidents/0/0/0.mvt", "/tiles/incidents.json", "/counts", "/series", "/collections/incidents/items")


def test_a_tile_holds_the_incidents_of_the_filter(client: httpx.Client, city: list[SmallIncident]) -> None:
    answer = client.get("/tiles/incidents/0/0/0.mvt", params={"types": "theft,burglary"})
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    question = IncidentFilter(Period.last_days(NEWEST_DAY, 90), crime_types=("theft", "burglary"))
    located = [i for i in matching(city, question) if i.anchor.status == "located"]
    assert sum(feature.attributes["n"] for feature in read_tile(answer.content)["incidents"]) == len(located)


def test_counts_rows_and_filter_agree(client: httpx.Client, city: list[SmallIncident]) -> None:
    asked = {"from": "2017-11-01", "to": "2017-12-31", "weekdays": "fri,sat", "hours": "18-02", "areas": "5"}
    counts = client.get("/counts", params=asked).json()
    rows = client.get("/collections/incidents/items", params={**asked, "limit": 1000}).json()
    question = IncidentFilter.from_query(asked, default_period=Period.last_days(NEWEST_DAY, 90))
    expected = matching(city, question)
    assert counts["counts"]["total"] == rows["numberMatched"] == len(rows["features"]) == len(expected) > 0
    assert {feature["id"] for feature in rows["features"]} == {str(incident.public_id) for incident in expected}
    assert sum(row["incidents"] for row in counts["by_day"]) == len(expected)
    assert counts["question"] == question.to_query()


@pytest.mark.parametrize("path", [path for path in PATHS if path != "/health"])
def test_an_answer_is_asked_after_by_its_vintage(client: httpx.Client, database: TestDatabase, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    tag = first.headers["etag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    with database.owner.connect(autocommit=True) as owner:
        owner.execute(
            "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
            " select known_on, first_day, newest_day, incidents, labels_version from open.vintage order by vintage_id desc limit 1"
        )
    fresh = client.get(path, headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["etag"] != tag


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=yesterday", "from: 'yesterday' is not a day"),
        ("from=2017-12-31&to=2017-12-01", "to: 2017-12-01 is before from"),
        ("types=jaywalking", "types: 'jaywalking' is not one of"),
        ("areas=beat", "areas: 'beat' is not a whole number"),
        ("areas=99999", "areas: 99999 is not the number of an area"),
        ("areas=999999999999999999", "areas: 999999999999999999 is not"),
        ("at=1&radius=7", "radius: 7 m is not between 100 and 5000"),
        ("at=999999999999999999", "at: 999999999999999999 is not in the gazetteer"),
        ("near=school", "near: 'school' is not a kind of place and metres"),
        ("near=school:0", "near: 0 m is not between"),
        ("hours=25-26", "hours: 25-26 is not a range"),
        ("hours=6-6", "hours: 06-06 is not a range"),
        ("weekdays=someday", "weekdays: 'someday' is not one of mon"),
        ("locations=MOON", "locations: 'MOON' is not one of RESIDENCE, SMALL RETAIL STORE, STREET"),
        ("colour=red", "colour: unknown parameter. Expected one of"),
        ("types=theft&types=burglary", "types: given twice"),
    ],
)
def test_a_filter_that_cannot_be_asked_is_a_problem_in_one_line(client: httpx.Client, query: str, said: str) -> None:
    for path in FILTERED:
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert said in problem["detail"]
        assert "\n" not in problem["detail"]
        assert problem["status"] == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tiles/incidents/1/2/0.mvt", 400),
        ("/tiles/incidents/99/0/0.mvt", 400),
        ("/tiles/incidents/1/x/0.mvt", 400),
        ("/tiles/base/1/0/1000000000000000000000000000000.mvt", 400),
        ("/tiles/areas/parish/1/0/0.mvt", 404),
        ("/tiles/forecast/77/1/0/0.mvt", 404),
        ("/tiles/forecast/99999999999999999999/1/0/0.mvt", 404),
        ("/tiles/forecast/-1/1/0/0.mvt", 404),
        ("/nothing", 404),
        ("/collections/", 404),
        ("/collections/nothing", 404),
        ("/collections/nothing/items", 404),
        ("/collections/areas/items/99999999999999999999", 404),
        ("/collections/areas/items/five", 404),
        ("/collections/forecasts/items/1", 404),
        ("/collections/incidents/items/00000000-0000-0000-0000-000000000000", 404),
        ("/collections/incidents/items?limit=0", 400),
        ("/collections/incidents/items?limit=some", 400),
        ("/collections/incidents/items?token=garbage", 400),
        ("/collections/incidents/items?bbox=1,2,3", 400),
        ("/collections/incidents/items?bbox=-88,42,-87,41", 400),
        ("/collections/incidents/items?bbox=nan,nan,nan,nan", 400),
        ("/collections/incidents/items?datetime=2017-12-31/2017-12-01", 400),
        ("/collections/incidents/items?datetime=2017-13-01", 400),
        ("/collections/incidents/items?datetime=9999-12-31/..", 400),
        ("/collections/incidents/items?datetime=2017-12-01&from=2017-12-01", 400),
        ("/collections/incidents/items?f=shp", 400),
        ("/collections/areas/items?types=theft", 400),
        ("/collections/areas/items?kind=parish", 400),
        ("/collections/forecasts/items?forecast=one", 400),
        ("/series?by=moon", 400),
        ("/series?by=area", 400),
        ("/series?by=area&kind=parish", 404),
        ("/downloads/incidents/1999.csv", 404),
        ("/downloads/incidents/2017.xls", 400),
        ("/tiles/areas/parish.json", 404),
        ("/health?colour=red", 400),
    ],
)
def test_what_is_not_there_is_a_problem(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.integers() | st.text(max_size=8), min_size=3, max_size=3))
def test_whatever_tile_is_asked_for_the_answer_is_no_failure(client: httpx.Client, parts: list[int | str]) -> None:
    from urllib.parse import quote

    z, x, y = (quote(str(part), safe="") for part in parts)
    for layer in ("incidents", "base", "areas/beat", "forecast/1"):
        assert client.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt").status_code in (200, 400, 404)


def test_a_search_is_a_post_and_answers_with_public_numbers(client: httpx.Client) -> None:
    answer = client.post("/search", json={"text": "state & division"})
    assert answer.headers["cache-control"] == "no-store"
    (match, *_) = answer.json()["matches"]
    assert (match["name"], match["sure"]) == ("N STATE ST & W DIVISION ST", True)
    assert client.post("/search", json={"text": "xyzzy"}).json() == {"matches": []}
    assert client.get("/search?text=state").status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"text": 3}',
        b'{"text": "a", "limit": 0}',
        b'{"text": "a", "x": 1}',
        b"\xff",
        b'{"text": "%s"}' % (b"a" * 300),
    ],
)
def test_a_search_that_cannot_be_read_is_a_problem_and_does_not_repeat_the_text(
    client: httpx.Client, body: bytes
) -> None:
    answer = client.post("/search", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "aaaa" not in answer.text


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_can_be_searched_for(client: httpx.Client, text: str) -> None:
    assert client.post("/search", json={"text": text}).status_code == 200


def test_health_says_what_is_published(client: httpx.Client) -> None:
    health = client.get("/health").json()
    assert (health["status"], health["newest_day"], health["known_on"]) == ("ok", "2017-12-31", "2018-01-07")


def test_health_names_the_newest_incident_and_when_each_feed_last_answered(
    client: httpx.Client, database: TestDatabase
) -> None:
    with database.owner.connect() as connection:
        newest = connection.execute("select max(day)::text from open.incident").fetchone()
        connection.execute("insert into open.feed values ('portal', '2018-01-07 05:30Z', null)")
    try:
        health = client.get("/health").json()
    finally:
        with database.owner.connect() as connection:
            connection.execute("delete from open.feed")
    assert newest is not None and health["newest_incident"] == newest[0]
    (feed,) = health["feeds"]
    assert (feed["feed"], feed["failing_since"]) == ("portal", None)
    assert datetime.fromisoformat(feed["last_success"]) == datetime(2018, 1, 7, 5, 30, tzinfo=UTC)


def test_a_database_that_does_not_answer_is_said_in_words(database: TestDatabase) -> None:
    pool = open_public(database.settings).open_pool()
    with served(create_api(OpenReader(pool))) as url:
        pool.close()
        answer = httpx.get(f"{url}/health")
    assert answer.status_code == 503
    assert answer.json()["detail"] == "The database does not answer at the moment. Try again in a minute."


def test_the_description_names_every_route_and_loads_nothing_from_elsewhere(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page.text
    assert "http" not in page.text
    assert "<script" not in page.text
