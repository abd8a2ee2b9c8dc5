"""Partners: what the desk shared and nothing else, by pages, by role, and by the rows of the database themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from hotspots.pipeline.door import sign_in
from hotspots.pipeline.door.second_factor import new_seed
from hotspots.pipeline.partners import accounts
from hotspots.pipeline.partners.digest import send_digests
from hotspots.store.server.connection import open_partners
from hotspots.store.staff.door import Door
from hotspots_dashboard.server.partners import create_partner_server
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site
from tests.desk_people import KEY, PASSWORD, Enrolled, enter, person_of
from tests.live_server import served

WORDS = "The lot by the corner is dark after six; can the lamps be mended by March?"
STAFF = ("analyst", "commander", "prevention", "auditor", "admin")


@dataclass
class Partners:
    """The partners' server with two of them, and the desk that shares."""

    desk: DeskSite
    door: Door
    url: str
    tokens: dict[str, str]
    clients: dict[str | None, httpx.Client]

    def get(self, name: str | None, path: str) -> httpx.Response:
        return self.clients[name].get(path)

    def post(self, name: str | None, path: str, **fields: str) -> httpx.Response:
        return self.clients[name].post(path, data=fields, headers={"Origin": self.url})

    def share(
        self, partner: str, *, by: str = "prevention", title: str = "Dark lot", words: str = WORDS, **more: str
    ) -> httpx.Response:
        fields = {"partner": partner, "kind": "problem", "number": "3", "title": title, "words": words, **more}
        return self.desk.as_(by).post("/shared", data=fields, headers=self.desk.origin)


def add(database: TestDatabase, name: str, email: str) -> str:
    """The invitation of a new partner."""
    with database.owner.connect() as connection:
        return accounts.add(connection, name=name, email=email, person="admin")


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[Partners]:
    with ExitStack() as stack:
        desk = stack.enter_context(desk_site(database))
        door = Door(open_partners(database.settings).open_pool(max_size=3))
        tokens = {}
        for name in ("streets", "licensing"):
            invitation, person = (
                add(database, name, f"{name}@example.org"),
                Enrolled(name, new_seed(), ()),
            )
            sign_in.accept_invitation(
                door,
                invitation,
                password=PASSWORD,
                again=PASSWORD,
                seed=person.seed,
                code=person.code(),
                seed_key=KEY,
                now_s=person.now_s,
            )
            tokens[name] = enter(door, person)
        url = stack.enter_context(served(create_partner_server(door.pool, seed_key=KEY)))
        clients: dict[str | None, httpx.Client] = {
            name: stack.enter_context(
                httpx.Client(
                    base_url=url,
                    headers={"Accept": "text/html", **({"Cookie": f"partners={tokens[name]}"} if name else {})},
                    timeout=60,
                )
            )
            for name in (*tokens, None)
        }
        yield Partners(desk, door, url, tokens, clients)


