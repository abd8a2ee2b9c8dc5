"""Reminders and digests over a real mail server: counts and a link, once in their time, ended by the page that the mail names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from hotspots.domain.city_clock import today as city_today
from hotspots.store.server.connection import open_partners
from hotspots_dashboard.server.desk import create_desk_server
from hotspots_dashboard.server.partners import create_partner_server
from tests.database import TestDatabase
from tests.desk_people import KEY, claim_accounts
from tests.live_server import served
from tests.mail_server import Mailbox, mail_server

SECRET = "Dark lot behind the cinema"
PARTNERS, DESK = "https://partners.city.example/", "https://desk.city.example/"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def run(database: TestDatabase, box: Mailbox, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    for name, value in (
        ("HOTSPOTS_HOME", str(database.settings.home)), ("HOTSPOTS_DATABASE_URL", str(database.owner.dsn)), ("HOTSPOTS_SMTP_URL", box.url),
        ("HOTSPOTS_MAIL_FROM", "desk@city.example"), ("HOTSPOTS_PARTNERS_URL", PARTNERS), ("HOTSPOTS_STAFF_URL", DESK),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    claim_accounts(database.owner, boss="admin", carer="prevention", kim="commander", away="analyst")

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return command


def stop_page(header: str, root: str) -> str:
    """Path and query of the page that a mail's `List-Unsubscribe` names."""
    found = re.fullmatch(rf"<{re.escape(root)}(mails/stop\?key=[0-9a-f-]{{36}})>", header)
    assert found is not None, header
    return f"/{found[1]}"


def one_click(raw: bytes, root: str) -> str:
    """Path and query that one click of a mail program posts to, read from the bytes that left; RFC 8058 asks for both fields, over https."""
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    (address,) = [line for line in head if line.lower().startswith(b"list-unsubscribe:")]
    (click,) = [line for line in head if line.lower().startswith(b"list-unsubscribe-post:")]
    assert click == b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    return stop_page(address.decode("ascii").removeprefix("List-Unsubscribe: "), root)


CLICKS = (
    {"content": b"List-Unsubscribe=One-Click", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    {"files": {"List-Unsubscribe": (None, "One-Click")}},
)


def stop(server: object, page: str, *, kept: Callable[[], int], by: str) -> None:
    """End the mails, by the button or by one click; following the link, and a request of another site, change nothing."""
    before = kept()
    with served(server) as url, httpx.Client(base_url=url) as client:
        for _ in range(2):
            asked = client.get(page)
            assert asked.status_code == 200 and "Send no more" in asked.text
            assert client.head(page).status_code == 200
        key = page.partition("=")[2]
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "none"},
        ):
            for path, data in (("/mails/stop", {"key": key}), (page, {"List-Unsubscribe": "One-Click"})):
                assert client.post(path, data=data, headers=headers).status_code == 403, headers
        for wrong in ("/mails/stop", "/mails/stop?key=", "/mails/stop?key=x"):
            assert client.post(wrong, data={"List-Unsubscribe": "One-Click"}).status_code == 400
        never = client.post(f"/mails/stop?key={uuid4()}", data={"List-Unsubscribe": "One-Click"})
        for elsewhere in ("/sign-in", "/sign-out", "/people"):  # no other act is let through without an origin
            assert client.post(elsewhere, data={"key": key}).status_code == 403
        assert kept() == before
        if by == "button":
            answers = [client.post("/mails/stop", data={"key": key}, headers={"Origin": url}) for _ in range(2)]
        else:  # with a cookie that means nothing, as a program of somebody who is signed in might send it
            answers = [
                client.post(page, **{**click, "headers": {**click.get("headers", {}), "Cookie": "desk=x"}})
                for click in (*CLICKS, *CLICKS)
            ]  # pyright: ignore[reportArgumentType]
        assert {one.status_code for one in answers} == {200} and kept() == before - 1
        told = {one.text.replace(key, "KEY") for one in answers}
        assert told == {re.sub("[0-9a-f-]{36}", "KEY", never.text)}  # tells nobody whether a key was good


def addresses(database: TestDatabase) -> int:
    """How many addresses are kept, by SQL of its own."""
    with database.owner.connect() as connection:
        row = connection.execute("select count(*) from door.contact").fetchone()
    assert row is not None
    return row[0]


