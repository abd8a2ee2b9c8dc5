"""What an attacker tries who has dumps of `open`, every endpoint and the method. Each attack says what it learnt, in one line.

`python -m tests.privacy` runs them and writes docs/privacy_attacks.md; the tests hold the page to what they find.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from scipy.optimize import nnls

from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.publish.erase import erase
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from tests.builders import ORIGIN, Report, SmallCity, random_reports
from tests.database import TestDatabase, cloned_database

TODAY, FIRST = date(2024, 6, 1), date(2024, 1, 1)
SEED = "5ecce75e-0000-4000-8000-000000000001"
BANDWIDTH_M, PIXEL_M, N_POINTS = 60.0, 20.0, 40
LEFT_OUT = {"public_id", "published_at", "base_id"}  # random, and the clock


@dataclass(frozen=True)
class Finding:
    """The result of an attack, in words, and whether the protection held."""

    learnt: str
    held: bool


def reports() -> list[Report]:
    """Three hundred incidents at doors, sensitive ones among them."""
    return random_reports(300, precision="addresses", first_day=FIRST, n_days=120)


@contextmanager
def world(cluster: Settings, name: str, told: list[Report]) -> Iterator[TestDatabase]:
    """A city with an address list whose reports are published."""
    with cloned_database(cluster, f"test_attack_{name}") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection, "addresses").build()
            connection.execute("update core.city set public_seed = %s", [SEED])
            connection.execute("""update core.city set config = jsonb_set(config, '{incidents}',
                config -> 'incidents' || '{"id": ["ID"], "delimiter": ",", "occurrence_number": false}')""")
            city.deliver(told, known_on=date(2024, 5, 1))
        publish(database.owner, today=TODAY)
        yield database


def dump(database: TestDatabase) -> dict[str, Counter[str]]:
    """Every row of every table of `open` as text, without what is random or the clock."""
    with database.owner.connect() as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'open' order by 1").fetchall()
        drop = "".join(f" - '{column}'" for column in sorted(LEFT_OUT))
        return {
            table: Counter(
                text for (text,) in connection.execute(f"select (to_jsonb(o){drop})::text from open.{table} o".encode())
            )
            for (table,) in tables
        }


def differences(one: dict[str, Counter[str]], other: dict[str, Counter[str]]) -> dict[str, int]:
    """Rows that only one of two dumps has, by table."""
    found = {table: ((one[table] - other[table]) + (other[table] - one[table])).total() for table in one}
    return {table: n for table, n in found.items() if n}


def another_world(database: TestDatabase, told: list[Report]) -> list[Report]:
    """The same public facts with another truth: other doors of the same run, other minutes, ids and order; sensitive ones anywhere in their area."""
    with database.owner.connect() as connection:
        rows = connection.execute(
            """select g.name, s.site_id, st_x(g.geom) - %s, st_y(g.geom) - %s
               from core.gazetteer g join core.address_site s using (gazetteer_id) order by 1""",
            ORIGIN,
        ).fetchall()
    site_of = {name: site for name, site, _, _ in rows}
    doors: dict[int, list[tuple[str, float, float]]] = {}
    for name, site, x, y in rows:
        doors.setdefault(site, []).append((name, x, y))
    rng = random.Random(7)
    other = []
    for n, report in enumerate(told):
        hidden = report.sensitive or report.crime_type == "stalking"
        is_inside = report.x is not None and 0 <= report.x <= 1000 and report.recorded == ("", "")
        when = report.when.replace(minute=rng.randrange(60))
        if hidden:
            when = when.replace(day=rng.randrange(1, 29), hour=rng.randrange(24))
        moved = replace(
            report,
            key=f"Z{n:05}",
            when=when,
            until=None if report.until is None else when + (report.until - report.when),
        )
        if is_inside and report.address:
            address, x, y = rng.choice(doors[site_of[report.address]])
            moved = replace(moved, address=address, x=x, y=y)
        other.append(moved)
    rng.shuffle(other)
    return other


def add_forecast(database: TestDatabase) -> None:
    """Publish a forecast."""
    with database.owner.connect() as connection:
        forecast(
            connection,
            ForecastRequest(
                crime_types=("theft",), as_of=date(2024, 4, 20), horizon_days=28, model="kde", cell_size_m=100
            ),
        )


def tell_two_truths_apart(cluster: Settings) -> Finding:
    """Two cities alike but for true doors, minutes, ids, order of records, and where and when sensitive reports were."""
    told = reports()
    with world(cluster, "one", told) as one:
        add_forecast(one)
        changed = another_world(one, told)
        truth, seen = {(r.address, r.when) for r in told}, dump(one)
    with world(cluster, "other", changed) as other:
        add_forecast(other)
        apart = differences(seen, dump(other))
    n_moved = len({(r.address, r.when) for r in changed} - truth)
    has_forecast = seen["forecast_cell"].total() > 0
    return Finding(
        f"{n_moved} of {len(told)} incidents differ in truth; {sum(apart.values())} public rows differ"
        + (f" ({', '.join(apart)})" if apart else ", forecast cells among them"),
        held=not apart and has_forecast and seen["incident"].total() > 150 and n_moved > 250,
    )


def recover_points_from_a_density(cluster: Settings) -> Finding:
    """A raster of kernel density rounded to two decimals, solved for the doors and anchors that made it."""
    doors = SmallCity.addresses()
    rng = random.Random(11)
    chosen = sorted(rng.sample(range(len(doors)), N_POINTS))
    told = [
        Report(f"P{n}", datetime(2024, 2, 1, 12), doors[door][1], doors[door][2], doors[door][0])
        for n, door in enumerate(chosen)
    ]
    with (
        world(cluster, "density", [*told, Report("last", datetime(2024, 4, 1, 13))]) as database,
        database.owner.connect() as connection,
    ):
        rows = connection.execute(
            """select st_x(a.geom) - %s, st_y(a.geom) - %s, count(*) from open.incident i join open.anchor a using (anchor_id)
               where a.geom is not null group by a.anchor_id, a.geom""",
            ORIGIN,
        ).fetchall()
    at_doors = np.array([(x, y) for _, x, y in doors])
    at_anchors = np.array([(x, y) for x, y, _ in rows])
    pixels = np.stack(np.meshgrid(np.arange(10, 1000, PIXEL_M), np.arange(10, 1000, PIXEL_M)), -1).reshape(-1, 2)

    def raster(points: Any, weights: Any) -> Any:
        squared = ((pixels[:, None] - points[None]) ** 2).sum(-1)
        return np.exp(-squared / 2 / BANDWIDTH_M**2) @ weights

    def doors_named(seen: Any) -> set[int]:
        """The doors to which a solution over doors and anchors gives half an incident or more."""
        places = np.vstack([at_doors, at_anchors])
        squared = ((pixels[:, None] - places[None]) ** 2).sum(-1)
        weights, _ = nnls(np.exp(-squared / 2 / BANDWIDTH_M**2), np.round(seen, 2), maxiter=20_000)
        return set(np.flatnonzero(weights[: len(doors)] >= 0.5))

    true = doors_named(raster(at_doors[chosen], np.ones(N_POINTS))) & set(chosen)
    public = doors_named(raster(at_anchors, np.array([n for *_, n in rows]))) & set(chosen)
    return Finding(
        f"of {N_POINTS} doors, {len(true)} come back from a density of true points, {len(public)} from one of public points",
        held=len(true) >= N_POINTS // 4 and not public,
    )


def count_doors_behind_anchor_and_areas(cluster: Settings) -> Finding:
    """For each anchor with its areas, the doors of the city's list that it can stand for."""
    doors = SmallCity.addresses()
    told = [Report(f"D{n}", datetime(2024, 2, 1, 13), x, y, address) for n, (address, x, y) in enumerate(doors)]
    with (
        world(cluster, "doors", [*told, Report("last", datetime(2024, 4, 1, 13))]) as database,
        database.owner.connect() as connection,
    ):
        behind = connection.execute(
            """select i.anchor_id, count(distinct l.address) from open.incident i join core.incident_version using (public_id)
               join core.location l using (location_id) where l.address is not null group by 1"""
        ).fetchall()
    least = min(n for _, n in behind)
    return Finding(
        f"{len(doors)} doors, {len(behind)} anchors; the fewest doors behind one is {least}", held=least >= 8
    )


