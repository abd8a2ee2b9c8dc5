"""Rules for every request: other origins may read, HEAD has no body, errors and links are whole."""

import httpx
import pytest

from hotspots.api.app import create_api
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import SmallIncident

ELSEWHERE = {"Origin": "https://elsewhere.example"}


@pytest.mark.parametrize("path", ["/", "/collections/areas/items", "/tiles/incidents/0/0/0.mvt", "/nothing"])
def test_any_origin_may_read_without_credentials(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers=ELSEWHERE)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    preflight = client.options(path, headers={**ELSEWHERE, "Access-Control-Request-Method": "GET"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


def test_the_search_is_for_our_own_pages(client: httpx.Client) -> None:
    preflight = client.options("/search", headers={**ELSEWHERE, "Access-Control-Request-Method": "POST"})
    answer = client.post("/search", json={"text": "state"}, headers=ELSEWHERE)
    assert "access-control-allow-origin" not in {**preflight.headers, **answer.headers}
    assert answer.status_code == 200  # who asks is not told apart; what a browser hands over is


@pytest.mark.parametrize(
    "path", ["/", "/counts", "/collections/incidents/items?f=csv", "/downloads/incidents/2017.parquet", "/nothing"]
)
def test_head_is_a_get_without_its_body(client: httpx.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    for name in ("content-type", "etag", "link"):
        assert head.headers.get(name) == get.headers.get(name)


def test_a_method_that_is_not_there_is_told_which_are(client: httpx.Client) -> None:
    answer = client.delete("/collections/areas/items/1")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/search").headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("*/*", "application/geo+json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/geo+json"),
        ("application/json", "application/geo+json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*;q=0.5, application/geo+json;q=0.1", "text/csv; charset=utf-8"),
        ("application/vnd.apache.parquet, text/csv;q=0.9", "application/vnd.apache.parquet"),
        ("nonsense", "application/geo+json"),
        (";;;q=,/", "application/geo+json"),
        ("image/png", None),
        ("application/geo+json;q=0", None),
    ],
)
def test_the_format_is_what_the_client_accepts_best(client: httpx.Client, accept: str, answered: str | None) -> None:
    answer = client.get("/collections/areas/items", headers={"Accept": accept})
    if answered is None:
        assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
    else:
        assert (answer.status_code, answer.headers["content-type"]) == (200, answered)
        assert answer.headers["vary"] == "Accept"


def test_every_json_answer_says_source_licence_disclaimer_and_vintage(client: httpx.Client) -> None:
    for path in ("/", "/conformance", "/licence", "/dictionary", "/collections", "/collections/places",
                 "/collections/places/items", "/collections/places/items/1", "/counts", "/series", "/downloads",
                 "/tiles/incidents.json", "/tiles/base.json", "/tiles/forecast/1.json"):  # fmt: skip
        answer = client.get(path).json()
        assert (answer["source"], answer["disclaimer"], answer["invented"]) == ("Nobody", "Invented.", True)
        assert answer["vintage"]["known_on"] == "2018-01-07"
        assert answer["data_licence"] == {"name": "Open for tests 1.0", "url": "https://city.example/licence"}
        assert client.get(answer["licence"]).json()["city"] == "Smallville"
        assert client.get(answer["dictionary"]).json()["place_kinds"][0]["kind"] == "park"


def test_the_dictionary_names_every_field_of_a_feature(client: httpx.Client) -> None:
    collections = {one["id"]: one for one in client.get("/dictionary").json()["collections"]}
    for name, collection in collections.items():
        (feature,) = client.get(f"/collections/{name}/items", params={"limit": 1}).json()["features"]
        assert [field["name"] for field in collection["fields"]] == list(feature["properties"])
        assert all(field["description"] for field in collection["fields"])


def test_a_tilejson_leads_to_its_tiles_with_the_filter(client: httpx.Client) -> None:
    described = client.get("/tiles/incidents.json", params={"types": "theft"}).json()
    assert described["tilejson"] == "3.0.0"
    assert set(described["vector_layers"][0]["fields"]) >= {"n", "top", "anchors", "n_theft"}
    address = described["tiles"][0].replace("{z}", "0").replace("{x}", "0").replace("{y}", "0")
    assert client.get(address).content == client.get("/tiles/incidents/0/0/0.mvt", params={"types": "theft"}).content


@pytest.mark.parametrize("host", ["[::1", "a b", "<script>", "x" * 300 + "/", "elsewhere.example:99999999"])
def test_a_strange_host_is_in_no_link(client: httpx.Client, host: str) -> None:
    for path in ("/", "/collections/areas/items?f=csv", "/feed"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code in (200, 400)
        assert host not in answer.text + answer.headers.get("link", "")


def test_links_begin_with_the_address_that_the_settings_name(database: TestDatabase, city: list[SmallIncident]) -> None:
    with (
        open_public(database.settings).open_pool() as pool,
        served(create_api(OpenReader(pool), public_url="https://map.example/crime/")) as url,
    ):
        links = httpx.get(f"{url}/collections").json()["links"]
    assert links[0]["href"] == "https://map.example/crime/collections"


@pytest.mark.parametrize("path", ["/nothing%0A", "/collections/places/items/%0A", "/collections/areas%0A/items"])
def test_a_line_break_in_a_path_is_answered_with_a_problem(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
