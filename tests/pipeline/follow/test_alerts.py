"""Following a place by e-mail, from the form to the last mail: real database, real mail server, real routes."""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from hotspots.api.app import create_api
from hotspots.cli.main import app
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_alerts, open_mailer, open_public
from hotspots.store.subscriptions import SubscriptionDesk, claim
from tests.database import TestDatabase
from tests.live_server import served
from tests.mail_server import Mailbox, mail_server
from tests.open_city_builder import NEWEST_DAY, SmallIncident, build_small_city, small_anchors

# Block 1 stands at 447500 4636200: in the cell 895:9272, which with its margin reaches 250 m to 1250 m east of the city's corner
# and 250 m south to 750 m north of it.
CELL, WITH_MARGIN = "895:9272", (250, -250, 1250, 750)
HERE, ELSEWHERE = 1, 4  # anchors


@dataclass
class World:
    database: TestDatabase
    client: httpx.Client
    box: Mailbox
    newest_day: date = NEWEST_DAY

    def ask(self, email: str, **wish: object) -> httpx.Response:
        place = {} if "area" in wish else {"cell": CELL}
        return self.client.post("/subscriptions", json={"email": email, "when": "every", **place, **wish})

    def send(self, *options: str, failing: bool = False, url: str | None = None) -> dict[str, int]:
        settings = self.database.settings
        variables = {
            "HOTSPOTS_HOME": str(settings.home),
            "HOTSPOTS_DATABASE_URL": self.database.owner.dsn,
            "HOTSPOTS_SMTP_URL": url or self.box.url,
            "HOTSPOTS_MAIL_FROM": "alerts@city.example",
            "HOTSPOTS_PUBLIC_URL": "https://map.city.example",
        }
        result = CliRunner().invoke(app, ["alerts", "send", "--json", *options], env=variables)
        assert result.exit_code == (2 if failing else 0), result.output
        return json.loads(result.stdout)

    def publish(self, *, days: int, incidents: dict[int, int]) -> None:
        """A publication that brings `days` more days, with so many incidents at each of these anchors."""
        self.newest_day += timedelta(days=days)
        with self.database.owner.connect() as owner:
            owner.execute(
                "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
                " select known_on, first_day, %s, incidents, labels_version from open.vintage order by vintage_id desc limit 1",
                [self.newest_day],
            )
            for anchor_id, n in incidents.items():
                for _ in range(n):
                    owner.execute(
                        "insert into open.incident values (%s, %s, %s, 14, 3, 1, false)",
                        [uuid.uuid4(), anchor_id, self.newest_day],
                    )

    def stored(self, columns: str = "email") -> list[tuple[object, ...]]:
        with self.database.owner.connect() as owner:
            return owner.execute(
                f"select {columns} from alerts.subscription order by subscription_id".encode()
            ).fetchall()

    def follow(self, email: str, **wish: object) -> None:
        """Ask and confirm."""
        assert self.ask(email, **wish).status_code == 202
        assert self.send()["asked"] == 1
        (mail,) = self.box.take()
        assert self.client.post(path_of(link(mail, "confirm"))).status_code == 200


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection, seed=11, n_incidents=300)


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def world(database: TestDatabase, city: list[SmallIncident], box: Mailbox) -> Iterator[World]:
    with (
        open_public(database.settings).open_pool(max_size=2) as public,
        open_alerts(database.settings).open_pool(max_size=2) as alerts,
    ):
        api = create_api(OpenReader(public), desk=SubscriptionDesk(alerts))
        with served(api) as url, httpx.Client(base_url=url, timeout=60) as client:
            box.mails, box.refused = [], set()
            yield World(database, client, box)
    with database.owner.connect() as owner:
        owner.execute("delete from alerts.subscription")
        owner.execute("delete from open.incident where day > %s", [NEWEST_DAY])
        owner.execute("delete from open.vintage where vintage_id > 1")


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def link(mail: EmailMessage, verb: str) -> str:
    (found,) = set(re.findall(rf"https://\S+/api/subscriptions/{verb}\S+", body(mail)))
    return found


def path_of(url: str) -> str:
    """As the interface is asked that is not mounted under /api here."""
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == "https://map.city.example"
    return f"{parts.path.removeprefix('/api')}?{parts.query}"


