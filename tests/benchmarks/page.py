"""The public page in a browser: navigation to idle map, filter change to idle map, bytes of the first view.

``python -m tests.benchmarks.page`` serves the synthetic city (66 thousand incidents in the last 90 days) in a process of its own
and draws it in Chromium in software. Each navigation has a new, empty browser cache; the server has answered before.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, sleep
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from hotspots.cli.serve import PUBLIC_SERVER, server_options
from hotspots.logs import configure_logs
from hotspots.settings import read_settings
from tests.benchmarks.synthetic_city import build_synthetic_city
from tests.database import TestDatabase, cloned_database, migrated_cluster

INCIDENTS, DAYS = 270_000, 365
NAVIGATIONS, CHANGES = 7, 12
CHROMIUM = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
IDLE = '.map-canvas[data-idle="true"]'
# The map's own idle event, for a filter that is not the one drawn before.
CHANGE = """(name) => new Promise((resolve) => {
    const map = document.querySelector(".map-canvas").hotspotsMap;
    const start = performance.now();
    const drawn = () => {
        const asked = map.getSource("incidents").tiles[0].includes(encodeURIComponent(name));
        if (asked && map.areTilesLoaded()) resolve(performance.now() - start);
        else map.once("idle", drawn);
    };
    map.once("idle", drawn);
    const label = name.replace("type", "Type");
    const picks = [...document.querySelectorAll("#types .pick")];
    picks.find((pick) => pick.querySelector(".pick-label").textContent === label).querySelector("input").click();
})"""


@contextmanager
def served(database: TestDatabase, *, workers: int = 1, rate_limit: int = 0) -> Iterator[str]:
    """The public server as its own command runs it, in processes of its own; without a rate limit unless one is given."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "HOTSPOTS_PUBLIC_DATABASE_URL": database.public.dsn,
        "HOTSPOTS_HOME": str(database.settings.home),
        "HOTSPOTS_RATE_LIMIT": str(rate_limit),
        "HOTSPOTS_LOG_LEVEL": "warning",
    }
    options = json.dumps(server_options(host="127.0.0.1", port=port, workers=workers))
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "hotspots.cli.server_process", PUBLIC_SERVER, options], env=environment
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while not _answers(url):
            if server.poll() is not None:
                raise RuntimeError(f"the server ended with exit code {server.returncode}")
            sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/health", timeout=5).is_success
    except httpx.HTTPError:
        return False


def navigate(browser: Browser, url: str) -> tuple[float, int, int]:
    """Seconds to the idle map, bytes and requests of the first view; the map's worker and its tiles included."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "GET" else None)
    received: list[int] = []
    debugger = context.new_cdp_session(page)
    debugger.send("Network.enable")
    debugger.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    start = perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(IDLE, state="attached", timeout=120_000)
    seconds = perf_counter() - start
    page.wait_for_timeout(500)
    # What the worker fetched is not told to the page's debugger: asked for once more, as compressed.
    of_worker = [one for one in asked if "worker" in one or "/api/tiles/" in one]
    sizes = [_compressed_size(one) for one in of_worker]
    context.close()
    return seconds, sum(received) + sum(sizes), len(asked)


def _compressed_size(url: str) -> int:
    with httpx.stream("GET", url, headers={"Accept-Encoding": "gzip"}, timeout=60) as answer:
        return sum(len(part) for part in answer.iter_raw())


def change_filters(page: Page, url: str) -> list[float]:
    """Milliseconds from the press on a type to the idle map, one type after the other."""
    page.goto(url)
    page.wait_for_selector(IDLE, state="attached", timeout=120_000)
    page.wait_for_selector(".hour-bars", state="attached", timeout=120_000)
    page.wait_for_timeout(1000)
    times = []
    for number in range(1, CHANGES + 1):
        times.append(float(page.evaluate(CHANGE, f"type {number}")))
        page.wait_for_timeout(1500)  # the counts beside the choices follow; a person reads them
    return times


def measure(url: str) -> dict[str, Any]:
    """Medians and worst cases."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("HOTSPOTS_CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM
        )
        navigate(browser, url)  # warms the server, not the browser
        seen = [navigate(browser, url) for _ in range(NAVIGATIONS)]
        changes = change_filters(browser.new_page(viewport={"width": 1440, "height": 900}), url)
        browser.close()
    return {
        "navigation_to_idle_s": _summary([seconds for seconds, _, _ in seen]),
        "filter_change_to_idle_s": _summary([one / 1000 for one in changes]),
        "first_view_bytes": max(size for _, size, _ in seen),
        "first_view_requests": max(requests for _, _, requests in seen),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _summary(seconds: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(seconds), 2),
        "least": round(min(seconds), 2),
        "most": round(max(seconds), 2),
    }


def main() -> None:
    """Print the figures as JSON."""
    configure_logs(read_settings())
    with migrated_cluster() as cluster, cloned_database(cluster, "bench_page") as database:
        with database.owner.connect() as connection:
            build_synthetic_city(connection, incidents=INCIDENTS, days=DAYS)
        with database.owner.connect(autocommit=True) as connection:
            connection.execute("vacuum analyze")
        with served(database) as url:
            figures = {"incidents": INCIDENTS, **measure(url)}
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
