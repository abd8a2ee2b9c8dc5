"""The public map's rows: pages, what a row says, a click, what cannot be asked, and how long answers are kept."""

import pytest
from psycopg_pool import ConnectionPool

from hotspots.domain.incident_filter import FilterError, IncidentFilter
from hotspots.domain.period import Period
from hotspots.errors import InputError, NotFoundError
from hotspots.store.public.incident_rows import SORTS
from hotspots.store.public.reader import OpenReader
from tests.database import TestDatabase
from tests.incident_oracle import matching
from tests.open_city_builder import (
    BEATS,
    CRIME_TYPES,
    FIRST_DAY,
    NEWEST_DAY,
    SmallIncident,
)  # fmt: skip

LAST_90_DAYS = Period.last_days(NEWEST_DAY, 90)
ALL_TIME = Period.from_days(FIRST_DAY, NEWEST_DAY)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [True, False])
def test_pages_of_a_sorted_table_hold_every_row_once(
    city: list[SmallIncident], reader: OpenReader, sort: str, descending: bool
) -> None:
    question = IncidentFilter(LAST_90_DAYS, crime_types=("theft", "burglary"))
    left = matching(city, question)
    rows = []
    for offset in range(0, len(left) + 1, 100):
        rows += reader.page(question, sort=sort, descending=descending, limit=100, offset=offset)
    assert sorted(row.public_id for row in rows) == sorted(incident.public_id for incident in left)
    values = {
        "day": lambda row: (row.day, -1 if row.hour is None else row.hour),
        "hour": lambda row: row.hour,
        "type": lambda row: row.crime_type,
        "group": lambda row: row.group,
        "location_type": lambda row: row.location_type,
        "arrest": lambda row: row.arrest,
        "anchor": lambda row: row.anchor,
        "status": lambda row: row.status,
    }[sort]
    if sort == "day":
        assert [row.day for row in rows] == sorted((row.day for row in rows), reverse=descending)
    else:
        shown = [values(row) for row in rows]
        known = [value for value in shown if value is not None]
        assert known == sorted(known, reverse=descending)
        assert shown[: len(known)] == known, "what is not known comes last"


def test_a_row_says_what_the_public_may_know(city: list[SmallIncident], reader: OpenReader) -> None:
    question = IncidentFilter(LAST_90_DAYS, areas=(BEATS["21"],))
    expected = {i.public_id: i for i in matching(city, question)}
    for row in reader.page(question, limit=1000):
        incident = expected.pop(row.public_id)
        assert (row.day, row.hour, row.arrest, row.location_type) == (
            incident.day, incident.hour, incident.arrest, incident.location_type,
        )  # fmt: skip
        assert (row.crime_type, row.group) == CRIME_TYPES[incident.crime_type][1:]
        assert (row.anchor, row.areas) == (incident.anchor.name, {"beat": "21", "community_area": "West", "ward": "2"})
        assert row.lon is not None and -88 < row.lon < -87
        assert row.lat is not None and 41 < row.lat < 42
    assert not expected


def test_a_click_lists_the_incidents_of_the_anchor(city: list[SmallIncident], reader: OpenReader) -> None:
    question = IncidentFilter(LAST_90_DAYS, weekdays=(1, 2))
    rows = reader.at_anchor(question, 7)
    expected = [i.public_id for i in matching(city, question) if i.anchor.anchor_id == 7]
    assert sorted(row.public_id for row in rows) == sorted(expected)
    assert reader.anchor(7).areas == {"beat": "11", "community_area": "West", "ward": "1"}
    with pytest.raises(NotFoundError, match="number 999"):
        reader.anchor(999)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"types": "jaywalking"}, "types: 'jaywalking' is not one of .*burglary"),
        ({"areas": "99"}, "areas: 99 is not the number of an area"),
        ({"near": "zoo:300"}, "near: 'zoo' is not one of park, school, station"),
        ({"locations": "MOON"}, "locations: 'MOON'"),
        ({"polygon": "1 2,3 4"}, "polygon: 2 different corners"),
        ({"arrest": "maybe"}, "arrest: 'maybe' is neither yes nor no"),
        ({"at": "424242"}, "at: 424242 is not in the gazetteer"),
        ({"types": "bur\x00glary"}, "types: "),
    ],
)
def test_a_filter_that_names_what_is_not_there_says_so(reader: OpenReader, query: dict[str, str], message: str) -> None:
    with pytest.raises(FilterError, match=message):
        reader.parse(query)


def test_a_page_that_cannot_be_is_an_error_and_not_page_one(reader: OpenReader) -> None:
    question = IncidentFilter(LAST_90_DAYS)
    with pytest.raises(InputError, match="sort: 'colour' is not one of day"):
        reader.page(question, sort="colour")
    for limit in (0, 5000):
        with pytest.raises(InputError, match=f"limit: {limit}"):
            reader.page(question, limit=limit)
    with pytest.raises(InputError, match="offset: -1"):
        reader.page(question, offset=-1)


def test_the_default_period_is_the_last_days_of_the_public_map(reader: OpenReader) -> None:
    assert reader.parse({}).period == LAST_90_DAYS


def test_nothing_published_is_said_in_words(cluster: object, database: TestDatabase) -> None:
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("truncate open.vintage, open.city")
        from hotspots.store.public.city import read_city, read_vintage

        for read in (read_city, read_vintage):
            with pytest.raises(NotFoundError, match="hotspots publish"):
                read(connection)


def test_answers_are_kept_until_the_next_publication(database: TestDatabase, city: list[SmallIncident]) -> None:
    question = IncidentFilter(LAST_90_DAYS)
    with database.public.open_pool() as pool, database.owner.connect(autocommit=True) as owner:
        reader = OpenReader(pool)
        before = reader.count(question).total
        owner.execute(
            "insert into open.incident values ('00000000-0000-4000-8000-000000000000', 1, '2017-12-31', 3, 1, null, false)"
        )
        assert reader.count(question).total == before, "the vintage is the same"
        owner.execute(
            "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
            " select known_on, first_day, newest_day, incidents + 1, labels_version from open.vintage order by vintage_id desc limit 1"
        )
        assert reader.count(question).total == before + 1
        owner.execute("delete from open.incident where public_id = '00000000-0000-4000-8000-000000000000'")
        owner.execute("delete from open.vintage where vintage_id = (select max(vintage_id) from open.vintage)")


def test_a_pool_is_what_the_reader_needs(database: TestDatabase) -> None:
    with database.public.open_pool() as pool:
        assert isinstance(pool, ConnectionPool)
        assert OpenReader(pool).city().name == "Smallville"
