"""The way back of a change: of places, lists, comments and watches; what came since is never lost; histories only grow."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.database import TestDatabase
from tests.desk_city import DeskSite, forecast_desk_site, post, refused, words


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with forecast_desk_site(database) as made:
        yield made


@pytest.fixture(autouse=True)
def no_change_of_before(site: DeskSite) -> None:
    with site.owner.connect() as connection:
        connection.execute("delete from desk.undo")


@pytest.fixture
def places(site: DeskSite) -> tuple[str, str]:
    """Two saved places."""
    rows = rows_of(site, "select area_id from open.area order by area_id limit 2")
    first, second = (
        post(site, "analyst", "/places/new", query=f"areas={area}", name=f"Place {area}") for (area,) in rows
    )
    return first, second


def rows_of(site: DeskSite, query: str, *values: object) -> list[tuple]:
    with site.owner.connect() as connection:
        return connection.execute(query, values).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


def code(path: str) -> str:
    return path.rpartition("/")[2]


def way_back(site: DeskSite, who: str) -> str | None:
    """The address of the button Undo, None where a page offers none."""
    found = re.search(r'action="(/undo/\d+)"', site.as_(who).get("/places").text)
    return found and found[1]


def state(site: DeskSite, table: str) -> list[tuple]:
    return rows_of(site, f"select to_jsonb(t) - 'version' from desk.{table} t order by 1")


def taken_back(site: DeskSite, who: str) -> str:
    button = way_back(site, who)
    assert button is not None
    return post(site, who, button)


def a_list(site: DeskSite) -> str:
    path = post(site, "analyst", "/lists/new", types="theft", boxes="2", hours="", within="")
    post(site, "analyst", f"{path}/issue")
    return path


CHANGES = {
    "rename": lambda one, _: (f"{one}/change", {"version": "1", "name": "Other", "aliases": "a, b", "owner": "jo"}),
    "merge": lambda one, other: (f"{one}/merge", {"into": code(other)}),
    "withdraw": lambda one, _: (f"{one}/withdraw", {}),
    "watch": lambda one, _: (f"{one}/follow", {"wanted": "yes"}),
    "comment": lambda one, _: (f"{one}/comment", {"words": "Lights are out"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_taken_back_to_the_last_digit(site: DeskSite, places: tuple[str, str], what: str) -> None:
    kept = {table: state(site, table) for table in ("place", "comment", "follower")}
    history = rows_of(site, "select count(*) from desk.place_version")[0][0]
    lines = rows_of(site, "select max(event_id) from audit.event")[0][0]
    path, form = CHANGES[what](*places)
    post(site, "analyst", path, **form)
    assert any(state(site, table) != rows for table, rows in kept.items())
    assert taken_back(site, "analyst") == places[0]
    assert {table: state(site, table) for table in kept} == kept
    assert rows_of(site, "select count(*) from audit.event where verb = 'undo' and event_id > %s", lines) == [(1,)]
    assert way_back(site, "analyst") is None
    grown = rows_of(site, "select count(*) from desk.place_version")[0][0] - history
    assert grown == (0 if what in ("watch", "comment") else 2)  # a history only grows
    assert ("taken back: " in site.as_("analyst").get(places[0]).text) is (grown > 0)


def test_a_deleted_comment_comes_back_and_only_its_writer_deletes_it(site: DeskSite, places: tuple[str, str]) -> None:
    post(site, "commander", f"{places[0]}/comment", words="Seen at nine")
    number = rows_of(site, "select max(comment_id) from desk.comment")[0][0]
    kept = state(site, "comment")
    assert "everybody deletes their own" in refused(site, "analyst", f"/comments/{number}/delete")
    assert post(site, "commander", f"/comments/{number}/delete") == places[0]
    assert "Seen at nine" not in site.as_("commander").get(places[0]).text
    assert taken_back(site, "commander") == places[0]
    assert state(site, "comment") == kept


def test_a_withdrawn_list_is_in_use_again(site: DeskSite) -> None:
    path = a_list(site)
    kept = state(site, "issued_list")
    post(site, "prevention", f"{path}/withdraw", reason="wrong hours")
    assert "Withdrawn: wrong hours" in site.as_("analyst").get(path).text
    assert taken_back(site, "prevention") == path
    assert state(site, "issued_list") == kept and "In use" in site.as_("analyst").get(path).text


def test_issuing_has_no_way_back(site: DeskSite) -> None:
    rows = rows_of(site, "select count(*) from desk.undo")
    a_list(site)
    assert rows_of(site, "select count(*) from desk.undo") == rows


def test_what_came_since_is_not_lost(site: DeskSite, places: tuple[str, str]) -> None:
    one = places[0]
    post(site, "analyst", f"{one}/change", version="1", name="Mine", aliases="", owner="analyst")
    button = way_back(site, "analyst")
    assert button is not None
    post(site, "commander", f"{one}/change", version="2", name="Theirs", aliases="", owner="analyst")
    assert "changed again since" in refused(site, "analyst", button)
    assert "Theirs" in site.as_("analyst").get(one).text
    assert taken_back(site, "commander") == one
    text = site.as_("analyst").get(one).text
    assert "Mine" in text and 'name="version" value="4"' in text  # a version higher: who looked at 2 sees that it moved
    assert "changed again since" in refused(site, "analyst", button)  # the version that it knew is gone


@pytest.mark.attack(
    "desk",
    tried="taking back another person's change, one twice, one of yesterday, one that the role makes no more",
    now="refused, nothing changed",
)
def test_nobody_takes_back_what_is_not_theirs_to_take(site: DeskSite, places: tuple[str, str]) -> None:
    post(site, "analyst", f"{places[0]}/withdraw")
    button = way_back(site, "analyst")
    assert button is not None and way_back(site, "commander") != button
    kept = state(site, "place")
    for who in ("commander", "prevention", "auditor", "admin"):
        assert "no such change of yours" in refused(site, who, button)
    with site.owner.connect() as connection:
        connection.execute("update desk.undo set at = at - interval '11 minutes'")
    assert "ten minutes" in refused(site, "analyst", button)
    with site.owner.connect() as connection:
        connection.execute("update desk.undo set at = at + interval '11 minutes', needs = 'people.write'")
    assert "your role" in refused(site, "analyst", button)
    assert state(site, "place") == kept
    with site.owner.connect() as connection:
        connection.execute("update desk.undo set needs = 'place.write'")
    post(site, "analyst", button)
    assert "taken back already" in refused(site, "analyst", button)


@pytest.mark.attack(
    "desk",
    tried="rows added to another person's change by setting its number in the transaction",
    now="kept for no one",
)
def test_a_change_takes_rows_of_its_own_transaction_alone(site: DeskSite, places: tuple[str, str]) -> None:
    post(site, "analyst", f"{places[0]}/follow", wanted="yes")
    number = rows_of(site, "select max(undo_id) from desk.undo")[0][0]
    rows = rows_of(site, "select * from desk.undo_row where undo_id = %s", number)
    person = site.door.person_of(bytes.fromhex(_hash(site, "commander")))
    assert person is not None
    with site.door.acting(person) as connection:
        connection.execute("select set_config('hotspots.change', %s, true)", [str(number)])
        connection.execute("update desk.place set name = 'planted' where code = %s", [code(places[1])])
    assert rows_of(site, "select * from desk.undo_row where undo_id = %s", number) == rows


def _hash(site: DeskSite, who: str) -> str:
    from hotspots.pipeline.door.secrets import hash_token

    return hash_token(site.tokens[who]).hex()


def test_codes_of_more_than_four_digits_stay_apart(site: DeskSite, places: tuple[str, str]) -> None:
    with site.owner.connect() as connection:
        (made,) = connection.execute(
            "insert into desk.place (place_id, name, source, geom, owner, made_by) overriding system value"
            " select 12345, 'Far', source, geom, owner, made_by from desk.place limit 1 returning code"
        ).fetchone() or ("",)
    assert made == "P-12345"
    assert "Far" in words(site.as_("analyst").get("/places").text)


@pytest.fixture
def problem(site: DeskSite) -> str:
    return post(site, "prevention", "/problems/new", title="Dark lot", statement="", owner="", partners="", due="")


PROBLEM_CHANGES = {
    "words": (
        "save",
        {"version": "1", "title": "Bright lot", "statement": "x", "owner": "prevention", "partners": "", "due": ""},
    ),
    "analysed": ("move", {"to": "analysed"}),
    "closed": ("move", {"to": "closed", "reason": "moved"}),
    "place": ("place", {}),
    "hypothesis": ("hypothesis", {"thought": "dark", "said": "", "wrong_if": "as many by day", "factor": ""}),
}


@pytest.mark.parametrize("what", PROBLEM_CHANGES)
def test_a_step_of_a_problem_is_taken_back(site: DeskSite, places: tuple[str, str], problem: str, what: str) -> None:
    tables = ("problem", "problem_place", "hypothesis")
    kept = {table: state(site, table) for table in tables}
    act, form = PROBLEM_CHANGES[what]
    form = {"place": code(places[0])} if what == "place" else form
    post(site, "prevention", f"{problem}/{act}", **form)
    assert {table: state(site, table) for table in tables} != kept
    assert taken_back(site, "prevention") == problem
    assert {table: state(site, table) for table in tables} == kept
    assert "prevention: undo (taken back: Problem" in words(site.as_("prevention").get(problem).text)
    assert way_back(site, "commander") is None


def an_action(site: DeskSite, state_: str) -> int:
    return rows_of(
        site,
        "insert into desk.action (title, remedy, owner, crime_types, starts_on, ends_on, proposed_by, state)"
        " values ('Lights', 'street_lighting', 'prevention', '{theft}', '2030-01-01', '2030-02-01', 'prevention', %s) returning action_id",
        state_,
    )[0][0]


@pytest.mark.parametrize(
    ("before", "to"),
    [("agreed", "under way"), ("under way", "done"), ("agreed", "abandoned"), ("proposed", "abandoned")],
)
def test_a_step_of_an_action_is_taken_back_until_somebody_went_on(site: DeskSite, before: str, to: str) -> None:
    number = an_action(site, before)
    kept = state(site, "action")
    post(site, "commander", f"/actions/{number}/step", to=to, reason="pressed by mistake")
    assert taken_back(site, "commander") == f"/actions/{number}"
    assert state(site, "action") == kept
    post(site, "commander", f"/actions/{number}/step", to=to, reason="once more")
    button = way_back(site, "commander")
    assert button is not None
    rows_of(
        site,
        "update desk.action set state = 'assessed', abandoned_reason = null where action_id = %s returning 1",
        number,
    )
    assert "changed again since" in refused(site, "commander", button)


@pytest.mark.parametrize("judged", [False, True])
def test_a_closed_plan_goes_on_until_it_was_judged(site: DeskSite, judged: bool) -> None:
    number = rows_of(
        site,
        "insert into desk.plan (title, tactic, crime_types, hours, units, minutes, starts_on, n_blocks, on_share, seed, state, drafted_by,"
        " approved_by, approved_at, own_hours) values ('Visits', 'short_random_visits', '{theft}', '18-02', 1, 90, '2017-01-01', 4, 0.5, 1,"
        " 'running', 'analyst', 'commander', now(), true) returning plan_id",
    )[0][0]
    kept = state(site, "plan")
    post(site, "commander", f"/plans/{number}/close", reason="too early")
    if judged:
        rows_of(
            site,
            "with d as (insert into desk.design (plan_id, version, method, judgement_day, after_the_fact, body, frozen_by)"
            " values (%s, 1, 'crossover', '2017-03-01', false, '{}', 'commander') returning design_id)"
            " insert into desk.evaluation (design_id, after_the_fact, verdict, known_on, result, judged_by)"
            " select design_id, false, 'pooled only', '2017-04-01', '{}', 'analyst' from d returning 1",
            number,
        )
        button = way_back(site, "commander")
        assert button is not None and "was judged: it stays closed" in refused(site, "commander", button)
        assert rows_of(site, "select state from desk.plan where plan_id = %s", number) == [("closed",)]
    else:
        assert taken_back(site, "commander") == f"/plans/{number}" and state(site, "plan") == kept
