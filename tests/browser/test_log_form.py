"""The log form of a shift on a phone: what is entered without a network waits, then arrives once; one refusal loses nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_access import violations
from tests.dashboard.staff.test_plans import boxes_of, key_of, plan, site, sql, today
from tests.desk_city import DeskSite

__all__ = ["plan", "site"]  # fixtures of the desk with a plan that another person approved


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Page:
    return open_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()


def open_form(page: Page, site: DeskSite, plan: str, day: date) -> list[str]:
    """Open the form by its link; the letters of the boxes that are ON that day."""
    page.goto(f"{site.url}/log#{key_of(site, plan, day)}")
    expect(page.get_by_role("status")).to_have_text("Choose a box.")
    return [letter for letter, is_on in boxes_of(site, plan, day).items() if is_on]


def tap_done(page: Page, letter: str) -> None:
    page.locator("#boxes button", has=page.get_by_text(letter, exact=True)).tap()
    page.get_by_role("button", name="Done,").tap()


def visits(site: DeskSite, plan: str) -> dict[str, int]:
    """Visits kept of each box that has any."""
    query = """select coalesce(jsonb_object_agg(letter, n), '{}') from (select letter, count(*) n from desk.visit
        join desk.plan_box using (plan_id, box_no) where plan_id = %s group by letter) v"""
    return sql(site, query, int(plan.rsplit("/", 1)[-1]))[0]


def test_a_visit_entered_without_a_network_arrives_once(site: DeskSite, plan: str, phone: Page) -> None:
    first, *_ = open_form(phone, site, plan, today(site) + timedelta(days=2))
    assert violations(phone) == [], "boxes"
    before = visits(site, plan)
    phone.context.set_offline(True)
    phone.locator("#boxes button", has=phone.get_by_text(first, exact=True)).tap()
    assert violations(phone) == [], "what happened"
    phone.get_by_role("button", name="Done,").tap()
    expect(phone.get_by_role("status")).to_have_text("No network: 1 waiting on this phone.")
    expect(phone.get_by_text("1 waiting on this phone").last).to_be_visible()
    assert visits(site, plan) == before
    phone.context.set_offline(False)
    expect(phone.get_by_role("status")).to_have_text("Everything you entered is kept.")
    phone.reload()  # what arrived is not sent again
    expect(phone.get_by_role("status")).to_have_text("Choose a box.")
    assert visits(site, plan) == {**before, first: before.get(first, 0) + 1}


def test_an_entry_that_the_desk_refuses_takes_no_other_with_it(site: DeskSite, plan: str, phone: Page) -> None:
    first, second = open_form(phone, site, plan, today(site) + timedelta(days=2))
    before = visits(site, plan)
    phone.route("**/log/*", lambda route: route.abort())
    tap_done(phone, first)
    expect(phone.get_by_role("status")).to_have_text("No network: 1 waiting on this phone.")
    phone.evaluate(
        """() => {
            const [name] = Object.keys(localStorage);
            const { shift, entries } = JSON.parse(localStorage.getItem(name));
            localStorage.setItem(name, JSON.stringify({ shift, entries: [{ ...entries[0], at: "2001-01-01T00:00:00" }] }));
        }"""
    )
    phone.reload()
    expect(phone.get_by_role("status")).to_have_text("No network: 1 waiting on this phone.")
    tap_done(phone, second)
    expect(phone.get_by_role("status")).to_have_text("No network: 2 waiting on this phone.")
    phone.unroute("**/log/*")
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.get_by_role("status")).to_contain_text("1 entry was refused and not kept")
    phone.wait_for_function(  # the other one goes after it
        "() => JSON.parse(localStorage.getItem(Object.keys(localStorage)[0])).entries.length === 0"
    )
    assert visits(site, plan) == {**before, second: before.get(second, 0) + 1}


def test_a_visit_is_taken_back_on_the_phone_before_and_after_it_was_sent(
    site: DeskSite, plan: str, phone: Page
) -> None:
    first, *_ = open_form(phone, site, plan, today(site) + timedelta(days=4))
    status = phone.get_by_role("status")
    before = visits(site, plan)
    for waits in (False, True):
        phone.context.set_offline(waits)
        tap_done(phone, first)
        expect(status).to_have_text(
            "No network: 1 waiting on this phone." if waits else "Everything you entered is kept."
        )
        phone.locator("#boxes button", has=phone.get_by_text(first, exact=True)).tap()
        phone.get_by_role("button", name="Take back:").tap()
        assert violations(phone) == [], "why"
        for one in phone.get_by_role("button").all():
            box = one.bounding_box()
            assert box is not None and box["height"] >= 56
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        phone.get_by_role("button", name="another box").tap()
        if waits:
            expect(status).to_have_text("No network: 2 waiting on this phone.")
            phone.context.set_offline(False)
        expect(status).to_have_text("Everything you entered is kept.")
        phone.locator("#boxes button", has=phone.get_by_text(first, exact=True)).tap()
        expect(phone.get_by_role("button", name="Take back:")).to_have_count(0)
        phone.get_by_role("button", name="Back", exact=True).tap()
    after = sql(
        site, "select count(*), count(t.visit_id) from desk.visit v left join desk.taken_back t using (visit_id) where v.plan_id = %s",
        int(plan.rsplit("/", 1)[-1]),
    )  # fmt: skip
    assert after[0] - sum(before.values()) == 2 == after[1]


def test_the_form_is_loaded_again_without_a_network_and_keeps_nothing_of_a_dead_key(
    site: DeskSite, plan: str, phone: Page
) -> None:
    day = today(site) + timedelta(days=6)
    letter, *_ = open_form(phone, site, plan, day)
    key = phone.evaluate("location.hash.slice(1)")
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.get_by_role("status")).to_have_text("No network: 0 waiting on this phone.")
    tap_done(phone, letter)
    phone.reload()
    expect(phone.get_by_role("status")).to_have_text("No network: 1 waiting on this phone.")
    kept = phone.evaluate("JSON.stringify({ ...localStorage })")
    cached = phone.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys()) {
                for (const asked of await (await caches.open(name)).keys()) {
                    found.push(asked.url + await (await caches.match(asked)).text());
                }
            }
            return found.join();
        }"""
    )
    assert key and not any(key[at : at + 8] in words for words in (kept, cached) for at in range(len(key) - 8))
    assert plan not in kept and "expires" not in kept
    phone.context.set_offline(False)
    expect(phone.get_by_role("status")).to_have_text("Everything you entered is kept.")
    phone.context.set_offline(True)
    phone.evaluate(  # twelve hours after the shift, by the phone's own clock
        """() => {
            const [name] = Object.keys(localStorage);
            const { shift, entries } = JSON.parse(localStorage.getItem(name));
            localStorage.setItem(name, JSON.stringify({ shift: { ...shift, dies: Date.now() - 1 }, entries }));
        }"""
    )
    phone.reload()
    expect(phone.get_by_text(letter, exact=True)).to_have_count(0)
    assert phone.evaluate("localStorage.length") == 0
