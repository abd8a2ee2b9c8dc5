"""The filter changed again while the map still waits for tiles: whatever order they come in, the circles are the newest filter's."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.gate import TILES, gate
from tests.browser.reading import Site, expect_answer, expect_drawn, open_map

FILTERS = {"Theft": "t.name = 'theft'", "Robbery": "t.name in ('robbery', 'theft')"}


def choose(page: Page, site: Site, label: str) -> None:
    """Press a type, and wait for its number: the address and the map have been told."""
    page.get_by_role("checkbox", name=re.compile(f"^{label}")).check()
    expect_answer(page, site.count(FILTERS[label]))


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_two_filters_whose_tiles_are_on_their_way_the_later_is_drawn(
    page: Page, site: Site, newest_first: bool
) -> None:
    open_map(page, site)
    with gate(page, TILES) as tiles:
        for label in FILTERS:
            with tiles.one_more():
                choose(page, site, label)
        while tiles.waiting:
            tiles.let_through(-1 if newest_first else 0)
    expect_drawn(page, site.count(FILTERS["Robbery"], located=True))


OUT = (
    "() => { const map = document.querySelector('.map-canvas').hotspotsMap; map.jumpTo({ zoom: map.getZoom() - 2 }); }"
)


def test_tiles_that_came_into_sight_before_the_filter_changed_are_not_those_of_the_earlier_one(
    page: Page, site: Site
) -> None:
    open_map(page, site, "?types=theft")
    with gate(page, TILES) as tiles:
        with tiles.one_more():
            page.evaluate(OUT)
        choose(page, site, "Robbery")
    expect_drawn(page, site.count(FILTERS["Robbery"], located=True))


def test_a_map_that_lost_a_tile_asks_for_it_again(open_context: Callable[..., BrowserContext], site: Site) -> None:
    page = open_context().new_page()
    open_map(page, site)
    page.route(TILES, lambda route: route.fulfill(status=500))
    choose(page, site, "Theft")
    again = page.locator(".map-lost").get_by_role("button")
    expect(again).to_be_visible()
    page.unroute(TILES)
    again.click()
    expect_drawn(page, site.count(FILTERS["Theft"], located=True))
    expect(again).to_have_count(0)
