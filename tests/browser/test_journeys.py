"""Address bar, back button, circles, empty answers, the table, the phone, the keyboard alone."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDE
from tests.browser.reading import (
    DRAWN,
    Site,
    expect_answer,
    expect_drawn,
    expect_everywhere,
    fold,
    in_area,
    open_map,
    open_tab,
    unfold,
    whole_numbers,
)
from tests.browser.test_access import violations


@pytest.fixture(autouse=True)
def _ends_without_a_violation(page: Page, site: Site) -> Iterator[None]:
    """Where a journey ends, axe-core finds nothing."""
    yield
    if page.url.startswith(site.url):
        page.wait_for_selector("#first-paint", state="detached")  # until the page that answers has come
        assert violations(page) == []


def test_the_address_brings_back_the_same_answer(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("checkbox", name=re.compile("^Robbery")).check()
    page.locator("summary", has_text="Community area").click()
    page.get_by_role("checkbox", name=re.compile("^East")).check()
    where = f"t.name = 'robbery' and {in_area('community_area', 'East')}"
    expect_answer(page, site.count(where))
    page.goto("about:blank")
    page.go_back()
    expect_everywhere(page, site, where)
    unfold(page)
    expect(page.get_by_role("checkbox", name=re.compile("^Robbery"))).to_be_checked()


def test_back_and_forward_undo_and_redo(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("checkbox", name=re.compile("^Robbery")).check()
    expect_answer(page, site.count("t.name = 'robbery'"))
    page.get_by_role("checkbox", name=re.compile("^Mon")).check()
    expect_answer(page, site.count("t.name = 'robbery' and extract(isodow from day) = 1"))
    page.go_back()
    expect_answer(page, site.count("t.name = 'robbery'"))
    expect(page.get_by_role("checkbox", name=re.compile("^Mon"))).not_to_be_checked()
    expect_drawn(page, site.count("t.name = 'robbery'", located=True))
    page.go_back()
    expect_answer(page, site.count("true"))
    page.go_forward()
    expect_answer(page, site.count("t.name = 'robbery'"))


def test_an_address_that_makes_no_sense_is_answered_in_words(page: Page, site: Site) -> None:
    open_map(page, site, "?types=witchcraft")
    expect(page.locator("#answer")).to_contain_text("This address could not be read")
    expect(page.locator("#answer")).to_contain_text("witchcraft")
    expect_answer(page, site.count("true"))


def test_a_circle_lists_its_incidents(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft")
    expect_drawn(page, site.count("t.name = 'theft'", located=True))
    at = page.evaluate(
        """() => {
            const map = document.querySelector(".map-canvas").hotspotsMap;
            const one = map.queryRenderedFeatures({ layers: ["incidents"] })[0];
            const point = map.project(one.geometry.coordinates);
            return { id: one.id, n: one.properties.n, x: point.x, y: point.y };
        }"""
    )
    page.locator(".map-canvas canvas").click(position={"x": at["x"], "y": at["y"]})
    expect(page.locator("#place-card-title")).to_have_text(
        site.ask(f"select name from open.anchor where anchor_id = {at['id']}")
    )
    expect(page.locator(".card-rows li")).to_have_count(site.count(f"t.name = 'theft' and a.anchor_id = {at['id']}"))
    assert at["n"] == site.count(f"t.name = 'theft' and a.anchor_id = {at['id']}")
    page.get_by_text("Why here?").click()
    expect(page.locator(".why")).to_contain_text("by the block, not by the house")
    page.get_by_role("link", name="Close this list").click()
    expect(page.locator("#place-card-title")).to_have_count(0)


def test_an_empty_answer_offers_ways_out(page: Page, site: Site) -> None:
    # Nothing is reported within 100 m of this block on one day.
    empty = site.ask(
        "select g.gazetteer_id from open.gazetteer g where kind = 'block' and not exists (select from open.incident i"
        " join open.anchor a using (anchor_id) where day = '2017-12-31' and st_dwithin(a.geom, g.geom, 200)) limit 1"
    )
    open_map(page, site, f"?from=2017-12-31&to=2017-12-31&at={empty}&radius=100")
    expect_answer(page, 0)
    around = f"st_dwithin(a.geom, (select geom from open.gazetteer where gazetteer_id = {empty}), {{metres}})"
    page.get_by_role("link", name="Search 200 m around").click()
    expect(page).to_have_url(re.compile("radius=200"))
    expect_answer(page, 0)
    page.get_by_role("link", name="Look at the last 90 days").click()
    expect_answer(page, site.count(around.format(metres=200)))


def test_the_table_is_sorted_and_paged_by_keyboard(page: Page, site: Site) -> None:
    open_map(page, site, "?tab=table")
    expect(page.locator("th[aria-sort]")).to_contain_text("Day")
    head = page.get_by_role("columnheader", name="Type").get_by_role("link")
    head.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Type")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#sort-type")).to_be_focused()
    first = page.locator(".incidents tbody tr").first.locator("td").nth(2)
    expect(first).to_have_text(site.ask("select min(label) from open.crime_type"))
    page.locator("#sort-type").press("Enter")
    expect(first).to_have_text(site.ask("select max(label) from open.crime_type"))
    page.get_by_role("link", name="Next").press("Enter")
    expect(page.locator("#table-title")).to_contain_text("51–100 of")


def test_the_download_holds_what_the_table_shows(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft,burglary&tab=table")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text())))
    assert len(rows) == site.count("t.name in ('burglary', 'theft')")
    assert {row["crime_type"] for row in rows} == {"burglary", "theft"}
    assert [row["day"] for row in rows] == sorted((row["day"] for row in rows), reverse=True)


def test_the_weeks_add_up_and_a_normal_week_is_drawn(page: Page, site: Site) -> None:
    open_map(page, site, "?from=2017-12-04&to=2017-12-31")
    titles = page.locator(".week-bars li")
    expect(titles).to_have_count(4)
    said = titles.evaluate_all("(bars) => bars.map((bar) => bar.title)")
    assert re.search(r"normal \d+ to \d+", said[-1])
    last = site.ask("select count(*) from open.incident where day between '2017-12-25' and '2017-12-31'")
    assert whole_numbers([said[-1].split(": ")[1].split(";")[0]]) == [last]


def test_a_forecast_is_drawn_and_put_in_words(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_label("Forecast layer").select_option(index=1)
    expect(page.locator("#forecast-words")).to_contain_text("Words.")
    expect(page.locator(".legend-forecast")).to_be_visible()
    page.wait_for_function(
        "() => document.querySelector('.map-canvas').hotspotsMap.queryRenderedFeatures({ layers: ['forecast'] }).length > 0"
    )


def test_the_legend_stays_below_the_tools_however_low_the_map_is(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_label("Forecast layer").select_option(index=1)
    expect(page.locator(".legend-forecast")).to_be_visible()
    open_tab(page, "By day")
    page.set_viewport_size({"width": 1440, "height": 480})
    legend, tools = page.locator(".legend").bounding_box(), page.locator(".map-tools").bounding_box()
    page.set_viewport_size(WIDE)
    assert legend and tools and legend["y"] >= tools["y"] + tools["height"]


def test_the_first_view_fits_the_city_into_the_map_as_it_is(page: Page, site: Site) -> None:
    open_map(page, site, fresh=True)
    west, south, east, north = (
        site.ask(f"select {side} from open.city") for side in ("west", "south", "east", "north")
    )
    margins = page.evaluate(
        """([west, south, east, north]) => {
            const map = document.querySelector(".map-canvas").hotspotsMap;
            const { clientWidth, clientHeight } = document.querySelector(".map-room");
            const [first, last] = [map.project([west, north]), map.project([east, south])];
            return [first.x, first.y, clientWidth - last.x, clientHeight - last.y];
        }""",
        [west, south, east, north],
    )
    assert min(margins) >= 47  # 48 pixels are left free on every side; a rounding is allowed


def test_a_phone_scrolls_down_and_never_sideways(phone: Page, site: Site) -> None:
    open_map(phone, site)
    for _ in ("low", "half", "full"):
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        wider = phone.evaluate(
            """() => [...document.querySelectorAll(".sheet *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1
                && !one.closest(".scroll, .tabs, .hidden-words")).map((one) => one.className)"""
        )
        assert wider == []
        phone.locator(".sheet-handle").click()
    expect(phone.locator(".sheet")).to_have_attribute("data-height", "low")


def test_a_phone_reaches_filters_and_table(phone: Page, site: Site) -> None:
    open_map(phone, site)
    fold(phone)
    for seen in ("#answer", ".verdict-change", ".group-state", ".preset"):
        expect(phone.locator(seen).first).to_be_in_viewport()
    phone.locator(".sheet-handle").click()
    phone.locator(".sheet-handle").click()
    expect(phone.locator(".sheet")).to_have_attribute("data-height", "full")
    phone.locator(".group > summary", has_text="What").tap()
    phone.locator("#types .pick", has_text="Robbery").tap()
    expect_answer(phone, site.count("t.name = 'robbery'"))
    open_tab(phone, "Table")
    expect(phone.locator("#table-title")).to_contain_text("of " + str(site.count("t.name = 'robbery'")))


def test_what_is_brought_into_view_on_a_phone_moves_the_sheet_and_not_the_page(phone: Page, site: Site) -> None:
    open_map(phone, site, "?tab=areas", fresh=True)
    for _ in ("half", "full"):
        phone.locator(".sheet-handle").click()
    phone.locator(".area-tables tbody tr").last.evaluate("row => row.scrollIntoView()")
    moved = phone.locator(".map-page, .frame").evaluate_all("rooms => rooms.map((room) => room.scrollTop)")
    assert moved == [0, 0]
    expect(phone.locator(".area-tables tbody tr").last).to_be_in_viewport()


def test_a_phone_shows_which_tab_a_link_has_open(phone: Page, site: Site) -> None:
    open_map(phone, site, "?tab=areas", fresh=True)
    phone.locator(".sheet-handle").click()
    expect(phone.get_by_role("tab", name="Areas")).to_be_in_viewport(ratio=1)


def test_a_whole_journey_by_keyboard(page: Page, site: Site) -> None:
    open_map(page, site, fresh=True)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_focused()
    tab_to(page, "checkbox", "Robbery")
    page.keyboard.press("Space")
    expect_answer(page, site.count("t.name = 'robbery'"))
    tab_to(page, "tab", "In words")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#table-title")).to_contain_text("of " + str(site.count("t.name = 'robbery'")))
    place = page.locator(".incidents tbody a").first
    name = place.inner_text()
    place.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place-card-title")).to_have_text(name)
    expect(page.locator("#place-card-title")).to_be_focused()


def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until the element has the focus; a page has fewer than 200 stops."""
    wanted = page.get_by_role(role, name=re.compile(f"^{name}")).first  # pyright: ignore[reportArgumentType]
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{role} {name} is not reached by Tab")


@pytest.mark.parametrize("window", ["page", "phone"])
def test_the_first_filter_is_five_tab_stops_away(window: str, request: pytest.FixtureRequest, site: Site) -> None:
    page: Page = request.getfixturevalue(window)
    open_map(page, site, fresh=True)
    stops = []
    for _ in range(5):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("() => document.activeElement.innerText || document.activeElement.id"))
    assert page.evaluate("() => document.activeElement.matches('.preset')"), stops
    # Links to pages and languages are seen in the head, at its right end, and come last.
    head, links = page.locator(".head").bounding_box(), page.locator(".site-links").bounding_box()
    assert head and links and links["y"] == head["y"] and links["x"] + links["width"] <= page.viewport_size["width"]  # pyright: ignore[reportOptionalSubscript]
    title = page.locator(".vintage").bounding_box()
    assert title and title["x"] + title["width"] <= links["x"]


def test_the_map_is_read_by_keyboard(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft")
    expect_drawn(page, site.count("t.name = 'theft'", located=True))
    anchor = page.evaluate(
        """() => {
            const map = document.querySelector(".map-canvas").hotspotsMap;
            const one = map.queryRenderedFeatures({ layers: ["incidents"] })[0];
            map.jumpTo({ center: one.geometry.coordinates });
            return one.id;
        }"""
    )
    page.wait_for_selector('.map-canvas[data-idle="true"]', state="attached")
    assert page.evaluate(DRAWN) is not None
    page.locator(".map-canvas canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place-card-title")).to_have_text(
        site.ask(f"select name from open.anchor where anchor_id = {anchor}")
    )


def test_the_page_about_the_numbers_leads_back(page: Page, site: Site) -> None:
    page.goto(site.url + "/about")
    expect(page.get_by_role("heading", name="Where a circle stands")).to_be_visible()
    page.get_by_role("link", name="Back to the map").click()
    expect_answer(page, site.count("true"))
