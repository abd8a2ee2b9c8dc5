"""What was done here: only what two persons published, only past, at public points, and nothing of what goes on now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hotspots.pipeline.act import actions, plans, visits
from hotspots.pipeline.act.actions import Proposal
from hotspots.pipeline.act.boxes import box_forecast
from hotspots.pipeline.act.plans import PlanRequest
from hotspots.store.publication.done_actions import write_done_actions
from hotspots.store.staff import actions as store
from tests.core_city_builder import SRID, X0, Y0
from tests.database import TestDatabase
from tests.pipeline.acting_city import END, START, TODAY, build_acting_city, taken_back

LATER = END + timedelta(days=400)


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    with database.owner.connect() as connection:
        build_acting_city(connection)
        for n in range(36):  # public points on a lattice of half a kilometre
            connection.execute(
                "insert into open.anchor (anchor_id, kind, status, name, geom) values (%s, 'block', 'located', 'somewhere', st_setsrid(st_makepoint(%s, %s), %s))",
                [n + 1, X0 + 500 * (n % 6) + 13, Y0 + 500 * (n // 6) + 17, SRID],
            )
    return database


@pytest.fixture
def connection(city: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with taken_back(city) as opened:
        yield opened


def judged_action(connection: psycopg.Connection[Any], home: Path, *, patrol: bool = False, first: int = 4) -> int:
    boxes = actions.worst_boxes(box_forecast(connection, ["burglary"]), 20)[first : first + 6]
    proposal = Proposal(
        title="Repair lights", remedy="street_lighting", owner="owner1", crime_types=("burglary",), starts_on=START, ends_on=END,
        boxes=boxes, patrol=patrol,
    )  # fmt: skip
    number = actions.propose(connection, proposal, person="owner1", home=home)
    actions.freeze_design(connection, number, person="owner1", today=TODAY)
    for to in ("under way", "done"):
        actions.move(connection, number, to, person="owner1")
    connection.execute("update raw.delivery set known_on = '2017-10-01'")
    actions.judge(connection, number, person="analyst1")
    for person in ("analyst1", "owner1"):
        actions.sign(connection, number, person=person)
    return number


def shown(connection: psycopg.Connection[Any], *, today: date = LATER) -> list[tuple[Any, ...]]:
    write_done_actions(connection, today=today)
    return connection.execute(
        "select remedy, starts_on, ends_on, verdict, ratio, sentence, st_numgeometries(geom) from open.done_action order by effect_id"
    ).fetchall()


def test_an_effect_is_shown_once_two_persons_published_it_and_not_before(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    number = judged_action(connection, tmp_path)
    assert shown(connection) == []
    actions.publish(connection, number, person="owner1")
    ((remedy, first, last, verdict, ratio, sentence, points),) = shown(connection)
    assert (remedy, first, last) == ("street lighting", START, END - timedelta(days=1))
    # a null result is shown like any other; too small to be judged alone, it states no ratio
    assert verdict == "pooled only" and ratio is None
    assert sentence == "Too small to be judged alone: it counts in the pooled figure of its remedy."
    assert 1 <= points <= 6
    strangers = connection.execute(
        "select count(*) from open.done_action d, st_dump(d.geom) as p where not exists (select from open.anchor a where st_equals(a.geom, p.geom))"
    ).fetchone()
    assert strangers == (0,)
    connection.execute("update desk.published_effect set withdrawn_reason = 'the record was corrected'")
    assert shown(connection) == []


def test_patrol_is_shown_four_weeks_after_its_last_day_and_other_things_at_once(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    actions.publish(connection, judged_action(connection, tmp_path, patrol=True), person="owner1")
    assert shown(connection, today=END + timedelta(days=27)) == []
    assert len(shown(connection, today=END + timedelta(days=28))) == 1
    connection.execute("update desk.action set patrol = false")
    assert shown(connection, today=END - timedelta(days=1)) == []
    assert len(shown(connection, today=END)) == 1


def layer(connection: psycopg.Connection[Any]) -> str:
    """Every digit of the public layer."""
    write_done_actions(connection, today=LATER)
    row = connection.execute(
        "select jsonb_agg(to_jsonb(d) order by effect_id)::text from open.done_action d"
    ).fetchone()
    assert row is not None
    return str(row[0])


def test_the_public_layer_does_not_move_with_what_is_planned_or_done_now(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """A point that came or went with a plan would tell of the plan to whoever keeps yesterday's layer."""
    number = judged_action(connection, tmp_path)
    actions.publish(connection, number, person="owner1")
    before = layer(connection)
    codes = [place.code for place in store.read_action_places(connection, number)]
    again = Proposal(
        title="Foot patrol", remedy="foot_patrol", owner="owner1", crime_types=("burglary",), starts_on=END, ends_on=END + timedelta(days=28),
        boxes=tuple(codes),
    )  # fmt: skip
    later = actions.propose(connection, again, person="owner1", home=tmp_path)
    assert layer(connection) == before
    actions.move(connection, later, "abandoned", person="owner1", reason="no officers")
    request = PlanRequest(
        title="Evenings",
        tactic="foot_patrol",
        crime_types=("burglary",),
        hours="18-02",
        units=4,
        minutes=120,
        starts_on=START,
        n_boxes=20,
        n_blocks=2,
    )
    plan, _ = plans.draft(connection, request, person="analyst1", home=tmp_path)
    held = connection.execute(
        "select count(*) from desk.plan_box b, desk.action_place a where st_dwithin(a.geom, b.geom, 0)"
    ).fetchone()
    assert held is not None and held[0] > 0  # the plan holds ground of the past action
    assert layer(connection) == before
    plans.approve(connection, plan, person="commander1", today=TODAY)
    assert layer(connection) == before
    visits.close(connection, plan, reason="ended", person="commander1")
    assert layer(connection) == before


def test_an_outcome_that_is_sensitive_is_never_shown(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    actions.publish(connection, judged_action(connection, tmp_path), person="owner1")
    connection.execute("update core.crime_type set sensitive = true where name = 'burglary'")
    assert shown(connection) == []


def test_the_public_key_reads_what_was_done_and_nothing_of_the_desk(city: TestDatabase) -> None:
    with city.public.connect() as public:
        assert public.execute("select count(*) from open.done_action").fetchone() is not None
        for table in (
            "plan",
            "plan_box",
            "box_day",
            "visit",
            "problem",
            "action",
            "action_place",
            "design",
            "evaluation",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), public.transaction():
                public.execute(f"select * from desk.{table}")


def test_the_public_numbers_of_effects_count_published_ones_alone(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """An effect that was judged and kept back leaves no gap."""
    kept_back = judged_action(connection, tmp_path)
    told = judged_action(connection, tmp_path, first=10)
    numbers = "select array_agg(effect_id order by effect_id) from open.done_action"
    actions.publish(connection, told, person="owner1")
    shown(connection)
    assert connection.execute(numbers).fetchone() == ([1],)
    actions.publish(connection, kept_back, person="owner1")
    shown(connection)
    assert connection.execute(numbers).fetchone() == ([1, 2],)
