"""The whole site under a path of another one: every link of every page and answer is followed through real proxies that take the path off."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import httpx
import pytest

from hotspots.pipeline.publish.publish import publish
from hotspots.store.concerns import ConcernIntake
from hotspots.store.server.connection import open_concerns
from hotspots_dashboard.server.app import create_server
from tests.concerned_city import take_concerns
from tests.database import TestDatabase
from tests.live_server import served
from tests.pipeline.publish_city import TODAY, build
from tests.proxies import free_port, stripping_proxy

PATH = "/crime-map/"
LINKED = re.compile(r'\b(?:href|src|action)="([^"]*)"')
IN_STYLE = re.compile(r'url\("?([^")]+)"?\)')
# Kinds of addresses that a walk from the map has to come by.
KINDS = ("", "about", "embed", "area/", "concern", "download/incidents.csv", "api/", "api/docs", "api/collections/incidents/items",
         "api/feed", "api/place.pdf", "api/openapi.json", "api/downloads", "api/downloads/incidents/", "api/tiles/incidents.json",
         "assets/tokens.css", "assets/vendor/", "_dash-component-suites/")  # fmt: skip


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build(database)
    publish(database.owner, today=TODAY)
    take_concerns(database)
    return database


@pytest.fixture(scope="module")
def sites(city: TestDatabase) -> Iterator[dict[str, str]]:
    """The address of the site behind each proxy; its own word for itself is nginx's."""
    port, other = free_port(), free_port()
    intake = ConcernIntake(open_concerns(city.settings).open_pool(max_size=2))
    server = create_server(
        city.public.open_pool(max_size=4), public_url=f"http://127.0.0.1:{port}{PATH}", intake=intake
    )
    with (
        served(server) as url,
        stripping_proxy("nginx", urlsplit(url).netloc, port=port, path=PATH),
        stripping_proxy("caddy", urlsplit(url).netloc, port=other, path=PATH),
    ):
        yield {"nginx": f"http://127.0.0.1:{port}{PATH}", "caddy": f"http://127.0.0.1:{other}{PATH}"}


def test_every_link_leads_to_the_site_below_its_path(city: TestDatabase, sites: dict[str, str]) -> None:
    site = sites["nginx"]
    with city.owner.connect() as connection:
        row = connection.execute("select kind || '/' || code from open.area order by area_id limit 1").fetchone()
    assert row is not None
    # The map's own script makes the addresses of the two other pages.
    waiting, broken = deque([site, f"{site}embed", f"{site}area/{row[0]}"]), []
    seen = {*waiting, *map(kind_of, waiting)}
    with httpx.Client(timeout=60, follow_redirects=False) as client:
        while waiting:
            address = waiting.popleft()
            answer = client.get(address)
            if answer.status_code >= 400:
                broken.append((address, answer.status_code))
            for link in (urljoin(address, one).partition("#")[0] for one in links_of(answer)):
                host, below = urlsplit(link)[1:3]
                if host == urlsplit(site).netloc and kind_of(link) not in seen:
                    seen |= {link, kind_of(link)}
                    assert below.startswith(PATH), f"{address} leads out of the site: {link}"
                    waiting.append(link)
    assert broken == []
    met = {urlsplit(one).path.removeprefix(PATH) for one in seen if one.startswith("http")}
    missing = [
        kind for kind in KINDS if not any(one == kind or (kind.endswith("/") and one.startswith(kind)) for one in met)
    ]
    assert not missing


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_the_path_without_its_slash_leads_to_the_site(sites: dict[str, str], proxy: str) -> None:
    site = sites[proxy]
    for asked, found in ((site[:-1], site), (f"{site}api", f"{site}api/")):
        answer = httpx.get(asked, follow_redirects=True, timeout=60)
        assert (answer.status_code, str(answer.url)) == (200, found)


def test_the_server_itself_answers_with_the_path_and_without(city: TestDatabase) -> None:
    with served(create_server(city.public.open_pool(max_size=2), public_url=f"https://city.example{PATH}")) as url:
        for asked in (
            "/",
            "/crime-map/",
            "/crime-map",
            "/about",
            "/crime-map/about",
            "/crime-map/api/health",
            "/api/health",
        ):
            answer = httpx.get(url + asked, follow_redirects=True)
            assert answer.status_code == 200, asked
            if "text/html" in answer.headers["content-type"]:
                assert f"{PATH}assets/" in answer.text, asked
                assert '"/assets/' not in answer.text, asked
        assert httpx.get(f"{url}/crime-mapping").status_code == 404


def links_of(answer: httpx.Response) -> Iterator[str]:
    """Every address that an answer holds, as it stands there; those with a blank to fill in are left out."""
    if answer.is_redirect:
        yield answer.headers["location"]
    yield from re.findall(r"<([^>]+)>", answer.headers.get("link", ""))
    kind = answer.headers.get("content-type", "")
    if "html" in kind:
        yield from (
            one.replace("&amp;", "&")
            for one in LINKED.findall(answer.text)
            if not one.startswith(("data:", "mailto:", "#"))
        )
    elif "css" in kind:
        yield from (one for one in IN_STYLE.findall(answer.text) if not one.startswith("data:"))
    elif "xml" in kind:
        yield from (one.get("href", "") for one in ElementTree.fromstring(answer.text).iter() if one.get("href"))
    elif "json" in kind:
        yield from in_json(json.loads(answer.text))


def in_json(part: Any) -> Iterator[str]:
    if isinstance(part, str) and part.startswith("http") and "{" not in part:
        yield part
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from in_json(one)


def kind_of(link: str) -> str:
    """The path without its numbers, and without the names of areas: one of a kind is followed."""
    return re.sub(r"/area/.*", "/area/", re.sub(r"\d+", "#", urlsplit(link).path))
