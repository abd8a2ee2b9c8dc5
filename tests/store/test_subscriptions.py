"""What the two keys of schema `alerts` can and cannot do, by trying."""

from collections.abc import Iterator

import psycopg
import pytest

from hotspots.domain.subscription import Cell, Wish
from hotspots.store import subscriptions
from hotspots.store.server.connection import Database, open_alerts, open_mailer
from hotspots.store.subscriptions import SubscriptionDesk
from tests.database import TestDatabase

WISH = Wish("en", Cell(894, 9272), None, ("burglary",), only_unusual=False)
TOKEN, OTHER_TOKEN = "a-token-nobody-guesses", "the-token-of-somebody-else"


@pytest.fixture(scope="module")
def alerts(database: TestDatabase) -> Database:
    return open_alerts(database.settings)


@pytest.fixture(scope="module")
def mailer(database: TestDatabase) -> Database:
    return open_mailer(database.settings)


@pytest.fixture
def desk(alerts: Database, database: TestDatabase) -> Iterator[SubscriptionDesk]:
    """A desk with two people's subscriptions, each with a mail that went out."""
    with alerts.open_pool(max_size=1) as pool:
        desk = SubscriptionDesk(pool)
        desk.add("ann@example.org", WISH)
        desk.add("bob@example.org", WISH)
        with open_mailer(database.settings).connect() as connection:
            for one, token in zip(subscriptions.unasked(connection), (TOKEN, OTHER_TOKEN), strict=True):
                subscriptions.claim(connection, one.subscription_id, vintage_id=None, token=token)
        yield desk
    with database.owner.connect() as owner:
        owner.execute("delete from alerts.subscription")


def stored(database: TestDatabase) -> list[tuple[str, bool]]:
    with database.owner.connect() as owner:
        return owner.execute(
            "select email, confirmed_at is not null from alerts.subscription order by email"
        ).fetchall()


ALERTS_MAY_NOT = [
    "select email from alerts.subscription",
    "select * from alerts.subscription",
    "select told_through from alerts.subscription",
    "delete from alerts.subscription where email = 'ann@example.org'",
    "delete from alerts.subscription returning email",
    "update alerts.subscription set email = 'eve@example.org'",
    "update alerts.subscription set told_through = now()",
    "insert into alerts.subscription (email, lang, cell_x, cell_y, only_unusual) values ('a@b.c', 'en', 1, 1, true) returning email",
    "insert into alerts.subscription (email, lang, cell_x, cell_y, only_unusual, confirmed_at) values ('a@b.c', 'en', 1, 1, true, now())",
    "insert into alerts.subscription (email, lang, cell_x, cell_y, only_unusual) values ('a@b.c', 'en', 1, 1, true)"
    " on conflict (lower(email), cell_x, cell_y, area_kind, area_code, crime_types, only_unusual) do nothing",
    "insert into alerts.mail (subscription_id, token_hash) values (1, 'x')",
    "delete from alerts.mail",
    "update alerts.mail set token_hash = 'x'",
    "truncate alerts.subscription cascade",
    "alter table alerts.subscription disable row level security",
    "create policy mine on alerts.subscription using (true)",
    "create table alerts.t (i int)",
    "create function public.f() returns int language sql as 'select 1'",
    "create temporary table t (i int)",
    "select * from open.incident",
    "select * from open.city",
    "select * from core.incident_version",
    "select * from raw.incident_row",
    "select * from audit.event",
    "insert into audit.event (verb) values ('x')",
    "set role hotspots_mailer",
    "set role hotspots_public",
    "set session authorization hotspots_owner",
    "select pg_read_file('/etc/passwd')",
    "copy alerts.subscription to program 'cat'",
    "select lo_create(0)",
]  # fmt: skip


