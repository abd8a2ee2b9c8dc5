"""What gives access takes two admins, what takes it away takes one; nobody acts on themselves, and the last admin stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import psycopg
import pytest

from hotspots.pipeline.door import accounts
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site, post, words
from tests.desk_city import refused as refused_page
from tests.desk_people import enrol, enter

PEOPLE = "/data/people"


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        made.people["admin2"] = enrol(database.owner, made.door, "admin2", "admin")
        made.tokens["admin2"] = enter(made.door, made.people["admin2"])
        yield made


def refused(site: DeskSite, who: str, path: str, **form: object) -> str:
    return unescape(refused_page(site, who, path, **form))


def rows(site: DeskSite, query: str, *values: object) -> list[tuple]:
    with site.owner.connect() as connection:
        return connection.execute(query, values).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


def proposed(site: DeskSite, who: str = "admin", **form: object) -> int:
    post(site, who, f"{PEOPLE}/propose", **form)
    return rows(site, "select max(proposal_id) from door.proposal")[0][0]


def confirmed(site: DeskSite, number: int, who: str = "admin2") -> str:
    answer = site.as_(who).post(f"{PEOPLE}/decide", data={"proposal": number, "accept": "yes"}, headers=site.origin)
    assert answer.status_code in (200, 303), words(answer.text)
    return answer.text


def account(site: DeskSite, name: str) -> int:
    return rows(site, "select account_id from door.account where name = %s", name)[0][0]


def test_an_account_is_there_when_another_admin_confirmed_it(site: DeskSite) -> None:
    area = rows(site, "select kind || ':' || code from core.area order by area_id limit 1")[0][0]
    number = proposed(site, kind="add", name="kim", role="commander", areas=area)
    assert rows(site, "select 1 from door.account where name = 'kim'") == []
    assert "another admin confirms" in refused(site, "admin", f"{PEOPLE}/decide", proposal=number, accept="yes")
    page = confirmed(site, number)
    assert rows(site, "select role, all_areas, areas from door.account where name = 'kim'") == [
        ("commander", False, [area])
    ]
    link = re.search(r"/invitation\?t=([\w-]+)", page)
    assert link is not None and "kim" in site.as_(None).get("/invitation", params={"t": link[1]}).text
    assert link[1] not in site.as_("admin").get(PEOPLE).text and link[1] not in site.as_("admin2").get(PEOPLE).text
    assert "decided already" in refused(site, "admin2", f"{PEOPLE}/decide", proposal=number, accept="yes")


def test_a_reset_ends_sessions_and_what_was_known_and_tells_the_person(site: DeskSite) -> None:
    person = enrol(site.owner, site.door, "resettable")
    token = enter(site.door, person)
    client = site.as_(None)
    held = {"Cookie": f"desk={token}"}
    number = proposed(site, kind="reset", name="resettable")
    assert client.get("/places", headers=held).status_code == 200  # nothing changed yet
    confirmed(site, number)
    assert client.get("/places", headers=held).status_code == 303
    with pytest.raises(Exception, match="do not belong together"):
        enter(site.door, person)
    with site.owner.connect() as connection:  # what the person reads after signing in again
        connection.execute("delete from audit.view")
    assert (
        rows(
            site,
            "select count(*) from audit.event where (detail ->> 'of_account')::int = %s",
            account(site, "resettable"),
        )[0][0]
        >= 2
    )


def test_a_role_counts_from_the_second_admin_on(site: DeskSite) -> None:
    person = enrol(site.owner, site.door, "riser")
    token = enter(site.door, person)
    confirmed(site, proposed(site, kind="role", name="riser", role="auditor"))
    assert rows(site, "select role, all_areas from door.account where name = 'riser'") == [("auditor", False)]
    assert site.as_(None).get("/places", headers={"Cookie": f"desk={token}"}).status_code == 303
    again = enter(site.door, person)
    text = site.as_(None).get("/data/audit", headers={"Cookie": f"desk={again}"}).text
    assert "account confirm" in text


def test_taking_access_away_takes_one_and_giving_it_back_takes_two(site: DeskSite) -> None:
    enrol(site.owner, site.door, "leaver")
    post(site, "admin", f"{PEOPLE}/disable", account=account(site, "leaver"))
    assert rows(site, "select disabled_at is not null from door.account where name = 'leaver'") == [(True,)]
    number = proposed(site, kind="enable", name="leaver")
    assert rows(site, "select disabled_at is not null from door.account where name = 'leaver'") == [(True,)]
    confirmed(site, number)
    assert rows(site, "select disabled_at is null from door.account where name = 'leaver'") == [(True,)]


@pytest.mark.attack(
    "desk",
    tried="an admin alone: the own account, a proposal of one's own, one about oneself, the last admin; other roles; SQL with the desk's key",
    now="refused by functions and constraints of the database",
)
def test_nobody_gives_access_alone(site: DeskSite) -> None:
    for form, said in (
        ({"kind": "role", "name": "admin", "role": "analyst"}, "nobody changes their own account"),
        ({"kind": "add", "name": "analyst", "role": "admin"}, "of this name already"),
        ({"kind": "reset", "name": "nobody-here"}, "no account of this name"),
        ({"kind": "add", "name": "x y", "role": "admin"}, "small letters"),
        ({"kind": "add", "name": "zoe", "role": "partner"}, "is not one of"),
        ({"kind": "grant", "name": "zoe", "role": "admin"}, "is not one of"),
        ({"kind": "add", "name": "zoe", "role": "analyst", "areas": "moon:1"}, "is not an area"),
    ):
        assert said in refused(site, "admin", f"{PEOPLE}/propose", **form)
    about_me = proposed(site, "admin2", kind="role", name="admin", role="analyst")
    assert "their own account" in refused(site, "admin", f"{PEOPLE}/decide", proposal=about_me, accept="yes")
    post(site, "admin", f"{PEOPLE}/decide", proposal=about_me, accept="no")
    assert "their own account" in refused(site, "admin", f"{PEOPLE}/disable", account=account(site, "admin"))
    for who in ("analyst", "commander", "prevention", "auditor"):
        for way in ("propose", "decide", "disable"):
            assert site.as_(who).post(f"{PEOPLE}/{way}", data={}, headers=site.origin).status_code == 403
    for statement in (
        "select door.propose('reset', 'analyst', null, false, '{}')",
        "select door.proposals()",
        "select door.account_acts()",
    ):
        with site.door.pool.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)  # pyright: ignore[reportArgumentType]
    me, number = account(site, "admin"), proposed(site, kind="reset", name="analyst")
    with site.owner.connect() as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            "update door.proposal set decided_by = %s, decided_at = now(), accepted = true where proposal_id = %s",
            [me, number],
        )


def test_the_last_admin_stays(site: DeskSite) -> None:
    number = proposed(site, kind="role", name="admin2", role="analyst")
    third = enrol(site.owner, site.door, "admin3", "admin")
    site.tokens["admin3"] = enter(site.door, third)
    post(site, "admin", f"{PEOPLE}/disable", account=account(site, "admin3"))
    with (
        site.owner.connect() as connection
    ):  # the first admin's means to sign in are gone, as after a reset at the shell
        connection.execute("delete from door.credential where account_id = %s", [account(site, "admin")])
    assert "last admin" in refused(site, "admin", f"{PEOPLE}/disable", account=account(site, "admin2"))
    accounts.disable(site.owner, "commander")
    text = words(site.as_("admin").get(PEOPLE).text)
    assert "user disable" in text and "account propose" in text  # the shell's acts stand beside the desk's
    assert number
