"""The map under a path of another site, behind nginx that takes the path off: it takes over, answers, shares and draws there."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from hotspots.store.server.connection import open_public
from hotspots_dashboard.server.app import create_server
from tests.browser.conftest import watched
from tests.browser.reading import Site, expect_everywhere, open_map, unfold
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import build_small_city
from tests.proxies import free_port, stripping_proxy

PATH = "/crime-map/"


@pytest.fixture(scope="module")
def below(database: TestDatabase) -> Iterator[Site]:
    with database.owner.connect() as connection:
        build_small_city(connection)
    port = free_port()
    url = f"http://127.0.0.1:{port}{PATH}"
    with (
        served(create_server(open_public(database.settings).open_pool(), public_url=url)) as server,
        stripping_proxy("nginx", urlsplit(server).netloc, port=port, path=PATH),
    ):
        yield Site(url=url.rstrip("/"), database=database)


def test_the_map_answers_under_a_path(below: Site, open_context: Callable[..., BrowserContext]) -> None:
    asked: list[str] = []
    for page in watched(open_context(accept_downloads=True).new_page()):
        page.on("request", lambda one: asked.append(one.url))
        open_map(page, below)
        unfold(page)
        page.get_by_role("checkbox", name=re.compile("^Theft")).check()
        expect_everywhere(page, below, "t.name = 'theft'")
        assert urlsplit(page.url).path == PATH
        page.locator("summary", has_text="Share").click()
        link = page.get_by_label("Link to this answer, with its dates").input_value()
        assert link.startswith(f"{below.url}/?"), link
        page.locator("summary", has_text="Download").click()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Table of incidents (CSV)").click()
        rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(rows) > below.count("t.name = 'theft'")
    outside = [
        one for one in asked if not one.startswith(("data:", "blob:")) and not urlsplit(one).path.startswith(PATH)
    ]
    assert outside == []


@pytest.mark.parametrize("rest", ["about", "area/ward/{code}", "embed"])
def test_every_page_takes_over_from_its_first_paint(
    below: Site, open_context: Callable[..., BrowserContext], rest: str
) -> None:
    code = below.ask("select code from open.area where kind = 'ward' order by area_id limit 1")
    for page in watched(open_context().new_page()):
        page.goto(f"{below.url}/{rest.format(code=code)}")
        expect(page.locator("#first-paint")).to_have_count(0)
        expect(page.locator("main")).not_to_contain_text("no such page")
