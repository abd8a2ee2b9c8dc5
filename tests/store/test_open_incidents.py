"""Every number of the public map against rows counted one by one in Python."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from hotspots.domain.incident_filter import Around, FilterError, HourRange, IncidentFilter, Near
from hotspots.domain.period import Period
from hotspots.errors import InputError, NotFoundError
from hotspots.store.open_city import check_filter, read_choices
from hotspots.store.open_incidents import SORTS
from hotspots.store.open_reader import OpenReader
from tests.database import TestDatabase
from tests.drawn_polygons import polygons, square_at
from tests.incident_oracle import KIND_OF, matching
from tests.open_city_builder import (
    BEATS,
    COMMUNITY_AREAS,
    CRIME_TYPES,
    FIRST_DAY,
    LOCATION_TYPES,
    NEWEST_DAY,
    WARDS,
    SmallIncident,
    build_small_city,
    small_anchors,
)  # fmt: skip

LAST_90_DAYS = Period.last_days(NEWEST_DAY, 90)
ALL_TIME = Period.from_days(FIRST_DAY, NEWEST_DAY)
SENSIBLE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

filters = st.builds(
    IncidentFilter,
    period=st.tuples(st.integers(-10, 130), st.integers(1, 100)).map(
        lambda pair: Period.from_days(NEWEST_DAY - timedelta(days=pair[0] + pair[1]), NEWEST_DAY - timedelta(days=pair[0]))
    ),
    crime_types=st.lists(st.sampled_from(list(CRIME_TYPES)), unique=True, max_size=3).map(tuple),
    areas=st.lists(st.sampled_from([*BEATS.values(), *COMMUNITY_AREAS.values(), *WARDS.values()]), unique=True, max_size=3).map(tuple),
    around=st.none() | st.builds(Around, gazetteer_id=st.integers(1, 20), radius_m=st.sampled_from([100, 450, 800, 1500])),
    near=st.lists(
        st.builds(Near, kind=st.sampled_from(["school", "park", "station"]), distance_m=st.sampled_from([150, 500, 1000])),
        max_size=2,
        unique=True,
    ).map(tuple),
    hours=st.none()
    | st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: HourRange(*pair)),
    weekdays=st.lists(st.integers(1, 7), unique=True, max_size=4).map(tuple),
    location_types=st.lists(st.sampled_from(list(LOCATION_TYPES)), unique=True, max_size=2).map(tuple),
    polygon=st.none() | polygons(),
    arrest=st.sampled_from([None, None, True, False]),
)  # fmt: skip


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection)


@pytest.fixture(scope="module", params=[0, 1000], ids=["in the database", "in memory"])
def reader(request: pytest.FixtureRequest, database: TestDatabase, city: list[SmallIncident]) -> Iterator[OpenReader]:
    with database.public.open_pool() as pool:
        reader = OpenReader(pool, kept_answers=0, recent_days=request.param)
        if request.param:
            reader.recent.read()
        yield reader


@SENSIBLE
@given(question=filters)
def test_a_filter_leaves_what_counting_row_by_row_leaves(
    city: list[SmallIncident], reader: OpenReader, question: IncidentFilter
) -> None:
    left = matching(city, question)
    counts = reader.count(question)
    assert counts.total == len(left)
    assert (counts.located, counts.no_location, counts.outside) == tuple(
        sum(incident.anchor.status == status for incident in left) for status in ("located", "no_location", "outside")
    )
    assert counts.city_no_location == sum(
        incident.anchor.status == "no_location" for incident in matching(city, question.anywhere())
    )


@SENSIBLE
@given(question=filters)
def test_every_breakdown_counts_the_same_rows(
    city: list[SmallIncident], reader: OpenReader, question: IncidentFilter
) -> None:
    left = matching(city, question)
    total = len(left)
    assert sum(row.incidents for row in reader.by_day(question)) == total
    assert sum(row.incidents for row in reader.by_week(question)) == total
    assert sum(row.incidents for row in reader.by_hour_weekday(question)) == total
    assert {row.name: row.incidents for row in reader.by_type(question) if row.incidents} == Counter(
        i.crime_type for i in left
    )
    assert {row.name: row.incidents for row in reader.by_location_type(question)} == Counter(
        i.location_type for i in left
    )
    for kind in ("beat", "community_area", "ward"):
        expected = Counter(next((area for area in i.anchor.areas if KIND_OF[area] == kind), None) for i in left)
        rows = reader.by_area(question, kind)
        assert {row.area.area_id if row.area else None: row.incidents for row in rows if row.incidents} == expected


@SENSIBLE
@given(question=filters)
def test_a_filter_survives_the_address_bar(reader: OpenReader, question: IncidentFilter) -> None:
    read = reader.parse(question.to_query())
    assert reader.count(read) == reader.count(question)
    assert read.to_query() == question.to_query()


@pytest.fixture(scope="module")
def midnight(cluster: object, database: TestDatabase, city: list[SmallIncident]) -> IncidentFilter:
    """Friday evening 15 December 2017 alone."""
    return IncidentFilter(Period.from_days(date(2017, 12, 15), date(2017, 12, 15)), hours=HourRange(18, 2))


def test_hours_past_midnight_belong_to_the_evenings_date(
    city: list[SmallIncident], reader: OpenReader, midnight: IncidentFilter
) -> None:
    friday, saturday = date(2017, 12, 15), date(2017, 12, 16)
    by_hand = [
        i
        for i in city
        if i.hour is not None and ((i.day == friday and i.hour >= 18) or (i.day == saturday and i.hour < 2))
    ]
    assert by_hand, "the small city has such incidents"
    assert reader.count(midnight).total == len(by_hand)
    assert [(row.day, row.incidents) for row in reader.by_day(midnight)] == [(friday, len(by_hand))]
    assert {row.weekday for row in reader.by_hour_weekday(midnight)} == {5}


def test_weekdays_of_an_evening_are_the_evenings(city: list[SmallIncident], reader: OpenReader) -> None:
    fridays = IncidentFilter(LAST_90_DAYS, hours=HourRange(22, 3), weekdays=(5,))
    by_hand = [
        i
        for i in city
        if i.hour is not None
        and ((i.hour >= 22 and i.day.isoweekday() == 5) or (i.hour < 3 and i.day.isoweekday() == 6))
        and date(2017, 10, 3) <= (i.day if i.hour >= 22 else i.day - timedelta(days=1)) <= NEWEST_DAY
    ]
    assert reader.count(fridays).total == len(by_hand) > 0


def test_an_hour_that_is_not_known_is_counted_apart(city: list[SmallIncident], reader: OpenReader) -> None:
    question = IncidentFilter(LAST_90_DAYS, crime_types=("theft",), areas=(BEATS["11"],), hours=HourRange(8, 16))
    in_period = [
        i for i in city if i.day >= LAST_90_DAYS.start and i.crime_type == "theft" and BEATS["11"] in i.anchor.areas
    ]
    assert reader.count(question).hour_unknown == sum(i.hour is None for i in in_period) > 0


def test_areas_of_one_kind_are_alternatives_and_kinds_are_joined(reader: OpenReader) -> None:
    def total(*areas: int) -> int:
        return reader.count(IncidentFilter(LAST_90_DAYS, areas=areas)).total

    assert total(BEATS["11"], BEATS["22"]) == total(BEATS["11"]) + total(BEATS["22"])
    # The west side in the south ward is beat 11.
    assert total(COMMUNITY_AREAS["West"], WARDS["1"]) == total(BEATS["11"]) > 0
    assert total(BEATS["11"], COMMUNITY_AREAS["East"]) == 0


def test_a_drawn_square_holds_the_anchors_inside_it_and_nothing_without_a_point(
    city: list[SmallIncident], reader: OpenReader
) -> None:
    # N State St stands at x = 500, with points at y = 200, 600, 1000, 1400, 1800.
    question = IncidentFilter(ALL_TIME, polygon=square_at(500, 900, half_m=350))
    counts = reader.count(question)
    inside = {a.anchor_id for a in small_anchors() if a.x and a.y and abs(a.x - 500) < 350 and abs(a.y - 900) < 350}
    assert counts.total == counts.located == sum(i.anchor.anchor_id in inside for i in city) > 0
    assert counts.no_location == 0
    assert counts.city_no_location > 0


def test_arrests_can_be_asked_for_only_where_they_are_published(
    database: TestDatabase, city: list[SmallIncident], reader: OpenReader
) -> None:
    made = reader.count(IncidentFilter(LAST_90_DAYS, arrest=True)).total
    assert made == sum(i.arrest for i in city if i.day >= LAST_90_DAYS.start)
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("update open.city set arrest = false")
        with pytest.raises(FilterError, match="arrest: this city does not publish"):
            check_filter(connection, IncidentFilter(LAST_90_DAYS, arrest=True), choices=read_choices(connection))


def test_what_has_no_location_counts_in_its_recorded_area(city: list[SmallIncident], reader: OpenReader) -> None:
    counts = reader.count(IncidentFilter(ALL_TIME, areas=(BEATS["11"],)))
    assert counts.no_location == sum(i.anchor.anchor_id == 21 for i in city) > 0
    assert counts.city_no_location == sum(i.anchor.anchor_id in (21, 22) for i in city)
    assert counts.outside == 0


def test_sensitive_reports_are_stated_for_the_city_or_the_areas_asked_for(reader: OpenReader) -> None:
    city_wide = reader.count(IncidentFilter(LAST_90_DAYS)).sensitive
    assert [(month.month.month, month.area, month.incidents) for month in city_wide] == [
        (10, None, 40),
        (11, None, 41),
        (12, None, 42),
    ]
    west = reader.count(IncidentFilter(LAST_90_DAYS, areas=(COMMUNITY_AREAS["West"],))).sensitive
    assert [(month.month.month, month.area.name if month.area else "", month.incidents) for month in west] == [
        (11, "West", 30), (12, "West", None),
    ]  # fmt: skip
    of_a_beat = reader.count(IncidentFilter(LAST_90_DAYS, areas=(BEATS["11"],))).sensitive
    assert of_a_beat == city_wide


def test_weeks_are_counted_back_from_the_newest_day(city: list[SmallIncident], reader: OpenReader) -> None:
    weeks = reader.by_week(IncidentFilter(LAST_90_DAYS))
    assert (weeks[-1].first_day, weeks[-1].last_day) == (date(2017, 12, 25), date(2017, 12, 31))
    assert weeks[-1].incidents == sum(date(2017, 12, 25) <= i.day for i in city)
    assert (weeks[0].first_day, weeks[0].n_days, len(weeks)) == (date(2017, 10, 3), 6, 13)


def test_days_without_incidents_are_there_and_days_without_data_are_not(reader: OpenReader) -> None:
    question = IncidentFilter(
        Period.from_days(date(2016, 12, 1), date(2018, 2, 1)), crime_types=("robbery",), areas=(BEATS["12"],)
    )
    days = reader.by_day(question)
    assert (days[0].day, days[-1].day, len(days)) == (FIRST_DAY, NEWEST_DAY, 365)
    assert days[0].incidents == 0
    assert reader.by_day(IncidentFilter(Period.from_days(date(2016, 1, 1), date(2016, 2, 1)))) == ()


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
        from hotspots.store.open_city import read_city, read_vintage

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
