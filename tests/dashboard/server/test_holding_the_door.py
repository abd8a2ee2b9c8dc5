"""Attacks on the public server with real sockets, beside a visitor who gets answers."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from hotspots.api.limits import bodies, lanes
from hotspots.errors import DatabaseError
from hotspots.store.public import work
from hotspots.store.public.recent import recent_incidents
from hotspots.store.server.connection import open_public
from hotspots_dashboard.public import app as public_app
from hotspots_dashboard.server.app import create_server
from hotspots_dashboard.server.timed_protocol import TimedProtocol
from tests.callback_bodies import callback_bodies
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import build_small_city

ATTACKERS = 30
HUGE_BYTES = 300_000_000
READ_BUFFER_BYTES = 4096


@pytest.fixture(scope="module")
def url(database: TestDatabase) -> Iterator[str]:
    """A server whose own times are too long to help within a test."""
    with database.owner.connect() as connection:
        build_small_city(connection, seed=2, n_incidents=50)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies.BoundedRequests.__init__, "__kwdefaults__", {"body_s": 600.0})
        patch.setattr(TimedProtocol, "stall_s", 600.0)
        patch.setattr(TimedProtocol, "head_s", 600.0)
        with served(create_server(open_public(database.settings).open_pool()), http=TimedProtocol) as address:
            yield address


@pytest.fixture
def visitor(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


@contextmanager
def connected(url: str, n: int = 1, *, of_their_own: bool = False) -> Iterator[list[socket.socket]]:
    """Connections of a client that reads with a small buffer; each from an address of its own where that is said."""
    address = urlsplit(url)
    with ExitStack() as stack:
        made = []
        for number in range(n):
            one = stack.enter_context(socket.socket())
            if of_their_own:
                one.bind((f"127.3.0.{number + 1}", 0))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_BUFFER_BYTES)
            one.connect((address.hostname, address.port))
            made.append(one)
        yield made


def head(method: str, path: str, **headers: object) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: x",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def visit(visitor: httpx.Client, *, with_table: bool = True) -> list[int]:
    """What a visitor asks for: the page, a callback, a tile, a script, a search, the table as a file unless that is left out."""
    callback = next(iter(callback_bodies(visitor, search="").values()))
    answers = [
        visitor.get("/"),
        visitor.post("/_dash-update-component", json=callback),
        visitor.get("/api/tiles/incidents/10/262/380.mvt"),
        visitor.get("/assets/map.js?m=1"),
        visitor.post("/api/search", json={"text": "state"}),
        *([visitor.get("/download/incidents.csv")] if with_table else []),
    ]
    return [answer.status_code for answer in answers]


@pytest.mark.attack(
    "public",
    tried="30 bodies that never end, to pages, callbacks and the interface",
    now="a visitor's page, callback, tile, script, search and table are answered",
    before="ten made `/` time out",
)
@pytest.mark.parametrize("path", ["/_dash-update-component", "/api/search", "/", "/api/subscriptions"])
def test_slow_bodies_hold_nobody_up(url: str, visitor: httpx.Client, path: str) -> None:
    with connected(url, ATTACKERS) as slow:
        for one in slow:
            one.sendall(head("POST", path, Content_Type="application/json", Content_Length=1000) + b'{"a":')
        assert visit(visitor) == [200] * 6


@pytest.mark.attack(
    "public",
    tried="30 heads that never end",
    now="the same; each ends after 10 s",
    before="held a connection for ever",
)
def test_slow_heads_hold_nobody_up(url: str, visitor: httpx.Client) -> None:
    with connected(url, ATTACKERS) as slow:
        for one in slow:
            one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert visit(visitor) == [200] * 6


@pytest.mark.attack(
    "public",
    tried="a head of 300 MB",
    now="the connection ends",
    before="kept",
)
def test_an_endless_head_is_not_kept(url: str, visitor: httpx.Client) -> None:
    with connected(url) as (endless,):
        endless.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        sent = 0
        try:
            while sent < HUGE_BYTES:
                endless.sendall(b"X-%d: %s\r\n" % (sent, b"x" * 8000))
                sent += 8000
        except OSError:  # the server closed the connection
            pass
        assert sent < 20_000_000
    assert visit(visitor) == [200] * 6


@pytest.mark.attack(
    "public",
    tried="30 readers of a table who read nothing",
    now="the same; each ends after 20 s",
    before="ten made `/` time out for a minute",
)
def test_slow_readers_hold_nobody_up(url: str, visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def large_file(*_: Any) -> Iterator[bytes]:
        yield from (b"x" * 65_536 for _ in range(160))  # more than a connection takes by itself

    monkeypatch.setattr(public_app, "csv_file", large_file)
    with connected(url, ATTACKERS) as slow:
        for one in slow:
            one.sendall(head("GET", "/download/incidents.csv"))
            assert one.recv(9) == b"HTTP/1.1 "
        monkeypatch.undo()
        assert visit(visitor) == [200] * 6


@pytest.mark.attack(
    "public",
    tried="30 files, 30 questions over all years and 30 sheets from 30 addresses, none of which comes to an end",
    now="one of each kind is at work and the others wait without a thread; pages, tiles, searches and counts of some months are answered",
    before="ten of them held every turn",
)
@pytest.mark.parametrize(
    ("path", "endless"),
    [
        ("/download/incidents.csv?hours={n:02}-24", "hotspots.store.public.incident_rows.each"),
        ("/api/downloads/incidents/2017.csv", "hotspots.store.public.features.page"),
        ("/api/counts?from=2017-01-{n:02}&to=2017-12-31", "hotspots.store.public.incidents.by_location_type"),
        ("/api/place.pdf?weekdays=mon&hours={n:02}-24", "hotspots.pipeline.follow.place_sheet.draw_sheet"),
    ],
)
def test_long_work_holds_nobody_up(url: str, visitor: httpx.Client, path: str, endless: str) -> None:
    begun, go_on = Event(), Event()

    def wait(*_: Any, **__: Any) -> Any:
        begun.set()
        go_on.wait(60)
        raise DatabaseError("ended by the test")

    with pytest.MonkeyPatch.context() as patch, connected(url, ATTACKERS, of_their_own=True) as long:
        patch.setattr(recent_incidents, "LONG_INCIDENTS", 10)
        patch.setattr(endless, wait)
        for n, one in enumerate(long):
            one.sendall(head("GET", path.format(n=n % 23 + 1)))
        assert begun.wait(60)
        patch.undo()
        try:
            assert visit(visitor, with_table=False) == [200] * 5
            assert visitor.get("/api/counts?types=theft").status_code == 200
            assert not go_on.is_set()
        finally:
            go_on.set()


def test_a_long_request_is_answered_like_a_short_one(
    database: TestDatabase, url: str, visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = "from=2017-01-01&to=2017-12-31"
    callback = callback_bodies(visitor, search=f"?{year}")

    def asked() -> list[tuple[int, bytes]]:
        answers = [
            visitor.get(f"/api/counts?{year}"),
            *(visitor.post("/_dash-update-component", json=one) for one in callback.values()),
        ]
        return [(answer.status_code, answer.content) for answer in answers]

    title = visitor.get(f"/?{year}").text.partition("</title>")[0]
    assert "50 reported incidents" in title
    expected = asked()
    assert {status for status, _ in expected} <= {200, 204}
    monkeypatch.setattr(recent_incidents, "LONG_INCIDENTS", 10)
    monkeypatch.setattr(work, "SHORT_S", 0.0)  # each begins anew, at the second question at the latest
    with served(create_server(open_public(database.settings).open_pool()), http=TimedProtocol) as other:
        visitor.base_url = httpx.URL(other)
        assert visitor.get(f"/?{year}").text.startswith(title)
        there, here = (urlsplit(address).netloc.encode() for address in (other, url))
        for (status, body), (_, before) in zip(asked(), expected, strict=True):
            assert status < 300
            assert body.replace(there, here) == before


@pytest.mark.attack(
    "public",
    tried="one address asks for long questions until it has cost 20 s of processors in a minute",
    now="429 with the seconds to wait; its tiles, pages and counts of some months go on being answered",
    before="answered for as long as it stayed within 600 requests a minute",
)
def test_an_address_that_had_its_share_of_long_work_goes_on_with_short_work(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_incidents, "LONG_INCIDENTS", 10)
    monkeypatch.setattr(lanes.Lanes.__init__, "__kwdefaults__", {"budget_s": 1e-6, "clock": monotonic})
    with (
        served(create_server(open_public(database.settings).open_pool())) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        long = "/api/counts?from=2017-01-0{}&to=2017-12-31"
        answers = [client.get(long.format(n)) for n in (1, 2)]
        assert [one.status_code for one in answers] == [200, 429]
        assert answers[1].headers["content-type"] == "application/problem+json"
        assert int(answers[1].headers["retry-after"]) >= 1
        assert client.get("/download/incidents.csv").status_code == 429
        assert visit(client, with_table=False) == [200] * 5
        assert client.get("/api/counts?types=theft").status_code == 200
        assert client.get(long.format(1)).status_code == 200  # it is kept


@pytest.mark.attack(
    "public",
    tried="a body of 300 MB, announced or in pieces",
    now="413; under 20 MB leave the sender",
    before="read whole",
)
@pytest.mark.parametrize("path", ["/_dash-update-component", "/api/search", "/", "/nowhere"])
@pytest.mark.parametrize("announced", [True, False])
def test_a_huge_body_is_refused_and_not_read(url: str, visitor: httpx.Client, path: str, announced: bool) -> None:
    with connected(url) as (huge,):
        length = {"Content_Length": HUGE_BYTES} if announced else {"Transfer_Encoding": "chunked"}
        huge.sendall(head("POST", path, Content_Type="application/json", **length))
        part = b"x" * 65_536
        sent = 0
        try:
            while sent < HUGE_BYTES:
                huge.sendall(part if announced else b"%x\r\n%s\r\n" % (len(part), part))
                sent += len(part)
        except OSError:  # the server closed the connection
            pass
        assert sent < 20_000_000  # no more than the buffers of both ends
    assert visit(visitor) == [200] * 6


def test_a_small_body_that_is_too_large_is_told_so(visitor: httpx.Client) -> None:
    for path in ("/_dash-update-component", "/api/search", "/"):
        assert visitor.post(path, content=b"x" * (bodies.MAX_BODY_BYTES + 1)).status_code == 413
    assert visitor.request("GET", "/", content=b"x" * (bodies.MAX_BODY_BYTES + 1)).status_code == 413
    assert visitor.get("/", params={"types": "a" * 20_000}).status_code == 414


def test_a_slow_body_is_told_so_at_last(database: TestDatabase) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies.BoundedRequests.__init__, "__kwdefaults__", {"body_s": 0.1})
        with served(create_server(open_public(database.settings).open_pool())) as url, connected(url) as (slow,):
            slow.sendall(head("POST", "/api/search", Content_Length=1000) + b"{")
            assert read_all(slow).startswith(b"HTTP/1.1 408 ")


def test_a_connection_without_a_head_or_a_reader_ends(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TimedProtocol, "head_s", 0.1)
    monkeypatch.setattr(TimedProtocol, "stall_s", 0.1)
    monkeypatch.setattr(public_app, "csv_file", lambda *_: iter([b"x" * 20_000_000]))
    with served(create_server(open_public(database.settings).open_pool()), http=TimedProtocol) as url:
        with connected(url, 2) as (silent, slow):
            slow.sendall(b"GET / HT")
            assert read_all(silent) == read_all(slow) == b""
        with connected(url) as (kept,):
            kept.sendall(head("GET", "/api/health"))
            assert kept.recv(9) == b"HTTP/1.1 "
            kept.sendall(b"GET / HT")
            assert b"HTTP/1.1 200" not in read_all(kept)
        with connected(url) as (reader,):
            before = TimedProtocol.stalled
            reader.sendall(head("GET", "/download/incidents.csv"))
            while TimedProtocol.stalled == before:  # nobody reads until the server noticed
                sleep(0.01)
            assert len(read_all(reader)) < 20_000_000


def read_all(one: socket.socket) -> bytes:
    """Everything until the other end closes."""
    parts = []
    try:
        while part := one.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


@pytest.mark.attack(
    "public",
    tried="36 invented fingerprints of files",
    now="two files packed once, in a thread",
    before="packed each time on the event loop: 4 s of silence; 500 MB kept",
)
def test_invented_fingerprints_cost_one_packing_off_the_event_loop(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    from asyncio import _get_running_loop

    from hotspots_dashboard.server import packed_files

    packed: list[bool] = []
    compress = packed_files.gzip.compress

    def note(content: bytes, level: int) -> bytes:
        packed.append(_get_running_loop() is None)
        return compress(content, level)

    monkeypatch.setattr(packed_files.gzip, "compress", note)
    with (
        served(create_server(open_public(database.settings).open_pool())) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        page = client.get("/").text
        bundle = next(part for part in page.split('"') if "dash_renderer" in part and part.endswith(".js"))
        stem, _, rest = bundle.partition(".v")
        invented = [f"{stem}.v{n}m{n}.{rest.partition('.')[2]}" for n in range(12)]
        for address in [
            *invented,
            *(f"/assets/map.js?m={n}" for n in range(12)),
            *(f"/assets/vendor/nothing.js?v={n}" for n in range(12)),
        ]:
            code = client.get(address, headers={"Accept-Encoding": "gzip"}).status_code
            assert code == (404 if "nothing" in address else 200), address
    assert packed == [True, True]  # in threads, not on the event loop


@pytest.mark.attack(
    "public",
    tried="40 requests at once for a file that is not there, with fingerprints",
    now="404 each",
    before="500 for some: those that had waited for one another met",
)
def test_a_crowd_that_asks_for_a_file_that_is_not_there_is_told_so(visitor: httpx.Client) -> None:
    with ThreadPoolExecutor(40) as crowd:
        answers = crowd.map(lambda n: visitor.get(f"/assets/nothing.js?m={n}").status_code, range(40))
        assert set(answers) == {404}


@pytest.mark.attack(
    "public",
    tried="25 requests where 2 a minute are allowed, for a page, a file, a download, an address that is not there",
    now="429 everywhere",
    before="only the interface counted",
)
def test_the_limits_stand_before_everything(database: TestDatabase) -> None:
    paths = (
        "/",
        "/about",
        "/nowhere",
        "/_dash-layout",
        "/assets/map.js?m=1",
        "/download/incidents.csv",
        "/api/counts",
        "/api/nothing",
    )
    for path in paths:
        server = create_server(open_public(database.settings).open_pool(), rate_limit=2)
        with served(server) as url, httpx.Client(base_url=url, timeout=60) as client:
            codes = [client.get(path).status_code for _ in range(25)]
            assert codes[-1] == 429, path
            refused = client.get(path)
            assert refused.headers["content-type"] == "application/problem+json"
            assert int(refused.headers["retry-after"]) >= 1
            assert refused.headers["content-security-policy"]
