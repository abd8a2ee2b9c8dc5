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
