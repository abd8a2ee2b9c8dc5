"""Views saved by name: who sees them, where they lead when the data move on, who is told, and what a page alone cannot get past."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
import pytest

from hotspots.pipeline.desk.view_digests import send_digests
from hotspots.pipeline.door.secrets import hash_token
from hotspots.store.staff import accounts
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site, post, words
from tests.desk_city import refused as refused_page
from tests.desk_people import enrol, enter


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        with database.owner.connect() as connection:
            connection.execute(
                "update core.city set config = config || jsonb_build_object('calendar', jsonb_build_object('districts', split_part(%s, ':', 1)))",
                [own_area(made)],
            )
        for name, areas in (("commander2", (second_area(made),)), ("analyst2", ())):
            role = name.rstrip("2")
            made.tokens[name] = enter(made.door, enrol(database.owner, made.door, name, role, areas=areas))
        yield made


def refused(site: DeskSite, who: str, path: str, **form: object) -> str:
    return unescape(refused_page(site, who, path, **form))


def second_area(site: DeskSite) -> str:
    return rows(site, "select kind || ':' || code from core.area order by area_id limit 1 offset 1")[0][0]


def own_area(site: DeskSite) -> str:
    return rows(site, "select areas[1] from door.account where name = 'commander'")[0][0]


def rows(site: DeskSite, query: str, *values: object) -> list[tuple]:
    with site.owner.connect() as connection:
        return connection.execute(query, values).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


def newest(site: DeskSite) -> Any:
    return rows(site, "select newest_day from open.vintage order by vintage_id desc limit 1")[0][0]


def saved(site: DeskSite, who: str = "analyst", **form: object) -> str:
    """Save a view; its address without the last part."""
    given = {"page": "map", "query": "types=theft", "name": "Thefts", "dates": "newest", **form}
    return post(site, who, "/views/new", **given).removesuffix("/about")


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def test_a_view_that_moves_ends_on_the_newest_day_and_another_keeps_its_days(site: DeskSite) -> None:
    last = newest(site)
    asked = f"types=theft&from={last - timedelta(days=9)}&to={last}"
    moving, fixed = saved(site, query=asked), saved(site, query=asked, dates="own")
    try:
        with site.owner.connect() as connection:
            connection.execute(
                "update open.vintage set newest_day = newest_day - 3 where vintage_id = (select max(vintage_id) from open.vintage)"
            )
        for path, moved in ((moving, timedelta(days=3)), (fixed, timedelta(0))):
            address = site.as_("analyst").get(path).headers["location"]
            assert address.startswith("/map/?")
            found = query_of(address)
            assert (found["from"], found["to"], found["types"]) == (
                str(last - timedelta(days=9) - moved), str(last - moved), "theft",
            )  # fmt: skip
    finally:
        with site.owner.connect() as connection:
            connection.execute(
                "update open.vintage set newest_day = newest_day + 3 where vintage_id = (select max(vintage_id) from open.vintage)"
            )


@pytest.mark.attack(
    "desk",
    tried="another person's draft, a view shared with another role or district, a withdrawn one: read, changed, followed",
    now="404, as if there were none; changes of a shared one by others are refused",
)
@pytest.mark.parametrize("shared", ["nobody", "commanders", "own district", "other district", "withdrawn"])
def test_a_view_is_seen_by_its_owner_and_by_whom_it_is_shared_with(site: DeskSite, shared: str) -> None:
    roles, districts = {
        "nobody": ([], []), "commanders": (["commander"], []), "own district": (["commander"], [own_area(site)]),
        "other district": (["commander"], [second_area(site)]), "withdrawn": (["commander", "analyst"], []),
    }[shared]  # fmt: skip
    path = saved(site, roles=roles, districts=districts)
    if shared == "withdrawn":
        post(site, "analyst", f"{path}/withdraw", wanted="yes")
    sees = {
        "commander": shared in ("commanders", "own district"), "commander2": shared in ("commanders", "other district"),
        "analyst2": False, "prevention": False, "analyst": True,
    }  # fmt: skip
    for who, seen in sees.items():
        assert (site.as_(who).get(f"{path}/about").status_code == 200) is seen, who
        assert (path in site.as_(who).get("/views").text) is seen, who
        if who == "analyst":
            continue
        for way, form in (("change", {"version": "1", "name": "Mine"}), ("withdraw", {"wanted": "yes"})):
            said = refused(site, who, f"{path}/{way}", **form)
            assert ("is analyst's" if seen else "that you may see") in said
        if not seen:
            assert "that you may see" in refused(site, who, f"{path}/follow", every="daily")
    for who in ("auditor", "admin"):
        assert site.as_(who).get(f"{path}/about").status_code == 403


@pytest.mark.attack(
    "desk",
    tried="SQL with the desk's key and a commander's session: another's drafts, a view in another's name, another's subscription",
    now="no row, or refused by a policy",
)
def test_the_policies_hold_what_a_page_forgets(site: DeskSite) -> None:
    path = saved(site, name="A draft")
    post(site, "analyst", f"{path}/follow", every="daily")
    me = site.door.person_of(hash_token(site.tokens["commander"]))
    assert me is not None
    number = rows(site, "select max(view_id) from desk.saved_view")[0][0]
    with site.door.acting(me) as connection:
        for table in ("saved_view", "view_version", "subscription"):
            found = connection.execute(f"select count(*) from desk.{table} where view_id = %s", [number]).fetchone()  # pyright: ignore
            assert found == (0,), table
        assert connection.execute("update desk.saved_view set name = 'x' where view_id = %s", [number]).rowcount == 0
    for statement in (
        "insert into desk.saved_view (name, page, query, owner) values ('x', 'map', '', 'analyst')",
        f"insert into desk.subscription (view_id, name, every_days) values ({number}, 'analyst2', 1)",
        f"insert into desk.subscription (view_id, name, every_days) values ({number}, 'commander', 1)",
        f"insert into desk.view_version (view_id, version, by, change) values ({number}, 9, 'commander', 'x')",
    ):
        with site.door.pool.connection() as connection, connection.transaction(force_rollback=True):
            connection.execute("select set_config('hotspots.session', %s, true)", [me.token_hash])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]
    with site.door.connection() as connection:  # no session at all
        assert connection.execute("select count(*) from desk.saved_view").fetchone() == (0,)


@pytest.mark.parametrize(
    ("who", "form", "said"),
    [
        ("analyst", {"page": "plans"}, "is not one of map, change, places"),
        ("analyst", {"query": "types=witchcraft"}, "cannot be saved"),
        ("analyst", {"page": "places", "query": "evil=1"}, "reads no 'evil'"),
        ("analyst", {"page": "change", "query": "area=moon:1"}, "there is no 'moon:1'"),
        ("analyst", {"name": "where Mr Miller lives"}, "name of a person"),
        ("analyst", {"roles": ["prevention"]}, "who open Map"),
        ("analyst", {"page": "change", "query": "", "roles": ["admin"]}, "is not one of"),
        ("analyst", {"page": "change", "query": "", "roles": ["commander"], "districts": ["moon:1"]}, "there is no 'moon:1'"),
        ("prevention", {}, "your role does not open Map"),
    ],
)  # fmt: skip
def test_what_cannot_be_saved_is_said(site: DeskSite, who: str, form: dict[str, Any], said: str) -> None:
    given = {"page": "map", "query": "types=theft", "name": "Thefts", "dates": "newest", **form}
    assert said in refused(site, who, "/views/new", **given)


def test_a_save_over_a_newer_version_loses_neither_and_undo_brings_back(site: DeskSite) -> None:
    path = saved(site)
    for version in ("1", "2"):
        post(site, "analyst", f"{path}/change", version=version, name=f"Name {version}", roles=["commander"])
    said = refused(site, "analyst", f"{path}/change", version="2", name="Late", roles=[])
    assert "Name 2" in said and "Late" in said
    post(site, "analyst", f"{path}/withdraw", wanted="yes")
    assert site.as_("commander").get(f"{path}/about").status_code == 404
    button = re.search(r'action="(/undo/\d+)"', site.as_("analyst").get("/views").text)
    assert button is not None and post(site, "analyst", button[1]) == f"{path}/about"
    text = words(site.as_("commander").get(f"{path}/about").text)
    assert "Name 2" in text and "taken back" in text and "shared with commander" in text


def test_followed_views_say_what_their_newest_week_says(site: DeskSite) -> None:
    last = newest(site)
    mapped, changed = saved(site, query="types=theft"), saved(site, page="change", query="", name="All change")
    listed = saved(site, page="places", query="", name="All places")
    for path in (mapped, changed, listed):
        post(site, "analyst", f"{path}/follow", every="weekly")
    text = words(site.as_("analyst").get("/watched").text)
    thefts = rows(
        site,
        "select count(*) from core.incident_version v join core.crime_type t using (crime_type_id) where known_to is null"
        " and t.name = 'theft' and occurred_from >= %s and occurred_from < %s",
        last - timedelta(days=6),
        last + timedelta(days=1),
    )[0][0]
    assert f"{thefts:,} in the 7 days to {last:%a %d %b %Y}" in text
    assert "All change" in text and "0 places, 0 of them saved" in text
    post(site, "analyst", f"{mapped}/follow", every="never")
    assert mapped not in site.as_("analyst").get("/watched").text


class Outbox:
    """Takes mails in place of a mail server."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    def send(self, message: Any) -> None:
        self.mails.append(message)


