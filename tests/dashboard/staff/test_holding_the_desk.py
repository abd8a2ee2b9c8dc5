"""Attacks on the desk's and the partners' server with real sockets, beside a person who works."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from time import sleep
from typing import Any

import httpx
import pytest

from hotspots.api.limits import bodies
from hotspots.pipeline.door import secrets
from hotspots.store.server.connection import open_desk, open_partners
from hotspots_dashboard.server import packed_files
from hotspots_dashboard.server.desk import create_desk_server
from hotspots_dashboard.server.partners import create_partner_server
from hotspots_dashboard.server.timed_protocol import TimedProtocol
from tests.dashboard.server.test_holding_the_door import ATTACKERS, connected, head
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site
from tests.desk_people import KEY
from tests.live_server import served

SCRIPT = "/static/shared/map.js"  # before the sign-in


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        yield made


@pytest.fixture(scope="module")
def urls(site: DeskSite, database: TestDatabase) -> Iterator[dict[str, str]]:
    """Both servers as `hotspots serve` runs them, with times too long to help within a test."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies.BoundedRequests.__init__, "__kwdefaults__", {"body_s": 600.0})
        patch.setattr(TimedProtocol, "stall_s", 600.0)
        patch.setattr(TimedProtocol, "head_s", 600.0)
        desk = create_desk_server(open_desk(database.settings).open_pool(max_size=6), seed_key=KEY)
        partners = create_partner_server(open_partners(database.settings).open_pool(max_size=3), seed_key=KEY)
        yield {
            "desk": stack.enter_context(served(desk, http=TimedProtocol)),
            "partners": stack.enter_context(served(partners, http=TimedProtocol)),
        }


@pytest.fixture(params=["desk", "partners"])
def url(urls: dict[str, str], request: pytest.FixtureRequest) -> str:
    return urls[request.param]


def work(url: str, site: DeskSite, urls: dict[str, str]) -> list[int]:
    """What somebody asks for who works: the sign-in, a file, a sign-in that fails; at the desk a page as well."""
    with httpx.Client(base_url=url, timeout=60, headers={"Origin": url, "Accept": "text/html"}) as client:
        answers = [client.get("/sign-in"), client.get("/static/desk/desk.css"), client.get("/health")]
        if url == urls["desk"]:
            answers.append(client.get("/lists", headers={"Cookie": f"desk={site.tokens['analyst']}"}))
    return [answer.status_code for answer in answers]


@pytest.mark.attack(
    "desk",
    tried="30 bodies, 30 heads and 30 readers that never end, at the desk and at the partners' server",
    now="pages, files and the sign-in are answered",
)
@pytest.mark.parametrize("slow", ["bodies", "heads", "readers"])
def test_the_slow_hold_nobody_up(url: str, urls: dict[str, str], site: DeskSite, slow: str) -> None:
    with connected(url, ATTACKERS) as attackers:
        for one in attackers:
            if slow == "bodies":
                one.sendall(head("POST", "/sign-in", Content_Length=1000, Host=url[7:], Origin=url) + b"name=a")
            elif slow == "heads":
                one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            else:
                one.sendall(head("GET", SCRIPT, Host=url[7:]) * 3)
        assert set(work(url, site, urls)) == {200}


@pytest.mark.attack(
    "desk",
    tried="40 requests at once for a script, before the sign-in, with invented fingerprints",
    now="packed once, in a thread; a browser that has it is told so",
    before="packed on the event loop at each request: nobody was answered meanwhile",
)
def test_files_before_the_sign_in_are_packed_once_off_the_event_loop(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    packed: Counter[str] = Counter()
    compress, write = gzip.compress, gzip.GzipFile.write

    def compress_and_count(body: bytes, level: int) -> bytes:
        packed["whole"] += 1
        return compress(body, level)

    def write_and_count(file: gzip.GzipFile, body: Any) -> int:
        packed["on the loop"] += len(body) >= 10_000
        return write(file, body)

    monkeypatch.setattr(packed_files.gzip, "compress", compress_and_count)
    monkeypatch.setattr(gzip.GzipFile, "write", write_and_count)
    with httpx.Client(base_url=url, timeout=60) as client, ThreadPoolExecutor(40) as crowd:
        answers = list(crowd.map(lambda n: client.get(f"{SCRIPT}?v={n}"), range(40)))
        assert {(one.status_code, one.headers["content-encoding"]) for one in answers} == {(200, "gzip")}
        assert packed["on the loop"] == 0 and packed.total() <= 1
        etag = answers[0].headers["etag"]
        again = client.get(SCRIPT, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert "immutable" not in answers[0].headers.get("cache-control", "")
        assert client.get("/static/shared/%2e%2e/staff/desk.py").status_code in (404, 303, 401)


@pytest.mark.attack(
    "desk",
    tried="30 sign-ins at once, each of which costs 64 MB while its password is looked at",
    now="two are looked at at a time; other pages are answered",
    before="as many as there are threads, forty",
)
def test_a_crowd_of_sign_ins_takes_two_turns_of_memory(
    url: str, urls: dict[str, str], site: DeskSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, most, lock = 0, 0, threading.Lock()

    class Slow:
        def verify(self, *_: str) -> bool:
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            sleep(0.05)
            with lock:
                at_once -= 1
            return False

    monkeypatch.setattr(secrets, "_hasher", Slow())
    with httpx.Client(base_url=url, timeout=60, headers={"Origin": url}) as client, ThreadPoolExecutor(30) as crowd:
        tries = [
            crowd.submit(client.post, "/sign-in", data={"name": f"n{n}", "password": "x", "code": "1"})
            for n in range(30)
        ]
        assert set(work(url, site, urls)) == {200}
        assert {one.result().status_code for one in tries} <= {403, 429}
    assert 1 <= most <= 2


@pytest.mark.attack("desk", tried="a body of 300 MB and one of 70 kB at the sign-in", now="413", before="")
def test_a_large_body_is_refused(url: str) -> None:
    with connected(url) as (one,):
        one.sendall(head("POST", "/sign-in", Content_Length=300_000_000, Host=url[7:], Origin=url) + b"name=a")
        assert b"413" in one.recv(200)
    answer = httpx.post(f"{url}/sign-in", data={"name": "x" * 70_000}, headers={"Origin": url})
    assert answer.status_code == 413
