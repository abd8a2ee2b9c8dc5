"""Following a place by e-mail in the browser: the form, a real mail server, the pages behind the links of the mails."""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.store.server.connection import open_alerts, open_public
from hotspots.store.subscriptions import SubscriptionDesk
from hotspots_dashboard.server.app import create_server
from tests.browser.conftest import watched
from tests.browser.reading import Site, open_map
from tests.browser.test_access import violations
from tests.database import TestDatabase
from tests.live_server import served
from tests.mail_server import Mailbox, mail_server
from tests.open_city_builder import build_small_city

PLACE = "?at=1&radius=800&types=theft"


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[Site]:
    """The small city's public map with e-mail alerts on."""
    with database.owner.connect() as connection:
        build_small_city(connection)
    public, alerts = open_public(database.settings), open_alerts(database.settings)
    desk = SubscriptionDesk(alerts.open_pool(min_size=0, max_size=2))
    with served(create_server(public.open_pool(), desk=desk)) as url:
        yield Site(url=url, database=database)


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.mark.parametrize("language", ["en", "es"])
def test_somebody_follows_a_place_and_leaves_again(
    open_context: Callable[..., BrowserContext], site: Site, box: Mailbox, language: str
) -> None:
    words = WORDS[language]
    for page in watched(open_context(locale="en-US" if language == "en" else "es-MX").new_page()):
        open_map(page, site, PLACE)
        page.locator("summary", has_text=words["follow"]).click()
        page.get_by_label(words["email"]).fill(f"{language}@example.org")
        page.get_by_role("button", name=words["ask"]).click()
        expect(page.locator(".subscribe [role=status]")).to_contain_text(words["asked"])
        expect(page.get_by_label(words["email"])).to_have_value("")
        assert violations(page) == [], "the form, sent"
        assert subscriptions(site) == [(f"{language}@example.org", language, False)]

        (question,) = send(site, box)
        assert question["To"] == f"{language}@example.org"
        read(page, link(question, "confirm"), words["confirm"])
        assert subscriptions(site) == [(f"{language}@example.org", language, False)], "only the button confirms"
        press(page, words["confirm_button"], words["confirmed"])
        assert subscriptions(site) == [(f"{language}@example.org", language, True)]

        bring_theft_nearby(site)
        (alert,) = send(site, box)
        assert alert["To"] == f"{language}@example.org"
        read(page, link(alert, "delete"), words["delete"])
        press(page, words["delete_button"], words["deleted"])
        assert subscriptions(site) == []
        page.get_by_role("link", name=words["map"]).click()
        expect(page.locator(".answer-number")).to_be_visible()


def test_a_link_that_is_too_old_says_so(open_context: Callable[..., BrowserContext], site: Site) -> None:
    page = open_context(color_scheme="dark").new_page()  # not watched: the browser notes the page's 404 in its console
    read(page, f"{site.url}/api/subscriptions/confirm?token=gone&lang=en", "Confirm your alerts")
    press(page, "Confirm", "This link does not work any more")


WORDS = {
    "en": {
        "follow": "Follow", "email": "Tell me by e-mail at", "ask": "Ask for mails", "asked": "a mail with a link is on its way",
        "confirm": "Confirm your alerts", "confirm_button": "Confirm", "confirmed": "Your alerts are confirmed",
        "delete": "Delete your alerts", "delete_button": "Delete", "deleted": "Your alerts are deleted", "map": "To the map",
    },
    "es": {
        "follow": "Seguir", "email": "Avisarme por correo a", "ask": "Pedir correos", "asked": "pronto recibirá un correo",
        "confirm": "Confirme sus avisos", "confirm_button": "Confirmar", "confirmed": "Sus avisos están confirmados",
        "delete": "Borre sus avisos", "delete_button": "Borrar", "deleted": "Sus avisos están borrados", "map": "Al mapa",
    },
}  # fmt: skip


def read(page: Page, address: str, heading: str) -> None:
    """Follow a link of a mail to the page with this heading."""
    page.goto(address)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert violations(page) == [], heading


def press(page: Page, button: str, heading: str) -> None:
    """Press the page's button, which leads to the page with this heading."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert violations(page) == [], heading


def send(site: Site, box: Mailbox) -> list[EmailMessage]:
    """Run the sending command; the mails that arrived."""
    variables = {
        "HOTSPOTS_HOME": str(site.database.settings.home),
        "HOTSPOTS_DATABASE_URL": site.database.owner.dsn,
        "HOTSPOTS_SMTP_URL": box.url,
        "HOTSPOTS_MAIL_FROM": "alerts@city.example",
        "HOTSPOTS_PUBLIC_URL": site.url,
    }
    result = CliRunner().invoke(app, ["alerts", "send"], env=variables)
    assert result.exit_code == 0, result.output
    return box.take()


def link(mail: EmailMessage, verb: str) -> str:
    """The address in the mail's text that confirms or deletes."""
    part = mail.get_body(("plain",))
    assert part is not None
    (found,) = set(re.findall(rf"http://\S+/api/subscriptions/{verb}\S+", part.get_content()))
    return found


def subscriptions(site: Site) -> list[tuple[object, ...]]:
    """Address, language and whether it is confirmed, of all that is kept."""
    with site.database.owner.connect() as owner:
        return owner.execute("select email, lang, confirmed_at is not null from alerts.subscription").fetchall()


def bring_theft_nearby(site: Site) -> None:
    """A publication one day newer than the last, with one theft at the anchor of gazetteer entry 1."""
    with site.database.owner.connect() as owner:
        owner.execute(
            "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
            " select known_on, first_day, newest_day + 1, incidents, labels_version from open.vintage order by vintage_id desc limit 1"
        )
        owner.execute(
            "insert into open.incident select gen_random_uuid(), 1, (select max(newest_day) from open.vintage), 14, crime_type_id, 1, false"
            " from open.crime_type where name = 'theft'"
        )
