"""Server time of the filtered map: counts and one tile a question, over a fixed mix of filters, no answer kept.

``python -m tests.benchmarks.filtered_map`` prints one JSON object: a city with one year of history and the same with four, about 270
thousand and 1.08 million incidents on record. What is asked is the same, only the history behind it grows. The city is Chicago
where its data are, else a synthetic one of its size; ``--synthetic`` asks for that one.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

from psycopg_pool import ConnectionPool

from hotspots.domain.incident_filter import Around, HourRange, IncidentFilter, Near
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Choices
from hotspots.logs import configure_logs
from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import read_settings
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import Database
from hotspots_dashboard.server.app import HELD_BYTES, UNSEEN_S
from tests.benchmarks.load_publish import KNOWN_ON, chicago, chicago_folder
from tests.benchmarks.synthetic_city import build_synthetic_city
from tests.database import cloned_database, migrated_cluster

SIZES = {270_000: 365, 1_080_000: 1460}  # incidents: days of history
N_QUESTIONS = 120
TARGET_P95_MS = 100
ZOOMS = (9, 10, 11, 12, 13, 14, 15)


@dataclass(frozen=True)
class Question:
    """One view of the map: a filter and the tile that is looked at."""

    filter: IncidentFilter
    z: int
    x: int
    y: int


def draw_questions(reader: OpenReader, pool: ConnectionPool, *, n: int = N_QUESTIONS, seed: int = 17) -> list[Question]:
    """A fixed mix: a fifth of the questions ask for everything in the period, the others combine one to four parts."""
    rng = random.Random(seed)
    choices, newest = reader.choices(), reader.default_period().last_day
    with pool.connection() as connection:
        places = connection.execute(
            "select gazetteer_id, st_x(p), st_y(p) from open.gazetteer, lateral (select st_transform(st_centroid(geom), 4326) as p) g"
            " where kind in ('block', 'address') order by gazetteer_id"
        ).fetchall()
    questions = []
    for number in range(n):
        gazetteer_id, lon, lat = rng.choice(places)
        parts: dict[str, Any] = {}
        if number % 5:
            for name in rng.sample(PARTS, rng.randint(1, 4)):
                parts.update(_draw_part(name, rng, choices, gazetteer_id))
        period = Period.last_days(newest, 90 if number % 4 else rng.choice([7, 30]))
        z = ZOOMS[number % len(ZOOMS)]
        questions.append(Question(IncidentFilter(period, **parts), z, *_tile(lon, lat, z)))
    return questions


PARTS = ("types", "areas", "around", "near", "hours", "weekdays", "locations")


def _draw_part(name: str, rng: random.Random, choices: Choices, gazetteer_id: int) -> dict[str, Any]:
    if name == "types":
        return {"crime_types": tuple(rng.sample([kind.name for kind in choices.crime_types], 3))}
    if name == "areas":
        areas = rng.choice([kind.areas for kind in choices.area_kinds if len(kind.areas) > 2])
        return {"areas": tuple(area.area_id for area in rng.sample(areas, rng.randint(1, 3)))}
    if name == "around":
        return {"around": Around(gazetteer_id, rng.choice([400, 800, 1600]))}
    if name == "near":
        return {"near": (Near(rng.choice(choices.place_kinds).kind, rng.choice([150, 300, 800])),)}
    if name == "hours":
        return {"hours": rng.choice([HourRange(18, 2), HourRange(8, 16), HourRange(22, 6)])}
    if name == "weekdays":
        return {"weekdays": rng.choice([(5, 6), (1, 2, 3, 4, 5)])}
    return {"location_types": tuple(rng.sample(list(choices.location_types), min(2, len(choices.location_types))))}


def _tile(lon: float, lat: float, z: int) -> tuple[int, int]:
    from math import asinh, pi, radians, tan

    return int((lon + 180) / 360 * 2**z), int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)


def measure(public: Database, *, n: int = N_QUESTIONS) -> dict[str, Any]:
    """Milliseconds of counts and of tiles, p50 and p95, asked one after the other by the public role.

    Parameters
    ----------
    public : key of the public room of a published database, vacuumed as `hotspots publish` leaves it.
    """
    with public.open_pool(max_size=2) as pool:
        by_database = OpenReader(pool, kept_answers=0)
        served = OpenReader(pool, kept_answers=0, held_bytes=HELD_BYTES, unseen_s=UNSEEN_S)
        questions = draw_questions(by_database, pool, n=n)
        return {
            "incidents": by_database.vintage().incidents,
            "incidents_in_90_days": by_database.count(IncidentFilter(by_database.default_period())).total,
            "questions": len(questions),
            "read_into_memory_ms": round(_milliseconds(served.recent.read)),
            "as served": _measure(served, questions),
            "by the database alone": _measure(by_database, questions),
        }


def _measure(reader: OpenReader, questions: list[Question]) -> dict[str, Any]:
    for question in questions[:10]:  # the first connection, the database's own cache
        reader.count(question.filter)
    counts = [_milliseconds(lambda q=q: reader.count(q.filter)) for q in questions]
    tiles = [_milliseconds(lambda q=q: reader.incidents_tile(q.filter, q.z, q.x, q.y)) for q in questions]
    return {"counts_ms": _summary(counts), "tile_ms": _summary(tiles)}


def _milliseconds(ask: Callable[[], object]) -> float:
    start = perf_counter()
    ask()
    return 1000 * (perf_counter() - start)


def _summary(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return {"p50": round(statistics.median(times), 1), "p95": round(cuts[18], 1), "most": round(max(times), 1)}


def measure_synthetic() -> list[dict[str, Any]]:
    """The synthetic city at each size, each in a database of its own."""
    results = []
    with migrated_cluster() as cluster:
        for incidents, days in SIZES.items():
            with cloned_database(cluster, f"bench_{incidents}") as database:
                with database.owner.connect() as connection:
                    build_synthetic_city(connection, incidents=incidents, days=days)
                _tidy(database.owner)
                results.append(measure(database.public))
    return results


def measure_chicago() -> list[dict[str, Any]]:
    """Chicago 2014 to 2017, loaded and published; then the same without all but the last year's incidents."""
    city = read_city_file(find_city_file("chicago"))
    with (
        chicago(["2014", "2015", "2016", "2017"]) as folder,
        migrated_cluster() as cluster,
        cloned_database(cluster, "bench_map") as database,
    ):
        load(database.owner, city, folder, known_on=KNOWN_ON, today=KNOWN_ON)
        publish(database.owner, today=date(2018, 12, 31))
        _tidy(database.owner)
        four_years = measure(database.public)
        with database.owner.connect() as connection:
            connection.execute("delete from open.incident where day < (select max(newest_day) - 364 from open.vintage)")
            connection.execute("update open.vintage set incidents = (select count(*) from open.incident)")
        _tidy(database.owner)
        return [measure(database.public), four_years]


def _tidy(owner: Database) -> None:
    with owner.connect(autocommit=True) as connection:
        for table in ("incident", "anchor", "anchor_area", "anchor_place", "gazetteer"):
            connection.execute(f"vacuum (full, analyze) open.{table}".encode())
        connection.execute("vacuum analyze open.incident")  # a rewritten table has no map of what every reader sees


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.filtered_map", description=__doc__)
    parser.add_argument(
        "--synthetic", action="store_true", help="measure the synthetic city even where Chicago's data are"
    )
    arguments = parser.parse_args()
    configure_logs(read_settings())  # to standard error: the figures are all that standard output holds
    is_chicago = chicago_folder().is_dir() and not arguments.synthetic
    results = measure_chicago() if is_chicago else measure_synthetic()
    figures = {"city": "Chicago" if is_chicago else "synthetic", "target_p95_ms": TARGET_P95_MS, "histories": results}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
