"""Every number of the public map against rows counted one by one in Python."""

from collections import Counter
from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings

from hotspots.domain.incident_filter import FilterError, HourRange, IncidentFilter
from hotspots.domain.period import Period
from hotspots.pipeline.comparison import funnel
from hotspots.store.public.city import check_filter, read_choices
from hotspots.store.public.reader import OpenReader
from tests.database import TestDatabase
from tests.drawn_filters import filters
from tests.drawn_polygons import square_at
from tests.incident_oracle import KIND_OF, matching
from tests.open_city_builder import (
    BEATS,
    COMMUNITY_AREAS,
    FIRST_DAY,
    NEWEST_DAY,
    WARDS,
    SmallIncident,
    small_anchors,
)  # fmt: skip

LAST_90_DAYS = Period.last_days(NEWEST_DAY, 90)
ALL_TIME = Period.from_days(FIRST_DAY, NEWEST_DAY)
SENSIBLE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


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

        outside = Counter(
            next((area for area in i.anchor.areas if KIND_OF[area] == kind), None)
            for i in left
            if i.anchor.status == "outside"
        )
        assert {row.area.area_id if row.area else None: row.outside for row in rows if row.outside} == outside


# Square kilometres and residents of each area, as the builder draws them.
GROUND = {"beat": 1, "community_area": 2, "ward": 2}
RESIDENTS = {"community_area": 1000}


@pytest.mark.parametrize("kind", GROUND)
def test_an_area_has_one_rate_beside_the_others_and_on_its_own_page(
    city: list[SmallIncident], reader: OpenReader, kind: str
) -> None:
    everywhere = IncidentFilter(ALL_TIME)
    plot, beside = funnel(reader, everywhere, kind), reader.honest.average(everywhere, kind)
    assert len(plot.areas) == sum(of_kind == kind for of_kind in KIND_OF.values())
    fair = {}
    for one in plot.areas:
        here = [i for i in city if one.area.area_id in i.anchor.areas]
        n = fair[one.area] = sum(i.anchor.status != "outside" for i in here)
        assert (one.incidents, one.outside) == (n, len(here) - n)
        own = reader.honest.rate(IncidentFilter(ALL_TIME, areas=(one.area.area_id,)))
        assert own.per_km2 == pytest.approx(n / GROUND[kind])
        if kind in RESIDENTS:
            assert one.incidents / one.exposure == pytest.approx(n / RESIDENTS[kind])
            assert own.per_1000 == pytest.approx(1000 * n / RESIDENTS[kind])
        else:
            assert one.incidents / one.exposure == own.per_km2
    assert sum(one.outside for one in plot.areas) == sum(i.anchor.status == "outside" for i in city) > 0
    together, ground = sum(fair.values()), GROUND[kind] * len(fair)
    assert beside.mean == pytest.approx(together / len(fair))
    assert beside.median == pytest.approx(median(fair.values()))
    assert beside.per_km2 == pytest.approx(together / ground)
    if kind in RESIDENTS:
        assert beside.per_1000 == pytest.approx(together / len(fair))
    assert plot.rate == pytest.approx(together / (RESIDENTS.get(kind, GROUND[kind]) * len(fair)))


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


def test_who_brings_it_to_notice_can_be_asked_only_where_types_differ_in_it(
    database: TestDatabase, city: list[SmallIncident], reader: OpenReader
) -> None:
    found = reader.count(IncidentFilter(LAST_90_DAYS, initiated_by="police"))
    assert found.total == sum(i.crime_type == "narcotics" for i in city if i.day >= LAST_90_DAYS.start) > 0
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("update open.crime_type set initiated_by = 'public'")
        question, choices = IncidentFilter(LAST_90_DAYS, initiated_by="police"), read_choices(connection)
        with pytest.raises(FilterError, match="initiated: the types of this city are not told apart"):
            check_filter(connection, question, choices=choices)


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
    assert (weeks[0].first_day, weeks[0].days, len(weeks)) == (date(2017, 10, 3), 6, 13)


def test_days_without_incidents_are_there_and_days_without_data_are_not(reader: OpenReader) -> None:
    question = IncidentFilter(
        Period.from_days(date(2016, 12, 1), date(2018, 2, 1)), crime_types=("robbery",), areas=(BEATS["12"],)
    )
    days = reader.by_day(question)
    assert (days[0].day, days[-1].day, len(days)) == (FIRST_DAY, NEWEST_DAY, 365)
    assert days[0].incidents == 0
    assert reader.by_day(IncidentFilter(Period.from_days(date(2016, 1, 1), date(2016, 2, 1)))) == ()