def test_from_the_form_to_the_last_mail(world: World) -> None:
    assert world.ask("ann@example.org").status_code == 202
    assert world.box.take() == []
    assert world.send()["asked"] == 1
    (question,) = world.box.take()
    assert (question["To"], question["From"]) == ("ann@example.org", "Smallville incident map <alerts@city.example>")
    confirm = path_of(link(question, "confirm"))

    page = world.client.get(confirm)  # as a scanner of mails does
    assert page.status_code == 200 and '<form method="post"><button>Confirm</button></form>' in page.text
    assert world.stored("confirmed_at") == [(None,)]
    assert world.send()["asked"] == 0

    assert "Your alerts are confirmed" in world.client.post(confirm).text
    world.publish(days=3, incidents={HERE: 4, ELSEWHERE: 5})
    assert world.send()["told"] == 1
    (alert,) = world.box.take()
    assert alert["Subject"] == "4 reported incidents in a square of 1 km, Police beat 11"
    assert body(alert).count("Burglary, 1000 block of N State St") == 4
    assert "1 January 2018 to 3 January 2018" in body(alert)
    assert world.send()["told"] == 0  # the same publication is told once
    assert world.box.take() == []

    one_click = path_of(alert["List-Unsubscribe"].strip("<>"))
    assert alert["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert '<form method="post"><button>Delete</button></form>' in world.client.get(one_click).text
    assert world.stored() == [("ann@example.org",)]
    for _ in range(2):  # a mail program posts without cookies and origin, in either form, and perhaps twice
        assert world.client.post(one_click, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert world.client.post(one_click, files={"List-Unsubscribe": (None, "One-Click")}).status_code == 200
        assert world.stored() == []
    world.publish(days=1, incidents={HERE: 1})
    assert world.send()["told"] == 0


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_address_that_deletes_stands_bare_on_one_line(world: World, lang: str) -> None:
    """Looked at as bytes: a library that reads the mail also reads what no mail program does."""
    assert world.ask("ann@example.org", lang=lang).status_code == 202
    assert world.send()["asked"] == 1
    (mail,) = world.box.take()
    (line,) = [one for one in world.box.newest.split(b"\r\n") if one.lower().startswith(b"list-unsubscribe:")]
    assert re.fullmatch(rb"List-Unsubscribe: <https://map\.city\.example/api/subscriptions/delete\?[!-~]+>", line)
    assert link(mail, "delete").encode() in line
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in world.box.newest
    assert all(len(one) <= 76 for one in re.findall(rb"=\?\S+\?=", world.box.newest))


def test_addresses_with_a_plus_count_as_one(world: World) -> None:
    for email in (
        "bob@example.org",
        "bob+1@example.org",
        "Bob+two@Example.org",
        "bob+3@example.org",
        "bob+@example.org",
    ):
        assert world.ask(email).status_code == 202
    assert world.ask("b+ob@example.org").status_code == 202  # another person's
    assert world.send()["asked"] == 4
    asked = [mail["To"] for mail in world.box.take()]
    assert asked == ["bob@example.org", "bob+1@example.org", "Bob+two@Example.org", "b+ob@example.org"]


def test_a_mail_tells_what_lies_in_the_cell_and_its_margin(world: World) -> None:
    world.follow("ann@example.org")
    anchors = [one for one in small_anchors() if one.status == "located"]
    west, south, east, north = WITH_MARGIN
    inside = [one for one in anchors if one.x and one.y and west <= one.x <= east and south <= one.y <= north]
    assert 0 < len(inside) < len(anchors)
    world.publish(days=1, incidents={one.anchor_id: 1 for one in anchors})
    world.send()
    (alert,) = world.box.take()
    assert sorted(re.findall(r"Burglary, (.*)$", body(alert), flags=re.MULTILINE)) == sorted(one.name for one in inside)
    (page,) = re.findall(r"https://map.city.example/\?\S+", body(alert))
    assert parse_qs(urlsplit(page).query).keys() == {"from", "to", "polygon", "vintage"}


def test_what_is_stored_is_a_cell_or_an_area_and_nothing_finer(world: World) -> None:
    cell = world.client.get("/subscriptions/cell", params={"at": "1"}).json()
    assert cell["cell"] == CELL
    world.ask("ann@example.org", cell=cell["cell"], types=["theft", "burglary"])
    world.ask("bob@example.org", area=5, cell=None, when="unusual", lang="es")
    assert world.stored("email, lang, cell_x, cell_y, area_kind, area_code, crime_types, only_unusual") == [
        ("ann@example.org", "en", 895, 9272, None, None, ["burglary", "theft"], False),
        ("bob@example.org", "es", None, None, "community_area", "West", [], True),
    ]


def test_without_news_there_is_no_mail_and_its_days_are_told_with_the_next(world: World) -> None:
    world.follow("ann@example.org")
    world.publish(days=2, incidents={ELSEWHERE: 3})
    assert world.send()["quiet"] == 1
    world.publish(days=1, incidents={HERE: 1})
    assert world.send()["told"] == 1
    (alert,) = world.box.take()
    assert "1 January 2018 to 3 January 2018" in body(alert)


def test_an_unusual_week_is_told_and_a_usual_one_is_not(world: World) -> None:
    world.follow("ann@example.org", when="unusual", types=["burglary"])
    world.publish(days=6, incidents={HERE: 30})
    assert world.send()["quiet"] == 1  # a week is judged when it is over
    world.publish(days=1, incidents={})
    assert world.send()["told"] == 1
    (alert,) = world.box.take()
    assert re.search(r"30 reported incidents; usual here are \d+ to \d+\.", body(alert))
    world.publish(days=7, incidents={HERE: 4})
    assert world.send() == {"asked": 0, "told": 0, "quiet": 1, "gone": 0, "failed": 0, "forgotten": 0, "unclear": 0}


def test_weeks_of_a_gap_are_not_told_as_quiet_and_a_mail_says_which_days_are_not_known(world: World) -> None:
    """Two weeks without a delivery, where five a week are usual, are no unusual weeks; the mail of the next days names them."""
    for _ in range(3):
        world.publish(days=7, incidents={HERE: 5})
    world.follow("weekly@example.org", when="unusual")
    world.follow("every@example.org")
    first = world.newest_day + timedelta(days=1)
    world.publish(days=15, incidents={HERE: 5})
    with world.database.owner.connect() as owner:
        owner.execute(
            "update open.vintage set gaps = datemultirange(daterange(%s, %s)) where vintage_id = (select max(vintage_id) from open.vintage)",
            [first, first + timedelta(days=14)],
        )
    assert world.send()["told"] == 1
    (mail,) = world.box.take()
    assert mail["To"] == "every@example.org"
    assert "There are data for 1 of these 15 days" in " ".join(body(mail).split())


def test_a_mail_that_the_server_refuses_is_due_with_the_next_run(world: World) -> None:
    world.follow("ann@example.org")
    world.publish(days=1, incidents={HERE: 2})
    world.box.refused = {"ann@example.org"}
    assert world.send(failing=True)["failed"] == 1
    assert world.send("--dry-run")["told"] == 1
    world.box.refused = set()
    assert world.send()["told"] == 1
    assert len(world.box.take()) == 1


def test_a_mail_server_that_is_down_loses_nothing(world: World) -> None:
    world.ask("ann@example.org")
    assert world.send(failing=True, url="smtp://127.0.0.1:9")["failed"] == 1
    assert world.send()["asked"] == 1


def test_what_a_killed_run_left_in_the_air_is_not_sent_twice_and_its_days_come_later(world: World) -> None:
    world.follow("ann@example.org")
    world.publish(days=1, incidents={HERE: 2})
    with world.database.owner.connect() as owner:
        (number, vintage) = owner.execute(
            "select (select subscription_id from alerts.subscription), (select max(vintage_id) from open.vintage)"
        ).fetchone()  # pyright: ignore[reportGeneralTypeIssues]
    with open_mailer(world.database.settings).connect() as connection:
        assert claim(connection, number, vintage_id=vintage, token="written down, then killed")
    done = world.send()
    assert (done["told"], done["unclear"]) == (0, 1)
    world.publish(days=1, incidents={HERE: 1})
    assert world.send()["told"] == 1
    (alert,) = world.box.take()
    assert alert["Subject"].startswith("3 reported incidents")


def test_a_dry_run_sends_and_writes_nothing(world: World) -> None:
    world.ask("ann@example.org")
    with world.database.owner.connect() as owner:
        owner.execute(
            "insert into alerts.subscription (email, lang, cell_x, cell_y, only_unusual, asked_at) values ('old@example.org', 'en', 1, 1, true, now() - interval '3 days')"
        )
    assert world.send("--dry-run")["asked"] == 1
    assert world.box.take() == []
    assert len(world.stored()) == 2
    assert world.send()["forgotten"] == 1
    assert world.stored() == [("ann@example.org",)]


def test_mails_and_pages_speak_spanish(world: World) -> None:
    world.ask("ana@example.org", lang="es", area=7)
    world.send()
    (question,) = world.box.take()
    assert question["Subject"] == "Por favor, confirme: avisos sobre incidentes reportados"
    assert question["Content-Language"] == "es-419"
    assert '<html lang="es-419">' in body(question, "html")
    assert str(question["From"]) == "Mapa de incidentes de Smallville <alerts@city.example>"
    assert "en Distrito municipal 1" in " ".join(body(question).split())
    page = world.client.get(path_of(link(question, "confirm"))).text
    assert '<html lang="es-419">' in page and "Confirmar" in page
    assert world.client.post(path_of(link(question, "confirm"))).status_code == 200
    world.publish(days=1, incidents={HERE: 1})
    world.send()
    (alert,) = world.box.take()
    assert "- 1 ene 2018, 14:00: Robo en inmuebles, Cuadra 1000 de N State St" in body(alert)


def test_words_of_the_agency_cannot_break_a_mail(world: World) -> None:
    with world.database.owner.connect() as owner:
        owner.execute("update open.area set name = '<b>11</b> & co' where code = '11'")
    try:
        world.follow("ann@example.org", area=1)
        world.publish(days=1, incidents={HERE: 1})
        world.send()
        (alert,) = world.box.take()
        assert "&lt;b&gt;11&lt;/b&gt; &amp; co" in body(alert, "html") and "<b>11" not in body(alert, "html")
        assert "<b>11</b> & co" in body(alert)
    finally:
        with world.database.owner.connect() as owner:
            owner.execute("update open.area set name = code where code = '11'")
