"""One filter, one number: sentence, table, charts, download, data interface and tiles, against a count in plain Python."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.store.server.connection import open_public
from hotspots_dashboard.server.app import create_server
from tests.agreement import numbers_of
from tests.database import TestDatabase
from tests.drawn_filters import filters
from tests.incident_oracle import matching
from tests.live_server import served
from tests.open_city_builder import SmallIncident, build_small_city

WHOLE_CITY = ((9, 131, 190),)


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection)


@pytest.fixture(scope="module")
def client(database: TestDatabase, city: list[SmallIncident]) -> Iterator[Any]:
    server = create_server(open_public(database.settings).open_pool(max_size=4))
    with served(server) as url, httpx.Client(base_url=url, timeout=120) as client:
        yield client


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=filters)
def test_every_door_gives_the_same_number(client: Any, city: list[SmallIncident], question: IncidentFilter) -> None:
    expected = matching(city, question)
    located = sum(one.anchor.status == "located" for one in expected)
    found = numbers_of(client, question, tiles=WHOLE_CITY)
    if found["interface"] is None:  # days without data are not days without incidents
        assert found["on the map"] is None and expected == []
        found = {name: number or 0 for name, number in found.items()}
    assert {found.pop("on the map"), found.pop("tiles")} == {located}
    assert set(found.values()) == {len(expected)}, found
