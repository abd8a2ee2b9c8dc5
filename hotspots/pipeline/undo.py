"""Take back a change of one's own, whatever it was of: a page announces it with `keep`, and `take_back` puts it back.

A table takes part by the trigger ``keep_row`` (migration 0053). Histories only grow: a thing that has one gets a line that says
what was taken back (`HISTORIES`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hotspots.domain.account import Permission, Person
from hotspots.errors import InputError
from hotspots.store.sql.compose import Connection
from hotspots.store.staff import undo as store
from hotspots.store.staff.actions import note_change
from hotspots.store.staff.door import Door
from hotspots.store.staff.saved_views import add_version
from hotspots.store.staff.undo import Change

SHOWN_S = 60  # on every page that follows a change
History = Callable[[Connection, int, str, str], None]


def keep(connection: Connection, *, thing: str, words: str, path: str, needs: Permission) -> None:
    """Announce a change in the transaction that makes it, before its first row. Without a session, as at the shell, nothing is kept.

    Parameters
    ----------
    thing : the changed thing and its number, such as ``place 12``.
    words : what is done, as the page says it afterwards: ``P-0012 merged into P-0003``.
    path : the page that shows the thing.
    needs : the permission of the change.
    """
    store.begin_change(connection, thing=thing, words=words, path=path, needs=needs)


def shown_change(door: Door, person: Person) -> Change | None:
    """The newest change of a person, while pages offer its way back."""
    with door.acting(person) as connection:
        newest = next(iter(store.own_changes(connection)), None)
    if newest is None or newest.at < datetime.now(UTC) - timedelta(seconds=SHOWN_S):
        return None
    return newest


def own_changes(door: Door, person: Person) -> list[Change]:
    """The changes of a person that can be taken back, newest first."""
    with door.acting(person) as connection:
        return store.own_changes(connection)


def take_back(door: Door, person: Person, change_id: int) -> Change:
    """Take back a change.

    Raises
    ------
    InputError
        It is nobody's or another person's, older than ten minutes, was taken back, or would lose what came since.
    """
    with door.acting(person) as connection:
        change = next((one for one in store.own_changes(connection) if one.change_id == change_id), None)
        if change is not None and not person.may(change.needs):
            raise InputError("Not taken back: your role does not make such a change any more.")
        store.take_back(connection, change_id)
        assert change is not None  # else the database refused
        kind, _, number = change.thing.partition(" ")
        if kind in HISTORIES:
            HISTORIES[kind](connection, int(number), person.name, f"taken back: {change.words}")
    return change


def _place(connection: Connection, number: int, person: str, words: str) -> None:
    store.add_place_version(connection, number, person=person, words=words)


def _view(connection: Connection, number: int, person: str, words: str) -> None:
    add_version(connection, number, person=person, words=words)


def _acting(thing: str) -> History:
    def write(connection: Connection, number: int, person: str, words: str) -> None:
        note_change(connection, thing, number, person=person, verb="undo", note=words)

    return write


HISTORIES: dict[str, History] = {
    "place": _place,
    "view": _view,
    **{thing: _acting(thing) for thing in ("problem", "action", "plan")},
}
