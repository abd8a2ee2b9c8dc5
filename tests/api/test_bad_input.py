"""Whatever is asked, the answer is no failure, and what cannot be asked is one clear problem."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.api.app import create_api
from hotspots.api.limits.bodies import BoundedRequests
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.database import TestDatabase
from tests.open_city_builder import SmallIncident

CHECKOUT = Path(__file__).parents[2]
PATHS = (
    "/counts", "/series", "/tiles/incidents.json", "/tiles/incidents/3/2/2.mvt", "/feed", "/collections/incidents/items",
    "/collections/areas/items", "/collections/places/items", "/collections/forecasts/items", "/collections/incidents/items/1",
    "/collections", "/downloads", "/downloads/incidents/2017.csv", "/", "/health", "/dictionary", "/openapi.json",
)  # fmt: skip
NAMES = (
    "from", "to", "types", "areas", "at", "radius", "near", "hours", "weekdays", "locations", "polygon", "arrest", "initiated", "group",
    "bbox", "datetime", "limit", "token", "f", "by", "kind", "forecast", "lang", "colour", "", "types[]",
)  # fmt: skip
NASTY = (
    "", " ", "\x00", "theft\x00", "'; drop table open.incident; --", "1 or 1=1", "${jndi:ldap://x}", "<script>alert(1)</script>",
    "../../etc/passwd", "%00", "%s%n", "{0}", "{where}", "☃", "٣", "1e309", "-1", "0", "9" * 400, "NaN", "inf", "0x10", "1_000", "null",
    "2017-12-31/2017-01-01", "9999-12-31", "0000-00-00", "2017-02-30", "../..", "/", "2017-12-31T25:00:00Z", "0001-01-01T00:00:00+23:59",
    "0 0,1 1,0 1,1 0", "0 0,0 0,0 0", "-87.63 41.88,-87.62 41.88,-87.62 41.89", "-87.63 41.88,", "1e999999 1,2 2,3 3",
    "-180,-90,180,90", "180,-90,-180,90", "0,0,0", "1e9,0,1,1", "nan,nan,nan,nan", "1,2,3,4,5", "-87.7,41.8,0,-87.5,42,9",
    "theft", "theft,theft", "school:300", "school:-1", "school:99999999999999999999", ":300", "22-06", "24-24", "fri,sat",
    "json", "csv", "parquet", "area", "beat", "day", "1-1", "STREET|RESIDENCE", "yes", "no", "en", "5000", "AAAA", "====",
)  # fmt: skip
values = st.sampled_from(NASTY) | st.text(max_size=20) | st.integers(-(10**30), 10**30).map(str)
accepts = st.sampled_from(["*/*", "text/csv", "application/json", "a/b/c", ";q=", "text/*;q=9", "*", "é", "x" * 500])


def is_problem(answer: httpx.Response) -> bool:
    problem = answer.json()
    return (
        answer.headers["content-type"] == "application/problem+json"
        and problem["status"] == answer.status_code
        and bool(problem["detail"])
        and "\n" not in problem["detail"]
    )


@settings(max_examples=250, deadline=None, derandomize=True)
@given(
    path=st.sampled_from(PATHS),
    query=st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=4),
    accept=accepts,
)
def test_whatever_is_asked_the_answer_is_no_failure(
    client: httpx.Client, path: str, query: list[tuple[str, str]], accept: str
) -> None:
    asked = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in query)
    answer = client.get(f"{path}?{asked}" if asked else path, headers=[(b"Accept", accept.encode())])
    assert answer.status_code in (200, 400, 404, 406)
    assert answer.status_code == 200 or is_problem(answer)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(name=st.sampled_from(NAMES[:15]), value=st.binary(max_size=12))
def test_bytes_that_are_no_text_are_no_failure(client: httpx.Client, name: str, value: bytes) -> None:
    answer = client.get(f"/collections/incidents/items?{name}={quote(value)}")
    assert answer.status_code == 200 or is_problem(answer)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(segments=st.lists(values, min_size=1, max_size=4))
def test_a_path_of_garbage_is_no_failure(client: httpx.Client, segments: list[str]) -> None:
    path = "/".join(quote(segment, safe="") for segment in segments)
    for start in ("/collections/", "/tiles/", "/downloads/incidents/", "/"):
        answer = client.get(f"{start}{path}")
        assert answer.status_code in (200, 400, 404, 405) and (answer.status_code == 200 or is_problem(answer))


@pytest.mark.parametrize("name", ["polygon", "areas", "types", "token", "bbox", "near"])
def test_a_million_of_anything_is_one_problem(database: TestDatabase, city: list[SmallIncident], name: str) -> None:
    """Straight into the application: a web server before it may refuse so long an address by itself."""
    query = f"{name}=".encode() + b"-87.6+41.8," * 1_000_000
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    with open_public(database.settings).open_pool() as pool:
        scope = {
            "type": "http", "method": "GET", "path": "/collections/incidents/items", "raw_path": b"", "root_path": "",
            "query_string": query, "headers": [], "scheme": "http", "server": ("127.0.0.1", 80), "client": None, "app": None,
        }  # fmt: skip
        asyncio.run(BoundedRequests(create_api(OpenReader(pool)))(scope, receive, send))
    assert sent[0]["status"] == 414
    assert json.loads(sent[1]["body"])["status"] == 414


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\x00",
        b'{"text": "\\u0000"}',
        b'{"text": "\\ud800"}',
        b'{"text": ["a"]}',
        b"[" * 60_000,
        b"1" * 60_000,
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "nonsense", ""])
def test_a_body_of_garbage_is_no_failure(client: httpx.Client, body: bytes, content_type: str) -> None:
    answer = client.post("/search", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 200 or (answer.status_code in (400, 422) and is_problem(answer))


def test_schemathesis_finds_nothing(client: httpx.Client, tmp_path: Path) -> None:
    """Every operation by the interface's own description: what it says is what there is."""
    schemathesis = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    assert schemathesis, "schemathesis is missing: make setup"
    found = subprocess.run(
        [
            schemathesis, "--config-file", str(CHECKOUT / "schemathesis.toml"), "run", f"{client.base_url}openapi.json",
            "--phases", "coverage,fuzzing", "--max-examples", "2", "--seed", "1", "--generation-deterministic",
            "--exclude-path", "/place.pdf",  # a second of typesetting each
            "--warnings", "off", "--no-color",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-6000:]
