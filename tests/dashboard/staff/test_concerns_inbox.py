"""The inbox of concerns on the desk: who sees and does what, the audit before the text, answers that reach the resident."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from hotspots.pipeline.concerns.submit import Wish, submit
from hotspots.store.concerns import ConcernIntake
from hotspots.store.server.connection import open_concerns
from tests.concerned_city import TEXT, take_concerns
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site

ROLES = ("analyst", "commander", "prevention", "auditor", "admin", None)


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as site:
        take_concerns(database)
        yield site


@pytest.fixture(scope="module")
def intake(site: DeskSite, database: TestDatabase) -> Iterator[ConcernIntake]:
    with open_concerns(database.settings).open_pool(max_size=1) as pool:
        yield ConcernIntake(pool)


@pytest.fixture
def owner(database: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with database.owner.connect() as connection:
        connection.execute("truncate intake.concern, intake.event, intake.spent_form, intake.daily_salt cascade")
        connection.commit()
        yield connection


def raised(
    intake: ConcernIntake, owner: psycopg.Connection[Any], text: str = TEXT, *, inside: bool | None = None
) -> tuple[int, str]:
    """A concern, inside or outside of the commander's area; its number and the resident's secret word."""
    anchor = owner.execute(
        "select a.anchor_id from open.anchor a where a.status = 'located' and (%s::boolean is null or %s = exists ("
        " select from core.area r, door.account c where c.name = 'commander' and r.kind || ':' || r.code = any(c.areas) and st_covers(r.geom, a.geom)))"
        " order by 1 limit 1",
        [inside, inside],
    ).fetchone()
    assert anchor is not None
    form = intake.open_form()
    assert form is not None
    taken = submit(intake, form, Wish(category="lighting", text=text, anchor_id=anchor[0]), network="192.0.2.1")
    number = owner.execute("select concern_id from intake.concern where reference = %s", [taken.reference]).fetchone()
    assert number is not None
    owner.commit()
    return number[0], taken.token


def post(site: DeskSite, role: str | None, path: str, **fields: str) -> httpx.Response:
    return site.as_(role).post(path, data=fields, headers=site.origin)


def lines(owner: psycopg.Connection[Any], verb: str) -> int:
    row = owner.execute("select count(*) from audit.event where verb = %s", [verb]).fetchone()
    owner.commit()
    assert row is not None
    return int(row[0])


def test_who_reads_and_who_does_what(site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any]) -> None:
    number, _ = raised(intake, owner, inside=True)
    due = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
    reads = {role: site.as_(role).get(f"/concerns/{number}", follow_redirects=False).status_code for role in ROLES}
    assert reads == {"analyst": 200, "commander": 200, "prevention": 200, "auditor": 403, "admin": 403, None: 303}
    lists = {role: site.as_(role).get("/concerns", follow_redirects=False).status_code for role in ROLES}
    assert lists == reads
    writes: dict[str, dict[str, str]] = {
        "take": {"owner": "prevention", "due": due},
        "redact": {"words": "Four lamps by the car park are out."},
        "let-in": {},
        "problem": {"title": "Dark car park"},
        "answer": {"answer": "done", "words": "The lamps burn again."},
    }
    for path, fields in writes.items():
        for role in ROLES:
            status = post(site, role, f"/concerns/{number}/{path}", **fields).status_code
            assert status == (303 if role == "prevention" else 401 if role is None else 403), (path, role)


def test_a_commander_sees_the_own_area_alone(
    site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any]
) -> None:
    inside, _ = raised(intake, owner, inside=True)
    outside, _ = raised(intake, owner, "The lot beyond the line is full of rubbish.", inside=False)
    listed = site.as_("commander").get("/concerns").text
    assert f"/concerns/{inside}" in listed and f"/concerns/{outside}" not in listed
    before = lines(owner, "concern read")
    answer = site.as_("commander").get(f"/concerns/{outside}")
    assert answer.status_code == 404 and "rubbish" not in answer.text
    assert lines(owner, "concern read") == before
    assert "rubbish" in site.as_("analyst").get(f"/concerns/{outside}").text


def test_the_line_in_the_audit_stands_before_the_text_and_once_a_session(
    site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any]
) -> None:
    number, _ = raised(intake, owner)
    before = lines(owner, "concern read")
    assert TEXT not in site.as_("analyst").get("/concerns").text
    assert lines(owner, "concern read") == before
    assert TEXT in site.as_("analyst").get(f"/concerns/{number}").text
    site.as_("analyst").get(f"/concerns/{number}")
    assert lines(owner, "concern read") == before + 1
    detail = owner.execute(
        "select detail from audit.event where verb = 'concern read' order by event_id desc limit 1"
    ).fetchone()
    assert detail is not None and detail[0]["question"] == {"concern": number} and TEXT not in str(detail)


def test_the_database_gives_no_text_without_an_opened_view_of_this_very_concern(
    site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any], database: TestDatabase
) -> None:
    from tests.desk_people import person_of

    number, _ = raised(intake, owner)
    other, _ = raised(intake, owner, "Another lamp is out at the corner.")
    analyst = person_of(site.door, site.tokens["analyst"])
    view = site.door.open_view(analyst, "concern read", {"concern": other})
    for given in (None, view):
        with pytest.raises(Exception, match="no opened view"), site.door.acting(analyst, view=given) as connection:
            connection.execute("select * from intake.text_of(%s)", [number])
    with database.desk.connect() as desk:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), desk.transaction():
            desk.execute("select * from desk.concern")
        for table in ("intake.concern", "intake.event", "intake.form_key", "intake.city_system"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), desk.transaction():
                desk.execute(f"select * from {table}")  # pyright: ignore[reportArgumentType]


def test_the_resident_sees_each_step_and_the_answer(
    site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any]
) -> None:
    from hotspots.pipeline.concerns.submit import status_of

    number, token = raised(intake, owner)
    assert status_of(intake, token).state == "received"
    site.as_("prevention").get(f"/concerns/{number}")
    assert status_of(intake, token).state == "read"
    due = datetime.now(UTC).date() + timedelta(days=5)
    assert (
        post(site, "prevention", f"/concerns/{number}/take", owner="prevention", due=due.isoformat()).status_code == 303
    )
    assert (status_of(intake, token).state, status_of(intake, token).due) == ("owned", due)
    assert post(site, "prevention", f"/concerns/{number}/answer", answer="in plan", words="").status_code == 303
    told = status_of(intake, token)
    assert (
        told.answer == "in plan"
        and told.answer_words is not None
        and "planned" in told.answer_words
        and told.may_reopen
    )


REFUSED = [
    ("take", {"owner": "nobody", "due": "2099-01-01"}, "owner is not the account"),
    ("take", {"owner": "admin", "due": "2099-01-01"}, "owner is not the account"),
    ("take", {"owner": "prevention", "due": "2001-01-01"}, "is past"),
    ("take", {"owner": "prevention", "due": "soon"}, "give a day"),
    ("answer", {"answer": "no action", "words": ""}, "why there is no action"),
    ("answer", {"answer": "arrested", "words": "x"}, "is not one of"),
    ("answer", {"answer": "done", "words": "Officer Miller spoke with John Smith there."}, "name of a person"),
    ("redact", {"words": "Call 312-555-0199"}, "telephone"),
    ("problem", {"title": "John Miller's lot"}, "name of a person"),
]


@pytest.mark.parametrize(("path", "fields", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_is_refused_is_said_and_changes_nothing(
    site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any], path: str, fields: dict[str, str], said: str
) -> None:
    number, _ = raised(intake, owner)
    answer = post(site, "prevention", f"/concerns/{number}/{path}", **fields)
    assert answer.status_code == 400 and said in answer.text.replace("&#39;", "'")
    assert owner.execute("select state, problem_id, redacted_by from intake.concern").fetchone() == (
        "received",
        None,
        None,
    )


def test_a_redacted_text_is_gone_and_markup_is_shown_as_text(
    site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any]
) -> None:
    number, _ = raised(
        intake, owner, '<img src=x onerror=alert(1)> the lot behind "the shop" </blockquote><script>alert(2)</script>'
    )
    page = site.as_("prevention").get(f"/concerns/{number}").text
    assert "<img" not in page and "<script>alert" not in page and "&lt;img" in page
    assert (
        post(site, "prevention", f"/concerns/{number}/redact", words="The lot behind the shop is dark.").status_code
        == 303
    )
    page = site.as_("analyst").get(f"/concerns/{number}").text
    assert "The lot behind the shop is dark." in page and "onerror" not in page and "Redacted by prevention" in page


def test_a_concern_becomes_a_problem_once_without_its_text(
    site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any]
) -> None:
    number, _ = raised(intake, owner)
    assert post(site, "prevention", f"/concerns/{number}/problem", title="Dark car park").status_code == 303
    problem = owner.execute(
        "select title, statement, owner from desk.problem order by problem_id desc limit 1"
    ).fetchone()
    assert problem is not None and problem[0] == "Dark car park" and problem[2] == "prevention"
    assert TEXT not in problem[1] and "From concern K-" in problem[1]
    assert post(site, "prevention", f"/concerns/{number}/problem", title="Dark car park").status_code == 400
    # a second concern at that point, and the problem that it becomes, say that one is open there already; closed ones are none
    first = owner.execute("select max(problem_id) from desk.problem").fetchone()
    assert first is not None
    warning = f"Problem {first[0]} (Dark car park) is open within 500 m: one file may hold both."
    again, _ = raised(intake, owner, "The lamp at the car park is out.")
    assert warning not in site.as_("prevention").get(f"/concerns/{number}").text
    assert warning in site.as_("prevention").get(f"/concerns/{again}").text
    made = post(site, "prevention", f"/concerns/{again}/problem", title="Lamp")
    assert warning in site.as_("prevention").get(made.headers["location"]).text
    assert post(site, "prevention", f"/problems/{first[0]}/move", to="closed", reason="one file").status_code == 303
    assert warning not in site.as_("prevention").get(made.headers["location"]).text


def test_overdue_and_held_ones_stand_out(site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any]) -> None:
    for n in range(6):
        raised(intake, owner, f"Lamp number {n} is out at the corner.")
    owner.execute(
        "update intake.concern set state = 'owned', owner = 'prevention', due = '2020-01-01' where concern_id = (select min(concern_id) from intake.concern)"
    )
    owner.commit()
    page = site.as_("prevention").get("/concerns").text
    assert "1 overdue" in page and "Held back (1)" in page and "Open (5)" in page
    held = site.as_("prevention").get("/concerns?show=held").text
    (number,) = set(re.findall(r'href="/concerns/(\d+)"', held))
    assert post(site, "prevention", f"/concerns/{number}/let-in").status_code == 303
    assert "Held back (0)" in site.as_("prevention").get("/concerns").text


def test_a_form_of_another_site_changes_nothing(
    site: DeskSite, intake: ConcernIntake, owner: psycopg.Connection[Any]
) -> None:
    number, _ = raised(intake, owner)
    for origin in ({"Origin": "https://evil.example"}, {}):
        answer = site.as_("prevention").post(f"/concerns/{number}/answer", data={"answer": "done"}, headers=origin)
        assert answer.status_code == 403
    assert owner.execute("select state from intake.concern").fetchone() == ("received",)
