"""Subscriptions to e-mail alerts: what the public process may do with them, and the sending command's account of its mails."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from hotspots.domain.subscription import Cell, Subscription, Wish
from hotspots.errors import DatabaseError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

MOST_QUESTIONS = 3  # mails that ask one address for confirmation, in 48 hours


class SubscriptionDesk:
    """Adds, confirms and deletes with the key of the room ``alerts``, which reads no address.

    Parameters
    ----------
    pool : ConnectionPool
        From ``open_alerts(settings).open_pool()``; opened and closed by the caller.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def add(self, email: str, wish: Wish) -> None:
        """Keep a wish until it is confirmed; one that is there already stays as it is, and nobody can tell."""
        self._ask(
            "add",
            token=None,
            email=email,
            lang=wish.lang,
            cell_x=wish.cell.x if wish.cell else None,
            cell_y=wish.cell.y if wish.cell else None,
            area_kind=wish.area[0] if wish.area else None,
            area_code=wish.area[1] if wish.area else None,
            crime_types=sorted(wish.crime_types),
            only_unusual=wish.only_unusual,
        )

    def confirm(self, token: str) -> bool:
        """Whether the token's subscription stands now: False where there is none, or it was asked for too long ago."""
        return bool(self._ask("confirm", token=token, token_hash=hash_of(token)))

    def delete(self, token: str) -> None:
        """Delete the token's subscription, address and all; nothing where there is none."""
        self._ask("delete", token=token, token_hash=hash_of(token))

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()

    def _ask(self, name: str, /, *, token: str | None, **values: Any) -> Any:
        queries = load_queries("subscriptions")
        try:
            with self._pool.connection() as connection, connection.transaction():
                if token is not None:
                    queries.hold_token(connection, token=token)
                return getattr(queries, name)(connection, **values)
        except (psycopg.OperationalError, PoolTimeout):
            raise DatabaseError("The database does not answer at the moment. Try again in a minute.") from None


def hash_of(token: str) -> bytes:
    """The stored form of a token."""
    return sha256(token.encode()).digest()


# The sending command, with the key of the room ``mailer`` ------------------------------------------------------------------


def lock_sending(connection: Connection) -> bool:
    """Whether this is the only sending command; the lock goes with the connection."""
    return load_queries("subscriptions").lock_sending(connection)


def forget_unconfirmed(connection: Connection) -> int:
    """Delete what nobody confirmed in 48 hours, and what a killed run left half done; how many were not confirmed."""
    queries = load_queries("subscriptions")
    queries.forget_broken_questions(connection)
    return queries.forget_unconfirmed(connection)


def count_broken(connection: Connection) -> int:
    """Alerts of killed runs of which nobody knows whether they left."""
    return load_queries("subscriptions").count_broken(connection)


def unasked(connection: Connection) -> list[Subscription]:
    """New ones whose address is to be confirmed."""
    return _read(load_queries("subscriptions").unasked(connection, most=MOST_QUESTIONS))


def due(connection: Connection, *, vintage_id: int) -> list[Subscription]:
    """Confirmed ones that have not been looked at since a publication."""
    return _read(load_queries("subscriptions").due(connection, vintage_id=vintage_id))


def claim(connection: Connection, subscription_id: int, *, vintage_id: int | None, token: str) -> int | None:
    """Write down a mail before it leaves; its number, or None where there is one already or the subscription is gone."""
    return load_queries("subscriptions").claim(
        connection, subscription_id=subscription_id, vintage_id=vintage_id, token_hash=hash_of(token)
    )


def mark_sent(connection: Connection, mail_id: int) -> None:
    """The mail left."""
    load_queries("subscriptions").mark_sent(connection, mail_id=mail_id)


def give_back(connection: Connection, mail_id: int) -> None:
    """The mail did not leave: it is due again."""
    load_queries("subscriptions").give_back(connection, mail_id=mail_id)


def mark_seen(connection: Connection, subscription_id: int, *, vintage_id: int, told_through: date | None) -> None:
    """A publication was looked at for a subscription, and its days are told or judged up to `told_through`."""
    load_queries("subscriptions").mark_seen(
        connection, subscription_id=subscription_id, vintage_id=vintage_id, told_through=told_through
    )


def _read(rows: Iterable[tuple[Any, ...]]) -> list[Subscription]:
    return [
        Subscription(
            number,
            email,
            Wish(
                lang,
                Cell(cell_x, cell_y) if cell_x is not None else None,
                (area_kind, area_code) if area_kind is not None else None,
                tuple(crime_types),
                only_unusual,
            ),
            told_through,
        )
        for number, email, lang, cell_x, cell_y, area_kind, area_code, crime_types, only_unusual, told_through in rows
    ]
