"""The public pages over the small city, served for real."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, ViewportSize, expect

from hotspots.store.server.connection import open_public
from hotspots_dashboard.server.app import create_server
from tests.browser.reading import Site
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import build_small_city

PATIENCE_MS = 120_000  # how long a broken page is waited for; a page that works answers at once
WIDE, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[Site]:
    """The small city's public map at an address, and its database to count in."""
    with database.owner.connect() as connection:
        build_small_city(connection)
    with served(create_server(open_public(database.settings).open_pool())) as url:
        yield Site(url=url, database=database)


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser window; all are closed at the end."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": WIDE, "locale": "en-US", **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def wide(browser: Browser) -> Iterator[Page]:
    """One wide page for a module's tests: loading it anew takes seconds, `open_map` takes it to another address."""
    context = browser.new_context(viewport=WIDE, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(wide: Page) -> Iterator[Page]:
    """A wide page that must not complain in its console nor ask anything of another origin."""
    yield from watched(wide)


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A phone's page, 390 pixels wide."""
    yield from watched(open_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page())


def watched(page: Page) -> Iterator[Page]:
    """The page; at the end its console holds no error and every request stayed at home."""
    complaints: list[str] = []
    asked: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def note(request: Request) -> None:
        asked.append(request.url)

    def hear(error: Error) -> None:
        complaints.append(str(error))

    page.on("console", listen)
    page.on("pageerror", hear)
    page.on("request", note)
    yield page
    page.remove_listener("console", listen)
    page.remove_listener("pageerror", hear)
    page.remove_listener("request", note)
    assert complaints == []
    origins = {"/".join(url.split("/")[:3]) for url in asked if not url.startswith(("data:", "blob:"))}
    assert len(origins) <= 1, origins
