"""The configurations of ``deploy/`` in the real nginx and Caddy, over TLS before the real server: names, ports, files and waits are the test's."""

from __future__ import annotations

import json
import math
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from hotspots.api.limits.bodies import MAX_BODY_BYTES, MAX_BOUNDARY_BYTES
from hotspots.store.server.connection import open_public
from hotspots_dashboard.server.app import create_server
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import build_small_city
from tests.proxies import free_port, running

DEPLOY = Path(__file__).parent.parent.parent.parent / "deploy"
HEAD_S = 1  # in place of ten
BURST = 200
ASKED = "Rosewood"  # typed by a visitor: no log may hold it


@dataclass
class Proxied:
    """A proxy before the server; `said`: all that it wrote; `own`: the folder that it runs in."""

    name: str
    port: int
    client: httpx.Client
    folder: Path
    own: Path

    def said(self) -> str:
        return "".join(file.read_text() for file in self.folder.glob("*.log"))


@pytest.fixture(scope="module")
def server(database: TestDatabase) -> Iterator[str]:
    with database.owner.connect() as connection:
        build_small_city(connection)
    pool = open_public(database.settings).open_pool(max_size=4)
    with served(create_server(pool, metrics_token="a-word-that-is-long")) as url:
        yield urlsplit(url).netloc


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxied(server: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    pem, key = folder / "site.pem", folder / "site.key"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(
        [*made, "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(pem)],
        check=True,
        capture_output=True,
    )
    config = (nginx_file if request.param == "nginx" else caddy_file)(server, port, folder)
    trusted = ssl.create_default_context(cafile=str(pem))
    with (
        running(request.param, config, port=port, is_whole=True) as own,
        httpx.Client(base_url=f"https://localhost:{port}", verify=trusted, timeout=60) as client,
    ):
        yield Proxied(request.param, port, client, folder, own)
        assert ASKED not in (own / "words").read_text()


def nginx_file(server: str, port: int, folder: Path) -> str:
    text = (DEPLOY / "nginx.conf").read_text()
    text, n = re.subn(
        r"listen 443 ssl http2;\n    listen \[::\]:443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;", text
    )
    plain = free_port()
    text, m = re.subn(r"listen 80;\n    listen \[::\]:80;", f"listen 127.0.0.1:{plain};", text)
    assert (n, m) == (1, 1)
    for ours, theirs in (
        ("crime.example.org;", "localhost;"),
        ("/etc/ssl/crime.example.org.pem", f"{folder}/site.pem"),
        ("/etc/ssl/private/crime.example.org.key", f"{folder}/site.key"),
        ("/var/log/nginx/", f"{folder}/"),
        ("127.0.0.1:8050", server),
        ("client_header_timeout 10s", f"client_header_timeout {HEAD_S}s"),
    ):
        assert ours in text, ours
        text = text.replace(ours, theirs)
    return text


def caddy_file(server: str, port: int, folder: Path) -> str:
    text = (DEPLOY / "Caddyfile").read_text()
    for ours, theirs in (
        ("{\n\t# Its lines", "{\n\tadmin off\n\tauto_https disable_redirects\n\t# Its lines"),
        ("crime.example.org {", f"https://localhost:{port} {{\n\ttls {folder}/site.pem {folder}/site.key"),
        ("/var/log/caddy/", f"{folder}/"),
        ("127.0.0.1:8050", server),
        ("read_header 10s", f"read_header {HEAD_S}s"),
    ):
        assert ours in text, ours
        text = text.replace(ours, theirs)
    return text


def test_pages_tiles_and_questions_are_passed_on_and_numbers_are_not(proxied: Proxied) -> None:
    for path in (
        "/",
        "/about",
        "/assets/tokens.css",
        "/api/tiles/base/0/0/0.mvt",
        "/api/counts",
        "/download/incidents.csv",
    ):
        assert proxied.client.get(path).status_code == 200, path
    assert proxied.client.post("/api/search", json={"text": ASKED}).status_code == 200
    assert proxied.client.get("/metrics", headers={"Authorization": "Bearer a-word-that-is-long"}).status_code == 404
    links = proxied.client.get("/api/").json()["links"]
    ours = [link["href"] for link in links if link["rel"] != "license" or "/api/" in link["href"]]
    assert {urlsplit(one).netloc for one in ours} == {f"localhost:{proxied.port}"}, (
        "a link keeps the port that was asked"
    )


def test_a_large_body_is_refused(proxied: Proxied) -> None:
    answer = proxied.client.post(
        "/api/search", content=b"x" * (MAX_BODY_BYTES + 2000), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (413, 502), "Caddy 2.6 has no better word"


def test_a_boundary_may_be_longer_than_any_other_body(proxied: Proxied) -> None:
    """4,000 corners round the middle of the small city, as a surveyor writes them."""
    circle = [
        [-87.62 + 0.005 * math.cos(k * math.tau / 4000), 41.885 + 0.004 * math.sin(k * math.tau / 4000)]
        for k in range(4000)
    ]
    boundary = {"type": "Polygon", "coordinates": [[*circle, circle[0]]]}
    assert MAX_BODY_BYTES < len(json.dumps(boundary)) < MAX_BOUNDARY_BYTES
    answer = proxied.client.post("/api/polygon", json=boundary)
    assert answer.status_code == 200, answer.text
    assert answer.json()["corners_given"] == 4000
    counted = proxied.client.get("/api/counts", params={"polygon": answer.json()["polygon"]})
    assert counted.status_code == 200, counted.text
    too_long = {**boundary, "more": "a" * MAX_BOUNDARY_BYTES}
    assert proxied.client.post("/api/polygon", json=too_long).status_code == 413


def test_a_head_that_does_not_arrive_ends_the_connection(proxied: Proxied) -> None:
    untrusting = ssl.create_default_context(cafile=str(proxied.folder / "site.pem"))
    with (
        socket.create_connection(("127.0.0.1", proxied.port), timeout=30) as plain,
        untrusting.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        assert b"200" not in line.recv(1000)


@pytest.mark.attack(
    "logs and files",
    tried="the disk of the shipped nginx is full while a search and a secret link pass, and its error log is read",
    now="nothing of a request",
    before="the client's address beside the whole line of the request, at the level `crit`",
)
def test_a_proxy_whose_disk_fails_logs_nothing_of_the_request(proxied: Proxied) -> None:
    body = proxied.own / "body"
    if proxied.name == "nginx":  # Caddy writes no body to a disk
        body.rename(proxied.own / "away")
        body.write_text("no folder, as a full disk has no room")
    answer = proxied.client.post(
        f"/api/search?at={ASKED}", content=b"x" * 40_000, headers={"Content-Type": "application/json"}
    )
    if proxied.name == "nginx":
        assert answer.status_code == 500
        body.unlink()
        (proxied.own / "away").rename(body)
    for secret in (ASKED, "127.0.0.1", "/api/search"):
        assert secret not in proxied.said(), secret


def test_no_log_holds_what_was_asked_or_who_asked_and_a_flood_is_cut(proxied: Proxied) -> None:
    proxied.client.get("/", params={"polygon": ASKED})
    proxied.client.get(f"/{ASKED}/x")
    proxied.client.get("/api/tiles/base/12/1050/1522.mvt")
    said = proxied.said()
    assert said, "it logs"
    for secret in (ASKED, "127.0.0.1", "1050", "httpx"):
        assert secret not in said, secret
    if proxied.name == "nginx":  # behind Caddy the server alone counts
        with ThreadPoolExecutor(16) as many:  # one after the other would be no flood on a busy machine
            answers = set(many.map(lambda _: proxied.client.get("/api/health").status_code, range(3 * BURST)))
        assert 429 in answers, "a flood is cut to its burst"
