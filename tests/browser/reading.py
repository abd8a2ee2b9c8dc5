"""What a page shows, read back; and the same counted by SQL of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, Response, expect

from tests.database import TestDatabase

LAST_90_DAYS = "day between '2017-10-03' and '2017-12-31'"
IDLE = '.map-canvas[data-idle="true"]'
DRAWN = """() => {
    const map = document.querySelector(".map-canvas").hotspotsMap;
    if (!map || !map.isSourceLoaded("incidents")) return null;
    const found = new Map(map.querySourceFeatures("incidents", { sourceLayer: "incidents" }).map((one) => [one.id, one.properties.n]));
    return [...found.values()].reduce((sum, n) => sum + n, 0);
}"""


# A loaded page goes to another address as the back button does, with its lists folded and the whole city in sight.
RETURN = """(search) => {
    document.querySelectorAll("details[open]:not(.legend, .group) > summary").forEach((summary) => summary.click());
    window.history.pushState(null, "", window.location.pathname + search);
    document.querySelector(".map-canvas").hotspotsMap.fitBounds(window.firstSight, { animate: false });
    window.dispatchEvent(new PopStateEvent("popstate"));
}"""
# Every group of filters is unfolded: a test presses what is in it.
UNFOLD = "() => document.querySelectorAll('details.group').forEach((group) => { group.open = true; })"
FIRST_SIGHT = "() => { window.firstSight = document.querySelector('.map-canvas').hotspotsMap.getBounds(); }"
SETTLED = f"""() => document.querySelector('{IDLE}') && !document.querySelector('[data-dash-is-loading="true"]')"""


@dataclass(frozen=True)
class Site:
    """A served city and its database."""

    url: str
    database: TestDatabase

    def count(self, where: str, *, located: bool = False) -> int:
        """Incidents of the last 90 days for which a condition holds on row, type, location type and anchor."""
        joined = (
            "open.incident i join open.crime_type t using (crime_type_id)"
            " left join open.location_type l using (location_type_id) join open.anchor a using (anchor_id)"
        )
        status = "and a.status = 'located'" if located else ""
        return self.ask(f"select count(*) from {joined} where {LAST_90_DAYS} and ({where}) {status}")

    def ask(self, query: str) -> Any:
        """One value."""
        with self.database.owner.connect() as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]


def in_area(kind: str, code: str) -> str:
    """A condition on the anchor."""
    return (
        "exists (select from open.anchor_area aa join open.area ar using (area_id)"
        f" where aa.anchor_id = a.anchor_id and ar.kind = '{kind}' and ar.code = '{code}')"
    )


def open_map(page: Page, site: Site, search: str = "", *, fresh: bool = False) -> None:
    """Go to the map and wait until it is drawn. A page that shows the map already is loaded anew only where that is asked for."""
    if not fresh and page.url.startswith(site.url) and page.evaluate("Boolean(window.firstSight)"):
        if page.evaluate("window.location.search") == search:
            page.evaluate(RETURN, search)
        else:
            with page.expect_response(_tells_controls):
                page.evaluate(RETURN, search)
        page.wait_for_timeout(100)  # the controls take what they were told
        page.wait_for_function(SETTLED)
        return
    page.goto(site.url + "/" + search)
    page.wait_for_selector("#first-paint", state="detached")  # what stands there before the page answers to nobody
    page.wait_for_selector(IDLE, state="attached")
    unfold(page)
    if search == "":
        page.evaluate(FIRST_SIGHT)


def unfold(page: Page) -> None:
    """Open every group of filters, once the page that answers is there."""
    page.wait_for_selector("#first-paint", state="detached")
    page.evaluate(UNFOLD)


def fold(page: Page) -> None:
    """Close every group of filters, as whoever comes finds them."""
    page.evaluate("() => document.querySelectorAll('details.group').forEach((group) => { group.open = false; })")


def _tells_controls(answer: Response) -> bool:
    return "_dash-update-component" in answer.url and '"output":"address.told"' in (answer.request.post_data or "")


def expect_answer(page: Page, incidents: int) -> None:
    """Wait for the number in the sentence."""
    if incidents:
        expect(page.locator(".answer-number")).to_have_text(f"{incidents:,}")
    else:
        expect(page.locator(".answer-none")).to_contain_text("No reported incidents match")


def expect_drawn(page: Page, incidents: int) -> None:
    """Wait until the circles on the map add up."""
    page.wait_for_function(f"() => ({DRAWN})() === {incidents}")


def expect_everywhere(page: Page, site: Site, where: str) -> None:
    """Sentence, map, table, charts and download say the number that SQL counts."""
    total, located = site.count(where), site.count(where, located=True)
    assert total, "a filter that leaves nothing proves nothing here"
    expect_answer(page, total)
    expect_drawn(page, located)
    open_tab(page, "Table")
    expect(page.locator("#table-title")).to_contain_text(f"of {total:,} reported incidents")
    open_tab(page, "By type")
    expect(page.locator("table.bars")).to_be_visible()
    assert sum(whole_numbers(page.locator("table.bars td.number:not(.quiet)").all_inner_texts())) == total
    open_tab(page, "By hour and weekday")
    expect(page.locator("table.heat-grid tfoot td").last).to_have_text(f"{total:,}")
    open_tab(page, "By day")
    expect(page.locator(".day-bars")).to_be_visible()
    days = page.locator(".day-bars li").evaluate_all("(bars) => bars.map((bar) => bar.title)")
    assert sum(whole_numbers([day.rpartition(": ")[2] for day in days])) == total
    weeks = whole_numbers(week_counts(page))
    assert sum(weeks) == total or (weeks == [] and len(days) < 14)  # fewer than two weeks are no chart


def week_counts(page: Page) -> list[str]:
    """The number of each weekly bar."""
    titles = page.locator(".week-bars li").evaluate_all("(bars) => bars.map((bar) => bar.title)")
    return [title.split(": ")[1].split(";")[0] for title in titles]


def whole_numbers(texts: list[str]) -> list[int]:
    """Digits of each text."""
    return [int(re.sub(r"\D", "", text)) for text in texts]


def open_tab(page: Page, name: str) -> None:
    """Press a tab."""
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