@pytest.mark.parametrize("statement", ALERTS_MAY_NOT)
def test_the_key_that_adds_subscriptions_is_refused(desk: SubscriptionDesk, alerts: Database, statement: str) -> None:
    with alerts.connect(autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "delete from alerts.subscription",
        "update alerts.subscription set confirmed_at = now()",
        "delete from alerts.subscription where subscription_id between 1 and 100000",
    ],
)
def test_without_a_token_it_reaches_no_subscription(
    desk: SubscriptionDesk, alerts: Database, database: TestDatabase, statement: str
) -> None:
    before = stored(database)
    with alerts.connect(autocommit=True) as connection:
        for unset in ("", "not-a-token"):
            connection.execute("select set_config('hotspots.token', %s, false)", [unset])
            assert connection.execute(statement.encode()).rowcount == 0
            assert connection.execute("select count(*) from alerts.mail").fetchone() == (0,)
            assert connection.execute("select count(subscription_id) from alerts.subscription").fetchone() == (0,)
    assert stored(database) == before


def test_with_a_token_it_reaches_that_one_only(
    desk: SubscriptionDesk, alerts: Database, database: TestDatabase
) -> None:
    with alerts.connect() as connection:
        connection.execute("select set_config('hotspots.token', %s, true)", [TOKEN])
        assert connection.execute("delete from alerts.subscription").rowcount == 1
    assert stored(database) == [("bob@example.org", False)]


def test_what_is_asked_for_again_changes_nothing_and_says_the_same(
    desk: SubscriptionDesk, database: TestDatabase
) -> None:
    assert desk.confirm(TOKEN)
    before = stored(database)
    assert desk.add("ann@example.org", WISH) is None
    assert desk.add("ANN@example.org", WISH) is None
    assert stored(database) == before == [("ann@example.org", True), ("bob@example.org", False)]


def test_a_token_confirms_and_deletes_and_is_then_worth_nothing(desk: SubscriptionDesk, database: TestDatabase) -> None:
    assert not desk.confirm("guessed")
    assert desk.confirm(TOKEN) and desk.confirm(TOKEN)
    desk.delete("guessed")
    desk.delete(TOKEN)
    assert stored(database) == [("bob@example.org", False)]
    assert not desk.confirm(TOKEN)


def test_what_nobody_confirms_in_48_hours_cannot_be_confirmed_and_is_forgotten(
    desk: SubscriptionDesk, mailer: Database, database: TestDatabase
) -> None:
    with database.owner.connect() as owner:
        owner.execute(
            "update alerts.subscription set asked_at = now() - interval '48 hours 1 minute' where email like 'ann%'"
        )
    assert not desk.confirm(TOKEN)
    assert desk.confirm(OTHER_TOKEN)
    with mailer.connect() as connection:
        assert subscriptions.forget_unconfirmed(connection) == 1
    assert stored(database) == [("bob@example.org", True)]


def test_one_address_is_asked_at_most_three_times_in_48_hours(desk: SubscriptionDesk, mailer: Database) -> None:
    for x in range(6):
        desk.add("Ann@example.org", Wish("en", Cell(x, 0), None, (), only_unusual=True))
    with mailer.connect() as connection:
        assert [one.wish.cell for one in subscriptions.unasked(connection)] == [Cell(0, 0), Cell(1, 0)]


MAILER_MAY_NOT = [
    "update alerts.subscription set email = 'eve@example.org'",
    "update alerts.subscription set confirmed_at = now()",
    "insert into alerts.subscription (email, lang, cell_x, cell_y, only_unusual) values ('a@b.c', 'en', 1, 1, true)",
    "select * from open.incident",
    "select * from core.incident_version",
    "select * from audit.event",
    "create table alerts.t (i int)",
    "set role hotspots_owner",
]


@pytest.mark.parametrize("statement", MAILER_MAY_NOT)
def test_the_sending_key_is_refused(mailer: Database, statement: str) -> None:
    with mailer.connect(autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize("room", ["public", "staff"])
def test_no_other_room_reaches_the_addresses(database: TestDatabase, room: str) -> None:
    with getattr(database, room).connect(autocommit=True) as connection:
        for table in ("subscription", "mail"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from alerts.{table}".encode())
