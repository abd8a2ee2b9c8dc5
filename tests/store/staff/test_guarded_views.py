"""True points for the desk: never without a live session and an opened view, and only of the account's areas."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql

from hotspots.domain.account import Person
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.store.public.incident_counts import TableCounts
from hotspots.store.staff.desk.reader import TRUE_POINTS
from hotspots.store.staff.door import Door, RefusedError, without_address
from tests.core_city_builder import add_incident, build_city
from tests.database import TestDatabase
from tests.desk_people import enrol, enter, person_of

POINTS = ("desk.incident", "desk.location", "desk.location_area", "desk.reject")
QUESTION = {"from": "2025-01-01", "to": "2025-01-31"}


@pytest.fixture(scope="module")
def door(database: TestDatabase) -> Iterator[Door]:
    with database.owner.connect() as connection:
        build_city(connection)
        for n, (x, y) in enumerate([(100, 100), (110, 100), (700, 100), (100, 700), (1150, 1150)]):
            add_incident(connection, f"i{n}", (x, y), datetime(2025, 1, 1 + n, 22, 15))
    with database.desk.open_pool(max_size=2) as pool:
        yield Door(pool)


@pytest.fixture(scope="module")
def people(database: TestDatabase, door: Door) -> dict[str, Person]:
    who = {
        "analyst": ("analyst", ()),
        "beat1": ("commander", ("beat:1",)),
        "nowhere": ("commander", ()),
        "coordinator": ("prevention", ()),
        "boss": ("admin", ()),
        "checker": ("auditor", ()),
    }
    return {
        name: person_of(
            door, enter(door, enrol(database.owner, door, name, role, areas=areas, all_areas=name == "analyst"))
        )
        for name, (role, areas) in who.items()
    }


def count(door: Door, person: Person, view: int | None, relation: str = "desk.incident") -> int:
    with door.acting(person, view=view) as connection:
        row = connection.execute(
            sql.SQL("select count(*) from {}").format(sql.Identifier(*relation.split(".")))
        ).fetchone()
        assert row is not None
        return row[0]


@pytest.mark.parametrize("relation", POINTS)
def test_nothing_is_read_without_an_opened_view(door: Door, people: dict[str, Person], relation: str) -> None:
    for view in (None, 999_999):
        with pytest.raises(RefusedError, match="no opened view"):
            count(door, people["analyst"], view, relation)


@pytest.mark.parametrize("relation", [*POINTS, "desk.counted", "desk.delivery"])
def test_nothing_is_read_without_a_session(database: TestDatabase, door: Door, relation: str) -> None:
    with database.desk.connect(autocommit=True) as connection:
        for session in ("", "00" * 32, "feed"):
            connection.execute("select set_config('hotspots.session', %s, false)", [session])
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no live session"):
                connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(*relation.split("."))))


def test_a_view_of_another_session_opens_nothing(door: Door, people: dict[str, Person]) -> None:
    view = door.open_view(people["analyst"], "map", QUESTION)
    assert count(door, people["analyst"], view) == 5
    with pytest.raises(RefusedError, match="no opened view"):
        count(door, people["beat1"], view)


def test_a_view_counts_only_when_its_line_is_committed(door: Door, people: dict[str, Person]) -> None:
    def read_at_once() -> None:
        with door.acting(people["analyst"]) as connection:
            row = connection.execute("select audit.open_view('map', '{}', null, 'x')").fetchone()
            assert row is not None
            connection.execute("select set_config('hotspots.view', %s, true)", [str(row[0])])
            connection.execute("select count(*) from desk.incident")

    with pytest.raises(RefusedError, match="no opened view"):
        read_at_once()


def test_an_account_reads_its_areas_and_without_any_nothing(door: Door, people: dict[str, Person]) -> None:
    beat1, nowhere = (door.open_view(people[name], "map", QUESTION) for name in ("beat1", "nowhere"))
    assert count(door, people["beat1"], beat1) == 4  # two in the beat, two within 500 m of it; the fifth lies beyond
    assert count(door, people["beat1"], beat1, "desk.location") == 4
    assert count(door, people["nowhere"], nowhere) == 0
    assert count(door, people["beat1"], beat1, "desk.counted") == 5  # statistics by area are open to every role


def scans(plan: dict[str, Any], relation: str) -> int:
    """How often a plan, as it was carried out, scanned a table."""
    here = plan["Actual Loops"] if plan.get("Relation Name") == relation else 0
    return here + sum(scans(part, relation) for part in plan.get("Plans", ()))


def test_the_guard_asks_for_locations_only_of_a_narrow_account(door: Door, people: dict[str, Person]) -> None:
    looked_up = {}
    for name in ("analyst", "beat1"):
        view = door.open_view(people[name], "map", QUESTION)
        with door.acting(people[name], view=view) as connection:
            row = connection.execute("explain (analyze, format json) select count(*) from desk.incident").fetchone()
        assert row is not None
        looked_up[name] = scans(row[0][0]["Plan"], "location")
    assert looked_up == {"analyst": 0, "beat1": 1}  # gathered once, and not for each of the five incidents


@pytest.mark.parametrize("name", ["analyst", "beat1", "nowhere"])
def test_areas_are_counted_by_their_sets_as_by_location(door: Door, people: dict[str, Person], name: str) -> None:
    question = IncidentFilter(Period(date(2025, 1, 1), date(2025, 2, 1)))
    view = door.open_view(people[name], "map", question.to_query())
    with door.acting(people[name], view=view) as connection:
        by_set = TableCounts(TRUE_POINTS).by_area(connection, question, "beat")
        by_location = TableCounts(replace(TRUE_POINTS, by_area="by_area")).by_area(connection, question, "beat")
    assert by_set == by_location
    assert sum(n for n, _ in by_set.values()) == {"analyst": 5, "beat1": 4, "nowhere": 0}[name]


@pytest.mark.parametrize("name", ["coordinator", "boss", "checker"])
def test_other_roles_read_no_incident_even_with_a_view(door: Door, people: dict[str, Person], name: str) -> None:
    view = door.open_view(people[name], "map", QUESTION)
    with pytest.raises(RefusedError, match="this role reads no incidents"):
        count(door, people[name], view)


def test_the_same_question_is_one_line_and_an_export_its_own(door: Door, people: dict[str, Person]) -> None:
    before = len(door.audit_lines(people["analyst"]))
    question = {"from": "2025-01-02", "at": "17", "radius": "300", "polygon": "1 1,2 2,3 1"}
    first = door.open_view(people["analyst"], "map", question)
    assert door.open_view(people["analyst"], "map", question) == first
    assert door.opened_view(people["analyst"], "map", question) == first
    assert door.opened_view(people["analyst"], "map", {**question, "at": "18"}) is None
    assert door.open_view(people["analyst"], "export", question, purpose="CASE 17/2025", anew=True) != first
    lines = door.audit_lines(people["analyst"])
    assert len(lines) == before + 2
    assert lines[0].detail == {"question": without_address(question), "purpose": "CASE 17/2025"}
    assert lines[0].actor == "analyst" and "17" not in str(lines[1].detail) and "1 1" not in str(lines[1].detail)


def test_a_purpose_is_a_code_and_not_a_text(door: Door, people: dict[str, Person]) -> None:
    from hotspots.errors import InputError

    with pytest.raises(InputError, match="purpose"):
        door.open_view(people["analyst"], "export", QUESTION, purpose="because of John Smith, born 1970; see 12 Elm St")


def test_an_auditor_reads_every_line_and_others_what_concerns_them(door: Door, people: dict[str, Person]) -> None:
    door.note(people["beat1"], "list renew", {"list": 3})
    own = door.audit_lines(people["beat1"])
    assert "beat1" in {line.actor for line in own}
    about = [line.detail.get("name") for line in own if line.actor != "beat1"]
    assert about and set(about) == {"beat1"}, "what was done to their account, and to no other"
    assert {"beat1", "analyst"} <= {line.actor for line in door.audit_lines(people["checker"])}


def test_nobody_says_who_or_when(database: TestDatabase) -> None:
    with database.desk.connect(autocommit=True) as connection:
        for statement in (
            "insert into audit.event (actor, verb) values ('somebody', 'map')",
            "select audit.line('map', '{}')",
            "select * from audit.event",
            "select * from audit.view",
            "select * from door.session",
            "update door.session set ended_at = null",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_a_place_in_the_tile_world_is_that_of_the_anchors(database: TestDatabase) -> None:
    with database.owner.connect() as connection:
        row = connection.execute(
            "select bool_and(abs((world_x / 2.0 ^ 30 - 0.5) * 40075016.685578488 - st_x(st_transform(geom, 3857))) < 0.05"
            " and abs((0.5 - world_y / 2.0 ^ 30) * 40075016.685578488 - st_y(st_transform(geom, 3857))) < 0.05), count(*) from core.location"
        ).fetchone()
    assert row == (True, 5)
