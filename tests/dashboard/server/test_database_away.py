"""With the database away the page says so, and what is in memory goes on being answered."""

import json
from collections.abc import Iterator
from time import sleep

import httpx
import pytest
from psycopg import sql

from hotspots.store.server.connection import open_public, with_database
from hotspots_dashboard.server import app
from hotspots_dashboard.server.app import create_server
from tests.callback_bodies import callback_bodies
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import build_small_city

SEEN, UNSEEN = "/?types=theft", "/?types=burglary"


@pytest.fixture
def client(database: TestDatabase) -> Iterator[httpx.Client]:
    with database.owner.connect() as connection:
        build_small_city(connection, seed=2, n_incidents=50)
    pool = open_public(database.settings).open_pool(wait_s=app.DATABASE_WAIT_S)
    with served(create_server(pool)) as url, httpx.Client(base_url=url, timeout=60) as asking:
        yield asking


def let_in(database: TestDatabase, allowed: bool) -> None:
    """Let nobody into the database any more, and send away who is there; or let them in again."""
    name = database.owner.dsn.split("dbname=")[1].split()[0]
    with with_database(database.owner, "postgres").connect(autocommit=True) as server:
        server.execute(
            sql.SQL("alter database {} allow_connections {}").format(sql.Identifier(name), sql.SQL(str(allowed)))
        )
        if not allowed:
            server.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])


@pytest.mark.attack(
    "public",
    tried="the database is stopped beside the server",
    now="503 within 2 s, which says what still works; the pages come back by themselves",
)
def test_the_page_says_that_the_database_is_away_and_what_still_works(
    database: TestDatabase, client: httpx.Client
) -> None:
    assert app.DATABASE_WAIT_S < 2
    assert client.get(SEEN).status_code == 200
    tile = "/api/tiles/incidents/10/262/380.mvt?types=theft"
    known = client.get(tile).content
    bodies = callback_bodies(client, search=UNSEEN[1:])
    let_in(database, False)
    try:
        page = client.get(UNSEEN)
        assert (page.status_code, page.headers["retry-after"]) == (503, "10")
        assert "The database does not answer at the moment" in page.text
        assert "What still works:" in page.text and "api/docs" in page.text
        assert 'id="react-entry-point"' in page.text
        spanish = client.get(UNSEEN, headers={"Accept-Language": "es"})
        assert "La base de datos no responde" in spanish.text
        seen = client.get(SEEN)
        assert seen.status_code == 200
        assert "What was asked before is shown as it was" in seen.text
        assert client.get(tile).content == known
        assert client.get("/api/docs").status_code == client.get("/assets/map.js?m=1").status_code == 200
        refused = client.get("/api/counts", params={"types": "burglary"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        said = [client.post("/_dash-update-component", json=body) for body in bodies.values()]
        assert {one.status_code for one in said} == {200}
        assert any("The database does not answer" in json.dumps(one.json()) for one in said)
    finally:
        let_in(database, True)
    while (page := client.get(UNSEEN)).status_code == 503:  # until the pool has tried again
        sleep(0.2)
    assert page.status_code == 200
    assert "does not answer" not in page.text
