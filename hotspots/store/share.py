"""Copies for partners: the desk shares and withdraws, a partner sees and answers the own ones, by row policies of schema ``share``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

import psycopg

from hotspots.errors import InputError, NotFoundError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

Kind = Literal["concern", "problem", "action"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class SharedItem:
    """A copy for one partner."""

    item_id: int
    partner: str
    kind: Kind
    number: int
    title: str
    words: str
    due: date | None
    shared_by: str
    shared_at: datetime
    replies: int


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of a partner."""

    at: datetime
    by: str
    words: str


def read_items(connection: Connection) -> tuple[SharedItem, ...]:
    """Everything that the person of the session may see, newest first."""
    return tuple(SharedItem(*row) for row in load_queries("share").read_items(connection))


def read_item(connection: Connection, item_id: int) -> SharedItem:
    """One copy. Raises NotFoundError where it was withdrawn, or is another partner's: nobody can tell which."""
    row = load_queries("share").read_item(connection, item_id=item_id)
    if row is None:
        raise NotFoundError("This was withdrawn, or never shared with you.")
    return SharedItem(*row)


def read_replies(connection: Connection, item_id: int) -> tuple[Reply, ...]:
    """The answers to a copy, oldest first."""
    return tuple(Reply(*row) for row in load_queries("share").read_replies(connection, item_id=item_id))


def partners(connection: Connection) -> tuple[str, ...]:
    """Names of the partners, for whoever may share."""
    return tuple(name for (name,) in load_queries("share").partners(connection))


def add_item(
    connection: Connection,
    *,
    partner: str,
    kind: Kind,
    number: int,
    title: str,
    words: str,
    due: date | None,
    person: str,
) -> int:
    """Share a copy with a partner; its number. Raises InputError where there is no such partner."""
    if partner not in partners(connection):
        raise InputError("Choose one of the partners; `hotspots partner add` makes accounts.")
    return load_queries("share").add_item(
        connection, partner=partner, kind=kind, number=number, title=title, words=words, due=due, shared_by=person
    )


def withdraw(connection: Connection, item_id: int) -> None:
    """Delete a copy with its answers. Raises NotFoundError."""
    if not load_queries("share").withdraw(connection, item_id=item_id):
        raise NotFoundError("This was withdrawn already.")


def add_reply(connection: Connection, item_id: int, *, by: str, words: str) -> None:
    """Answer a copy. Raises NotFoundError where it is not the partner's."""
    try:
        load_queries("share").add_reply(connection, item_id=item_id, by=by, words=words)
    except psycopg.errors.InsufficientPrivilege:
        raise NotFoundError("This was withdrawn, or never shared with you.") from None


# The owner's commands ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A partner who is due a digest: how much is shared, and how much of it has no answer."""

    partner: str
    email: str
    shared: int
    unanswered: int
    stop_key: UUID


def due_digests(connection: Connection, *, days: int) -> list[DueDigest]:
    """Partners with something shared whose last digest is so many days old."""
    return [DueDigest(*row) for row in load_queries("share").due_digests(connection, days=days)]


def erase_of_concern(connection: Connection, reference: str) -> None:
    """Delete the copies of a concern."""
    load_queries("share").erase_of_concern(connection, reference=reference)
