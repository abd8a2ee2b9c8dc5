"""The page before any script has run: the answer stands there, and one question makes it a page that answers."""

import re
from collections.abc import Callable

import httpx
from playwright.sync_api import BrowserContext, expect

from tests.browser.reading import IDLE, LAST_90_DAYS, Site


def test_the_answer_is_in_the_first_html_in_the_language_asked_for(site: Site) -> None:
    thefts = site.count("t.name = 'theft'")
    html = httpx.get(f"{site.url}/", params={"types": "theft", "lang": "es"}).text
    painted = html.partition('id="react-entry-point"')[0]
    assert f'<strong class="answer-number">{thefts:,}</strong>' in painted or f">{thefts:,}<" in painted
    assert "Buscar un lugar" in painted
    assert not re.findall(r'\bid="(?!first-paint)', painted.partition("<body>")[2]), "the page's own names come later"
    assert "style=" not in painted, "the policy allows no style of a single element"


def test_what_an_address_says_is_escaped_in_the_first_html(site: Site) -> None:
    html = httpx.get(f"{site.url}/", params={"types": "<script>alert(1)</script>"}).text
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html, "the part that could not be read is named"


def test_without_scripts_the_number_can_be_read(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(site.url)
    expect(page.locator(".answer-number")).to_have_text(
        f"{site.ask(f'select count(*) from open.incident where {LAST_90_DAYS}'):,}"
    )
    expect(page.locator(".noscript")).to_be_visible()


def test_a_first_view_asks_once_and_a_click_on_a_tab_not_for_the_counts_again(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.post_data or "") if "_dash-update-component" in one.url else None)
    page.goto(f"{site.url}/?types=theft&tab=types")
    page.wait_for_selector(IDLE, state="attached")
    expect(page.locator("table.bars")).to_be_visible()
    expect(page.locator("#types .pick-count").first).not_to_have_text("")
    expect(page.locator("#first-paint")).to_have_count(0)
    page.wait_for_timeout(500)
    assert len(asked) == 1
    page.get_by_role("tab", name="By day").click()
    expect(page.locator(".day-bars")).to_be_visible()
    page.wait_for_timeout(500)
    assert not any('"types.counts' in one or "..types.counts" in one for one in asked)
    assert len(asked) == 3  # the address, and what it alone decides


def test_the_map_that_was_begun_is_the_map_of_the_page(site: Site, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    tiles: list[str] = []
    page.on("request", lambda one: tiles.append(one.url) if "/api/tiles/" in one.url else None)
    page.goto(site.url)
    page.wait_for_selector(".map-tools .button")
    page.wait_for_selector(IDLE, state="attached")
    page.wait_for_timeout(500)
    assert page.locator(".map-canvas").count() == 1
    assert len(tiles) == len(set(tiles)), "no tile is asked for twice"
    assert len({one.partition("/api/tiles/")[2].split("/")[1] for one in tiles}) == 1, (
        "the room was right from the beginning"
    )


def test_the_page_of_an_area_gives_way_to_the_one_that_answers(
    site: Site, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    area = site.ask("select area_id from open.area where kind = 'ward' order by area_id limit 1")
    page.goto(f"{site.url}/area/ward/{site.ask(f'select code from open.area where area_id = {area}')}")
    expect(page.locator("#first-paint")).to_have_count(0)
    expect(page.locator(".week-bar[style]").first).to_be_visible()
    page.get_by_role("link", name="See it on the map").click()
    page.wait_for_selector(IDLE, state="attached")
    expect(page).to_have_url(re.compile(f"areas={area}"))
