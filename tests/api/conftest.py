"""The data interface over the small city, served for real under a path as the public server does."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from hotspots.api.app import create_api, mount_api
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import SmallIncident, build_small_city


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection, seed=3, n_incidents=400)


@pytest.fixture(scope="module")
def client(database: TestDatabase, city: list[SmallIncident]) -> Iterator[httpx.Client]:
    server = FastAPI()
    with open_public(database.settings).open_pool() as pool:
        mount_api(server, create_api(OpenReader(pool)))
        with served(server) as url, httpx.Client(base_url=f"{url}/api", timeout=60) as asking:
            yield asking
