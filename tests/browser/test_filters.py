"""Each filter, clicked: every number on the page is the one that SQL of its own counts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import Site, expect_answer, expect_drawn, expect_everywhere, in_area, open_map


def test_the_first_view_is_the_last_90_days(page: Page, site: Site) -> None:
    open_map(page, site)
    expect_everywhere(page, site, "true")
    expect(page.locator("#answer")).to_contain_text("reported incidents in the 90 days to 31 December 2017.")
    expect(page.get_by_text("This city is invented.")).to_be_visible()
    expect(page.locator(".vintage")).to_have_text("Data to 31 Dec 2017")


def test_types_are_alternatives(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("checkbox", name=re.compile("^Burglary")).check()
    page.get_by_role("checkbox", name=re.compile("^Theft")).check()
    expect_everywhere(page, site, "t.name in ('burglary', 'theft')")
    expect(page.locator("#answer")).to_contain_text("of burglary or theft")


def test_kinds_of_filter_are_joined_by_and(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("checkbox", name=re.compile("^Battery")).check()
    page.get_by_role("checkbox", name=re.compile("^Fri")).check()
    page.get_by_role("checkbox", name=re.compile("^Sat")).check()
    expect_everywhere(page, site, "t.name = 'battery' and extract(isodow from day) in (5, 6)")


def test_beats_are_alternatives_and_kinds_of_area_are_joined_by_and(page: Page, site: Site) -> None:
    open_map(page, site)
    page.locator("summary", has_text="Police beat").click()
    page.get_by_role("checkbox", name=re.compile(r"^11\b")).check()
    page.get_by_role("checkbox", name=re.compile(r"^22\b")).check()
    page.locator("summary", has_text="Ward").click()
    page.get_by_role("group", name="Ward").get_by_role("checkbox", name=re.compile(r"^1\b")).check()
    beats = f"({in_area('beat', '11')} or {in_area('beat', '22')})"
    expect_everywhere(page, site, f"{beats} and {in_area('ward', '1')}")


def test_hours_past_midnight_count_to_the_evening(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_label("From hour").select_option("18")
    expect(page.get_by_label("Until hour")).to_have_value("24")
    page.get_by_label("Until hour").select_option("02")
    page.get_by_role("checkbox", name=re.compile("^Fri")).check()
    evening = "(case when hour < 2 then day - 1 else day end)"
    total = site.ask(
        "select count(*) from open.incident where (hour >= 18 or hour < 2)"
        f" and {evening} between '2017-10-03' and '2017-12-31' and extract(isodow from {evening}) = 5"
    )
    expect_answer(page, total)
    expect(page.locator("#answer")).to_contain_text("on Fridays between 18:00 and 02:00")


def test_a_part_of_the_day_fills_in_its_hours(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("radio", name="Afternoon").check(force=True)
    expect_everywhere(page, site, "hour >= 12 and hour < 18")
    expect(page.get_by_label("From hour")).to_have_value("12")
    unknown = site.count("hour is null")
    expect(page.locator("#caveats")).to_contain_text(f"{unknown} more incidents match but have no known hour.")


def test_near_a_kind_of_place(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_label("Near: Station").select_option("500")
    near = "exists (select from open.anchor_place p where p.anchor_id = a.anchor_id and p.kind = 'station' and p.distance_m <= 500)"
    expect_everywhere(page, site, near)


def test_type_of_location(page: Page, site: Site) -> None:
    open_map(page, site)
    page.locator("summary", has_text="Type of location").click()
    page.get_by_role("checkbox", name=re.compile("^Small retail store")).check()
    expect_everywhere(page, site, "l.name = 'SMALL RETAIL STORE'")


@pytest.mark.parametrize(("days", "first_day"), [(7, "2017-12-25"), (30, "2017-12-02")])
def test_shorter_periods(page: Page, site: Site, days: int, first_day: str) -> None:
    open_map(page, site)
    page.get_by_role("radio", name=f"{days} days", exact=True).check(force=True)
    expect_everywhere(page, site, f"day >= '{first_day}'")
    expect(page.get_by_label("From", exact=True)).to_have_value(first_day)


def test_a_period_of_ones_own(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_label("From", exact=True).fill("2017-11-05")
    expect_answer(page, site.count("day >= '2017-11-05'"))
    page.get_by_label("To", exact=True).fill("2017-11-18")
    expect_answer(page, site.count("day between '2017-11-05' and '2017-11-18'"))


def test_counts_beside_the_choices_say_what_each_would_leave(page: Page, site: Site) -> None:
    open_map(page, site)
    page.get_by_role("checkbox", name=re.compile("^Sun")).check()
    sunday = "extract(isodow from day) = 7"
    robberies = site.count(f"t.name = 'robbery' and {sunday}")
    expect(page.locator("#types .pick", has_text="Robbery").locator(".pick-count")).to_have_text(str(robberies))
    mondays = site.count("extract(isodow from day) = 1")
    expect(page.locator("#weekdays .pick", has_text="Mon").locator(".pick-count")).to_have_text(str(mondays))
    page.locator("summary", has_text="Community area").click()
    west = site.count(f"{sunday} and {in_area('community_area', 'West')}")
    expect(page.locator(".fold-list .pick", has_text="West").locator(".pick-count")).to_have_text(str(west))


def test_chips_name_what_is_active_and_take_it_away(page: Page, site: Site) -> None:
    open_map(page, site, "?types=theft&weekdays=mon&hours=06-12")
    chips = page.locator("#chips")
    expect(chips).to_contain_text("Theft")
    expect(chips).to_contain_text("06:00–12:00")
    page.get_by_role("link", name="Remove: Mon").click()
    expect_answer(page, site.count("t.name = 'theft' and hour between 6 and 11"))
    page.get_by_role("link", name="Clear all").click()
    expect_everywhere(page, site, "true")
    expect(page.get_by_role("checkbox", name=re.compile("^Theft"))).not_to_be_checked()


def test_what_is_not_on_the_map_is_stated(page: Page, site: Site) -> None:
    open_map(page, site)
    located = site.count("true", located=True)
    without, outside = site.count("a.status = 'no_location'"), site.count("a.status = 'outside'")
    expect(page.locator("#caveats")).to_contain_text(
        f"{located:,} on the map + {without} without a location + {outside} outside the city = {located + without + outside:,}."
    )
    expect(page.locator("#caveats")).to_contain_text("123 in the whole city, October 2017 to December 2017")


def test_quick_presses_are_all_heard(page: Page, site: Site) -> None:
    open_map(page, site)
    page.evaluate(
        """() => [["types", "Burglary"], ["types", "Theft"], ["weekdays", "Fri"], ["types", "Robbery"], ["weekdays", "Sat"]]
            .forEach(([list, label]) => [...document.querySelectorAll(`#${list} .pick`)]
                .find((pick) => pick.querySelector(".pick-label").textContent === label).querySelector("input").click())"""
    )
    where = "t.name in ('burglary', 'theft', 'robbery') and extract(isodow from day) in (5, 6)"
    expect_answer(page, site.count(where))
    expect_drawn(page, site.count(where, located=True))
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(5)
