"""Places of one's own: drawn on the map, the map view itself, side by side; the map in words; links that name their data."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import Site, expect_answer, expect_drawn, in_area, open_map, open_tab
from tests.browser.test_access import violations

# The corners of what is asked for, from the address bar, as PostGIS reads them.
INSIDE = "st_intersects(a.geom_3857, st_transform(st_geomfromtext('POLYGON(({ring}))', 4326), 3857))"


def asked_outline(page: Page) -> str:
    """A condition on the anchor: inside the polygon that the address bar names."""
    polygon = page.evaluate("new URLSearchParams(window.location.search).get('polygon')")
    corners = polygon.split(",")
    return INSIDE.format(ring=", ".join([*corners, corners[0]]))


@pytest.fixture(autouse=True)
def _ends_without_a_violation(page: Page, site: Site) -> Iterator[None]:
    """Where a journey ends, axe-core finds nothing."""
    yield
    if page.url.startswith(site.url):
        assert violations(page) == []


def test_an_area_is_drawn_with_the_pointer(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("button", name="Draw an area").click()
    canvas = page.locator(".map-canvas canvas")
    for x, y in ((430, 60), (720, 60), (720, 420)):
        canvas.click(position={"x": x, "y": y})
    canvas.click(position={"x": 500, "y": 20})  # would cross the first side
    expect(page.locator(".map-drawing")).to_contain_text("cross itself")
    canvas.click(position={"x": 430, "y": 420})
    page.get_by_role("button", name="Done").click()
    expect(page).to_have_url(re.compile("polygon="))
    where = asked_outline(page)
    assert 0 < site.count(where) < site.count("true")
    expect_answer(page, site.count(where))
    expect_drawn(page, site.count(where, located=True))
    expect(page.locator("#answer")).to_contain_text("in the area drawn on the map")
    page.get_by_role("link", name="Remove: Area drawn on the map").click()
    expect_answer(page, site.count("true"))


def test_the_map_view_is_an_area_by_keyboard(page: Page, site: Site) -> None:
    open_map(page, site)
    page.evaluate("() => document.querySelector('.map-canvas').hotspotsMap.zoomTo(14.5, { animate: false })")
    page.get_by_role("button", name="Search this map view").press("Enter")
    expect(page).to_have_url(re.compile("polygon="))
    assert 0 < site.count(asked_outline(page)) < site.count("true")
    expect_answer(page, site.count(asked_outline(page)))


def test_the_map_in_words_counts_each_point(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft&at=1&radius=800&forecast=1")
    open_tab(page, "In words")
    rows = page.locator(".in-words .word-table tbody tr")
    expect(rows.first).to_be_visible()
    near = "t.name = 'theft' and st_dwithin(a.geom, (select geom from open.gazetteer where gazetteer_id = 1), 800)"
    counts = [int(text) for text in rows.locator("td.number").all_inner_texts()]
    assert sum(counts) == site.count(near)
    expect(rows.first).to_contain_text("1000 block of N State St")
    expect(rows.first).to_contain_text("here")
    expect(rows.nth(1)).to_contain_text(re.compile(r"\d+ m, (north|east|south|west)"))
    expect(page.get_by_text("Expected incidents", exact=True)).to_be_visible()
    name = rows.nth(1).get_by_role("link").inner_text()
    rows.nth(1).get_by_role("link").press("Enter")
    expect(page.locator("#place-card-title")).to_have_text(name)


def test_places_stand_side_by_side(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft&at=1&radius=800")
    open_tab(page, "Compare")
    page.get_by_role("link", name="Keep this place").click()
    expect(page).to_have_url(re.compile(r"compare=1r800"))
    expect(page.get_by_role("link", name=re.compile("Remove: Within 800 m"))).to_be_visible()
    page.locator("summary", has_text="Add: Community area").click()
    page.get_by_role("link", name="West", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("Remove: In community area West"))).to_be_visible()
    page.get_by_role("button", name="Clear the place").click()
    near = "st_dwithin(a.geom, (select geom from open.gazetteer where gazetteer_id = 1), 800)"
    places = ["true", near, in_area("community_area", "West")]
    expect(page.locator(".compare-table thead th")).to_have_count(3)
    cells = page.locator(".compare-table tbody tr").first.locator("td")
    for cell, where in zip(range(3), places, strict=True):
        expect(cells.nth(cell)).to_have_text(str(site.count(f"t.name = 'theft' and {where}")))
    page.get_by_role("link", name=re.compile("Remove: In community area West")).click()
    expect(page.locator(".compare-table thead th")).to_have_count(2)


def test_drawn_areas_stand_side_by_side(page: Page, site: Site) -> None:
    west, south, east, north = (
        site.ask(f"select {side} from open.city") for side in ("west", "south", "east", "north")
    )
    middle = (west + east) / 2
    halves = [
        [f"{lon:.5f} {lat:.5f}" for lon, lat in ((left, south), (right, south), (right, north), (left, north))]
        for left, right in ((west, middle), (middle, east))
    ]
    in_west, in_east = (site.count(INSIDE.format(ring=", ".join([*half, half[0]]))) for half in halves)
    kept, asked = "~".join(halves[0]).replace(" ", "_"), ",".join(halves[1]).replace(" ", "%20")
    open_map(page, site, f"?polygon={asked}&tab=compare&compare=p{kept}")
    page.get_by_role("link", name="Keep this place").click()
    expect(page.get_by_role("link", name="Remove: Drawn area 2")).to_be_visible()
    expect(page.locator(".compare-table tbody tr").first.locator("td")).to_have_text([str(in_west), str(in_east)])
    page.get_by_role("link", name="Drawn area 1", exact=True).click()
    expect_answer(page, in_west)


def test_areas_beside_each_other_add_up(page: Page, site: Site) -> None:
    open_map(page, site)
    open_tab(page, "Areas")
    # The coarsest kind of area stands there at first.
    rows = page.locator(".area-tables .word-table tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator(".area-tables .word-table thead th").nth(2)).to_have_text("Outside the city")
    for row in rows.all():
        name = row.locator("th").inner_text()
        incidents, outside = (int(row.locator("td").nth(k).inner_text().replace(",", "")) for k in (0, 1))
        assert outside == site.count(in_area("community_area", name) + " and a.status = 'outside'")
        assert incidents + outside == site.count(in_area("community_area", name))


def test_a_shared_link_names_its_data(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft")
    page.locator("summary", has_text="Share").click()
    link = page.get_by_label("Link to this answer, with its dates").input_value()
    assert link.startswith(f"{site.url}/?from=2017-10-03&to=2017-12-31&types=theft")
    assert link.endswith("vintage=" + str(site.ask("select max(vintage_id) from open.vintage")))
    assert f'<iframe src="{site.url}/embed?' in page.get_by_label("Code that shows the map").input_value()
    open_map(page, site, link.removeprefix(site.url + "/"))
    expect(page.locator("#answer")).not_to_contain_text("Newer data came since")
    open_map(page, site, "?types=theft&vintage=0")
    expect(page.locator("#answer")).to_contain_text("Newer data came since")


def test_other_periods_are_a_press_away(page: Page, site: Site) -> None:
    open_map(page, site, "?from=2017-12-01&to=2017-12-30")
    page.get_by_role("link", name="The period before").click()
    expect(page.locator("#answer")).to_contain_text("in the 30 days to 30 November 2017")
    page.get_by_role("radio", name="Arrest made").check(force=True)
    where = "day between '2017-11-01' and '2017-11-30' and arrest"
    expect_answer(page, site.count(where))
    expect(page.get_by_role("link", name="Same days last year")).to_have_count(0)  # the data begin in 2017
