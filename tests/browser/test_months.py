"""Month by month: a slider and play over the months of the data, for the filter that is asked, one answer a step."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.reading import Site, open_map
from tests.browser.test_access import violations

THEFTS = (
    "select count(*) from open.incident i join open.crime_type t using (crime_type_id) join open.anchor a using (anchor_id)"
    " where t.name = 'theft' and to_char(day, 'YYYY-MM') = '{month}' and {where}"
)
NEAR = "st_dwithin(a.geom, (select geom from open.gazetteer where gazetteer_id = 1), 800)"


def shown(page: Page, month: str) -> int:
    """Wait until the strip shows a month; return the number that it says."""
    expect(page.locator(f".months[data-month='{month}']")).to_be_visible()
    return int(re.sub(r"\D", "", page.locator(".months-said").inner_text().split(":")[1]))


def drawn(page: Page) -> int:
    return page.evaluate(
        "async () => (await document.querySelector('.map-canvas').hotspotsMap.getSource('month').getData()).features.reduce((sum, one) => sum + one.properties.n, 0)"
    )


def test_each_step_shows_its_month_and_asks_for_no_more_than_one_answer(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft&at=1&radius=800")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.get_by_role("button", name="Month by month").press("Enter")
    assert shown(page, "2017-12") == drawn(page) == site.ask(THEFTS.format(month="2017-12", where=NEAR)) > 0
    slider = page.get_by_role("slider", name="Month")
    expect(slider).to_be_focused()
    assert len([url for url in asked if "/api/" in url]) == 1
    for month in ("2017-11", "2017-10", "2017-09"):
        asked.clear()
        slider.press("ArrowLeft")
        assert shown(page, month) == drawn(page) == site.ask(THEFTS.format(month=month, where=NEAR))
        assert len([url for url in asked if "/api/" in url]) == 1  # the months after it are held already
    asked.clear()
    page.get_by_role("button", name="The month after").click()
    shown(page, "2017-10")
    assert [url for url in asked if "/api/" in url] == []
    assert violations(page) == []
    page.get_by_role("link", name="This month alone").click()
    expect(page.locator(".answer-number")).to_have_text(f"{site.ask(THEFTS.format(month='2017-10', where=NEAR)):,}")
    assert shown(page, "2017-10") > 0  # a new filter goes on where one was
    page.get_by_role("button", name="Close the months").click()
    expect(page.locator(".months")).to_have_count(0)
    assert (
        page.evaluate("document.querySelector('.map-canvas').hotspotsMap.getLayoutProperty('incidents', 'visibility')")
        == "visible"
    )
    page.remove_listener("request", note)


def test_play_goes_through_the_months_and_ahead_of_what_it_shows(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft&at=1&radius=800")
    page.get_by_role("button", name="Month by month").click()
    slider = page.get_by_role("slider", name="Month")
    slider.press("Home")
    first = page.locator(".months").get_attribute("data-month")
    page.wait_for_function("(last) => document.querySelector('.months').dataset.month !== last", arg="2017-12")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => Number(document.querySelector('.months input').value) >= 2")
    page.get_by_role("button", name="Pause").click()
    month = page.locator(".months").get_attribute("data-month")
    assert month is not None and month != first
    assert shown(page, month) == site.ask(THEFTS.format(month=month, where=NEAR))
    page.get_by_role("button", name="Close the months").click()


def test_whoever_asks_for_calm_steps_and_nothing_plays(open_context: Callable[..., BrowserContext], site: Site) -> None:
    page = open_context(reduced_motion="reduce").new_page()
    open_map(page, site, "?types=theft")
    page.get_by_role("button", name="Month by month").click()
    expect(page.get_by_role("button", name="The month before")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_have_count(0)
