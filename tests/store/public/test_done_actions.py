"""What was done here: at the place of a question, counted by hand from the small city's points."""

from typing import Any, LiteralString

import psycopg
import pytest

from hotspots.domain.incident_filter import Around, IncidentFilter
from hotspots.domain.period import Period
from hotspots.store.public.reader import OpenReader
from tests.database import TestDatabase
from tests.open_city_builder import FIRST_DAY, NEWEST_DAY

ALWAYS = IncidentFilter(Period.from_days(FIRST_DAY, NEWEST_DAY))


def independent(connection: psycopg.Connection[Any], sql: LiteralString, *values: object) -> set[int]:
    return {number for (number,) in connection.execute(sql, values).fetchall()}


@pytest.fixture
def owner(database: TestDatabase) -> Any:
    with database.owner.connect() as connection:
        yield connection


def test_the_whole_city_shows_those_without_a_point_too_newest_first(reader: OpenReader) -> None:
    lit, patrolled = 1, 2
    shown = reader.done_here(ALWAYS)
    assert [one.effect_id for one in shown] == [patrolled, lit]
    assert shown[0].points == () and len(shown[1].points) == 4
    assert (shown[1].ratio, shown[1].low, shown[1].high) == (0.61, 0.42, 0.89)


def test_a_period_or_a_type_hides_nothing_that_was_done(reader: OpenReader) -> None:
    one_day = IncidentFilter(Period.from_days(NEWEST_DAY, NEWEST_DAY), crime_types=("theft",))
    assert reader.done_here(one_day) == reader.done_here(ALWAYS)


def test_a_circle_shows_what_was_done_at_a_public_point_in_it(
    reader: OpenReader, owner: psycopg.Connection[Any]
) -> None:
    numbers = [number for (number,) in owner.execute("select gazetteer_id from open.gazetteer order by 1").fetchall()]
    found = {
        number: {one.effect_id for one in reader.done_here(IncidentFilter(ALWAYS.period, around=Around(number, 300)))}
        for number in numbers
    }
    expected = {
        number: independent(
            owner,
            "select d.effect_id from open.done_action d, open.gazetteer g where g.gazetteer_id = %s and st_distance(d.geom, g.geom) <= 300",
            number,
        )
        for number in numbers
    }
    assert found == expected
    assert {1} in found.values() and set() in found.values()


def test_an_area_shows_what_was_done_at_a_public_point_of_it(
    reader: OpenReader, owner: psycopg.Connection[Any]
) -> None:
    for area in reader.choices().areas:
        at_points = (
            "select d.effect_id from open.done_action d, st_dump(d.geom) p join open.anchor a on st_equals(a.geom, p.geom)"
            " join open.anchor_area aa using (anchor_id) where aa.area_id = %s"
        )
        shown = {one.effect_id for one in reader.done_here(IncidentFilter(ALWAYS.period, areas=(area,)))}
        assert shown == independent(owner, at_points, area)
