"""A hundred visitors at once for a minute: requests a second, times, errors; cold, warm, and while a delivery is published.

The last minute has attackers beside the visitors (`attackers.py`): each visitor has an address of its own then, and the usual rate limit
holds. ``python -m tests.benchmarks.visitors`` prints one JSON object. What a visitor's browser asks for is recorded from Chromium on the page
itself (a first view, a press on a type, a click on a circle) and sent again by each visitor with a question of its own. The mix: 15 %
first views, 40 % filter changes, 20 % tiles of another part of the map, 15 % clicks, 10 % pages of the data interface; 10 seconds to think
on average. Two server processes, no rate limit, visitors and database on the same machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import threading
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from playwright.sync_api import Page, Request, sync_playwright

from hotspots.logs import configure_logs
from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import read_settings
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from tests.benchmarks.browser_connections import Connections
from tests.benchmarks.load_publish import KNOWN_ON, chicago, small_delivery
from tests.benchmarks.page import CHROMIUM, IDLE, served
from tests.database import TestDatabase, cloned_database, migrated_cluster

VISITORS, SECONDS, THINK_S = 100, 60.0, 10.0
WARM_UP_S = 20.0
RATE_LIMIT = 600  # the usual one
MIX = {"first view": 15, "filter change": 40, "tiles": 20, "click": 15, "api": 10}
TARGET_P95_MS = 300
AT_ONCE = 6  # connections of a browser to one server
PRESS = """() => {  // the type with the most, folded or not
    const n = (pick) => Number((pick.querySelector(".pick-count")?.textContent ?? "").replace(/\\D/g, ""));
    const picks = [...document.querySelectorAll("#types .pick")].sort((one, other) => n(other) - n(one));
    picks[0].querySelector("input").click();
}"""
NEARER = """(at) => document.querySelector(".map-canvas").hotspotsMap.jumpTo({ zoom: 14, center: at })"""  # a large city shows areas before
CLICK = """() => {
    const map = document.querySelector(".map-canvas").hotspotsMap;
    const one = map.queryRenderedFeatures({ layers: ["incidents"] }).sort((one, other) => other.properties.n - one.properties.n)[0];
    map.jumpTo({ zoom: 16, center: one.geometry.coordinates });
}"""
IN_SIGHT = """() => {
    const map = document.querySelector(".map-canvas").hotspotsMap;
    const middle = map.project(map.getCenter());
    const away = (one) => { const at = map.project(one.geometry.coordinates); return Math.hypot(at.x - middle.x, at.y - middle.y); };
    const one = map.queryRenderedFeatures({ layers: ["incidents"] }).sort((one, other) => away(one) - away(other))[0];
    return one ? map.project(one.geometry.coordinates) : null;
}"""


@dataclass(frozen=True)
class Ask:
    """One request of a browser."""

    method: str
    path: str
    body: str | None

    @property
    def kind(self) -> str:
        """What is waited for: tiles, numbers, the data interface, or the page itself."""
        if "/api/tiles/" in self.path:
            return "tiles"
        if self.path.startswith("/api/"):
            return "api"
        return "counts" if self.method == "POST" else "page"

    def about(self, asked: str, question: str) -> Ask:
        """The same with another question in place of the recorded one."""
        body = None if self.body is None else self.body.replace(asked, question)
        return Ask(self.method, self.path.replace(asked, question), body)


@dataclass
class Times:
    """Seconds by kind, and what went wrong."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    def summary(self, seconds: float) -> dict[str, Any]:
        """Requests a second, milliseconds p50, p95 and p99 by kind, errors."""
        every = [one for times in self.taken.values() for one in times]
        return {
            "requests": len(every),
            "requests_per_s": round(len(every) / seconds, 1),
            "errors": len(self.errors),
            "first_errors": self.errors[:3],
            "ms": {kind: _percentiles(times) for kind, times in sorted(self.taken.items())},
        }