def link_by_time(cluster: Settings) -> Finding:
    """Pairs of rows of one day and hour: does the order of ids or of stored rows tell which came first?"""
    told = [
        replace(
            report, when=datetime(2024, 2, 1 + n % 20, 12, n * 7 % 60), until=None, sensitive=False, crime_type="theft"
        )
        for n, report in enumerate(random_reports(400, precision="addresses", first_day=FIRST, n_days=60))
    ]
    told.append(Report("last", datetime(2024, 4, 1, 13)))
    with world(cluster, "time", told) as database, database.owner.connect() as connection:
        rows = connection.execute(
            """select i.day, v.occurred_from, v.incident_key, row_number() over (order by i.ctid), i.public_id::text
               from open.incident i join core.incident_version v using (public_id)"""
        ).fetchall()
        minutes = connection.execute(
            "select count(*) from information_schema.columns where table_schema = 'open' and udt_name ~ '^time' and table_name not in ('vintage', 'feed')"
        ).fetchone()
    pairs = [(a, b) for a in rows for b in rows if a[0] == b[0] and a[1] < b[1]]
    keyed = [(a, b) for a in rows for b in rows if a[0] == b[0] and a[2] < b[2]]
    shares = [sum(a[column] < b[column] for a, b in of) / len(of) for of in (pairs, keyed) for column in (3, 4)]
    # 20 days of 20 rows in random order: the share of pairs in order has a standard deviation of about 0.04 / sqrt(20) x 2.
    guessed = max(abs(share - 0.5) for share in shares)
    return Finding(
        f"no column holds a minute; in {len(pairs):,} pairs of one hour neither ids nor rows are in the order of time or of the agency's number",
        held=guessed < 0.12 and minutes == (0,) and len(pairs) > 2000,
    )


