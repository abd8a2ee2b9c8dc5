"""The small city, published, and a reader of it, for the tests of what the public reads."""

from collections.abc import Iterator

import pytest

from hotspots.store.public.reader import OpenReader
from tests.database import TestDatabase
from tests.open_city_builder import (
    SmallIncident,
    build_small_city,
)  # fmt: skip


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection)


@pytest.fixture(scope="module", params=[0, 1_000_000], ids=["in the database", "in memory"])
def reader(request: pytest.FixtureRequest, database: TestDatabase, city: list[SmallIncident]) -> Iterator[OpenReader]:
    with database.public.open_pool() as pool:
        reader = OpenReader(pool, kept_answers=0, held_bytes=request.param)
        if request.param:
            reader.recent.read()
        yield reader
