"""Two server processes behind one proxy, and publications in between: whatever one page shows is of one publication."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from subprocess import DEVNULL, Popen
from time import sleep

import httpx
import pytest
from playwright.sync_api import BrowserContext, Response, expect

from hotspots.pipeline.publish.publish import publish
from hotspots_dashboard.server.app import UNSEEN_S
from tests.browser.reading import IDLE, unfold
from tests.builders import SmallCity, random_reports
from tests.database import TestDatabase
from tests.pipeline.publish_city import TODAY, build, deliver
from tests.proxies import free_port, in_turn

WHOLE = "from=2024-01-02&to=2024-05-01"
FIRST = date(2024, 1, 2)
VINTAGE = re.compile(r'data-vintage="(\d+)"')


@dataclass
class Published:
    """A city that publishes again and again behind two servers; `incidents`: those of the whole period, by publication."""

    url: str
    servers: list[str]
    database: TestDatabase
    city: SmallCity
    incidents: dict[int, int] = field(default_factory=dict)
    _keys: Iterator[int] = field(default_factory=count)

    def publish(self) -> int:
        """Deliver 40 further incidents and publish; returns the number of the publication."""
        number = next(self._keys)
        if number:
            more = random_reports(
                40, precision="block", first_day=date(2024, 2, 1), n_days=60, seed=number, key=f"N{number}x"
            )
            deliver(self.database, self.city, more, known_on=date(2024, 5, 1) + timedelta(days=number))
        publish(self.database.owner, today=TODAY)
        with self.database.owner.connect() as connection:
            row = connection.execute(
                "select max(vintage_id), (select count(*) from open.incident where day between '2024-01-02' and '2024-05-01') from open.vintage"
            ).fetchone()
        assert row is not None
        self.incidents[row[0]] = row[1]
        return row[0]


@contextmanager
def server_process(database: TestDatabase) -> Iterator[str]:
    port = free_port()
    app = "hotspots_dashboard.server.app:create"
    command = [sys.executable, "-m", "uvicorn", app, "--factory", "--port", str(port), "--log-level", "critical"]
    keys = {"HOTSPOTS_PUBLIC_DATABASE_URL": database.public.dsn, "HOTSPOTS_RATE_LIMIT": "0"}
    with Popen(command, env={**os.environ, **keys}, stdout=DEVNULL, stderr=DEVNULL) as process:
        try:
            while True:
                assert process.poll() is None, "the server did not start"
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    sleep(0.05)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[Published]:
    city = build(database, n_days=110)
    publish(database.owner, today=TODAY)
    with ExitStack() as stack:
        servers = [stack.enter_context(server_process(database)) for _ in range(2)]
        made = Published(stack.enter_context(in_turn(servers)), servers, database, city)
        made.publish()
        yield made


def test_whatever_names_a_publication_is_of_it_while_others_come(site: Published) -> None:
    """One visitor after another through both servers, while three publications are made: rows, counts and tiles of one page agree."""
    seen: list[tuple[int, int, int | None]] = []  # publication asked for, status, incidents told
    with ThreadPoolExecutor(1) as beside, httpx.Client(base_url=site.url, timeout=60) as client:
        publishing = beside.submit(lambda: [site.publish() for _ in range(3)])
        for number in count():
            if publishing.done():
                break
            page = client.get(f"/?{WHOLE}")
            vintage = int(VINTAGE.findall(page.text)[0])
            assert page.headers["hotspots-vintage"] == str(vintage)
            shown = re.search(r'class="answer-number">([\d,]+)<', page.text)
            assert shown is not None
            seen.append((vintage, 200, int(shown[1].replace(",", ""))))
            day = FIRST + timedelta(days=number % 20)  # a question that no server has kept
            for path in (
                f"/api/counts?{WHOLE}",
                f"/api/tiles/incidents/12/0/0.mvt?from={day}&to=2024-05-01",
                f"/download/incidents.csv?{WHOLE}",
            ):
                answer = client.get(f"{path}&vintage={vintage}")
                told = None
                if answer.status_code == 200:
                    assert answer.headers["hotspots-vintage"] == str(vintage), path
                    told = (
                        answer.json()["counts"]["total"]
                        if "counts" in path
                        else len(answer.text.splitlines()) - 1
                        if "csv" in path
                        else None
                    )
                seen.append((vintage, answer.status_code, told))
        publishing.result()
    assert {status for _, status, _ in seen} <= {200, 410}
    assert [one for one in seen if one[2] is not None and one[2] != site.incidents[one[0]]] == []
    assert len({vintage for vintage, _, _ in seen}) > 1


def test_an_outdated_publication_is_gone_and_an_unknown_one_not_here_yet(site: Published) -> None:
    old = max(site.incidents)
    new = site.publish()
    for server in site.servers:
        for path in (
            "/api/counts?",
            "/api/tiles/base/12/0/0.mvt?",
            "/download/incidents.csv?",
            "/api/collections/incidents/items?",
            "/api/place.pdf?",
        ):
            gone = httpx.get(f"http://{server}{path}vintage={old}", timeout=60)
            assert (gone.status_code, f"publication {old}" in gone.text) == (410, True), (path, gone.text)
            assert httpx.get(f"http://{server}{path}vintage={new}", timeout=60).headers["hotspots-vintage"] == str(
                new
            ), path
        ahead = httpx.get(f"http://{server}/api/counts?vintage={new + 1}")
        assert (ahead.status_code, ahead.headers["retry-after"]) == (503, "1")
        assert httpx.get(f"http://{server}/api/counts?vintage=new").status_code == 400
    assert httpx.get(f"{site.url}/?{WHOLE}&vintage={old}").status_code == 200, (
        "a shared link leads to the newest, and says so"
    )


def test_a_page_renews_itself_and_keeps_what_was_pressed(
    site: Published, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    shown: list[tuple[int, str, str]] = []  # of each answer: which loading of the page, its publication, its address
    loaded = 0

    def note(answer: Response) -> None:
        nonlocal loaded
        loaded += answer.request.is_navigation_request()
        is_data = not re.search(r"/assets/|/_dash-component-suites/", answer.url)  # these a browser keeps for a year
        if is_data and answer.status == 200 and (vintage := answer.headers.get("hotspots-vintage")):
            shown.append((loaded, vintage, answer.url))

    page.on("response", note)
    page.goto(f"{site.url}/?{WHOLE}")
    page.wait_for_selector("#first-paint", state="detached")
    page.wait_for_selector(IDLE, state="attached")
    before = page.evaluate("document.documentElement.dataset.vintage")
    new = site.publish()
    sleep(UNSEEN_S + 0.1)  # a server that has not seen it yet goes on with the old one, which is whole too
    unfold(page)
    with page.expect_navigation():
        page.get_by_role("checkbox", name=re.compile("^Theft")).check()
    page.wait_for_selector("#first-paint", state="detached")
    page.wait_for_selector(IDLE, state="attached")
    expect(page.locator("html")).to_have_attribute("data-vintage", str(new))
    expect(page).to_have_url(re.compile("types=theft"))
    unfold(page)
    expect(page.get_by_role("checkbox", name=re.compile("^Theft"))).to_be_checked()
    told = {number: {vintage for one, vintage, _ in shown if one == number} for number in (1, 2)}
    assert told[2] == {str(new)}
    # The question that brought the new address is asked of the newest; nothing of it is shown on the old page.
    old = [(vintage, url) for one, vintage, url in shown if one == 1 and "_dash-update-component" not in url]
    assert {vintage for vintage, _ in old} == {before}