def tell_why_a_row_went(cluster: Settings) -> Finding:
    """Two dumps each of a city in which one incident was withdrawn, turned sensitive or erased between them."""
    told = [replace(r, sensitive=False) for r in reports()]
    target = next(r for r in told if r.crime_type == "theft" and r.x is not None and r.x < 1000 and r.when.month == 2)
    after = {}
    for reason in ("withdrawn", "sensitive", "erased"):
        with world(cluster, f"why_{reason}", told) as database:
            with database.owner.connect() as connection:
                city = SmallCity(connection, "addresses", n_deliveries=1)
                again = [replace(target, sensitive=True)] if reason == "sensitive" else []
                city.deliver(again, known_on=date(2024, 5, 8), withdrawn=[target.key] if reason == "withdrawn" else [])
            if reason == "erased":
                erase(database.owner, source_id=target.key, reason="a court order")
            publish(database.owner, today=TODAY)
            after[reason] = dump(database)
            after[reason].pop("vintage")  # an erasure counts as a publication of its own
    erased = differences(after["withdrawn"], after["erased"])
    sensitive = differences(after["withdrawn"], after["sensitive"])
    return Finding(
        "withdrawn and erased look alike in every table but that of publications; sensitive differs in "
        + (" and ".join(f"{n} rows of {table}" for table, n in sensitive.items()) or "nothing"),
        held=not erased and set(sensitive) <= {"sensitive_count"},
    )
