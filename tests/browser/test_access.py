"""axe-core finds no violation in any state: wide, phone, dark, with every tab, list and card open."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.conftest import PHONE, WIDE
from tests.browser.reading import IDLE, Site, open_map, open_tab

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
GROUPS = ("violence", "burglary", "vehicle", "theft", "damage", "other")
AT_REST = """() => !document.querySelector('[data-dash-is-loading="true"]')
    && !document.getAnimations().some((one) => one instanceof CSSTransition && one.playState === "running")"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """The findings of axe, a line each. Injected by the debugger: the page's own policy would not let it in."""
    expect(page.locator("#first-paint")).to_have_count(0)  # it has no names yet, and gives way
    page.wait_for_function(AT_REST)  # an answer that is on its way is paler, as long as it fades
    page.evaluate(AXE.read_text())
    found = page.evaluate("(tags) => axe.run({ runOnly: { type: 'tag', values: tags } })", RULES)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


TABS = {
    "In words": ".word-table",
    "Table": ".incidents",
    "By day": ".day-bars",
    "By hour and weekday": ".heat-grid",
    "By type": "table.bars",
    "Areas": ".funnel",
    "Compare": "#comparison",
}
EVERY_FILTER = (
    "?at=1&radius=800&types=theft,burglary&weekdays=fri,sat&hours=18-02&areas=1,5&near=school:500&arrest=no"
    "&forecast=1&anchor=1&tab=compare&compare=a5,a6&vintage=0"
)
NOTHING = "?from=2017-01-05&to=2017-01-06"


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_no_state_of_the_map_has_a_violation(
    open_context: Callable[..., BrowserContext], site: Site, size: str
) -> None:
    page = open_context(viewport=PHONE if size == "phone" else WIDE).new_page()
    open_map(page, site)
    if size == "phone":
        page.locator(".sheet-handle").click()
        page.locator(".sheet-handle").click()
    expect(page.locator(".hour-bars")).to_be_visible()
    assert violations(page) == [], "first view"
    for tab, content in TABS.items():
        open_tab(page, tab)
        expect(page.locator(content)).to_be_visible()
        assert violations(page) == [], tab
    open_map(page, site, EVERY_FILTER)
    expect(page.locator("#place-card-title")).to_be_visible()
    expect(page.locator(".compare-table")).to_be_visible()
    page.locator("summary", has_text="Share").click()
    page.locator("summary", has_text="Download").click()
    page.emulate_media(color_scheme="dark")
    assert violations(page) == [], "every filter, dark"
    page.emulate_media(color_scheme="light")
    assert violations(page) == [], "every filter"
    open_map(page, site, NOTHING)
    expect(page.locator(".answer-none")).to_be_visible()
    assert violations(page) == [], "nothing matches"


def test_large_print_in_the_dark_has_no_violation(open_context: Callable[..., BrowserContext], site: Site) -> None:
    page = open_context(color_scheme="dark").new_page()
    open_map(page, site, "?print=large&tab=words")
    expect(page.locator(".word-table")).to_be_visible()
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > 20
    assert violations(page) == []


def test_the_map_to_embed_says_what_it_shows(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/embed?types=theft&at=1&radius=800")
    page.wait_for_selector("#first-paint", state="detached")
    page.wait_for_selector(IDLE, state="attached")
    near = "st_dwithin(a.geom, (select geom from open.gazetteer where gazetteer_id = 1), 800)"
    count = site.count(f"t.name = 'theft' and {near}")
    expect(page.locator(".embed-words")).to_contain_text(f"{count} reported incidents of theft within 800 m")
    assert violations(page) == []


def test_paper_holds_the_answer_and_nothing_to_press(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft&tab=words")
    expect(page.locator(".word-table")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    for left_out in (".search-room", ".tabs", ".map-tools", ".group", ".actions", ".maplibregl-ctrl-zoom-in"):
        expect(page.locator(left_out).first).to_be_hidden()
    for said in (".answer-number", ".map-canvas canvas", ".legend-groups", ".word-table", ".foot-words"):
        expect(page.locator(said)).to_be_visible()
    colours = page.evaluate(
        "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))"
    )
    assert colours == ["rgb(23, 33, 46)", "rgb(255, 255, 255)"], "ink on white, whatever the screen shows"
    picture, sheet = page.locator(".map-canvas canvas").bounding_box(), page.viewport_size
    assert picture and sheet and 0 < picture["width"] <= sheet["width"]
    page.emulate_media(media="screen", color_scheme="light")


def test_open_lists_and_suggestions_have_no_violation(page: Page, site: Site) -> None:
    open_map(page, site)
    page.locator("summary", has_text="Police beat").click()
    page.locator("summary", has_text="Type of location").click()
    page.get_by_role("combobox", name="Find a place").press_sequentially("state")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    open_tab(page, "Table")
    assert violations(page) == []


def test_the_page_about_the_numbers_has_no_violation(page: Page, site: Site) -> None:
    page.goto(site.url + "/about")
    expect(page.get_by_role("heading", name="Where a circle stands")).to_be_visible()
    licence = page.locator(".about-text").get_by_role("link", name="Open for tests 1.0")
    expect(licence).to_have_attribute("href", "https://city.example/licence")
    assert violations(page) == []


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_the_page_of_an_area_has_no_violation(
    open_context: Callable[..., BrowserContext], site: Site, viewport: ViewportSize
) -> None:
    page = open_context(viewport=viewport).new_page()
    kind, code = site.ask("select array[kind, code] from open.area order by area_id limit 1")
    page.goto(f"{site.url}/area/{kind}/{code}")
    expect(page.locator("#area-title")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link to skip
    expect(page.locator(".area-first")).to_be_focused()


def test_colours_of_the_groups_stand_out_from_the_map(page: Page, site: Site) -> None:
    """A circle's edge has a contrast of 3:1 against land in both schemes (WCAG 2.2, 1.4.11)."""
    open_map(page, site)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        names = ["map-land", "mixed-edge", *[f"group-{group}-edge" for group in GROUPS]]
        colours = page.evaluate(
            """(names) => Object.fromEntries(names.map((name) =>
                [name, getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim()]))""",
            names,
        )
        land = luminance(colours.pop("map-land"))
        for name, colour in colours.items():
            light, dark = sorted((land, luminance(colour)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3, f"{name} in {scheme}"


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
