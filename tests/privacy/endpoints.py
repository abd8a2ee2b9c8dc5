"""The attack on the doors: every route in every format, tiles, errors and logs, read for a true point, address, id or typed text."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import math
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow.parquet as pq
from fastapi import FastAPI
from pyproj import Transformer

from hotspots.api.app import create_api, mount_api
from hotspots.settings import Settings
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.builders import ORIGIN, SRID
from tests.live_server import served
from tests.privacy.attacks import Finding, add_forecast, reports, world
from tests.vector_tile import read_tile

TYPED = "4711 SECRET HIDEAWAY LN"
FORMATS = (None, "json", "csv", "geojson", "parquet", "html")
PAIR = re.compile(r"(-?\d+\.\d{4,})[ ,]+(-?\d+\.\d{4,})")
ZOOM = 16
TILE_M, HALF_WORLD = 40075016.685578488 / 2**ZOOM, 20037508.342789244


def read_every_endpoint(cluster: Settings) -> Finding:
    """Every route of the description in every format, tiles over the whole city, bad input, searches; then the logs."""
    told = reports()
    log = io.StringIO()
    with world(cluster, "endpoints", told) as database:
        add_forecast(database)
        with database.owner.connect() as connection:
            anchors = connection.execute(
                "select st_x(geom_3857), st_y(geom_3857) from open.anchor where geom is not null"
            ).fetchall()
        server = FastAPI()
        with (
            _logging_to(log),
            contextlib.redirect_stderr(log),
            open_public(database.settings).open_pool() as pool,
        ):
            mount_api(server, create_api(OpenReader(pool)))
            with served(server, access_log=False) as url, httpx.Client(base_url=f"{url}/api", timeout=60) as client:
                answers = list(_answers(client))
                stray = [place for place in _tile_points(client, anchors) if _nearest_m(place, anchors) > 0.5]
                errors = [_said(answer) for answer in _bad_answers(client)]
    texts = [_text(answer) for answer in answers if answer.status_code == 200]
    secrets = _secrets(told)
    points = _true_points(told)
    everything = [*texts, *errors, log.getvalue()]
    seen = {secret for text in everything for secret in secrets if secret in text}
    shown = {point for text in everything for point in _points_in(text)}
    assert len(shown) > 50, "the answers do hold points"
    repeated = [text for text in [*errors, log.getvalue()] if TYPED.lower() in text.lower() or "HIDEAWAY" in text]
    failures = [answer.url.path for answer in answers if answer.status_code >= 500]
    return Finding(
        f"{len(points & shown)} of {len(points)} true points, {len(seen)} of {len(secrets)} minutes and ids in any answer; "
        f"{len(stray)} points of tiles away from a public point; the typed address in {len(repeated)} errors and log lines",
        held=not (seen or points & shown or stray or repeated or failures) and len(texts) > 30 and len(errors) > 8,
    )


def _secrets(told: list[Any]) -> set[str]:
    """How a minute or an agency's id would look in an answer."""
    words = {word for r in told for word in (r.key, f"{r.when:T%H:%M:%S}", f"{r.when:%Y-%m-%d %H:%M}")}
    return {word for word in words if not word.endswith((":00:00", ":00"))}


def _true_points(told: list[Any]) -> set[tuple[float, float]]:
    """True points as an answer would write them: degrees to five decimals, about a metre."""
    to_degrees = Transformer.from_crs(SRID, 4326, always_xy=True)
    points = [to_degrees.transform(ORIGIN[0] + r.x, ORIGIN[1] + r.y) for r in told if r.x is not None]
    return {(round(lon, 5), round(lat, 5)) for lon, lat in points}


def _points_in(text: str) -> set[tuple[float, float]]:
    """Pairs of coordinates in an answer, whichever comes first."""
    pairs = [(float(one), float(other)) for one, other in PAIR.findall(text)]
    return {(round(min(pair), 5), round(max(pair), 5)) for pair in pairs}  # the city's longitudes are negative


def _answers(client: httpx.Client) -> Iterator[httpx.Response]:
    description = client.get("/openapi.json").json()
    filled = {"z": "0", "x": "0", "y": "0", "forecast_id": "1", "year": "2024", "kind": "district"}
    for path, methods in description["paths"].items():
        if "get" not in methods or "subscription" in path:
            continue
        collections = ("incidents", "areas", "places", "forecasts", "actions") if "{collection}" in path else ("",)
        for collection in collections:
            for form in FORMATS:
                values = {**filled, "collection": collection, "form": form or "csv"}
                address = re.sub(r"{(\w+)}", lambda found, known=values: known.get(found[1], "1"), path)
                yield client.get(
                    address.removeprefix("/api"), params={"f": form} if form and "{form}" not in path else {}
                )


def _tile_points(client: httpx.Client, anchors: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Points of the tiles of the whole city, in metres of EPSG:3857."""
    tiles = {(int((x + HALF_WORLD) / TILE_M), int((HALF_WORLD - y) / TILE_M)) for x, y in anchors}
    for x, y in sorted(tiles):
        for feature in read_tile(client.get(f"/tiles/incidents/{ZOOM}/{x}/{y}.mvt").content).get("incidents", []):
            yield (x + feature.x / 4096) * TILE_M - HALF_WORLD, HALF_WORLD - (y + feature.y / 4096) * TILE_M


def _nearest_m(place: tuple[float, float], anchors: list[tuple[float, float]]) -> float:
    return min(math.dist(place, anchor) for anchor in anchors)


def _bad_answers(client: httpx.Client) -> Iterator[httpx.Response]:
    """The typed text wherever a visitor could put it; search is the one that may be asked with it, and finds nothing."""
    yield client.post("/search", json={"text": TYPED})
    yield client.post("/search", json={"text": TYPED, "limit": 999})
    yield client.post("/search", json={"text": [TYPED]})
    yield client.post("/search", json={TYPED: "1"})
    yield client.post("/search", content=TYPED, headers={"content-type": "application/json"})
    yield client.post("/search", content=json.dumps({"text": TYPED * 50}))
    yield client.get("/search")
    yield client.put("/search", json={"text": TYPED})
    yield client.post("/counts", json={"text": TYPED})
    yield client.get("/counts", headers={"accept": TYPED, "x-forwarded-for": TYPED})


def _said(answer: httpx.Response) -> str:
    return f"{answer.headers} {answer.text}"


def _text(answer: httpx.Response) -> str:
    if answer.content[:4] == b"PAR1":
        return json.dumps(pq.read_table(io.BytesIO(answer.content)).to_pylist(), default=str)
    return answer.content.decode("latin-1")


@contextlib.contextmanager
def _logging_to(log: io.StringIO) -> Iterator[None]:
    """Everything that any module logs, at every level, into one text."""
    root, handler = logging.getLogger(), logging.StreamHandler(log)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
