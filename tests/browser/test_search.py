"""Search for an address or place: suggestions, misspelling, radius, words for nothing found; nothing typed in any address."""

import re

from playwright.sync_api import Page, Request, expect

from tests.browser.reading import Site, expect_answer, expect_drawn, in_area, open_map

AT_1400_STATE = "st_dwithin(a.geom, (select geom from open.gazetteer where kind = 'block' and name = '1400 block of N State St'), {metres})"


def test_an_address_is_found_and_its_surroundings_counted(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("combobox", name="Find a place").press_sequentially("1432 n state st")
    page.get_by_role("listbox").get_by_role("option", name=re.compile("1400 block of N State St")).first.click()
    expect_answer(page, site.count(AT_1400_STATE.format(metres=800)))
    expect_drawn(page, site.count(AT_1400_STATE.format(metres=800), located=True))
    expect(page.locator("#answer")).to_contain_text("within 800 m of the 1400 block of N State St")
    page.get_by_label("Within").select_option("400")
    expect_answer(page, site.count(AT_1400_STATE.format(metres=400)))
    expect(page).to_have_url(re.compile(r"at=\d+&radius=400"))


def test_enter_takes_what_is_certain(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("combobox", name="Find a place").press_sequentially("014XX N STATE ST")
    page.keyboard.press("Enter")
    expect_answer(page, site.count(AT_1400_STATE.format(metres=800)))


def test_a_misspelt_street_is_offered(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("combobox", name="Find a place").press_sequentially("1400 n stat st")
    page.get_by_role("listbox").get_by_role("option", name=re.compile("1400 block of N State St")).first.click()
    expect_answer(page, site.count(AT_1400_STATE.format(metres=800)))


def test_arrow_keys_choose_and_escape_leaves(page: Page, site: Site) -> None:
    open_map(page, site)
    field = page.get_by_role("combobox", name="Find a place")
    field.press_sequentially("lincoln park")
    expect(page.get_by_role("listbox").get_by_role("option", name=re.compile("Lincoln Park")).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "search-list-0")
    page.keyboard.press("Enter")
    park = "st_dwithin(a.geom, (select geom from open.place where name = 'Lincoln Park'), 800)"
    expect_answer(page, site.count(park))


def test_what_is_unknown_gets_clear_words(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("combobox", name="Find a place").press_sequentially("xyzzyqq 999")
    expect(page.locator("#search-status")).to_contain_text("No place called “xyzzyqq 999” is known here.")
    expect_answer(page, site.count("true"))


def test_the_place_can_be_cleared(page: Page, site: Site) -> None:
    open_map(page, site, "?at=1&radius=400")
    expect(page.get_by_role("combobox", name="Find a place")).not_to_have_value("")
    page.get_by_role("button", name="Clear the place").click()
    expect_answer(page, site.count("true"))
    expect(page.get_by_role("combobox", name="Find a place")).to_have_value("")


def test_nothing_typed_enters_an_address(page: Page, site: Site) -> None:
    addresses: list[str] = []

    def note(request: Request) -> None:
        addresses.append(request.url)

    page.on("request", note)
    open_map(page, site)
    page.get_by_role("combobox", name="Find a place").press_sequentially("1432 n state st")
    page.get_by_role("listbox").get_by_role("option").first.click()
    expect(page).to_have_url(re.compile("at="))
    assert not [address for address in addresses if "1432" in address or "state" in address.lower()]


def test_an_area_that_is_searched_is_the_filter_by_that_area(page: Page, site: Site) -> None:
    """Its own reports, not those within 800 m of it; what lies around it is a choice."""
    open_map(page, site)
    field = page.get_by_role("combobox", name="Find a place")
    field.press_sequentially("beat 22")
    page.keyboard.press("Enter")
    inside = in_area("beat", "22")
    expect(page).to_have_url(re.compile(r"areas=\d+"))
    expect_answer(page, site.count(inside))
    expect(field).to_have_value("Police beat 22")
    page.get_by_role("link", name="and 800 m around it").click()
    expect(page).to_have_url(re.compile(r"at=\d+&radius=800"))
    expect(page.locator("#answer")).to_contain_text("within 800 m of Police beat 22")
    page.get_by_role("link", name="Police beat 22 alone").click()
    expect_answer(page, site.count(inside))
    field.fill("")
    field.press_sequentially("014XX N STATE ST")
    page.keyboard.press("Enter")
    expect_answer(page, site.count(AT_1400_STATE.format(metres=800)))
