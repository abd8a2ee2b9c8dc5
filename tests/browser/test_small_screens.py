"""Narrow and low screens: nothing is cut off, nothing covers something else, and the map has room."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.reading import Site, fold, open_map, open_tab
from tests.browser.test_access import violations

SCREENS = {"on its side": (844, 390), "narrow": (320, 640), "tablet": (1024, 768), "small laptop": (1024, 640)}

# Controls that are in sight and do not lie wholly inside the window and inside the room that scrolls them.
CUT_OFF = """(controls) => [...document.querySelectorAll(controls)].filter((one) => one.checkVisibility()).filter((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return left < 0 || right > window.innerWidth + 0.5 || top < 0 || bottom > window.innerHeight + 0.5;
}).map((one) => one.outerHTML.slice(0, 90))"""
# Pairs of things on the page that lie on each other.
COVERED = """(parts) => {
    const seen = parts.flatMap((part) => [...document.querySelectorAll(part)]).filter((one) => one.checkVisibility()).map((one) => [one, one.getBoundingClientRect()]);
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    return seen.flatMap(([one, a], at) => seen.slice(at + 1).filter(([other, b]) => !one.contains(other) && !other.contains(one) && meet(a, b))
        .map(([other]) => one.className + " / " + other.className));
}"""


@pytest.mark.parametrize("screen", SCREENS)
def test_no_control_is_cut_off_and_none_covers_another(
    open_context: Callable[..., BrowserContext], site: Site, screen: str
) -> None:
    width, height = SCREENS[screen]
    is_phone = screen in ("on its side", "narrow")
    page = open_context(
        viewport=ViewportSize(width=width, height=height), has_touch=is_phone, is_mobile=is_phone
    ).new_page()
    open_map(page, site)
    fold(page)
    on_the_map = ".map-tools, .legend, .maplibregl-ctrl-top-right, .maplibregl-ctrl-bottom-right, .search-near, .stale, .invented, .months"
    assert page.evaluate(COVERED, on_the_map.split(", ")) == []
    tabs = "" if is_phone else ", [role=tab]"  # on a phone their row is swiped
    assert (
        page.evaluate(CUT_OFF, f".map-tools .button, .search-input, .search-near, .maplibregl-ctrl button{tabs}") == []
    )
    expect(page.locator(".answer-number")).to_be_in_viewport()
    assert violations(page) == []


def test_the_city_stays_in_sight_when_a_tab_opens_on_a_low_screen(
    open_context: Callable[..., BrowserContext], site: Site
) -> None:
    page = open_context(viewport=ViewportSize(width=844, height=390)).new_page()
    open_map(page, site)
    room = page.locator(".map-canvas").bounding_box()
    assert room is not None and room["width"] * room["height"] > 0.3 * 844 * 390
    open_tab(page, "By type")
    expect(page.locator("table.bars")).to_be_visible()
    assert_whole_city_in_sight(page)


def test_tools_are_folded_on_a_phone_and_work_from_there(phone: Page, site: Site) -> None:
    open_map(phone, site)
    expect(phone.get_by_role("button", name="Draw an area")).to_be_hidden()
    phone.locator(".map-tools summary").tap()
    phone.get_by_role("button", name="Draw an area").tap()
    expect(phone.get_by_role("button", name="Cancel")).to_be_visible()


def assert_whole_city_in_sight(page: Page) -> None:
    page.wait_for_function(
        """() => {
            const map = document.querySelector(".map-canvas").hotspotsMap, box = JSON.parse(document.getElementById("map-start").textContent).box;
            const sight = map.getBounds();
            return sight.contains([box[0], box[1]]) && sight.contains([box[2], box[3]]);
        }"""
    )
