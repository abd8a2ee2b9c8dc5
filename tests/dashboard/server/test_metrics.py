"""Numbers about the server, for who knows the token, and nothing in them that somebody asked."""

from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from hotspots.store.server.connection import open_desk, open_partners, open_public
from hotspots_dashboard.server.app import create_server
from hotspots_dashboard.server.desk import create_desk_server
from hotspots_dashboard.server.metrics import kind_of
from hotspots_dashboard.server.partners import create_partner_server
from tests.database import TestDatabase
from tests.desk_people import KEY
from tests.live_server import served
from tests.open_city_builder import build_small_city

TOKEN = "a-word-of-some-length"


@pytest.fixture(scope="module")
def client(database: TestDatabase) -> Iterator[httpx.Client]:
    with database.owner.connect() as connection:
        build_small_city(connection, seed=2, n_incidents=20)
    server = create_server(open_public(database.settings).open_pool(), metrics_token=TOKEN)
    with served(server) as url, httpx.Client(base_url=url, timeout=60) as asking:
        yield asking


def counted(client: httpx.Client) -> dict[tuple[str, str], float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (one.labels["kind"], one.labels["status"]): one.value
        for family in families
        for one in family.samples
        if one.name == "hotspots_requests_total"
    }


def test_requests_are_counted_by_kind_and_status(client: httpx.Client) -> None:
    before = counted(client)
    client.get("/api/tiles/incidents/10/262/380.mvt")
    client.get("/api/tiles/incidents/10/262/380.mvt", params={"types": "4711"})
    client.get("/nowhere/4711")
    after = counted(client)
    grown = {name: n - before.get(name, 0) for name, n in after.items() if n != before.get(name, 0)}
    assert grown == {("tile", "200"): 1, ("tile", "400"): 1, ("page", "404"): 1, ("page", "200"): 1}
    assert "4711" not in client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text


@pytest.mark.parametrize("room", ["desk", "partners"])
def test_the_guarded_servers_tell_theirs_too_and_nothing_without_the_token(database: TestDatabase, room: str) -> None:
    if room == "desk":
        server = create_desk_server(
            open_desk(database.settings).open_pool(max_size=4), seed_key=KEY, metrics_token=TOKEN
        )
    else:
        pool = open_partners(database.settings).open_pool(max_size=4)
        server = create_partner_server(pool, seed_key=KEY, metrics_token=TOKEN)
    with served(server) as url, httpx.Client(base_url=url, timeout=60) as asking:
        before = counted(asking)
        asking.get("/sign-in")
        after = counted(asking)
        assert after["page", "200"] - before.get(("page", "200"), 0) == 2  # the page, and the numbers before it
        for given in ("", f"Bearer {TOKEN}x"):
            answer = asking.get("/metrics", headers={"Authorization": given})
            assert (answer.status_code, "hotspots_requests" in answer.text) == (404, False)


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_who_does_not_know_the_token_finds_no_page(client: httpx.Client, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})
    assert (answer.status_code, "hotspots_requests" in answer.text) == (404, False)


def test_without_a_token_there_is_no_page(database: TestDatabase) -> None:
    with served(create_server(open_public(database.settings).open_pool())) as url:
        answer = httpx.get(f"{url}/metrics", headers={"Authorization": "Bearer None"}, timeout=60)
    assert (answer.status_code, "hotspots_requests" in answer.text) == (404, False)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "page"), ("/about", "page"), ("/_dash-update-component", "callback"), ("/assets/*", "asset"), ("/api/search", "search"),
     ("/api/tiles/incidents/*/*/*", "tile"), ("/api/subscriptions/confirm", "subscription"), ("/api/downloads/incidents/*", "download"),
     ("/download/incidents.csv", "download"), ("/map/api/tiles/incidents/*/*/*", "tile"), ("/map/api/search", "search"), ("/api/place.pdf", "download"), ("/api/health", "health"), ("/api/counts", "api")],
)  # fmt: skip
def test_the_kind_of_a_path(path: str, kind: str) -> None:
    assert kind_of(path) == kind
