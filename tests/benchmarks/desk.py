"""The desk on Chicago's four years, 1.08 million incidents: pages cold and warm, tiles of true points, and the packet.

``python -m tests.benchmarks.desk`` prints one JSON object: milliseconds over real requests to the desk's server, no answer kept for the cold
ones. Tiles are those of the questions of ``filtered_map``, each after its page opened the view; ``processor_s`` is what the server took.
"""

from __future__ import annotations

import json
import os
import statistics
from time import perf_counter
from typing import Any

import httpx

from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.logs import configure_logs
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import read_settings
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from hotspots.store.public.reader import OpenReader
from hotspots.store.staff.door import Door
from hotspots_dashboard.server.desk import create_desk_server
from tests.benchmarks.filtered_map import draw_questions
from tests.benchmarks.load_publish import KNOWN_ON, chicago, chicago_folder
from tests.database import TestDatabase, cloned_database, migrated_cluster
from tests.desk_people import KEY, enrol, enter
from tests.live_server import served

DAY = KNOWN_ON.replace(year=2018, month=1, day=1)
N_QUESTIONS = 60
PAGES = ("/briefing?district=18", "/change", "/map/layers?layer=gi-star&types=robbery", "/lists", "/places", "/data")
TARGETS_MS = {"briefing": 3000, "packet": 60_000, "tile_p95": 100}


def measure(database: TestDatabase) -> dict[str, Any]:
    """Serve the desk and ask it as an analyst's browser does."""
    pool = database.desk.open_pool(max_size=8)
    door = Door(pool)
    token = enter(door, enrol(database.owner, door, "analyst"))
    with database.public.open_pool(max_size=1) as public:
        questions = draw_questions(OpenReader(public), public, n=N_QUESTIONS)
    began = os.times()
    with served(create_desk_server(pool, seed_key=KEY, fixed_day=DAY)) as url:
        headers = {"Cookie": f"desk={token}", "Accept": "text/html"}
        with httpx.Client(base_url=url, headers=headers, timeout=120) as client:
            here = {"Origin": url}
            made = client.post("/lists/new", data={"types": "robbery", "boxes": "6"}, headers=here)
            client.post(f"{made.headers['location']}/issue", headers=here)
            pages = {path: [_ms(client, path), _ms(client, path)] for path in PAGES}
            start = perf_counter()
            packet = client.post("/change/packet", data={"until": "2017-11-30"}, headers=here).headers["location"]
            for file in ("packet.pdf", "packet.xlsx", "packet.pptx"):
                client.get(f"{packet}/{file}").raise_for_status()
            packet_ms = 1000 * (perf_counter() - start)
            tiles = []
            for one in questions:
                query = one.filter.to_query()
                client.get("/map/", params=query).raise_for_status()
                tiles.append(_ms(client, f"/map/api/tiles/incidents/{one.z}/{one.x}/{one.y}.mvt", query))
    ended = os.times()
    return {
        "pages_ms_cold_warm": pages,
        "packet_ms": round(packet_ms),
        "tile_ms": {"p50": round(statistics.median(tiles), 1), "p95": round(statistics.quantiles(tiles, n=20)[18], 1)},
        "processor_s": round(ended.user + ended.system - began.user - began.system, 1),
    }


def _ms(client: httpx.Client, path: str, query: dict[str, str] | None = None) -> float:
    start = perf_counter()
    client.get(path, params=query).raise_for_status()
    return round(1000 * (perf_counter() - start), 1)


def main() -> None:
    """Print the figures as JSON; nothing is measured where Chicago's data are not."""
    configure_logs(read_settings())  # to standard error: the figures are all that standard output holds
    if not chicago_folder().is_dir():
        print(json.dumps({"city": None, "why": "Chicago's data are not here"}))
        return
    city = read_city_file(find_city_file("chicago"))
    with (
        chicago(["2014", "2015", "2016", "2017"]) as folder,
        migrated_cluster() as cluster,
        cloned_database(cluster, "bench_desk") as database,
    ):
        load(database.owner, city, folder, known_on=KNOWN_ON, today=KNOWN_ON)
        publish(database.owner, today=KNOWN_ON)
        with database.owner.connect() as connection:
            request = ForecastRequest(
                crime_types=("robbery",),
                as_of=DAY,
                horizon_days=28,
                model="long_run_count",
                cell_size_m=city.grid.cell_m,
            )
            forecast(connection, request)
        print(json.dumps({"city": "Chicago", "targets_ms": TARGETS_MS, **measure(database)}))


if __name__ == "__main__":
    main()
