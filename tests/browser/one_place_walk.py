"""One area of a loaded city through the browser, from hot spot to public sentence, by four roles, with the clock moved; pictures on the way.

Run once, by hand: ``HOTSPOTS_HOME=… python -m tests.browser.one_place_walk --type burglary --start 2017-06-01 --end 2017-08-24 --judged 2017-11-01
--later FOLDER --city CITY.toml --known-on 2017-10-31 --area district:11 --out docs/pictures/one_place_chicago``. The city is loaded and published
up to the day before the start, with a forecast of the type from then; the rest of its deliveries lie in the folder. Nothing is done
anywhere: the action is invented, so that the sentence says what doing nothing looks like.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hotspots.domain.act.action import Action
from hotspots.errors import InputError
from hotspots.pipeline.act.boxes import box_forecast
from hotspots.pipeline.act.design import draft_design
from hotspots.settings import read_settings
from hotspots.store.server.connection import Database, open_desk, open_public
from hotspots.store.server.setup import prepare_database
from hotspots.store.staff.desk.lists import read_area
from hotspots.store.staff.door import Door
from hotspots_dashboard.server.app import create_server
from hotspots_dashboard.server.desk import create_desk_server
from tests.browser.conftest import PATIENCE_MS, PHONE
from tests.desk_people import KEY, enrol, enter
from tests.live_server import served

PEOPLE = {"analyst": "analyst", "coordinator": "prevention", "commander": "commander", "second": "analyst"}
WIDTH = 1100
COLOURS = 64


def main() -> None:
    """Walk, and write the pictures."""
    parser = argparse.ArgumentParser()
    for name in ("type", "city", "area", "later", "out"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("start", "end", "judged"):
        parser.add_argument(f"--{name}", required=True, type=date.fromisoformat)
    parser.add_argument("--known-on", help="of the later deliveries, where the city file does not say it")
    asked = parser.parse_args()
    settings = read_settings()
    owner = prepare_database(settings)
    with sync_playwright() as playwright, ExitStack() as stack:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        walk = Walk(settings, owner, browser, stack, Path(asked.out))
        code = walk.hot_spot(asked.start - timedelta(days=1), asked.type, asked.area)
        boxes = choose_boxes(owner, asked.type, asked.start, asked.end, asked.area)
        action = walk.problem(code, boxes, asked.type, asked.start, asked.end)
        walk.commander(action, asked.start)
        known = ["--known-on", asked.known_on] if asked.known_on else []
        command("load", asked.city, "--data", asked.later, "--only", "incidents", *known)
        walk.judgement(action, asked.judged)
        command("publish")
        walk.resident(asked.area)


def command(*words: str) -> None:
    """Run a command of the product in a process of its own."""
    subprocess.run([sys.executable, "-c", "from hotspots.command import run; run()", *words], check=True)


def choose_boxes(owner: Database, crime_type: str, start: date, end: date, area: str) -> list[str]:
    """Boxes of the area below its very top, for which there are similar places; as many as can be judged alone, where any number can."""
    with owner.connect() as connection:
        forecast = box_forecast(connection, [crime_type])
        shape, _ = read_area(connection, area)
        import shapely

        x, y = ((one + 0.5) * forecast.boxes.size_m for one in (forecast.boxes.col, forecast.boxes.row))
        inside = np.flatnonzero(shapely.contains_xy(shape, x, y))
        order = inside[np.argsort(-forecast.expected_a_day[inside], kind="stable")]
        codes, best = forecast.boxes.codes(), None
        for skip in (1, 2, 4, 8, 12, 20):
            for n in (46, 40, 30, 20, 12, 6):
                chosen = [codes[box] for box in order[skip : skip + n].tolist()]
                action = Action(
                    action_id=0, problem_id=None, title="", remedy="street_lighting", owner="", crime_types=(crime_type,), starts_on=start,
                    ends_on=end, chosen_from=None, patrol=False, cost=None, state="proposed", proposed_by="coordinator",
                )  # fmt: skip
                try:
                    design = draft_design(connection, action, chosen, forecast, today=start - timedelta(days=1))
                except InputError:
                    continue
                print(skip, n, design.body["smallest_effect"], design.body["alone"], design.after_the_fact, flush=True)
                if design.body["alone"]:
                    return chosen
                best = best or chosen
    assert best is not None, "no comparable places in this area"
    return best


class Walk:
    """Four people's browsers over one city, and where pictures go."""

    def __init__(self, settings: Any, owner: Database, browser: Browser, stack: ExitStack, out: Path) -> None:
        self.settings, self.owner, self.browser, self.stack, self.out = settings, owner, browser, stack, out
        self.tokens: dict[str, str] = {}

    def desk(self, day: date) -> Callable[[str], Page]:
        """A desk that stands on a day; from it a page of a person."""
        pool = open_desk(self.settings).open_pool(max_size=6)
        door = Door(pool)
        for name, role in PEOPLE.items():
            self.tokens[name] = self.tokens.get(name) or enter(door, enrol(self.owner, door, name, role))
        url = self.stack.enter_context(served(create_desk_server(pool, seed_key=KEY, fixed_day=day)))

        def page_of(name: str) -> Page:
            context = self.browser.new_context(viewport={"width": WIDTH, "height": 800}, base_url=url)
            self.stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            context.add_cookies([{"name": "desk", "value": self.tokens[name], "url": url}])
            return context.new_page()

        return page_of

    def picture(self, page: Page, number: int, what: str, *, height: int = 800) -> None:
        """A small picture of the top of a page."""
        from PIL import Image

        file = self.out.with_name(f"{self.out.name}_{number}_{what}.png")
        width = page.viewport_size["width"] if page.viewport_size else WIDTH
        page.screenshot(path=file, clip={"x": 0, "y": 0, "width": width, "height": height}, full_page=True)
        Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)

    def hot_spot(self, day: date, crime_type: str, area: str) -> str:
        """The analyst sees where it is hot, and saves the strongest zone as a place; its code."""
        self.on = self.desk(day)
        page = self.on("analyst")
        page.goto(f"/map/layers?layer=gi-star&types={crime_type}&days=364&district={area.partition(':')[2]}")
        expect(page.locator("ol.zones li").first).to_be_visible()
        self.picture(page, 1, "hot_spots")
        page.get_by_role("link", name="Save as a place").first.click()
        page.get_by_label("Name", exact=True).fill("Blocks by the station")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("P-")
        return page.url.rpartition("/")[2]

    def problem(self, code: str, boxes: list[str], crime_type: str, start: date, end: date) -> int:
        """The coordinator opens a problem there, proposes an action and agrees to it, which freezes how it will be judged."""
        page = self.on("coordinator")
        page.goto(f"/problems/new?place={code}")
        page.get_by_label("Title", exact=True).fill(f"{crime_type.capitalize()} around the station")
        page.get_by_label("What happens").fill("It happens on unlit lots in the evening.")
        page.get_by_role("button", name="Open it").click()
        page.get_by_text("Write a hypothesis").click()
        page.get_by_label("What we think").fill("lights are out")
        page.get_by_label("How we would know that we are wrong").fill("as many by daylight")
        page.get_by_label("Factor").fill("dark street")
        page.get_by_role("button", name="Write it").click()
        expect(page.get_by_text("Better street lighting, for")).to_be_visible()
        self.picture(page, 2, "problem", height=1000)
        page.get_by_text("Propose an action").click()
        page.get_by_label("What is done").fill("Repair lights")
        page.get_by_label("Remedy").select_option("street_lighting")
        for box in page.locator("input[name=types]:checked").all():
            box.uncheck()
        page.locator(f"input[name=types][value='{crime_type}']").check()
        page.get_by_label("boxes by their codes").check()
        page.get_by_label("Codes, with commas").fill(", ".join(boxes))
        page.get_by_label("First day").fill(start.isoformat())
        page.get_by_label("Day after the last").fill(end.isoformat())
        page.get_by_role("button", name="Propose it").click()
        page.get_by_role("button", name="Agree").click()
        expect(page.get_by_text("Judged on", exact=False).first).to_be_visible()
        self.picture(page, 3, "frozen")
        return int(page.url.rpartition("/")[2])

    def commander(self, action: int, start: date) -> None:
        """The commander does it, and sees no effect."""
        page = self.on("commander")
        page.goto(f"/actions/{action}")
        page.get_by_role("button", name="It is under way").click()
        page.get_by_label("Day", exact=True).fill((start + timedelta(days=8)).isoformat())
        page.get_by_label("How much").fill("0")
        page.get_by_label("Of what").fill("lights repaired")
        page.get_by_role("button", name="Enter").click()
        page.get_by_role("button", name="It is done").click()
        assert page.get_by_role("button", name="Judge").count() == 0

    def judgement(self, action: int, day: date) -> None:
        """Months later an analyst judges and signs, and a second one signs and publishes."""
        self.on = self.desk(day)
        page = self.on("analyst")
        page.goto(f"/actions/{action}")
        page.get_by_role("button", name="Judge: one look").click()
        page.get_by_role("button", name="Sign", exact=True).click()
        expect(page.get_by_text("1 of 2 signatures: analyst")).to_be_visible()
        page = self.on("second")
        page.goto(f"/actions/{action}")
        page.get_by_role("button", name="Sign", exact=True).click()
        page.get_by_role("button", name="Publish, whatever it says").click()
        expect(page.get_by_text("Published.").first).to_be_visible()
        page.get_by_role("heading", name="Did it help?").scroll_into_view_if_needed()
        page.screenshot(path=self.out.with_name(f"{self.out.name}_4_judged.png"))
        from PIL import Image

        file = self.out.with_name(f"{self.out.name}_4_judged.png")
        Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)

    def resident(self, area: str) -> None:
        """A resident reads what was done here, on a phone."""
        kind, _, code = area.partition(":")
        url = self.stack.enter_context(served(create_server(open_public(self.settings).open_pool())))
        context = self.browser.new_context(viewport=PHONE, base_url=url, locale="en-US")
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(f"/area/{kind}/{code}")
        heading = page.get_by_role("heading", name="What was done here")
        expect(heading).to_be_visible()
        heading.scroll_into_view_if_needed()
        page.evaluate("element => element.scrollIntoView({ block: 'start' })", heading.element_handle())
        file = self.out.with_name(f"{self.out.name}_5_public.png")
        page.screenshot(path=file)
        from PIL import Image

        Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)
        print(heading.locator("..").inner_text())


if __name__ == "__main__":
    main()
