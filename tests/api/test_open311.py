"""Open311 GeoReport v2 over the real server: what the protocol says of services, requests, errors, JSON and XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as Xml

import httpx
import psycopg
import pytest

from hotspots.pipeline.concerns.seal import unseal
from hotspots.pipeline.concerns.systems import add_system, disable_system
from tests.concerned_city import KEY, TEXT, build_concerned_city, concern_site
from tests.database import TestDatabase

V2 = "/open311/v2"


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_concerned_city(database)
    return database


@pytest.fixture(scope="module")
def client(city: TestDatabase) -> Iterator[httpx.Client]:
    with concern_site(city) as site:
        yield site.client


def keyed(city: TestDatabase, name: str) -> str:
    with city.owner.connect() as connection:
        return add_system(connection, name, person="admin1")


@pytest.fixture(scope="module")
def keys(city: TestDatabase) -> dict[str, str]:
    return {name: keyed(city, name) for name in ("city311", "transit")}


@pytest.fixture
def owner(city: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with city.owner.connect() as connection:
        connection.execute("truncate intake.concern, intake.event, intake.daily_salt cascade")
        connection.commit()
        yield connection


@pytest.fixture(scope="module")
def place(city: TestDatabase) -> dict[str, str]:
    with city.owner.connect() as connection:
        row = connection.execute(
            "select st_y(st_transform(geom, 4326)), st_x(st_transform(geom, 4326)) from open.anchor where status = 'located' order by anchor_id limit 1"
        ).fetchone()
    assert row is not None
    return {"lat": f"{row[0]:.6f}", "long": f"{row[1]:.6f}"}


def test_discovery_and_services_in_both_formats(client: httpx.Client) -> None:
    found = client.get("/open311/discovery.json").json()
    assert found["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2" and found["endpoints"][0][
        "url"
    ].endswith(V2)
    assert (
        Xml.fromstring(client.get("/open311/discovery.xml").text).findtext("endpoints/endpoint/formats/format")
        == "text/xml"
    )
    services = client.get(f"{V2}/services.json").json()
    assert [one["service_code"] for one in services][:2] == ["lighting", "building"]
    assert set(services[0]) == {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
    answer = client.get(f"{V2}/services.xml")
    assert answer.headers["content-type"].startswith("text/xml")
    assert [one.text for one in Xml.fromstring(answer.text).findall("service/service_code")][:2] == [
        "lighting",
        "building",
    ]
    assert client.get(f"{V2}/services/lighting.json").json() == {"service_code": "lighting", "attributes": []}
    assert client.get(f"{V2}/services/murder.json").status_code == 404


def test_a_request_becomes_a_sealed_concern_and_its_sender_follows_it(
    client: httpx.Client, keys: dict[str, str], place: dict[str, str], owner: psycopg.Connection[Any]
) -> None:
    sent = {
        "api_key": keys["city311"],
        "service_code": "lighting",
        "description": TEXT,
        **place,
        "first_name": "Ann",
        "email": "ann@example.org",
        "phone": "1",
    }
    answer = client.post(f"{V2}/requests.json", data=sent)
    assert answer.status_code == 201
    (made,) = answer.json()
    assert made["service_request_id"].startswith("K-") and "/concern/status#" in made["service_notice"]
    kept = owner.execute("select sealed, source, network_hash from intake.concern").fetchone()
    assert kept is not None and kept[1:] == ("open311", None)
    assert unseal(bytes(kept[0]), key=KEY, reference=made["service_request_id"]) == TEXT
    dumped = str(owner.execute("select to_jsonb(k) from intake.concern k").fetchone())
    assert "Ann" not in dumped and "ann@" not in dumped
    (one,) = client.get(f"{V2}/requests/{made['service_request_id']}.json", params={"api_key": keys["city311"]}).json()
    assert (one["status"], one["service_code"], one["description"]) == ("open", "lighting", None)
    owner.execute(
        "update intake.concern set state = 'answered', answer = 'done', answer_words = 'The lamps burn again.', answered_at = now(), answered_by = 'x', read_at = now()"
    )
    owner.commit()
    closed = client.get(f"{V2}/requests.xml", params={"api_key": keys["city311"], "status": "closed"})
    request = Xml.fromstring(closed.text).find("request")
    assert request is not None and request.findtext("status") == "closed"
    assert request.findtext("status_notes") == "done: The lamps burn again." and request.findtext("description") == ""
    assert client.get(f"{V2}/requests.json", params={"api_key": keys["city311"], "status": "open"}).json() == []


def test_a_key_sees_its_own_requests_alone_and_ends_at_once(
    client: httpx.Client,
    keys: dict[str, str],
    place: dict[str, str],
    owner: psycopg.Connection[Any],
    city: TestDatabase,
) -> None:
    sent = {"api_key": keys["city311"], "service_code": "venue", "description": TEXT, **place}
    number = client.post(f"{V2}/requests.json", data=sent).json()[0]["service_request_id"]
    other = {"api_key": keys["transit"]}
    assert client.get(f"{V2}/requests.json", params=other).json() == []
    assert client.get(f"{V2}/requests/{number}.json", params=other).status_code == 404
    for wrong in ({}, {"api_key": "x" * 43}, {"api_key": ""}):
        for answer in (
            client.get(f"{V2}/requests.json", params=wrong),
            client.post(f"{V2}/requests.json", data={**sent, "api_key": "", **wrong}),
        ):
            assert answer.status_code == 403 and answer.json()[0]["code"] == 403
    with city.owner.connect() as connection:
        disable_system(connection, "transit", person="admin1")
    assert client.get(f"{V2}/requests.json", params=other).status_code == 403


REFUSED = [
    ({"service_code": ""}, 400, "service_code"),
    ({"service_code": "murder"}, 404, "service_code"),
    ({"description": "He has a gun, help me"}, 400, "call 911"),
    ({"description": "John Miller sells from his car"}, 400, "seems to hold a name"),
    ({"description": ""}, 400, "description is empty"),
    ({"description": "x" * 501}, 400, "501 characters"),
    ({"lat": "x"}, 400, "degrees"),
    ({"lat": "nan", "long": "nan"}, 400, "degrees"),
    ({"lat": "0", "long": "0"}, 400, "no public point"),
    ({"lat": "", "long": "", "address_string": "Nowhere Lane"}, 400, "address_string"),
    ({"lat": "", "long": "", "address_id": "999999999"}, 400, "address_id"),
]


@pytest.mark.parametrize(("fields", "status", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_errors_are_those_of_the_protocol(
    client: httpx.Client, keys: dict[str, str], place: dict[str, str], owner: psycopg.Connection[Any],
    fields: dict[str, str], status: int, said: str, form: str,
) -> None:  # fmt: skip
    sent = {"api_key": keys["city311"], "service_code": "lighting", "description": TEXT, **place, **fields}
    answer = client.post(f"{V2}/requests.{form}", data=sent)
    assert answer.status_code == status
    if form == "json":
        (error,) = answer.json()
        assert error["code"] == status and said in error["description"]
    else:
        tree = Xml.fromstring(answer.text)
        assert (
            tree.tag == "errors"
            and tree.findtext("error/code") == str(status)
            and said in (tree.findtext("error/description") or "")
        )
    assert owner.execute("select count(*) from intake.concern").fetchone() == (0,)


def test_spans_and_other_questions_that_cannot_be_asked(client: httpx.Client, keys: dict[str, str]) -> None:
    for wrong in (
        {"status": "lost"},
        {"start_date": "soon"},
        {"start_date": "2026-01-01", "end_date": "2026-12-31"},
        {"service_request_id": "K-1," * 60},
    ):
        assert client.get(f"{V2}/requests.json", params={"api_key": keys["city311"], **wrong}).status_code == 400
    assert client.get(f"{V2}/requests.csv", params={"api_key": keys["city311"]}).status_code == 404


def test_a_key_stands_in_no_log(client: httpx.Client, keys: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    client.get(f"{V2}/requests.json", params={"api_key": keys["city311"]})
    client.get(f"{V2}/requests/K-1234-5678.json", params={"api_key": keys["city311"]})
    printed = "".join(capfd.readouterr())
    assert keys["city311"] not in printed and "K-1234-5678" not in printed and "/open311/v2/requests.json" in printed
