"""One visit from the search to a shared link, in both languages, by day and by night; axe-core finds nothing on the way."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from hotspots_dashboard.words import language
from hotspots_dashboard.words.language import _
from tests.browser.reading import Site, expect_answer, expect_drawn, open_map
from tests.browser.test_access import violations

NEAR = "st_dwithin(a.geom, (select geom from open.gazetteer where gazetteer_id = {place}), 400)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", ["en", "es"])
def test_a_visit(open_context: Callable[..., BrowserContext], site: Site, code: str, scheme: str) -> None:
    page = open_context(color_scheme=scheme).new_page()
    with language.speaking(code):
        open_map(page, site, f"?lang={code}")
        page.get_by_role("combobox", name=_("Find a place")).press_sequentially("1432 n state st")
        page.get_by_role("listbox").get_by_role("option").first.click()
        page.wait_for_url("**at=**")
        place = int(page.url.partition("at=")[2].partition("&")[0])
        near = NEAR.format(place=place)
        page.locator("#radius").select_option("400")
        expect_answer(page, site.count(near))
        page.get_by_role("checkbox", name=re.compile("^(Theft|Hurto)")).check()
        where = f"t.name = 'theft' and {near}"
        expect_answer(page, site.count(where))
        expect_drawn(page, site.count(where, located=True))
        assert violations(page) == [], "searched and filtered"
        page.get_by_role("tab", name=_("In words")).click()
        page.locator(".word-table a").first.click()
        expect(page.locator("#place-card-title")).to_be_focused()
        assert violations(page) == [], "a point's incidents"
        page.get_by_role("tab", name=_("Areas")).click()
        expect(page.locator(".funnel")).to_be_visible()
        page.locator("summary", has_text=_("Share")).click()
        assert violations(page) == [], "areas, and a link to share"
        shared = page.get_by_label(_("Link to this answer, with its dates")).input_value()
        answer = page.locator("#answer").inner_text()
    page.goto(shared)
    expect(page.locator("#answer")).to_have_text(answer)
    expect(page.locator("html")).to_have_attribute("lang", language.LANGUAGES[code].tag)
