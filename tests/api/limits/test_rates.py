"""Requests a minute of one network: a window that slides, for whatever is asked."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from fastapi import Request

from hotspots.api.limits.networks import NetworkNames
from hotspots.api.limits.rates import RateLimit
from hotspots.api.limits.sign_ups import OF_ALL, OF_ONE, SignUpLimit

NOON = 1_800_000_000 - 1_800_000_000 % 60  # the start of a minute, where the library's windows begin


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


async def _answer(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def asked(app: Any, client: str, path: str = "/api/counts") -> tuple[int, dict[str, str], str]:
    """Status, headers and body of one request."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"at=4711",
        "client": (client, 1),
        "headers": [],
    }
    asyncio.run(app(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(one.get("body", b"") for one in sent[1:]).decode()


def test_a_network_may_ask_so_often_and_is_told_how_often(clock: Any) -> None:
    limit = RateLimit(_answer, per_minute=6)
    answers = [asked(limit, "192.0.2.7") for _ in range(7)]
    assert [status for status, _, _ in answers] == [200] * 6 + [429]
    assert [headers["ratelimit-remaining"] for _, headers, _ in answers] == ["5", "4", "3", "2", "1", "0", "0"]
    assert {headers["ratelimit-policy"] for _, headers, _ in answers} == {"6;w=60"}
    assert asked(limit, "192.0.2.8")[0] == 200


def test_the_wait_that_is_told_is_the_wait_that_is_needed(clock: time_machine.Traveller) -> None:
    limit = RateLimit(_answer, per_minute=6)
    for _ in range(6):
        asked(limit, "192.0.2.7")
    wait_s = int(asked(limit, "192.0.2.7")[1]["retry-after"])
    # Six stand in this minute; one place is free when a sixth of the next has passed: 60 + 10 s.
    assert wait_s == 70
    clock.shift(wait_s - 1)
    assert asked(limit, "192.0.2.7")[0] == 429
    clock.shift(1)
    assert [asked(limit, "192.0.2.7")[0] for _ in range(2)] == [200, 429]


def test_a_refusal_is_a_problem_that_others_may_read_and_repeats_nothing(clock: Any) -> None:
    limit = RateLimit(_answer, per_minute=1)
    asked(limit, "192.0.2.7")
    status, headers, body = asked(limit, "192.0.2.7")
    assert (status, headers["content-type"], headers["access-control-allow-origin"]) == (
        429,
        "application/problem+json",
        "*",
    )
    assert "4711" not in body + json.dumps(headers)
    assert json.loads(body)["status"] == 429


@pytest.mark.parametrize(
    ("path", "n"),
    [("/api/tiles/incidents/12/1/1.mvt", 600), ("/assets/map.js", 600), ("/_dash-component-suites/dash/a.js", 600), ("/", 60),
     ("/_dash-update-component", 60), ("/nowhere", 60), ("/api/downloads/incidents/2017.csv", 3), ("/download/incidents.csv", 3),
     ("/api/place.pdf", 3), ("/api/polygon", 12)],
)  # fmt: skip
def test_what_a_request_counts(clock: Any, path: str, n: int) -> None:
    limit = RateLimit(_answer, per_minute=60)
    assert [asked(limit, "192.0.2.7", path)[0] for _ in range(n + 1)] == [200] * n + [429]


def test_a_household_is_one_network_and_none_is_kept_by_its_address(clock: time_machine.Traveller) -> None:
    limit = RateLimit(_answer, per_minute=4)
    for client in ("2001:db8::1", "2001:db8:0:ff:ffff::1", "::ffff:192.0.2.7", "192.0.2.7"):
        asked(limit, client)
    assert asked(limit, "2001:db8::2")[1]["ratelimit-remaining"] == "1"
    assert asked(limit, "192.0.2.7")[1]["ratelimit-remaining"] == "1"
    assert asked(limit, "2001:db8:0:100::1")[1]["ratelimit-remaining"] == "3"
    kept = limit._rate._counters.storage
    assert len(kept) == 3
    assert "192.0.2" not in repr(kept) and "2001" not in repr(kept)
    clock.shift(200)
    asked(limit, "192.0.2.9")
    assert len(kept) == 1


def test_two_processes_name_a_network_differently() -> None:
    scope = {"client": ("192.0.2.7", 1)}
    assert NetworkNames().of(scope) != NetworkNames().of(scope)


@pytest.fixture
def sign_up(clock: Any) -> Callable[[str], int]:
    limit = SignUpLimit()

    def ask(client: str) -> int:
        return limit.wait_s(Request({"type": "http", "client": (client, 1), "headers": []}))

    return ask


def test_one_network_may_sign_up_a_few_times_an_hour(
    sign_up: Callable[[str], int], clock: time_machine.Traveller
) -> None:
    waits = [sign_up("192.0.2.7") for _ in range(OF_ONE + 1)]
    assert waits[:OF_ONE] == [0] * OF_ONE and 0 < waits[-1] <= 7200
    clock.shift(waits[-1])
    assert sign_up("192.0.2.7") == 0


@pytest.mark.attack(
    "public",
    tried="300 networks sign up for mails, six times each",
    now="a network that had not asked may",
    before="50 closed the form for everybody",
)
def test_no_number_of_networks_closes_the_form_for_everybody(sign_up: Callable[[str], int]) -> None:
    for n in range(OF_ALL):  # many more than the 50 that once sufficed
        for _ in range(OF_ONE):
            sign_up(f"10.0.{n // 256}.{n % 256}")
    assert sign_up("192.0.2.7") == 0
    assert sign_up("192.0.2.7") > 0  # but no longer six times
