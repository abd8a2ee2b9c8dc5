"""Attacks by difference: two public answers that differ in one thing, and what the difference tells."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import httpx
from fastapi import FastAPI
from pyproj import Transformer

from hotspots.api.app import create_api, mount_api
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.builders import ORIGIN, SRID, Report, SmallCity
from tests.database import TestDatabase, cloned_database
from tests.live_server import served
from tests.privacy.attacks import Finding, differences, dump, reports, world

TODAY = date(2024, 5, 20)
STREET = "100XX MAIN ST"
STEP = 0.00001  # of a degree: the finest that a filter takes, about a metre
DAYS = {"from": "2024-01-01", "to": "2024-05-31"}


def report(key: str, when: datetime, **words: Any) -> Report:
    """A report at one block of the town."""
    return Report(key, when, 30.25, 50, STREET, **words)


@contextmanager
def small_town(cluster: Settings, name: str) -> Iterator[tuple[TestDatabase, SmallCity]]:
    """A published town: one public theft every tenth day until 3 May, twelve sensitive ones of February, and fourteen withheld reports."""
    with cloned_database(cluster, f"test_silence_{name}") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection, public={"withhold": ["drugs"]}).build()
            seen = [report(f"P{n}", datetime(2024, 1 + n // 3, 3 + n % 3 * 10, 13)) for n in range(13)]
            kept = [report(f"S{n}", datetime(2024, 2, 1 + n, 13), sensitive=True) for n in range(12)]
            withheld = [report(f"W{n}", datetime(2024, 3, 1 + n, 13), crime_type="drugs") for n in range(14)]
            city.deliver([*seen, *kept, *withheld], known_on=date(2024, 5, 6))
        publish(database.owner, today=TODAY)
        yield database, city


def deliver(database: TestDatabase, city: SmallCity, *told: Report) -> None:
    """Deliver reports to a town."""
    with database.owner.connect() as connection:
        city.connection = connection
        city.deliver(told, known_on=date(2024, 5, 7))


HIDDEN = {
    "a sensitive report of the running month": report("H1", datetime(2024, 5, 11, 13), crime_type="stalking"),
    "one of a month that is told": report("H2", datetime(2024, 2, 11, 13), crime_type="stalking"),
    "one with words and a place of its own": Report("H3", datetime(2024, 4, 11, 13), 90.25, 50, "9XX W ST", "stalking", "clinic"),
    "a withheld report": report("H4", datetime(2024, 3, 11, 13), crime_type="drugs"),
    "a withheld report after all that is public": report("H5", datetime(2024, 5, 9, 13), crime_type="drugs"),
}  # fmt: skip


def watch_hidden_reports_come(cluster: Settings) -> Finding:
    """A small town publishes after each report that may not be told: sensitive, withheld, of a new and an old month, at a place of its own. Every dump is compared with the one before; then the month ends."""
    with small_town(cluster, "watched") as (database, city):
        before, moved = dump(database), []
        for said, one in HIDDEN.items():
            deliver(database, city, one)
            publish(database.owner, today=TODAY)
            if differences(before, dump(database)):
                moved.append(said)
    return Finding(
        f"of {len(HIDDEN)} hidden reports, {len(moved)} move a public digit, a day or the number of publications before the month ends"
        + "".join(f"; {said}" for said in moved),
        held=not moved and before["incident"].total() == 13,
    )


def cut_in_small_steps(cluster: Settings) -> Finding:
    """Counts of polygons whose edge moves by a metre give the points that incidents are shown at; counts of every kind of cut (hour, weekday, type, sort of place, area) are compared with the rows of a dump."""
    told = reports()
    rng = random.Random(3)
    with world(cluster, "cuts", told) as database:
        with database.owner.connect() as connection:
            points = connection.execute(
                "select distinct st_x(st_transform(geom, 4326)), st_y(st_transform(geom, 4326)) from open.anchor where geom is not null order by 1, 2"
            ).fetchall()
            rows = connection.execute(
                """select extract(isodow from day)::int - 1, hour, t.name, l.name, array(select area_id from open.anchor_area a where a.anchor_id = i.anchor_id)
                   from open.incident i join open.crime_type t using (crime_type_id) join open.location_type l using (location_type_id)"""
            ).fetchall()
        server = FastAPI()
        with open_public(database.settings).open_pool() as pool:
            mount_api(server, create_api(OpenReader(pool)))
            with served(server, access_log=False) as url, httpx.Client(base_url=f"{url}/api", timeout=60) as client:

                def count(**cut: str) -> int:
                    answer = client.get("/counts", params={**DAYS, **cut})
                    assert answer.status_code == 200, answer.text
                    return int(answer.json()["counts"]["total"])

                found = [_walk_to(count, point, points) for point in rng.sample(points, 12)]
                wrong = sum(count(**cut) != expected for cut, expected in _cuts(rows, rng))
    true = {
        Transformer.from_crs(SRID, 4326, always_xy=True).transform(ORIGIN[0] + r.x, ORIGIN[1] + r.y)
        for r in told
        if r.x is not None and r.y is not None
    }
    at_public = sum(_is_near(one, points) for one in found)
    at_true = sum(_is_near(one, true) for one in found)
    return Finding(
        f"of {len(found)} points found by difference {at_public} are public ones and {at_true} true ones; {wrong} of {N_CUTS} cuts count anything but rows of the dump",
        held=at_public == len(found) and not at_true and not wrong,
    )


N_CUTS = 60
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _cuts(rows: list[Any], rng: random.Random) -> Iterator[tuple[dict[str, str], int]]:
    """Random cuts, each with what the rows of the dump give."""
    for _ in range(N_CUTS):
        day, _, kind, place, areas = rng.choice([row for row in rows if row[4]])
        asked = {"weekdays": DAY_NAMES[day], "types": kind, "locations": place, "areas": str(areas[0])}
        is_in = {"weekdays": 0, "types": 2, "locations": 3}
        names = rng.sample(sorted(asked), rng.randint(1, 3))
        sought = (day, None, kind, place)
        yield (
            {name: asked[name] for name in names},
            sum(
                all(
                    areas[0] in row[4] if name == "areas" else row[is_in[name]] == sought[is_in[name]] for name in names
                )
                for row in rows
            ),
        )


def _walk_to(
    count: Callable[..., int], near: tuple[float, float], points: list[tuple[float, float]]
) -> tuple[float, float]:
    """Where the edges of a box stand when they take in the incidents at a point: halved until they move by a metre."""
    others = [one for one in points if one != near]
    reach = min(max(abs(one[0] - near[0]), abs(one[1] - near[1])) for one in others) * 0.9 + STEP
    west, south, east, north = near[0] - reach, near[1] - reach, near[0] + reach, near[1] + reach

    def inside(x: float, y: float) -> bool:
        corners = ((west, south), (x, south), (x, y), (west, y))
        return count(polygon=",".join(f"{lon:.5f} {lat:.5f}" for lon, lat in corners)) > 0

    def edge(low: float, high: float, holds: Callable[[float], bool]) -> float:
        while high - low > STEP:
            middle = (low + high) / 2
            low, high = (low, middle) if holds(middle) else (middle, high)
        return high

    return edge(west, east, lambda x: inside(x, north)), edge(south, north, lambda y: inside(east, y))


def _is_near(one: tuple[float, float], points: Any) -> bool:
    return any(abs(one[0] - lon) < 2 * STEP and abs(one[1] - lat) < 2 * STEP for lon, lat in points)
