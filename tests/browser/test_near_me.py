"""Near me: the device finds the public point by itself, and the server never learns more than that point."""

import json
import math
import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.conftest import PHONE
from tests.browser.reading import Site, expect_answer, open_map
from tests.browser.test_access import violations

METRES = 1 / 111_320  # of latitude, in degrees
END = re.compile(r"\?endId=.*")  # a number of Dash's own for each callback
Where = tuple[float, float]


def points(site: Site) -> list[tuple[int, float, float]]:
    return [(n, lon, lat) for n, lon, lat in httpx.get(f"{site.url}/api/points").json()["points"]]


def ask_near_me(page: Page, site: Site, where: Where) -> list[str]:
    """Everything that a page asks for after the press, with the device at a longitude and latitude."""
    page.context.set_geolocation({"longitude": where[0], "latitude": where[1]})
    open_map(page, site, fresh=True)
    asked: list[str] = []

    def note(request: Request) -> None:
        body = request.post_data or ""
        numberless = json.loads(body) if body.startswith("{") else body
        asked.append(
            f"{request.method} {END.sub('', request.url)} {json.dumps(numberless, sort_keys=True)} {request.headers.get('referer')}"
        )

    page.on("request", note)
    page.get_by_role("button", name="Near me").click()
    expect(page).to_have_url(re.compile("at="))
    expect(page.locator(".search-told")).to_contain_text("stays on this device")
    page.wait_for_selector('.map-canvas[data-idle="true"]', state="attached")
    page.remove_listener("request", note)
    return sorted(set(asked))


def test_the_server_learns_the_public_point_and_nothing_of_where_the_device_is(
    open_context: Callable[..., BrowserContext], site: Site
) -> None:
    number, lon, lat = points(site)[0]
    near: Where = (lon + 37.123 * METRES / math.cos(math.radians(lat)), lat - 22.456 * METRES)
    elsewhere: Where = (lon - 18.765 * METRES / math.cos(math.radians(lat)), lat + 41.234 * METRES)
    asked = []
    for where in (near, elsewhere):
        page = open_context(permissions=["geolocation"], reduced_motion="reduce").new_page()
        asked.append(ask_near_me(page, site, where))
        assert page.evaluate("new URLSearchParams(window.location.search).get('at')") == str(number)
        around = f"st_dwithin(a.geom, (select geom from open.gazetteer where gazetteer_id = {number}), 800)"
        expect_answer(page, site.count(around))
        written = [f"{degrees:.{places}f}" for degrees in where for places in (4, 5, 6)]
        assert not [one for one in asked[-1] for part in written if part in one]
        assert violations(page) == []
    # Two devices, 60 m apart, ask the very same: what they ask cannot tell them apart.
    assert asked[0] == asked[1] and len(asked[0]) > 3


@pytest.mark.parametrize(
    ("where", "may", "said"),
    [((-87.0, 41.2), True, "outside this city"), ((-87.63, 41.9), False, "does not say where it is")],
    ids=["elsewhere", "refused"],
)
def test_a_device_that_does_not_tell_or_is_elsewhere_is_sent_to_the_search(
    open_context: Callable[..., BrowserContext], site: Site, where: Where, may: bool, said: str
) -> None:
    options = {"permissions": ["geolocation"]} if may else {"permissions": []}
    page = open_context(viewport=PHONE, geolocation={"longitude": where[0], "latitude": where[1]}, **options).new_page()
    open_map(page, site)
    page.get_by_role("button", name="Near me").click()
    expect(page.locator(".search-told")).to_contain_text(said)
    assert "at=" not in page.url
    page.locator("#search").fill("state")
    expect(page.locator(".search-told")).to_have_count(0)


def test_a_point_stands_in_each_square_and_none_is_a_house_number(site: Site) -> None:
    """Counted by SQL of its own: squares of 300 m that hold a crossing, a block or a place."""
    squares = site.ask(
        "select count(distinct (floor(st_x(p) / 300), floor(st_y(p) / 300))) from"
        " (select st_pointonsurface(geom) as p from open.gazetteer where kind in ('intersection', 'block', 'place')) named"
    )
    found = points(site)
    assert len(found) == squares > 3
    numbers = ",".join(str(number) for number, _lon, _lat in found)
    assert (
        site.ask(
            f"select count(*) from open.gazetteer where gazetteer_id in ({numbers}) and kind in ('address', 'area')"
        )
        == 0
    )
    policy = httpx.get(site.url).headers["permissions-policy"]
    assert policy == "geolocation=(self), camera=(), microphone=()"
