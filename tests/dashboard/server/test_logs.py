"""Whatever fails, no log holds what a visitor searched, typed, looked at, or who it was."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import structlog

from hotspots.logs import configure_logs, log_uncaught
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_alerts, open_public
from hotspots.store.subscriptions import SubscriptionDesk
from hotspots_dashboard.server.app import create_server
from tests.callback_bodies import callback_bodies
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import build_small_city

SEARCHED = "471147"  # a number that stands in nothing but what the visitor asks
TYPED = "Elmhurst"


@pytest.fixture
def debugging(database: TestDatabase) -> Iterator[None]:
    """Logs as a server process sets them up, with all that there is."""
    before = structlog.get_config()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("threading.excepthook", None)  # put back at the end
        patch.setattr("sys.unraisablehook", None)
        configure_logs(database.settings.model_copy(update={"log_level": "debug"}))
        log_uncaught()
        yield
    structlog.configure(**before)


@pytest.fixture
def broken(database: TestDatabase, debugging: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A server whose every question to the database fails, with the question in the error and in the variables beside it."""
    with database.owner.connect() as connection:
        build_small_city(connection, seed=2, n_incidents=20)

    @contextmanager
    def fail(*_: Any) -> Iterator[None]:
        asked = f"near {SEARCHED} {TYPED} Street"
        raise RuntimeError(f"no answer to {asked}")
        yield

    desk = SubscriptionDesk(open_alerts(database.settings).open_pool(min_size=0, max_size=2))
    server = create_server(open_public(database.settings).open_pool(), desk=desk)
    monkeypatch.setattr(OpenReader, "_connection", fail)
    monkeypatch.setattr(SubscriptionDesk, "_ask", fail)
    with served(server) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


@pytest.mark.attack(
    "logs and files",
    tried="every route and every callback of the public server fails, with all that there is in the log",
    now="only the types of errors and places in the code",
    before="the search stood in the log, among the variables of the error",
)
def test_no_route_and_no_callback_that_fails_logs_what_was_asked(
    broken: httpx.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    client = broken
    codes = []
    for template, operations in client.get("/api/openapi.json").json()["paths"].items():
        path = "/api" + re.sub(
            r"\{(\w+)\}", lambda part: {"form": "csv", "kind": TYPED}.get(part[1], SEARCHED), template
        )
        for query in ("", f"?at={SEARCHED}", f"?token={SEARCHED}", f"?types={TYPED}"):
            for method in (one.upper() for one in operations):
                body = {
                    "text": f"{SEARCHED} {TYPED}",
                    "email": f"{TYPED}@example.org",
                    "cell": "895:9272",
                    "when": "every",
                }
                sent = {name: body[name] for name in (("text",) if "search" in path else ("email", "cell", "when"))}
                codes.append(client.request(method, path + query, json=sent if method == "POST" else None).status_code)
    bodies = callback_bodies(client, search=f"?at={SEARCHED}&types={TYPED}")
    assert len(bodies) >= 4
    for body in bodies.values():
        codes.append(client.post("/_dash-update-component", json=body).status_code)
    for path in ("/", "/about", "/embed", "/download/incidents.csv", f"/{TYPED}/{SEARCHED}"):
        codes.append(client.get(path, params={"at": SEARCHED, "types": TYPED}).status_code)
    logged = "".join(capfd.readouterr())
    assert codes.count(500) > 20
    assert logged.count("RuntimeError") > 20  # the failures are there
    assert "test_logs.py" in logged  # and where they came from
    for secret in (SEARCHED, TYPED, "no answer to", "asked", "127.0.0.1", "example.org"):
        assert secret not in logged, [line for line in logged.splitlines() if secret in line][:3]
    assert "Traceback" not in logged


def test_a_line_of_a_request_names_the_route_and_an_id_that_the_answer_has(
    database: TestDatabase, debugging: None, capfd: pytest.CaptureFixture[str]
) -> None:
    with (
        served(create_server(open_public(database.settings).open_pool())) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        tile = client.get("/api/tiles/incidents/12/1051/1522.mvt", params={"at": SEARCHED})
        client.get(f"/api/subscriptions/confirm?token={SEARCHED}")
    lines = [line for line in capfd.readouterr().err.splitlines() if " request " in line]
    assert "path=/api/tiles/incidents/*/*/*" in lines[0]
    assert f"request={tile.headers['x-request-id']}" in lines[0]
    assert "path=/api/subscriptions/confirm " in lines[1] + " "
    assert not any("1051" in line or SEARCHED in line or "127.0.0.1" in line for line in lines)