def test_a_partners_digest_is_sent_every_two_weeks_until_it_is_ended(run, box: Mailbox, database: TestDatabase) -> None:  # type: ignore[no-untyped-def]
    assert run("partner", "add", "streets", "--as", "boss", "--email", "lights@example.org").exit_code == 0
    assert run("partner", "add", "parks", "--as", "boss", "--email", "gone@example.org").exit_code == 0
    with database.owner.connect() as connection:
        for partner in ("streets", "streets", "parks"):
            connection.execute(
                "insert into share.item (partner, kind, number, title, words, shared_by) values (%s, 'problem', 3, %s, %s, 'carer')",
                [partner, SECRET, f"{SECRET}: four lamps are out."],
            )
        connection.execute("insert into share.reply (item_id, by, words) values (1, 'streets', 'Ordered.')")
    box.refused = {"gone@example.org"}
    sent = run("partner", "digest")
    assert "Digests sent: 1." in sent.output and sent.exit_code != 0
    assert "parks: the mail server refuses the address (550)" in sent.output and "gone@example.org" not in sent.output
    (mail,) = box.take()
    assert (mail["To"], mail["Subject"]) == ("lights@example.org", "hotspots: 1 of 2 shared items wait for your answer")
    body = mail.get_content()
    assert "2 items are shared with you, 1 of them have no answer yet." in body and PARTNERS in body
    assert (
        SECRET not in box.newest.decode()
        and "lamps" not in box.newest.decode()
        and "Ordered" not in box.newest.decode()
    )
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Message-ID"] and mail["Date"]
    one_click(box.newest, PARTNERS)  # bare and on one line each

    box.refused = set()
    assert "Digests sent: 1." in run("partner", "digest").output  # the one that did not leave, and no other
    assert [one["To"] for one in box.take()] == ["gone@example.org"]
    with database.owner.connect() as connection:
        connection.execute("update door.contact set told_at = told_at - interval '13 days 23 hours'")
    assert "Digests sent: 0." in run("partner", "digest").output
    with database.owner.connect() as connection:
        connection.execute("update door.contact set told_at = told_at - interval '1 hour'")
    assert "Digests sent: 2." in run("partner", "digest").output
    page = stop_page({one["To"]: one["List-Unsubscribe"] for one in box.take()}["lights@example.org"], PARTNERS)
    for by in ("button", "one click"):
        server = create_partner_server(open_partners(database.settings).open_pool(max_size=2), seed_key=KEY)
        stop(server, page, kept=lambda: addresses(database), by=by)
        if by == "button":  # an address that is entered anew gets a key of its own
            assert run("partner", "email", "streets", "--as", "boss", "--address", "new@example.org").exit_code == 0
            with database.owner.connect() as connection:
                row = connection.execute(
                    "select stop_key from door.contact join door.account using (account_id) where name = 'streets'"
                ).fetchone()
            assert row is not None and str(row[0]) not in page
            page = f"/mails/stop?key={row[0]}"
    with database.owner.connect() as connection:
        assert connection.execute("select name from door.contact join door.account using (account_id)").fetchall() == [
            ("parks",)
        ]
    assert run("partner", "email", "streets", "--as", "boss", "--address", "new@example.org").exit_code == 0
    with (
        database.owner.connect() as connection
    ):  # another address gets another key: old mails end nothing at the new one
        keys = "select stop_key from door.contact join door.account using (account_id) where name = 'streets'"
        before = connection.execute(keys).fetchone()
    for address, is_same in (("new@example.org", True), ("newer@example.org", False), ("new@example.org", False)):
        assert run("partner", "email", "streets", "--as", "boss", "--address", address).exit_code == 0
        with database.owner.connect() as connection:
            assert (connection.execute(keys).fetchone() == before) is is_same
    assert run("partner", "email", "parks", "--as", "boss").exit_code == 0
    assert run("partner", "email", "parks", "--as", "boss", "--address", "no address").exit_code == 2
    with database.owner.connect() as connection:
        assert connection.execute(
            "select name, email from door.contact join door.account using (account_id)"
        ).fetchall() == [("streets", "new@example.org")]


def test_staff_are_reminded_once_a_week_of_what_is_their_own(run, box: Mailbox, database: TestDatabase) -> None:  # type: ignore[no-untyped-def]
    today = city_today("UTC")
    for name in ("carer", "kim", "away"):
        assert run("user", "email", name, "--address", f"{name}@city.example").exit_code == 0
    assert run("user", "email", "carer", "--address", "a@b.example\r\nBcc: x@y.example").exit_code == 2
    for title, owner, days in (
        ("Late", "carer", -2), ("Soon", "carer", 3), ("Soon too", "carer", 6), ("Far", "carer", 30), ("Closed", "carer", -9), ("Far too", "kim", 30),
        ("Of one away", "away", -1),
    ):  # fmt: skip
        opened = run(
            "problem",
            "open",
            "--as",
            "carer",
            "--title",
            title,
            "--owner",
            owner,
            "--due",
            str(today + timedelta(days=days)),
        )
        assert opened.exit_code == 0, opened.output
    with database.owner.connect() as connection:
        connection.execute("update desk.problem set state = 'closed', closed_reason = 'moved' where title = 'Closed'")
        connection.execute("update door.account set disabled_at = now() where name = 'away'")
    assert "Reminders sent: 1." in run("problem", "remind").output
    (mail,) = box.take()
    assert (mail["To"], mail["Subject"]) == ("carer@city.example", "hotspots: 1 overdue, 2 due within a week")
    assert "Overdue: 1 of your problems, actions and concerns." in mail.get_content() and DESK in mail.get_content()
    assert not any(title in box.newest.decode() for title in ("Late", "Soon"))
    assert "Reminders sent: 0." in run("problem", "remind").output
    with database.owner.connect() as connection:
        connection.execute("update door.contact set told_at = told_at - interval '7 days'")
    assert "Reminders sent: 1." in run("problem", "remind").output
    page = one_click(box.newest, DESK)
    assert page == stop_page(box.take()[0]["List-Unsubscribe"], DESK)
    server = create_desk_server(database.desk.open_pool(max_size=4), seed_key=KEY)
    stop(server, page, kept=lambda: addresses(database), by="one click")
    with database.owner.connect() as connection:
        connection.execute("update door.contact set told_at = null")
        left = connection.execute(
            "select name from door.contact join door.account using (account_id) where process = 'staff' order by 1"
        ).fetchall()
    assert left == [("away",), ("kim",)]
    assert "Reminders sent: 0." in run("problem", "remind").output
    assert run("user", "email", "kim").exit_code == 0
    with database.owner.connect() as connection:
        assert connection.execute(
            "select count(*) from door.contact join door.account using (account_id) where process = 'staff'"
        ).fetchone() == (1,)


def test_without_a_mail_server_both_say_what_is_missing(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.delenv("HOTSPOTS_SMTP_URL")
    for words in (("partner", "digest"), ("problem", "remind")):
        refused = run(*words)
        assert refused.exit_code == 2 and "need HOTSPOTS_SMTP_URL and HOTSPOTS_MAIL_FROM" in " ".join(
            refused.output.split()
        )
