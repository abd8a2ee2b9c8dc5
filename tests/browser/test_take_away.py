"""Sentences and charts are taken away: their words, a picture that says the same numbers, and a citation that names the publication."""

import re
import struct
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.reading import Site, expect_answer, open_map, open_tab
from tests.browser.test_access import TABS, violations

SVG = "{http://www.w3.org/2000/svg}"
ACCENT = "#1f4e8c"  # of the bars, on paper
CHARTS = "[data-taken=chart]"


def saved(page: Page, button: str) -> Path:
    """The file that a button of the dialog saves."""
    with page.expect_download() as download:
        page.locator("dialog").get_by_role("button", name=button).click()
    expect(page.locator("dialog [role=status]")).to_have_text("Saved.")
    return Path(download.value.path())


def close(page: Page) -> None:
    page.locator("dialog").get_by_role("button", name="Close").click()
    expect(page.locator("dialog")).to_have_count(0)


def test_the_answer_is_cited_with_its_days_and_its_publication(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft")
    thefts = site.count("t.name = 'theft'")
    page.get_by_role("button", name="Cite: the answer").press("Enter")
    words = page.get_by_label("Words, with where they come from")
    expect(words).to_have_value(
        re.compile(rf"^“{thefts:,} reported incidents of theft in the 90 days to 31 December 2017\.”\n")
    )
    address = page.locator("dialog").get_by_label("Link to this answer").input_value()
    vintage = site.ask("select max(vintage_id) from open.vintage")
    assert f"vintage={vintage}" in address and "from=2017-10-03&to=2017-12-31" in address
    assert words.input_value().endswith(address)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Cite: the answer")).to_be_focused()
    page.goto(address)
    expect_answer(page, thefts)


def test_the_picture_of_the_weeks_has_a_bar_as_high_as_each_count(page: Page, site: Site) -> None:
    open_map(page, site)
    page.locator(".weeks .take").click()
    drawn = ElementTree.parse(saved(page, "Drawing (SVG)"))
    close(page)
    whole_weeks = site.ask(
        "select array_agg(n order by week) from (select date_trunc('week', day) as week, count(*) as n from open.incident"
        " where day between '2017-10-09' and '2017-12-31' group by 1) weeks"
    )
    bars = [one for one in drawn.iter(f"{SVG}rect") if one.get("fill") == ACCENT and one.get("fill-opacity") is None]
    heights = [float(one.get("height", 0)) for one in sorted(bars, key=lambda one: float(one.get("x", 0)))]
    assert len(heights) == len(whole_weeks) == 12
    assert [height / max(heights) for height in heights] == pytest.approx(
        [n / max(whole_weeks) for n in whole_weeks], abs=0.02
    )


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d[\d,.]*", text))


def seen(chart: Locator) -> str:
    """What stands in the chart for whoever sees it; its source is told once more below every picture."""
    return chart.evaluate(
        """(chart) => {
            const texts = document.createTreeWalker(chart, NodeFilter.SHOW_TEXT), said = [];
            while (texts.nextNode()) said.push(texts.currentNode);
            const left = ".take, .hidden-words, figcaption, title, .close";
            return said.filter((one) => !one.parentElement.closest(left)).map((one) => one.data).join(" ");
        }"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_has_a_picture_that_says_all_its_numbers(page: Page, site: Site, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_map(page, site, "?at=1&radius=800&compare=a5,a6")
    for tab in [*TABS, "Change"] if scheme == "light" else ["By day"]:
        open_tab(page, tab)
        expect(page.locator(TABS.get(tab, ".change-table")).first).to_be_visible()
        if tab == "Table":
            continue  # rows: they are downloaded
        for chart in page.locator(f"#tab-panel {CHARTS}, .verdict {CHARTS}").all():
            chart.locator(":scope > .take").click()
            words = page.get_by_label("Words, with where they come from").input_value()
            assert "vintage=" in words
            drawn = ElementTree.parse(saved(page, "Drawing (SVG)"))
            said = " ".join(one.text or "" for one in drawn.iter(f"{SVG}text"))
            assert not [one for one in numbers(seen(chart)) if one not in numbers(said)]
            assert "vintage=" in said and drawn.getroot().findtext(f"{SVG}text") is not None
            assert {one.get("fill") for one in drawn.iter(f"{SVG}rect")} >= {"#ffffff"}  # paper, on a dark screen too
            head = saved(page, "Picture (PNG)").read_bytes()
            assert head[:8] == b"\x89PNG\r\n\x1a\n"
            width, height = struct.unpack(">II", head[16:24])
            assert (width, height) == (
                2 * int(drawn.getroot().get("width", 0)),
                2 * int(drawn.getroot().get("height", 0)),
            )
            close(page)
    page.emulate_media(color_scheme="light")


def test_no_sentence_or_chart_of_the_answer_is_without_its_button(page: Page, site: Site) -> None:
    """Whatever holds a number in the answer, the caveats, a tab or an area's page is inside something that can be taken."""
    bare = """(parts) => parts.flatMap((part) => [...document.querySelectorAll(part)])
        .filter((one) => /\\d/.test(one.textContent) && !one.closest('[data-taken]') && !one.closest('.chip, nav'))
        .map((one) => one.outerHTML.slice(0, 200))"""
    parts = [
        ".verdict p",
        ".caveats p",
        ".weeks p",
        ".week-bars",
        ".standing-bars",
        "table:not(.incidents)",
        ".hour-bars",
        ".day-bars",
        ".funnel",
    ]
    for address in (
        "?at=1&radius=800&types=theft",
        "?tab=areas",
        "?tab=change",
        "?tab=words",
        "?tab=hours",
        "?tab=types",
        "?tab=days",
    ):
        open_map(page, site, address)
        assert page.evaluate(bare, parts) == [], address
    page.goto(
        site.url + "/area/beat/" + site.ask("select code from open.area where kind = 'beat' order by code limit 1")
    )
    page.wait_for_selector("#first-paint", state="detached")
    assert page.evaluate(bare, [".area-first p:not(.area-map)", ".caveats p", ".week-bars", "table"]) == []
    page.get_by_role("button", name=re.compile("^Save or cite: By week")).click()
    assert page.get_by_label("Words, with where they come from").input_value().startswith("By week\n")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_is_a_picture_in_light_colours_with_its_legend_and_source(
    page: Page, site: Site, scheme: Literal["light", "dark"]
) -> None:
    """As wide as the map with a margin, twice as fine, and higher by sentence, legend and source: with the colours of land and of thefts."""
    page.emulate_media(color_scheme=scheme)
    open_map(page, site, "?types=theft&at=1&radius=800")
    page.locator(".action summary", has_text="Share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture of the map (PNG)").click()
    expect(page.locator(".take-map + [role=status]")).to_have_text("Saved.")
    assert download.value.suggested_filename == "map.png"
    picture = Image.open(download.value.path()).convert("RGB")
    width, height = page.evaluate(
        "() => { const { clientWidth, clientHeight } = document.querySelector('.map-canvas'); return [clientWidth, clientHeight]; }"
    )
    assert picture.width == 2 * (width + 48) and 2 * (height + 120) < picture.height < 2 * (height + 500)
    colours = {colour for count, colour in picture.getcolors(1 << 24) or [] if count > 300}
    assert {(255, 255, 255), (0xF7, 0xF6, 0xF3), (0xE6, 0x9F, 0x00)} <= colours  # paper, land, and thefts in the legend
    page.emulate_media(color_scheme="light")
