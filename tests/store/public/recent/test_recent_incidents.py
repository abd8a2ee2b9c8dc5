"""What is counted in memory is what the database counts, of the publication that is asked for and of no other."""

from collections.abc import Iterator
from math import asinh, pi, radians, tan
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.store.public.reader import OpenReader
from hotspots.store.public.recent import recent_reader
from hotspots.store.public.recent.recent_incidents import BYTES_EACH, RecentIncidents
from tests.database import TestDatabase
from tests.drawn_filters import filters
from tests.open_city_builder import FIRST_DAY, NEWEST_DAY, SmallIncident, build_small_city
from tests.vector_tile import read_tile

HELD = 700  # incidents, fewer than there are
LAST_30_DAYS = IncidentFilter(Period.last_days(NEWEST_DAY, 30))
EVERYTHING = IncidentFilter(Period.from_days(FIRST_DAY, NEWEST_DAY))


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection, seed=3)


@pytest.fixture
def reader(database: TestDatabase, city: list[SmallIncident]) -> Iterator[OpenReader]:
    with database.public.open_pool() as pool:
        yield OpenReader(pool, kept_answers=0, held_bytes=HELD * BYTES_EACH)


def publish_one_more(database: TestDatabase) -> None:
    with database.owner.connect() as connection:
        connection.execute(
            "insert into open.incident select %s, anchor_id, day, hour, crime_type_id, location_type_id, arrest from open.incident where day = %s limit 1",
            (uuid4(), NEWEST_DAY),
        )
        connection.execute(
            "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
            " select known_on + 1, first_day, newest_day, incidents + 1, labels_version from open.vintage order by vintage_id desc limit 1"
        )


def test_as_many_whole_days_are_held_as_fit_and_only_they_are_counted_in_memory(
    reader: OpenReader, city: list[SmallIncident], database: TestDatabase
) -> None:
    vintage = reader.vintage()
    reader.recent.read()
    with database.owner.connect() as connection:
        of_day = connection.execute("select day, count(*) from open.incident group by day order by day desc").fetchall()
    counted, first_held, day = 0, NEWEST_DAY, NEWEST_DAY
    for day, n in of_day:
        counted += n
        if counted > HELD:
            break
        first_held = day
    recent = reader.recent.held(vintage, LAST_30_DAYS)
    assert isinstance(recent, RecentIncidents)
    assert 0 < recent.n_bytes <= HELD * BYTES_EACH < recent.n_bytes + of_day[0][1] * 10 * BYTES_EACH
    held = IncidentFilter(Period.from_days(first_held, NEWEST_DAY))
    longer = IncidentFilter(Period.from_days(day, NEWEST_DAY))
    assert reader.recent.held(vintage, held) is not None
    assert reader.recent.held(vintage, longer) is None
    assert reader.recent.held(vintage, EVERYTHING) is None
    # The database answers it.
    assert reader.count(longer).total == sum(row.incidents or 0 for row in reader.by_day(longer)) == counted


def test_the_newest_are_held_first_and_then_all(
    database: TestDatabase, city: list[SmallIncident], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_reader, "AT_ONCE_BYTES", HELD * BYTES_EACH)
    read: list[int] = []

    class Watched(RecentIncidents):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            read.append(self.n_bytes)

    monkeypatch.setattr(recent_reader, "RecentIncidents", Watched)
    with database.public.open_pool() as pool:
        all_held = OpenReader(pool, kept_answers=0, held_bytes=1_000_000)
        all_held.recent.read()
        assert len(read) == 2 and read[0] <= HELD * BYTES_EACH < read[1]
        assert all_held.recent.held(all_held.vintage(), EVERYTHING) is not None


def test_a_new_publication_is_counted_at_once_and_then_in_memory(reader: OpenReader, database: TestDatabase) -> None:
    reader.recent.read()
    before = reader.count(LAST_30_DAYS).total
    publish_one_more(database)
    assert reader.count(LAST_30_DAYS).total == before + 1
    for _ in range(500):  # read in the background since the first question
        if reader.recent.held(reader.vintage(), LAST_30_DAYS):
            break
        sleep(0.01)
    assert reader.recent.held(reader.vintage(), LAST_30_DAYS)
    assert reader.count(LAST_30_DAYS).total == before + 1


def test_a_publication_may_go_unseen_for_as_long_as_is_allowed(
    database: TestDatabase, city: list[SmallIncident]
) -> None:
    with database.public.open_pool() as pool:
        patient = OpenReader(pool, kept_answers=0, unseen_s=3600)
        seen = patient.vintage()
        publish_one_more(database)
        assert patient.vintage() == seen
        assert OpenReader(pool).vintage().vintage_id == seen.vintage_id + 1


@pytest.fixture(scope="module")
def two_readers(database: TestDatabase, city: list[SmallIncident]) -> Iterator[tuple[OpenReader, OpenReader]]:
    """One that counts in memory, one that asks the database."""
    with database.public.open_pool() as pool:
        in_memory = OpenReader(pool, kept_answers=0, held_bytes=1_000_000)
        in_memory.recent.read()
        yield in_memory, OpenReader(pool, kept_answers=0)


@settings(max_examples=25, deadline=None)
@given(question=filters)
def test_a_tile_from_memory_is_the_databases_feature_for_feature(
    two_readers: tuple[OpenReader, OpenReader], question: IncidentFilter
) -> None:
    in_memory, by_database = two_readers
    assert in_memory.recent.held(in_memory.vintage(), question)
    box = in_memory.city()
    for z in (4, 9, 11, 12, 14):
        for x, y in tiles_of(z, box.west, box.south, box.east, box.north):
            ours = read_tile(in_memory.incidents_tile(question, z, x, y))
            assert ours == read_tile(by_database.incidents_tile(question, z, x, y))


def tiles_of(z: int, west: float, south: float, east: float, north: float) -> list[tuple[int, int]]:
    """Tiles that touch a box of degrees, by the formula of the slippy map."""

    def column(lon: float) -> int:
        return int((lon + 180) / 360 * 2**z)

    def row(lat: float) -> int:
        return int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)

    return [(x, y) for x in range(column(west), column(east) + 1) for y in range(row(north), row(south) + 1)]
