"""A small published city with a desk: for tests of the guard and of the pages. One server and one session a role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.publish.publish import publish
from hotspots.store.server.connection import Database
from hotspots.store.staff.door import Door
from hotspots_dashboard.server.desk import create_desk_server
from tests.concerned_city import KEY as CONCERN_KEY
from tests.database import TestDatabase
from tests.desk_people import KEY, Enrolled, enrol, enter
from tests.live_server import served
from tests.pipeline.publish_city import TODAY, build

ROLES = ("analyst", "commander", "prevention", "auditor", "admin")


@dataclass
class DeskSite:
    """The desk of the small city: its application, its door, and who is enrolled."""

    app: object
    door: Door
    owner: Database
    people: dict[str, Enrolled]
    tokens: dict[str, str]
    url: str
    worker: Database
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    @property
    def origin(self) -> dict[str, str]:
        """The header that a form of the desk's own pages sends."""
        return {"Origin": self.url}

    def as_(self, name: str | None) -> httpx.Client:
        """A client that holds a person's session; without a name one that keeps no cookie."""
        key = name or "nobody"
        if key not in self.clients:
            cookies = {"Cookie": f"desk={self.tokens[name]}"} if name else {}
            self.clients[key] = httpx.Client(base_url=self.url, headers={"Accept": "text/html", **cookies}, timeout=120)
        return self.clients[key]


def words(html: str) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def post(site: DeskSite, who: str, path: str, **form: object) -> str:
    """Send a form that must be taken; where it leads."""
    answer = site.as_(who).post(path, data=form, headers=site.origin)
    assert answer.status_code == 303, (path, answer.status_code, words(answer.text)[-400:])
    return answer.headers["location"]


def refused(site: DeskSite, who: str, path: str, **form: object) -> str:
    """Send a form that must be refused; the words of the page that says why."""
    answer = site.as_(who).post(path, data=form, headers=site.origin)
    assert answer.status_code in (400, 403, 404), (path, answer.status_code)
    return words(answer.text)


@contextmanager
def forecast_desk_site(database: TestDatabase, *, cell_m: float = 150.0) -> Iterator[DeskSite]:
    """The desk of the small city on the day after its newest incident, with a stored forecast of thefts in the next four weeks."""
    with desk_site(database) as made:
        with database.owner.connect() as connection:
            connection.execute("update open.city set invented = true")  # its day is the one after its newest
            row = connection.execute(
                "select newest_day + 1 from open.vintage order by vintage_id desc limit 1"
            ).fetchone()
            assert row is not None
            request = ForecastRequest(
                crime_types=("theft",), as_of=row[0], horizon_days=28, model="long_run_count", cell_size_m=cell_m
            )
            forecast(connection, request)
        yield made


@contextmanager
def desk_site(database: TestDatabase) -> Iterator[DeskSite]:
    """Build and publish the city, enrol a person a role, and make the desk's server."""
    build(database)
    publish(database.owner, today=TODAY)
    with database.owner.connect() as connection:
        connection.execute("delete from door.account")
        first = connection.execute("select kind || ':' || code from core.area order by area_id limit 1").fetchone()
    assert first is not None
    pool = database.desk.open_pool(max_size=6)
    door = Door(pool)
    people, tokens = {}, {}
    for role in ROLES:
        people[role] = enrol(database.owner, door, role, role, areas=(first[0],) if role == "commander" else ())
        tokens[role] = enter(door, people[role])
    app = create_desk_server(pool, seed_key=KEY, concern_key=CONCERN_KEY)
    with served(app) as url:
        site = DeskSite(app, door, database.owner, people, tokens, url, database.worker)
        yield site
        for client in site.clients.values():
            client.close()
