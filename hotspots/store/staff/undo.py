"""The changes that somebody made at the desk, and their way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import psycopg

from hotspots.domain.account import Permission
from hotspots.errors import InputError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one's own that can still be taken back.

    Attributes
    ----------
    thing : the changed thing and its number, such as ``place 12``.
    words : what was done, as a page says it.
    path : the page that shows the thing.
    needs : the permission that the change needed; taking it back needs the same.
    """

    change_id: int
    at: datetime
    thing: str
    words: str
    path: str
    needs: Permission


def begin_change(connection: Connection, *, thing: str, words: str, path: str, needs: Permission) -> int | None:
    """Announce a change; rows that this transaction touches afterwards are kept. Its number, None without a session."""
    return load_queries("staff/undo").begin_change(connection, thing=thing, words=words, path=path, needs=needs)


def own_changes(connection: Connection) -> list[Change]:
    """The changes of whoever asks that can be taken back, newest first."""
    return [
        Change(number, at, thing, words, path, cast("Permission", needs))
        for number, at, thing, words, path, needs in load_queries("staff/undo").own_changes(connection)
    ]


def take_back(connection: Connection, change_id: int) -> None:
    """Put the rows of a change back as they were. Raises InputError where that would lose what came since."""
    try:
        load_queries("staff/undo").take_back(connection, undo_id=change_id)
    except psycopg.errors.InvalidParameterValue as error:
        raise InputError(f"Not taken back: {error.diag.message_primary}.") from None
    except (psycopg.IntegrityError, psycopg.DataError):
        raise InputError("Not taken back: something else rests on it by now.") from None


def add_place_version(connection: Connection, place_id: int, *, person: str, words: str) -> None:
    """Write a line into the history of a place."""
    load_queries("staff/undo").add_place_version(connection, place_id=place_id, person=person, words=words)
