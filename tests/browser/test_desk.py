"""A morning at the desk in a real browser: the map on true points, a place saved from it, and pages without a violation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE_MS, WIDE, watched
from tests.browser.reading import IDLE
from tests.browser.test_access import violations
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site


@pytest.fixture(scope="module")
def desk(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        yield made


@pytest.fixture(scope="module")
def analysts_browser(browser: Browser, desk: DeskSite) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=WIDE, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies(
        [{"name": "desk", "value": desk.tokens["analyst"], "url": desk.url, "httpOnly": True, "sameSite": "Lax"}]
    )
    yield context
    context.close()


@pytest.fixture
def page(analysts_browser: BrowserContext) -> Iterator[Page]:
    page = analysts_browser.new_page()
    yield from watched(page)
    page.close()


def test_a_place_is_saved_from_the_map(desk: DeskSite, page: Page) -> None:
    page.goto(f"{desk.url}/map/")
    page.wait_for_selector(IDLE)
    drawn = page.evaluate(
        "() => document.querySelector('.map-canvas').hotspotsMap.queryRenderedFeatures({layers: ['incidents']}).length"
    )
    assert drawn > 0
    expect(page.get_by_text("Reported incidents where they were recorded")).to_be_visible()
    expect(page.get_by_role("link", name="Map", exact=True)).to_have_attribute("aria-current", "page")
    assert page.get_by_role("link", name="Save this place").count() == 0
    page.goto(f"{desk.url}/map/?areas=1")
    page.wait_for_selector(IDLE)
    assert violations(page) == [], "map"
    page.get_by_role("link", name="Save this place").click()
    page.get_by_label("Name").fill("South side")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("South side")
    assert violations(page) == [], "place"


@pytest.mark.parametrize(
    "path",
    [
        "/change",
        "/places",
        "/lists",
        "/lists/new",
        "/briefing",
        "/plans",
        "/plans/new",
        "/problems",
        "/problems/new",
        "/data",
        "/concerns",
        "/data/models",
        "/data/rejects",
        "/data/audit",
        "/map/export",
        "/map/layers",
        "/find",
        "/watched",
    ],
)
def test_no_page_has_a_violation_nor_runs_out_of_a_tablet(desk: DeskSite, page: Page, path: str) -> None:
    page.goto(f"{desk.url}{path}")
    assert violations(page) == []
    page.set_viewport_size({"width": 768, "height": 1024})
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("role", "path"), [("admin", "/data/people"), ("prevention", "/shared")])
def test_no_page_of_other_roles_has_a_violation(
    desk: DeskSite, open_context: Callable[..., BrowserContext], role: str, path: str
) -> None:
    context = open_context()
    context.add_cookies([{"name": "desk", "value": desk.tokens[role], "url": desk.url}])
    page = context.new_page()
    page.goto(f"{desk.url}{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []


def test_a_label_stands_above_its_field_whatever_the_field_is(desk: DeskSite, page: Page) -> None:
    page.goto(f"{desk.url}/change")
    fields = page.locator("form[action='/change'] label").locator("select, input")
    tops = fields.evaluate_all("all => all.map((one) => Math.round(one.getBoundingClientRect().top))")
    assert len(tops) == 4 and len(set(tops)) == 1, tops
    edges = fields.evaluate_all(
        "all => all.map((one) => [one.getBoundingClientRect().left, one.parentElement.getBoundingClientRect().left])"
    )
    assert all(field == label for field, label in edges), edges


def test_the_sign_in_has_no_violation(desk: DeskSite, browser: Browser) -> None:
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(f"{desk.url}/lists")
    expect(page).to_have_url(f"{desk.url}/sign-in?next=%2Flists")
    assert violations(page) == []
    context.close()


def test_signing_out_ends_the_session(desk: DeskSite, browser: Browser) -> None:
    from tests.desk_people import enter

    context = browser.new_context(viewport=WIDE)
    context.add_cookies([{"name": "desk", "value": enter(desk.door, desk.people["commander"]), "url": desk.url}])
    page = context.new_page()
    page.goto(f"{desk.url}/map/")
    page.wait_for_selector(IDLE)
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{desk.url}/sign-in")
    page.goto(f"{desk.url}/map/")
    expect(page).to_have_url(f"{desk.url}/sign-in?next=%2Fmap%2F")
    context.close()
