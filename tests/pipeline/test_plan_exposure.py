"""Whose streets a plan visits, on a stored city: a census with groups, shares by plain sums, the alarm, and a city that names no group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hotspots.pipeline.act import plans
from hotspots.pipeline.act.plan_exposure import exposure_words, plan_exposure
from hotspots.pipeline.at_risk.exposure import NO_GROUPS
from hotspots.store.staff import plans as store
from tests.database import TestDatabase
from tests.pipeline.acting_city import BOX_M, START, TODAY, build_acting_city
from tests.pipeline.test_plans import request


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    with database.owner.connect() as connection:
        build_acting_city(connection)
    return database


@pytest.fixture
def connection(city: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with city.owner.connect() as opened:
        opened.execute("update raw.delivery set known_on = '2017-05-31'")
        yield opened
        opened.rollback()


def name_groups(connection: psycopg.Connection[Any]) -> None:
    """District A, the west half, holds 900 young of 1,000 residents; the east, here district E, 100 of 1,000."""
    connection.execute("""update core.city set config = config || '{"population": {"kind": "district"}}'""")
    connection.execute(
        "insert into core.area (kind, code, code_key, name, geom, valid) select kind, 'E', 'E', 'East', st_translate(geom, 1500, 0), valid"
        " from core.area where kind = 'district' and code = 'A'"
    )
    connection.execute("delete from core.population")
    for code, young in (("A", 900), ("E", 100)):
        connection.execute(
            "with a as (select area_id from core.area where kind = 'district' and code = %s), p as (insert into core.population select area_id, 2020, 1000 from a)"
            " insert into core.population_group select area_id, 'young', 1, 2020, %s from a union all select area_id, 'others', 2, 2020, %s from a",
            [code, young, 1000 - young],
        )


def test_a_plan_of_one_half_raises_the_alarm_and_keeps_it_with_its_design(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    name_groups(connection)
    number, _ = plans.draft(connection, request(area=None, n_boxes=8), person="analyst1", home=tmp_path)
    plan, boxes = store.read_plan(connection, number), store.read_plan_boxes(connection, number)
    found = plan_exposure(connection, plan, until=START)
    west = connection.execute("select st_xmax(geom) from core.area where code = 'A'").fetchone()
    assert west is not None
    share = {box.letter: 0.9 if (box.col + 0.5) * BOX_M < west[0] else 0.1 for box in boxes}
    planned = connection.execute(
        "select letter, sum(visits)::int from desk.box_day join desk.plan_box using (plan_id, box_no) where plan_id = %s group by 1", [number]
    ).fetchall()  # fmt: skip
    young, others = found.groups
    assert young.planned == pytest.approx(
        sum(share[letter] * n for letter, n in planned) / sum(n for _, n in planned), abs=0.002
    )
    harm = connection.execute(
        "select avg(case when st_x(geom) < %s then .9 else .1 end), count(*) from core.incident_version join core.location using (location_id)"
        " where occurred_from::date >= (select max(occurred_from)::date - 363 from core.incident_version) and known_to is null"
        " and extract(hour from occurred_from) = 20", west,
    ).fetchone()  # fmt: skip
    assert harm is not None and young.harm == pytest.approx(float(harm[0]), abs=0.002)
    assert f"{harm[1]:,} reports" in found.note
    assert (young.made, others.made) == (None, None) and young.low < young.harm < young.high
    assert young.planned is not None and others.planned == pytest.approx(1 - young.planned)

    only_west, _ = plans.draft(connection, request(n_boxes=6), person="analyst1", home=tmp_path)
    east = [box.box_no for box in store.read_plan_boxes(connection, only_west) if (box.col + 0.5) * BOX_M > west[0]]
    connection.execute("update desk.box_day set visits = 0 where plan_id = %s and box_no = any(%s)", [only_west, east])
    alarmed = plan_exposure(connection, store.read_plan(connection, only_west), until=START)
    assert alarmed.groups[0].planned == pytest.approx(0.9, abs=0.002)
    assert [words.split(":")[0] for words in alarmed.alarms] == ["young", "others"]
    assert exposure_words(alarmed)[0].startswith("ALARM young: 90% of the visits planned")
    body = plans.approve(connection, only_west, person="commander1", today=TODAY).body
    assert body["exposure"]["alarms"] == list(alarmed.alarms)


def test_a_city_without_groups_says_so(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    number, _ = plans.draft(connection, request(), person="analyst1", home=tmp_path)
    found = plan_exposure(connection, store.read_plan(connection, number), until=START)
    assert (found.groups, found.note) == ((), NO_GROUPS)