def test_a_digest_is_a_count_and_a_link_when_its_day_has_come_and_records_came(site: DeskSite) -> None:
    with site.owner.connect() as connection:
        connection.execute("delete from desk.subscription")
        account_id, _ = accounts.find_account(connection, "commander")
        accounts.keep_contact(connection, account_id, "co@example.org")
    path = saved(site, name="Clark and Division", roles=["commander"])
    other = saved(site, name="Two", roles=["commander"])
    for one, every in ((path, "daily"), (other, "weekly")):
        post(site, "commander", f"{one}/follow", every=every)

    def sent() -> list[str]:
        box: Any = Outbox()
        n, problems = send_digests(
            site.owner, box, sender="desk@example.org", service="City", url="https://desk.example/"
        )  # pyright: ignore[reportArgumentType]
        assert (n, problems) == (len(box.mails), [])
        return [one.as_string() for one in box.mails]

    def told(days: int) -> None:
        with site.owner.connect() as connection:
            connection.execute("update desk.subscription set told_at = told_at - make_interval(days => %s)", [days])
            connection.execute("update raw.delivery set loaded_at = now() - interval '1 hour'")

    assert sent() == []  # it began today
    told(1)
    (mail,) = sent()
    assert "1 view that you follow has new records" in mail and "Clark" not in mail and "https://desk.example/" in mail
    assert sent() == []
    told(7)
    (mail,) = sent()
    assert "2 views that you follow have" in mail
    told(7)
    with site.owner.connect() as connection:
        connection.execute("update raw.delivery set loaded_at = now() - interval '30 days'")
    assert sent() == []  # nothing new came
    told(7)
    post(site, "analyst", f"{path}/withdraw", wanted="yes")
    post(site, "analyst", f"{other}/change", version="1", name="Two", roles=[])
    assert sent() == []  # neither is shown to the commander any more