def record(url: str) -> tuple[dict[str, list[Ask]], str]:
    """What Chromium asks the server for at a first view, a press on a type, and a click on a circle; and the part of the address that names the type."""
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    def since(start: int) -> list[Ask]:
        return [
            Ask(one.method, one.url.removeprefix(url), one.post_data)
            for one in asked[start:]
            if one.url.startswith(url)
        ]

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("HOTSPOTS_CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("request", note)
        page.goto(url)
        _settle(page)
        first, pressed = since(0), len(asked)
        page.evaluate(PRESS)
        page.wait_for_timeout(500)
        _settle(page)
        change, address = since(pressed), page.url.partition("?")[2]
        page.evaluate(NEARER, _somewhere(url))
        _settle(page)
        page.evaluate(CLICK)
        _settle(page)
        at = page.evaluate(IN_SIGHT)
        clicked = len(asked)
        page.locator(".map-canvas canvas").click(position=at)
        _settle(page)
        click = since(clicked)
        browser.close()
    named = next(part for part in address.split("&") if part.startswith("types="))
    return {"first view": first, "filter change": change, "click": click}, named


def _somewhere(url: str) -> list[float]:
    """The point of one of the newest incidents, longitude and latitude."""
    found = (
        httpx.get(f"{url}/api/collections/incidents/items", params={"limit": 100, "f": "json"})
        .raise_for_status()
        .json()
    )
    return next(one["geometry"]["coordinates"] for one in found["features"] if one["geometry"])


def _settle(page: Page) -> None:
    page.wait_for_selector(IDLE, state="attached", timeout=120_000)
    page.wait_for_timeout(2000)


async def visit(
    url: str,
    recorded: dict[str, list[Ask]],
    asked: str,
    types: list[str],
    end: float,
    times: Times,
    seed: int,
    address: str | None = None,
) -> None:
    """One visitor until the end: think, act, think; from a loopback address of its own where one is given."""
    rng = random.Random(seed)
    browser = Connections(url, AT_ONCE, address=address)

    async def send(ask: Ask) -> None:
        start = perf_counter()
        try:
            status = await browser.ask(ask.method, ask.path, ask.body)
            if status >= 400:
                times.errors.append(f"{status} {ask.path.split('?')[0]}")
        except OSError as error:
            times.errors.append(f"{type(error).__name__} {ask.path.split('?')[0]}")
        times.taken[ask.kind].append(perf_counter() - start)

    await asyncio.sleep(rng.uniform(0, THINK_S))
    while perf_counter() < end:
        action = rng.choices(list(MIX), weights=list(MIX.values()))[0]
        question = _question(rng, types)
        if action == "tiles":
            z = rng.choice([10, 11, 12, 13, 14])
            scale = 2 ** (z - 10)
            x, y = 262 * scale + rng.randrange(scale), 380 * scale + rng.randrange(scale)  # over the city
            todo = [
                Ask("GET", f"/api/tiles/{layer}/{z}/{x + right}/{y + down}.mvt" + (f"?{question}" if layer == "incidents" else ""), None)
                for right in (0, 1) for down in (0, 1) for layer in ("incidents", "base")
            ]  # fmt: skip
        elif action == "api":
            todo = [
                Ask("GET", f"/api/counts?{question}", None),
                Ask("GET", f"/api/collections/incidents/items?limit=100&{question}", None),
            ]
        else:
            todo = [one.about(asked, question) for one in recorded[action]]
        if action == "first view":  # the page first, then what it names, then what its scripts ask for
            await send(todo[0])
            await asyncio.gather(*[send(one) for one in todo[1:] if one.kind == "page"])
            await asyncio.gather(*[send(one) for one in todo[1:] if one.kind != "page"])
        else:
            await asyncio.gather(*[send(one) for one in todo])
        await asyncio.sleep(min(rng.expovariate(1 / THINK_S), max(0, end - perf_counter())))
    browser.close()


def _question(rng: random.Random, types: list[str]) -> str:
    """A question of one's own: some types, half of the time with hours or weekdays."""
    parts = {"types": ",".join(sorted(rng.sample(types, rng.randint(1, 3))))}
    if rng.random() < 0.5:
        parts.update(
            rng.choice(
                [{"hours": "18-02"}, {"hours": "08-16"}, {"weekdays": "fri,sat"}, {"weekdays": "mon,tue,wed,thu,fri"}]
            )
        )
    return urlencode(parts, safe=",", quote_via=quote)


async def _crowd(
    url: str,
    recorded: dict[str, list[Ask]],
    asked: str,
    types: list[str],
    seed: int,
    *,
    seconds: float = SECONDS,
    of_their_own: bool = False,
) -> dict[str, Any]:
    times, start = Times(), perf_counter()
    await asyncio.gather(
        *[
            visit(
                url,
                recorded,
                asked,
                types,
                start + seconds,
                times,
                1000 * seed + n,
                f"127.1.0.{n + 1}" if of_their_own else None,
            )
            for n in range(VISITORS)
        ]
    )
    return times.summary(perf_counter() - start)


def _attacked(url: str, recorded: dict[str, list[Ask]], asked: str, types: list[str]) -> dict[str, Any]:
    """The crowd beside attackers, with what they tried and the memory of the server's largest process at most."""
    asyncio.run(_crowd(url, recorded, asked, types, 4, seconds=WARM_UP_S, of_their_own=True))
    attackers = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.attackers", url, str(SECONDS)], stdout=subprocess.PIPE, text=True
    )
    try:
        figures = asyncio.run(_crowd(url, recorded, asked, types, 5, of_their_own=True))
        said, _ = attackers.communicate(timeout=SECONDS)
    finally:
        attackers.kill()
    return {
        **figures,
        "attacks": json.loads(said),
        "largest_server_process_mb": _largest_mb(int(url.rpartition(":")[2])),
    }


