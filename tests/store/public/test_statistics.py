"""Sums, rates, completeness and past knowledge against the ledger, counted there by other means."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from hotspots.domain.incident_filter import Around, IncidentFilter, Near
from hotspots.domain.period import Period
from hotspots.errors import FilterError, NotFoundError
from hotspots.pipeline.comparison import change_from_last_year, funnel
from hotspots.pipeline.publish.publish import publish
from hotspots.store.public.city import read_vintage
from hotspots.store.public.incident_counts import OPEN_COUNTS
from hotspots.store.public.reader import OpenReader
from hotspots.store.public.statistics import freshness, reconcile
from hotspots.store.publication.completeness import write_completeness
from hotspots.store.publication.publication import write_vintage
from hotspots.store.publication.rules import read_rules
from hotspots.store.sql.files import load_queries
from tests.builders import ORIGIN, SRID, Report, SmallCity, random_reports
from tests.database import TestDatabase
from tests.drawn_polygons import drawn

FIRST, N_DAYS = date(2024, 1, 1), 120
DELIVERIES = [date(2024, 1, 10) + timedelta(days=7 * n) for n in range(19)]  # to 15 May
SPRING = Period.from_days(date(2024, 2, 1), date(2024, 3, 31))
UNEVEN = Period.from_days(date(2024, 2, 10), date(2024, 4, 14))


def known_from(report: Report, n: int) -> date:
    """Every second incident is reported at once, the others ten days later; known with the next delivery."""
    told = report.when.date() + timedelta(days=10 * (n % 2))
    return next(day for day in DELIVERIES if day >= told)


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    plain = random_reports(1300, precision="block", first_day=FIRST, n_days=N_DAYS)
    return [
        replace(report, sensitive=n < 300, crime_type="theft" if report.crime_type == "stalking" else report.crime_type)
        for n, report in enumerate(plain)
    ]


@pytest.fixture(scope="module")
def reader(database: TestDatabase, reports: list[Report]) -> Iterator[OpenReader]:
    with database.owner.connect() as connection:
        city = SmallCity(connection).build()
        for day in DELIVERIES:
            city.deliver([report for n, report in enumerate(reports) if known_from(report, n) == day], known_on=day)
            if day == date(2024, 5, 8):
                connection.commit()
                publish(database.owner, today=date(2024, 12, 1))  # the last delivery is published as a change
        connection.commit()
    publish(database.owner, today=date(2024, 12, 1))
    with database.public.open_pool() as pool:
        yield OpenReader(pool, kept_answers=0)


def ask(database: TestDatabase, question: str, *values: Any) -> list[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return connection.execute(question.encode(), values).fetchall()


def test_on_the_map_and_off_it_and_by_area_only_are_all_that_the_ledger_has(
    database: TestDatabase, reader: OpenReader
) -> None:
    areas = [area.area_id for area in reader.choices().areas.values() if area.kind == "district"]
    sums = reader.honest.reconcile(IncidentFilter(SPRING, areas=tuple(areas)))
    assert [one.area.area_id if one.area else None for one in sums] == [None, *areas]
    for one in sums:
        ((all_of_them, sensitive),) = ask(
            database,
            """select count(*), count(*) filter (where v.sensitive or t.sensitive)
               from core.incident_version v join core.crime_type t using (crime_type_id) join core.location l using (location_id)
               join core.label_set s using (label_set_id)
               where v.known_to is null and v.occurred_from >= %s and v.occurred_from < %s and (%s::int is null or s.area_ids[2] = %s)""",
            SPRING.start, SPRING.end, one.area and one.area.area_id, one.area and one.area.area_id,
        )  # fmt: skip
        assert one.is_whole
        assert one.by_area_only == sensitive > 0
        assert one.all == all_of_them
        assert one.located > 0
    assert sums[0].outside > 0 and sums[0].no_location > 0


def test_only_whole_months_count_what_is_published_by_month(reader: OpenReader) -> None:
    (city,) = reader.honest.reconcile(IncidentFilter(UNEVEN))
    (march,) = reader.honest.reconcile(IncidentFilter(Period.from_days(date(2024, 3, 1), date(2024, 3, 31))))
    assert city.months == (date(2024, 3, 1),)
    assert city.by_area_only == march.by_area_only
    assert city.days_left == 20 + 14
    assert not city.is_whole


def test_what_is_published_without_a_type_or_by_another_kind_is_not_made_up(reader: OpenReader) -> None:
    (thefts,) = reader.honest.reconcile(IncidentFilter(SPRING, crime_types=("theft",)))
    assert thefts.by_area_only is None
    assert thefts.all == thefts.located + thefts.no_location + thefts.outside
    beat = next(area.area_id for area in reader.choices().areas.values() if area.kind == "beat")
    _, in_beat = reader.honest.reconcile(IncidentFilter(SPRING, areas=(beat,)))
    assert in_beat.by_area_only is None and not in_beat.is_whole


def test_a_month_too_small_to_publish_is_named(database: TestDatabase, reader: OpenReader) -> None:
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("update open.sensitive_count set incidents = null where month = '2024-02-01'")
        (city,) = reconcile(
            connection,
            IncidentFilter(SPRING),
            choices=reader.choices(),
            vintage=reader.vintage(),
            counts=OPEN_COUNTS,
        )
    assert city.hidden_months == (date(2024, 2, 1),)
    assert city.months == (date(2024, 3, 1),)
    assert not city.is_whole


def test_a_rate_names_its_census_and_its_ground(database: TestDatabase, reader: OpenReader) -> None:
    district = next(area for area in reader.choices().areas.values() if area.kind == "district" and area.code == "2")
    question = IncidentFilter(SPRING, areas=(district.area_id,))
    counts, rate = reader.count(question), reader.honest.rate(question)
    residents = 1000 * district.area_id  # as the builder writes them
    assert (rate.residents, rate.residents_year) == (residents, 2010)
    assert rate.per_1000 == pytest.approx((counts.located + counts.no_location) / district.area_id)
    assert rate.km2 == pytest.approx(1.0 * 0.545, rel=1e-6)
    city = reader.honest.rate(IncidentFilter(SPRING))
    assert city.residents == sum(a.area_id * 1000 for a in reader.choices().areas.values() if a.kind == "district")
    assert city.km2 == pytest.approx(1.0, rel=0.01)
    assert city.per_km2 is not None and city.incidents == pytest.approx(city.per_km2 * 1.0, rel=0.01)


def test_no_rate_is_made_where_none_is_fair(reader: OpenReader) -> None:
    areas = {(area.kind, area.code): area.area_id for area in reader.choices().areas.values()}
    entry = reader.suggest("North School")[0].gazetteer_id

    def of(**parts: Any) -> tuple[str | None, float | None]:
        rate = reader.honest.rate(IncidentFilter(SPRING, **parts))
        assert (rate.per_1000 is None) == (rate.no_rate is not None)
        return rate.no_rate, rate.km2

    assert of(areas=(areas["beat", "001"],))[0] == "no_population"
    assert of(areas=(areas["beat", "001"], areas["district", "1"])) == ("several_kinds", None)
    assert of(near=(Near("school", 300),)) == ("place", None)
    # The circle of 200 m round the school at (510.5, 720.5) lies inside the city; one of 500 m is cut at its edge, 279.5 m north.
    reason, km2 = of(around=Around(entry, 200))
    assert reason == "place" and km2 == pytest.approx(math.pi * 0.2**2, rel=0.01)
    wide = of(around=Around(entry, 500))[1]
    assert wide is not None and wide < math.pi * 0.25 - 0.1
    shift_x, shift_y = ORIGIN[0] - 447_000, ORIGIN[1] - 4_636_000  # the drawing's city has the same corner
    assert (SRID, shift_x, shift_y) == (26916, 0, 0)
    square = drawn([(100, 100), (400, 100), (400, 400), (100, 400)])
    assert of(polygon=square) == ("place", pytest.approx(0.09, rel=0.01))


def test_the_average_stands_beside_the_place(reader: OpenReader) -> None:
    rows = [row.incidents - row.outside for row in reader.by_area(IncidentFilter(SPRING), "district") if row.area]
    beside = reader.honest.average(IncidentFilter(SPRING, areas=(4,)), "district")
    assert (beside.areas, beside.mean, beside.median) == (2, sum(rows) / 2, sum(rows) / 2)  # pyright: ignore[reportOptionalMemberAccess]
    residents = sum(a.residents or 0 for a in reader.choices().areas.values())
    assert beside.per_1000 == pytest.approx(1000 * sum(rows) / residents)  # pyright: ignore[reportOptionalMemberAccess]
    assert reader.honest.average(IncidentFilter(SPRING), "beat").per_1000 is None  # pyright: ignore[reportOptionalMemberAccess]
    with pytest.raises(NotFoundError, match="parish"):
        reader.honest.average(IncidentFilter(SPRING), "parish")


def test_completeness_is_what_earlier_deliveries_knew(
    database: TestDatabase, reader: OpenReader, reports: list[Report]
) -> None:
    settled = [day for day in DELIVERIES if day <= DELIVERIES[-1] - timedelta(days=60)]
    by_hand = {}
    for lag in range(46):
        known = [
            known_from(report, n) <= day
            for day in settled
            for n, report in enumerate(reports)
            if not report.sensitive and (day - report.when.date()).days == lag
        ]
        if len(known) >= 60:
            by_hand[lag] = sum(known) / len(known)
    assert len(by_hand) > 10 and min(by_hand.values()) < 0.7 and max(by_hand.values()) == 1
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        load_queries("publication/completeness").write_completeness(
            connection, most_deliveries=26, fewest_deliveries=5, fewest_incidents=60
        )
        rows = connection.execute("select lag_days, share from open.completeness").fetchall()
        fresh = freshness(connection, today=date(2024, 5, 30), vintage=read_vintage(connection))
    assert {lag: share for lag, share in rows if lag in by_hand} == pytest.approx(by_hand, abs=0.001)
    assert [one.day for one in fresh.newest_days] == [date(2024, 4, 16) + timedelta(days=n) for n in range(14)]
    assert fresh.newest_days[-1].share == dict(rows)[min((DELIVERIES[-1] - date(2024, 4, 29)).days, max(by_hand))]


def test_a_late_feed_is_stale_and_a_usual_one_is_not(reader: OpenReader) -> None:
    assert reader.honest.freshness(today=date(2024, 5, 30)).usual_interval_days == 7
    assert reader.honest.freshness(today=DELIVERIES[-1] + timedelta(days=14)).is_stale is False
    late = reader.honest.freshness(today=DELIVERIES[-1] + timedelta(days=15))
    assert (late.is_stale, late.days_since, late.known_on) == (True, 15, DELIVERIES[-1])


def test_too_few_deliveries_tell_nothing(database: TestDatabase, reader: OpenReader) -> None:
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("delete from core.known_share where known_on < '2024-02-20'")  # four are left
        write_completeness(connection, read_rules(connection), anew=False)
        connection.execute("update open.vintage set delivery_interval_days = null")
        fresh = freshness(connection, today=date(2024, 5, 30), vintage=read_vintage(connection))
    assert fresh.is_stale is None
    assert [one.share for one in fresh.newest_days] == [None] * 14


def test_as_known_on_a_day_is_what_had_been_told_by_then(reader: OpenReader, reports: list[Report]) -> None:
    assert reader.honest.delivery_days() == tuple(DELIVERIES)
    march = Period.from_days(date(2024, 3, 1), date(2024, 3, 31))
    counts = reader.honest.as_known_on(date(2024, 4, 5), march)
    plain = [(n, r) for n, r in enumerate(reports) if not r.sensitive and r.when.month == 3]
    told = [r for n, r in plain if known_from(r, n) <= date(2024, 4, 3)]
    assert (counts.known_on, counts.then, counts.now) == (date(2024, 4, 3), len(told), len(plain))
    assert counts.now == reader.count(IncidentFilter(march)).total
    assert {kind.name: (then, now) for kind, then, now in counts.by_type} == {
        name: (sum(r.crime_type == name for r in told), sum(r.crime_type == name for _, r in plain))
        for name in ("theft", "assault", "drugs")
    }
    now = {area.area_id: now for area, _, now in counts.by_area}
    assert now == {
        row.area.area_id: row.incidents for row in reader.by_area(IncidentFilter(march), "district") if row.area
    }
    with pytest.raises(FilterError, match="nothing was known on 2024-01-09; the first delivery is of 2024-01-10"):
        reader.honest.as_known_on(date(2024, 1, 9), march)
    with pytest.raises(FilterError, match="no whole published month lies from 2024-03-02"):
        reader.honest.as_known_on(date(2024, 4, 5), Period.from_days(date(2024, 3, 2), date(2024, 4, 29)))


def test_no_change_is_told_where_there_was_nothing_last_year(reader: OpenReader) -> None:
    april = IncidentFilter(Period.from_days(date(2024, 4, 1), date(2024, 4, 25)))
    assert change_from_last_year(reader, april) is None


def test_data_are_whole_from_the_first_month_that_is_not_thin(database: TestDatabase, reader: OpenReader) -> None:
    assert reader.vintage().data_from == FIRST
    with database.owner.connect() as connection, connection.transaction(force_rollback=True):
        # A report of an old offence, and a thin month before the data begin in earnest.
        connection.execute("insert into open.known_change values ('2024-01-10', '1990-05-01', 0, 1, 1)")
        connection.execute(
            "update open.incident set day = '1990-05-03' where public_id = (select min(public_id::text)::uuid from open.incident)"
        )
        number = write_vintage(
            connection,
            read_rules(connection),
            incidents=1,
            newest_day=date(2024, 4, 29),
            today=date(2024, 5, 6),
            renew=True,
        )
        row = connection.execute(
            "select first_day, data_from from open.vintage where vintage_id = %s", [number]
        ).fetchone()
    assert row == (date(1990, 5, 3), date(2024, 1, 1))


def test_a_funnel_holds_areas_against_their_residents(reader: OpenReader) -> None:
    plot = funnel(reader, IncidentFilter(SPRING), "district")
    assert plot.per == "residents"
    total = sum(row.incidents for row in plot.areas)
    residents = sum(row.exposure for row in plot.areas)
    for row in plot.areas:
        assert row.exposure == 1000 * row.area.area_id
        assert row.expected == pytest.approx(total * row.exposure / residents)
        assert row.limits[3] == pytest.approx((math.sqrt(row.expected) + 1.5) ** 2)
        assert all(low < high for low, high in pairwise(row.limits))
        assert row.wide_limits[3] >= row.limits[3]
    beats = funnel(reader, IncidentFilter(SPRING), "beat")
    assert beats.per == "km2"
    assert [row.exposure for row in beats.areas] == [pytest.approx(row.area.km2) for row in beats.areas]
