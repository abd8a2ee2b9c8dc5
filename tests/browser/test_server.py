"""The public server: headers, compression, caching, addresses that lead nowhere, the size of the first view."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext

from hotspots_dashboard.server.app import create_server
from hotspots_dashboard.server.security_headers import content_policy
from tests.browser.reading import Site, open_map

FIRST_VIEW_BYTES = 700_000


@pytest.fixture
def client(site: Site):
    with httpx.Client(base_url=site.url, timeout=120) as asking:
        yield asking


def test_every_answer_keeps_to_itself(client: httpx.Client) -> None:
    for path in ("/", "/about", "/api/health", "/assets/tokens.css", "/nowhere"):
        headers = client.get(path).headers
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in headers["content-security-policy"], path
    policy = client.get("/").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_page_is_kept_by_nobody_but_its_reader(client: httpx.Client) -> None:
    for path in ("/?types=theft", "/about", "/embed"):
        assert client.get(path).headers["cache-control"] == "private, no-cache", path


def test_only_the_map_to_embed_may_be_framed_by_others(client: httpx.Client) -> None:
    assert "frame-ancestors *" in client.get("/embed", params={"types": "theft"}).headers["content-security-policy"]
    for path in ("/", "/about", "/embedded", "/api/health"):
        assert "frame-ancestors 'self'" in client.get(path).headers["content-security-policy"], path


def test_an_unknown_address_is_not_found(client: httpx.Client) -> None:
    assert client.get("/nowhere").status_code == 404
    assert client.get("/").status_code == client.get("/about").status_code == 200


def test_scripts_are_compressed_and_kept_for_a_year(client: httpx.Client) -> None:
    page = client.get("/").text
    addresses = re.findall(r'(?:src|href)="([^"]+\.(?:m?js|css)[^"]*)"', page)
    assert len(addresses) > 10
    for address in addresses:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, address
        assert "max-age=31536000" in answer.headers["cache-control"], address
        assert answer.headers["content-encoding"] == "gzip", address
        assert client.get(address, headers={"Accept-Encoding": "identity"}).text == answer.text


def test_the_first_view_is_light(open_context: Callable[..., BrowserContext], site: Site) -> None:
    page = open_context().new_page()
    sizes: list[int] = []
    debugger = page.context.new_cdp_session(page)
    debugger.send("Network.enable")
    debugger.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    open_map(page, site)
    # The map's worker is not in this session: its script and tiles are counted apart.
    worker = httpx.get(f"{site.url}/assets/vendor/maplibre-gl-worker.mjs?v=1", headers={"Accept-Encoding": "gzip"})
    assert sum(sizes) + int(worker.headers["content-length"]) < FIRST_VIEW_BYTES


def test_the_download_is_the_file_of_the_data_interface(client: httpx.Client) -> None:
    """One shape: the same columns, words and decimals; for people with a byte order mark, for programs without."""
    asked = {"types": "theft", "from": "2017-11-01", "to": "2017-12-31"}
    page = client.get("/download/incidents.csv", params=asked).content
    api = client.get("/api/collections/incidents/items", params={**asked, "f": "csv", "limit": "10000"}).content
    lines = page.decode("utf-8-sig").splitlines()
    assert page.startswith(b"\xef\xbb\xbf") and not api.startswith(b"\xef\xbb\xbf")
    assert lines[0] == api.decode().splitlines()[0] and sorted(lines) == sorted(api.decode().splitlines())
    assert lines[0].startswith(
        "public_id,day,hour,crime_type,group,location_type,arrest,anchor_id,place,status,occurred,beat,"
    )
    assert not [line for line in lines for cell in line.split(",") if cell.startswith(("=", "@", "+"))]


def test_two_servers_live_in_one_process(site: Site) -> None:
    from hotspots.store.server.connection import open_public

    for _ in range(2):
        with open_public(site.database.settings).open_pool() as pool:
            server = create_server(pool)
            assert [route for route in server.routes if getattr(route, "path", None) == "/api"]


def test_an_online_base_map_is_the_only_other_origin_let_in() -> None:
    tiles = {"tiles": "https://tiles.example.org/{z}/{x}/{y}.png", "attribution": "Example"}
    policy = dict(part.split(" ", 1) for part in content_policy([], tiles).split("; "))
    assert policy["img-src"].endswith("https://tiles.example.org")
    assert policy["connect-src"] == "'self' https://tiles.example.org"
    assert "example" not in policy["script-src"] + policy["default-src"]


def test_a_download_that_cannot_be_asked_is_refused(client: httpx.Client) -> None:
    answer = client.get("/download/incidents.csv", params={"types": "witchcraft"})
    assert answer.status_code == 400
    assert "witchcraft" in answer.text
