"""One area from a hot spot to a public sentence: four people in a browser, the clock moved, a design that was frozen before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from hotspots.store.publication.done_actions import write_done_actions
from hotspots.store.staff.door import Door
from hotspots_dashboard.server.desk import create_desk_server
from tests.browser.conftest import PATIENCE_MS, WIDE
from tests.browser.test_access import violations
from tests.core_city_builder import SRID, X0, Y0
from tests.database import TestDatabase
from tests.desk_people import KEY, enrol, enter
from tests.live_server import served
from tests.pipeline.acting_city import END, START, TODAY, build_acting_city
from tests.pipeline.test_actions import later, middling

JUDGED = date(2017, 10, 2)
PEOPLE = {"coordinator": "prevention", "commander": "commander", "analyst": "analyst", "second": "analyst"}


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    with database.owner.connect() as connection:
        build_acting_city(connection)
        connection.execute("update raw.delivery set known_on = '2017-05-31'")
        for n in range(36):  # public points on a lattice of half a kilometre
            connection.execute(
                "insert into open.anchor (anchor_id, kind, status, name, geom) values (%s, 'block', 'located', 'somewhere',"
                " st_setsrid(st_makepoint(%s, %s), %s))",
                [n + 1, X0 + 500 * (n % 6) + 13, Y0 + 500 * (n // 6) + 17, SRID],
            )
    return database


@pytest.fixture
def at(city: TestDatabase, browser: Browser) -> Iterator[Callable[[date], Callable[[str], Page]]]:
    """A desk that stands on a day; from it a page of a person."""
    with ExitStack() as stack:
        people: dict[str, str] = {}

        def on(day: date) -> Callable[[str], Page]:
            pool = city.desk.open_pool(max_size=6)
            door = Door(pool)
            for name, role in PEOPLE.items():
                people[name] = people.get(name) or enter(door, enrol(city.owner, door, name, role))
            url = stack.enter_context(served(create_desk_server(pool, seed_key=KEY, fixed_day=day)))

            def page_of(name: str) -> Page:
                context = browser.new_context(viewport=WIDE, base_url=url)
                stack.callback(context.close)
                context.set_default_timeout(PATIENCE_MS)
                context.add_cookies([{"name": "desk", "value": people[name], "url": url}])
                return context.new_page()

            return page_of

        yield on


def test_one_area_from_hot_spot_to_public_sentence(
    city: TestDatabase, at: Callable[[date], Callable[[str], Page]]
) -> None:
    with city.owner.connect() as connection:
        boxes = ", ".join(middling(connection, 6))
    desk = at(TODAY)

    page = desk("coordinator")  # opens the problem, says how they would be wrong, proposes and agrees
    page.goto("/problems")
    page.get_by_role("link", name="Open a problem").first.click()
    page.get_by_label("Title", exact=True).fill("Garages by the canal")
    page.get_by_label("What happens").fill("Garages are broken into on dark evenings.")
    page.get_by_role("button", name="Open it").click()
    page.get_by_text("Write a hypothesis").click()
    page.get_by_label("What we think").fill("lights are out")
    page.get_by_label("How we would know that we are wrong").fill("as many by daylight")
    page.get_by_label("Factor").fill("dark street")
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_text("Better street lighting, for")).to_be_visible()
    assert violations(page) == [], "problem"
    problem = page.url
    # no crime type is offered, as nothing of this city is published: the form is sent as the page would with one
    sent = page.request.post(
        f"{problem}/action",
        form={
            "title": "Repair lights", "remedy": "street_lighting", "types": "burglary", "where": "boxes", "boxes": boxes,
            "done_by": "Streets Dept", "from": START.isoformat(), "to": END.isoformat(), "cost": "2100",
        },
        headers={"Origin": problem.partition("/problems")[0]},
    )  # fmt: skip
    page.goto(sent.url)
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_text("Judged on 23 Sep 2017")).to_be_visible()
    expect(page.get_by_text("fall back by themselves", exact=False).first).to_be_visible()
    assert violations(page) == [], "action"
    action = page.url.partition("/actions/")[2]

    page = desk("commander")  # does it
    page.goto(f"/actions/{action}")
    page.get_by_role("button", name="It is under way").click()
    page.get_by_label("Day", exact=True).fill("2017-06-09")
    page.get_by_label("How much").fill("4")
    page.get_by_label("Of what").fill("lights repaired")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_text("4 lights repaired").first).to_be_visible()
    page.get_by_role("button", name="It is done").click()
    assert page.get_by_role("button", name="Judge").count() == 0

    with city.owner.connect() as connection:  # four months later the records are complete
        later(connection, effect=0.75, action_id=int(action))
    desk = at(JUDGED)
    page = desk("analyst")
    page.goto(f"/actions/{action}")
    page.get_by_role("button", name="Judge: one look").click()
    expect(page.get_by_text("times what was expected, 95 % interval")).to_be_visible()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("1 of 2 signatures: analyst")).to_be_visible()
    assert page.get_by_role("button", name="Publish").count() == 0
    page = desk("second")
    page.goto(f"/actions/{action}")
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_role("button", name="Publish, whatever it says").click()
    expect(page.get_by_text("Published.").first).to_be_visible()
    assert violations(page) == [], "effect"

    with city.owner.connect() as connection:
        write_done_actions(connection, today=JUDGED)
    with city.public.connect() as connection:  # the public's key
        told = connection.execute("select sentence, remedy, st_npoints(geom) from open.done_action").fetchall()
    assert len(told) == 1 and told[0][1] == "street lighting" and told[0][2] >= 1
    page.goto(f"/actions/{action}")
    expect(page.locator("strong", has_text=told[0][0])).to_be_visible()