def _largest_mb(port: int) -> int:
    """Memory at most of the largest process of a server, of those that were started for this port."""
    most = 0
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            if folder.name.isdigit() and f'"port": {port}' in (folder / "cmdline").read_text():
                parents = {folder.name}
                for other in Path("/proc").iterdir():
                    with suppress(OSError):
                        if (
                            other.name.isdigit()
                            and (other / "stat").read_text().rpartition(")")[2].split()[1] in parents
                        ):
                            parents.add(other.name)
                peaks = [
                    re.search(r"VmHWM:\s+(\d+) kB", (Path("/proc") / one / "status").read_text()) for one in parents
                ]
                most = max(most, *(int(peak[1]) // 1024 for peak in peaks if peak))
    return most


def _percentiles(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles([1000 * one for one in times], n=100, method="inclusive")
    return {"requests": len(times), "p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "p99": round(cuts[98], 1)}


def measure(database: TestDatabase, folder: Any) -> dict[str, Any]:
    """Three minutes: a server just started, the same warm, and while a delivery is published."""
    city = read_city_file(find_city_file("chicago"))
    with database.public.connect() as connection:
        types = [
            name
            for (name,) in connection.execute("select name from open.crime_type t where exists (select from open.incident i where i.crime_type_id = t.crime_type_id)")
        ]  # fmt: skip
    with served(database, workers=2) as url:
        recorded, asked = record(url)
    with served(database, workers=2) as url:
        figures = {"cold": asyncio.run(_crowd(url, recorded, asked, types, 1))}
        figures["warm"] = asyncio.run(_crowd(url, recorded, asked, types, 2))
        small = small_delivery(folder)
        published: list[float] = []

        def deliver() -> None:
            start = perf_counter()
            load(database.owner, city, small, only=["incidents"], known_on=date(2018, 3, 1), today=date(2018, 3, 1))
            publish(database.owner, today=date(2018, 12, 31))
            published.append(round(perf_counter() - start, 1))

        delivery = threading.Timer(10, deliver)
        delivery.start()
        try:
            figures["while a delivery is published"] = asyncio.run(_crowd(url, recorded, asked, types, 3))
        finally:
            delivery.join()
            shutil.rmtree(small, ignore_errors=True)
    with served(database, workers=2, rate_limit=RATE_LIMIT) as url:
        figures["while the door is attacked"] = _attacked(url, recorded, asked, types)
    return {
        "visitors": VISITORS,
        "seconds": SECONDS,
        "think_s": THINK_S,
        "mix_percent": MIX,
        "target_p95_ms": TARGET_P95_MS,
        "load_and_publish_of_delivery_s": published,
        **figures,
    }


def main() -> None:
    """Print the figures as JSON."""
    configure_logs(read_settings())
    city = read_city_file(find_city_file("chicago"))
    with (
        chicago(["2014", "2015", "2016", "2017"]) as folder,
        migrated_cluster() as cluster,
        cloned_database(cluster, "bench_visitors") as database,
    ):
        load(database.owner, city, folder, known_on=KNOWN_ON, today=KNOWN_ON)
        publish(database.owner, today=date(2018, 12, 31))
        # The database tidies up by itself after four years came at once; a daily delivery leaves little.
        with database.owner.connect(autocommit=True) as connection:
            connection.execute("vacuum analyze")
        figures = measure(database, folder)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
