"""The routes of the e-mail alerts: the same answer for everybody, few an hour, and one clear line for whatever is wrong."""

from collections.abc import Iterator

import httpx
import pytest

from hotspots.api.app import create_api
from hotspots.api.limits.sign_ups import OF_ONE
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_alerts, open_public
from hotspots.store.subscriptions import SubscriptionDesk
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import build_small_city

WISH = {"email": "ann@example.org", "cell": "895:9272", "when": "every"}
HTML = "text/html; charset=utf-8"


@pytest.fixture(scope="module")
def reader(database: TestDatabase) -> Iterator[OpenReader]:
    with database.owner.connect() as connection:
        build_small_city(connection, seed=2, n_incidents=50)
    with open_public(database.settings).open_pool(max_size=2) as pool:
        yield OpenReader(pool)


@pytest.fixture
def client(database: TestDatabase, reader: OpenReader) -> Iterator[httpx.Client]:
    with (
        open_alerts(database.settings).open_pool(max_size=2) as pool,
        served(create_api(reader, desk=SubscriptionDesk(pool))) as url,
        httpx.Client(base_url=url, timeout=60) as asking,
    ):
        yield asking
    with database.owner.connect() as owner:
        owner.execute("delete from alerts.subscription")


def n_stored(database: TestDatabase) -> int:
    with database.owner.connect() as owner:
        (n,) = owner.execute("select count(*) from alerts.subscription").fetchone() or (0,)
    return n


def test_the_answer_does_not_say_whether_the_address_is_known(client: httpx.Client, database: TestDatabase) -> None:
    first, again = (client.post("/subscriptions", json=WISH) for _ in range(2))
    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    assert n_stored(database) == 1
    assert first.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "change",
    [
        {"email": "ann"}, {"email": "ann@localhost"}, {"email": "a@b.c\nBcc: all@example.org"}, {"email": "Ann <ann@example.org>"},
        {"email": "a" * 65 + "@example.org"}, {"email": f"a@{'b.' * 130}org"}, {"email": 3},
        {"cell": None}, {"area": 5}, {"cell": "895"}, {"cell": "895:9272:1"}, {"cell": "0:0"}, {"cell": "-895:9272"}, {"cell": "٣:٤"},
        {"cell": None, "area": 999}, {"types": ["arson"]}, {"types": "theft"}, {"when": "hourly"}, {"lang": "xx"}, {"address": "x"},
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_kept_is_a_problem_that_does_not_repeat_the_address(
    client: httpx.Client, database: TestDatabase, change: dict[str, object]
) -> None:
    answer = client.post("/subscriptions", json={**WISH, **change})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(change.get("email", "ann@example.org")) not in answer.json()["detail"]
    assert n_stored(database) == 0


def test_one_network_may_ask_a_few_times_an_hour(client: httpx.Client, database: TestDatabase) -> None:
    codes = [client.post("/subscriptions", json={**WISH, "email": f"a{n}@example.org"}) for n in range(OF_ONE + 2)]
    assert [answer.status_code for answer in codes] == [202] * OF_ONE + [429] * 2
    # Six of this hour; one is free when a sixth of the next has passed.
    assert 600 <= int(codes[-1].headers["retry-after"]) <= 4200
    assert n_stored(database) == OF_ONE


@pytest.mark.parametrize("verb", ["confirm", "delete"])
def test_a_token_of_garbage_does_nothing_and_says_nothing(client: httpx.Client, verb: str) -> None:
    for token in ("garbage-7", "'; drop table", "%00", "é" * 40):
        shown, done = (
            client.request(method, f"/subscriptions/{verb}", params={"token": token}) for method in ("GET", "POST")
        )
        assert (shown.status_code, shown.headers["content-type"]) == (200, HTML)
        assert (done.status_code, done.headers["content-type"]) == (404 if verb == "confirm" else 200, HTML)
        assert token not in shown.text + done.text
    assert client.get(f"/subscriptions/{verb}").status_code == 400


def test_pages_load_nothing_and_may_only_post_to_us(client: httpx.Client) -> None:
    page = client.get("/subscriptions/confirm?token=x")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "form-action 'self'" in policy
    assert "<script" not in page.text and "http" not in page.text
    for part in ('<html lang="en">', "<title>", "<main><h1>", 'name="viewport"'):
        assert part in page.text


def test_a_place_leads_to_its_cell_and_to_what_is_told_of(client: httpx.Client) -> None:
    found = client.get("/subscriptions/cell", params={"at": "1"}).json()
    assert found["cell"] == "895:9272"
    assert len(found["polygon"].split(",")) == 4
    assert client.get("/subscriptions/cell", params={"at": "999999"}).status_code == 404
    assert client.get("/subscriptions/cell", params={"at": "x"}).status_code == 400


def test_without_a_mail_server_every_route_says_that_there_are_no_alerts(reader: OpenReader) -> None:
    with served(create_api(reader)) as url, httpx.Client(base_url=url, timeout=60) as asking:
        answers = [
            asking.post("/subscriptions", json=WISH),
            *(
                asking.request(method, f"/subscriptions/{verb}?token=x")
                for method in ("GET", "POST")
                for verb in ("confirm", "delete")
            ),
        ]
    for answer in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert answer.json()["detail"].startswith("E-mail alerts are not set up on this server.")
