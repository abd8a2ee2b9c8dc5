"""Several controls touched before the first answer is there: the last thing done to each one holds, in whatever order answers come."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.gate import CALLBACKS, gate
from tests.browser.reading import Site, expect_answer, expect_drawn, in_area, open_map


@dataclass(frozen=True)
class Press:
    """What a person does to a control, what the address says then, and the condition in SQL."""

    act: Callable[[Page], None]
    shown: Callable[[Page], None]
    said: str
    where: str


def _checked(find: Callable[[Page], Locator], said: str, where: str, *, hidden: bool = False) -> Press:
    return Press(
        lambda page: find(page).check(force=hidden), lambda page: expect(find(page)).to_be_checked(), said, where
    )


PLACE = 1
PRESSES = {
    "radius": Press(
        lambda page: ignore(page.locator("#radius").select_option("1600")),
        lambda page: expect(page.locator("#radius")).to_have_value("1600"),
        "radius=1600",
        f"st_dwithin(a.geom, (select geom from open.gazetteer where gazetteer_id = {PLACE}), 1600)",
    ),
    "type": _checked(
        lambda page: page.get_by_role("checkbox", name=re.compile("^Theft")), "types=theft", "t.name = 'theft'"
    ),
    "hours": _checked(
        lambda page: page.get_by_role("radio", name="Afternoon"),
        "hours=12-18",
        "hour >= 12 and hour < 18",
        hidden=True,
    ),
    "period": _checked(
        lambda page: page.get_by_role("radio", name="30 days", exact=True),
        "from=2017-12-02",
        "day >= '2017-12-02'",
        hidden=True,
    ),
    "area": _checked(
        lambda page: page.get_by_role("group", name="Community area").get_by_role("checkbox", name=re.compile("^East")),
        "areas=",
        in_area("community_area", "East"),
    ),
}


def ignore(_: object) -> None:
    """A press returns nothing."""


def expect_all(page: Page, site: Site, pressed: list[Press]) -> None:
    """Address, controls, sentence and map say all presses."""
    where = " and ".join(one.where for one in pressed)
    located = site.count(where, located=True)
    assert located, "a filter that leaves nothing proves nothing here"
    expect_answer(page, site.count(where))
    for one in pressed:
        one.shown(page)
        expect(page).to_have_url(re.compile(re.escape(one.said)))
    expect_drawn(page, located)


@pytest.mark.parametrize("seed", range(3))
def test_every_press_is_heard_in_whatever_order_answers_come(page: Page, site: Site, seed: int) -> None:
    chance = Random(seed)
    pressed = chance.sample(list(PRESSES.values()), k=len(PRESSES))
    open_map(page, site, f"?at={PLACE}")
    page.locator("summary", has_text="Community area").click()
    expect(page.get_by_role("group", name="Community area")).to_be_visible()
    with gate(page, CALLBACKS) as asked:
        for one in pressed:
            with asked.one_more():
                one.act(page)
            if len(asked.waiting) > 2 or chance.random() < 0.4:
                asked.let_through(chance.randrange(len(asked.waiting)))
        while asked.waiting:
            asked.let_through(chance.randrange(len(asked.waiting)))
    expect_all(page, site, pressed)


def test_a_link_takes_away_what_it_names_and_keeps_what_was_pressed_just_before(page: Page, site: Site) -> None:
    open_map(page, site, "?weekdays=fri&hours=12-18")
    with gate(page, CALLBACKS) as asked:
        with asked.one_more():
            PRESSES["type"].act(page)
        with asked.one_more():
            page.get_by_role("link", name="Remove: Fri").click()
        asked.let_through(1)
        asked.let_through(0)
        # The address is new, and the links on the page are those of the old one: they bring nothing back.
        expect(page).to_have_url(re.compile(r"\?types=theft&hours=12-18$"))
        page.get_by_role("link", name="Remove: 12:00").click()
    expect_all(page, site, [PRESSES["type"]])
    expect(page).to_have_url(re.compile(r"\?types=theft$"))


def test_what_takes_everything_back_takes_unanswered_presses_back(page: Page, site: Site) -> None:
    open_map(page, site, "?weekdays=fri")
    with gate(page, CALLBACKS) as asked:
        with asked.one_more():
            PRESSES["type"].act(page)
        with asked.one_more():
            page.get_by_role("link", name="Clear all").click()
        with asked.one_more():
            PRESSES["hours"].act(page)
        asked.let_through(-1)
    expect_all(page, site, [PRESSES["hours"]])
    with gate(page, CALLBACKS) as asked:
        with asked.one_more():
            PRESSES["type"].act(page)
        with asked.one_more():
            page.go_back()
    expect_answer(page, site.count("true"))
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(page.get_by_role("radio", name="Any").first).to_be_checked()


def test_of_two_presses_on_one_thing_the_later_holds(page: Page, site: Site) -> None:
    open_map(page, site)
    with gate(page, CALLBACKS) as asked:
        with asked.one_more():
            PRESSES["period"].act(page)
        with asked.one_more():
            page.get_by_label("From", exact=True).fill("2017-11-05")
        asked.let_through(-1)
    expect_answer(page, site.count("day >= '2017-11-05'"))
    expect(page.get_by_label("From", exact=True)).to_have_value("2017-11-05")
    expect(page.get_by_role("radio", name="30 days", exact=True)).not_to_be_checked()
