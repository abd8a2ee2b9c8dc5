"""The pages for residents with a concern and for partners: no violation, and no wider than a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from hotspots.store.server.connection import open_partners
from hotspots_dashboard.server.partners import create_partner_server
from tests.browser.conftest import PHONE, WIDE
from tests.browser.test_access import violations
from tests.concerned_city import ConcernSite, build_concerned_city, concern_site, token_in
from tests.database import TestDatabase
from tests.desk_people import KEY
from tests.live_server import served

FITS = "() => document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_concerned_city(database)
    return database


@pytest.fixture(scope="module")
def concerns(city: TestDatabase) -> Iterator[ConcernSite]:
    with concern_site(city) as made:
        yield made


@pytest.fixture(scope="module")
def partners(city: TestDatabase) -> Iterator[str]:
    with served(create_partner_server(open_partners(city.settings).open_pool(max_size=2), seed_key=KEY)) as url:
        yield url


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_concern_and_what_came_of_it_have_no_violation(
    open_context: Callable[..., BrowserContext], concerns: ConcernSite, lang: str
) -> None:
    page = open_context(viewport=PHONE).new_page()
    page.goto(f"{concerns.url}/concern?lang={lang}")
    expect(page.locator("textarea")).to_be_visible()
    assert violations(page) == [] and page.evaluate(FITS), "form"
    page.goto(f"{concerns.url}/concern/status?lang={lang}")
    assert violations(page) == [] and page.evaluate(FITS), "asked"
    page.goto("about:blank")
    page.goto(f"{concerns.url}/concern/status?lang={lang}#{token_in(concerns.send())}")  # the page sends it by itself
    expect(page.locator(".steps")).to_be_visible()
    assert violations(page) == [] and page.evaluate(FITS), "told"


def test_the_partners_sign_in_has_no_violation(open_context: Callable[..., BrowserContext], partners: str) -> None:
    page = open_context(viewport=WIDE).new_page()
    page.goto(partners)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate(FITS)