@pytest.fixture
def owner(database: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with database.owner.connect() as connection:
        connection.execute("truncate share.item, share.reply restart identity cascade")
        connection.execute(
            "insert into desk.problem (problem_id, title, owner, opened_by) overriding system value values (3, 'Dark lot', 'prevention', 'prevention')"
            " on conflict do nothing"
        )
        connection.commit()
        yield connection


@pytest.mark.attack(
    "partners",
    tried="another partner's number, by page and by form",
    now="404, the same as for what never was",
)
def test_a_partner_sees_and_answers_what_was_shared_with_it_and_the_other_nothing(
    site: Partners, owner: psycopg.Connection[Any]
) -> None:
    assert site.share("streets", due="2099-03-01").status_code == 303
    assert "Dark lot" in site.get("streets", "/shared").text and WORDS in site.get("streets", "/shared/1").text
    assert "Nothing is shared with you" in site.get("licensing", "/shared").text
    for answer in (site.get("licensing", "/shared/1"), site.post("licensing", "/shared/1", words="We look at it.")):
        assert answer.status_code == 404 and WORDS not in answer.text
    assert site.post("streets", "/shared/1", words="Two lamps are ordered.").status_code == 303
    assert "Two lamps are ordered." in site.desk.as_("prevention").get("/shared").text
    verbs = [
        verb
        for (verb,) in owner.execute(
            "select verb from audit.event where verb like 'share%' order by event_id"
        ).fetchall()
    ]
    assert verbs[:2] == ["share", "share read"] and verbs[-1] == "share answer"


def test_withdrawing_deletes_the_copy_with_its_answers(site: Partners, owner: psycopg.Connection[Any]) -> None:
    site.share("streets")
    site.post("streets", "/shared/1", words="Two lamps are ordered.")
    assert site.desk.as_("prevention").post("/shared/1/withdraw", headers=site.desk.origin).status_code == 303
    assert site.get("streets", "/shared/1").status_code == 404
    assert owner.execute("select (select count(*) from share.item), (select count(*) from share.reply)").fetchone() == (
        0,
        0,
    )


def test_role_by_route(site: Partners, owner: psycopg.Connection[Any]) -> None:
    site.share("streets")
    assert {role: site.desk.as_(role).get("/shared").status_code for role in STAFF} == {
        "analyst": 403, "commander": 403, "prevention": 200, "auditor": 403, "admin": 403,
    }  # fmt: skip
    for role in STAFF:
        if role != "prevention":
            assert site.share("streets", by=role).status_code == 403
            assert site.desk.as_(role).post("/shared/1/withdraw", headers=site.desk.origin).status_code == 403
    for path in ("/shared", "/shared/1", "/"):
        assert site.get(None, path).status_code == 303
    assert site.post(None, "/shared/1", words="hello there").status_code == 401
    for path in ("/map/", "/briefing", "/concerns", "/data", "/plans", "/shared/1/withdraw"):
        assert site.get("streets", path).status_code == 404, path


@pytest.mark.attack(
    "partners",
    tried="a session of the desk at the partners' server, and the other way round",
    now="sign-in",
)
def test_an_account_of_one_server_opens_nothing_at_the_other(site: Partners) -> None:
    for token, url in ((site.tokens["streets"], site.desk.url), (site.desk.tokens["prevention"], site.url)):
        with httpx.Client(
            base_url=url, headers={"Cookie": f"desk={token}; partners={token}", "Accept": "text/html"}
        ) as client:
            assert client.get("/shared").status_code == 303


@pytest.mark.attack(
    "partners",
    tried="SQL with the partners' key: other rows, forged answers, every other schema",
    now="no row, or no right",
)
def test_rows_in_the_database_itself(site: Partners, owner: psycopg.Connection[Any], database: TestDatabase) -> None:
    site.share("streets", title="For streets")
    site.share("licensing", title="For licensing")
    streets = person_of(site.door, site.tokens["streets"])
    with site.door.acting(streets) as connection:
        assert connection.execute("select title from share.item").fetchall() == [("For streets",)]
        assert connection.execute("select count(*) from share.item where item_id = 2 or true").fetchone() == (1,)
    forged = (
        "insert into share.reply (item_id, by, words) values (2, 'streets', 'x')",
        "insert into share.reply (item_id, by, words) values (1, 'licensing', 'x')",
    )
    forbidden = (
        "delete from share.item", "update share.item set partner = 'streets'", "select * from door.contact", "select * from intake.concern",
        "select * from desk.problem", "select * from core.city", "select * from door.account", "select * from audit.event",
        "insert into share.item (partner, kind, number, title, words, shared_by) values ('streets', 'problem', 1, 'x', 'x', 'x')",
    )  # fmt: skip
    for statement in (*forged, *forbidden):
        with (
            pytest.raises(Exception, match="row-level security|permission denied|allowed|right"),
            site.door.acting(streets) as connection,
        ):
            connection.execute(statement)  # pyright: ignore[reportArgumentType]
    with open_partners(database.settings).connect() as alone:
        assert alone.execute("select count(*) from share.item").fetchone() == (0,)
        alone.execute("select set_config('hotspots.session', 'deadbeef', false)")
        assert alone.execute("select count(*) from share.item").fetchone() == (0,)
    with database.desk.connect() as desk:
        assert desk.execute("select count(*) from share.item").fetchone() == (0,)
    for room in (database.public, database.staff):
        with room.connect() as other, pytest.raises(psycopg.errors.InsufficientPrivilege):
            other.execute("select * from share.item")


REFUSED = [
    ({"words": "Call John Miller at the shop"}, "name of a person"),
    ({"words": "Call 312-555-0199"}, "telephone"),
    ({"kind": "plan"}, "cannot be shared"),
    ({"number": "x"}, "give the number"),
    ({"due": "soon"}, "give a day"),
    ({"partner": "prevention"}, "Choose one of the partners"),
    ({"kind": "concern", "number": "4711"}, "no such concern"),
    ({"number": "4711"}, "no problem"),
    ({"kind": "action", "number": "4711"}, "no action"),
]


@pytest.mark.parametrize(("fields", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_may_not_be_shared_is_refused(
    site: Partners, owner: psycopg.Connection[Any], fields: dict[str, str], said: str
) -> None:
    given = {"partner": "streets", **fields}
    answer = site.share(**given)  # pyright: ignore[reportArgumentType]
    assert answer.status_code in (400, 404) and said in answer.text
    assert owner.execute("select count(*) from share.item").fetchone() == (0,)


def test_markup_of_a_partner_is_shown_as_text_and_foreign_forms_are_refused(
    site: Partners, owner: psycopg.Connection[Any]
) -> None:
    site.share("streets")
    site.post("streets", "/shared/1", words="<script>alert(1)</script> the lamps")
    for page in (site.get("streets", "/shared/1").text, site.desk.as_("prevention").get("/shared").text):
        assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert (
        site.clients["streets"]
        .post("/shared/1", data={"words": "x"}, headers={"Origin": "https://evil.example"})
        .status_code
        == 403
    )


class Outbox:
    """Mails in place of a mail server."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    def send(self, message: Any) -> None:
        self.mails.append(message)


@pytest.mark.attack(
    "partners",
    tried="line breaks in the service's name and in an address, for a header of the digest",
    now="one header, or refused",
)
def test_a_digest_is_a_count_and_a_link_every_two_weeks(
    site: Partners, owner: psycopg.Connection[Any], database: TestDatabase
) -> None:
    site.share("streets")
    site.share("streets", title="Second")
    site.post("streets", "/shared/1", words="Two lamps are ordered.")
    outbox = Outbox()
    told: dict[str, Any] = {
        "sender": "hotspots@example.org",
        "service": "Smallville\r\nBcc: x@example.org",
        "url": "https://partners.example.org/",
    }
    assert send_digests(database.owner, outbox, **told) == (1, [])  # pyright: ignore[reportArgumentType]
    (mail,) = outbox.mails
    assert mail["To"] == "streets@example.org" and mail["Bcc"] is None
    assert mail["Subject"] == "Smallville: 1 of 2 shared items wait for your answer"
    body = mail.get_content()
    assert "2 items are shared with you, 1 of them" in body and "https://partners.example.org/" in body
    assert "Dark lot" not in body and WORDS not in body
    assert send_digests(database.owner, outbox, **told) == (0, [])  # pyright: ignore[reportArgumentType]
    owner.execute("update door.contact set told_at = told_at - interval '14 days'")
    owner.commit()
    assert send_digests(database.owner, outbox, **told) == (1, [])  # pyright: ignore[reportArgumentType]
    for wrong in ("a@example.org\r\nBcc: x@example.org", "not an address"):
        with pytest.raises(Exception, match="address"):
            add(database, "other", wrong)
