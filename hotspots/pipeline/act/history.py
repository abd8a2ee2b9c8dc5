"""The history of problems, actions and plans: one line for each change, beside one of the audit, which gets no words."""

from __future__ import annotations

from typing import Literal

from hotspots.domain.act.action import checked_person
from hotspots.store import audit
from hotspots.store.server.connection import Connection
from hotspots.store.staff import actions as store

Thing = Literal["problem", "action", "plan"]


def note(connection: Connection, thing: Thing, number: int, person: str, verb: str, words: str | None = None) -> None:
    """Add a line to the history of a thing and to the audit. Raises InputError where the person is no name of an account."""
    store.note_change(connection, thing, number, person=checked_person(person), verb=verb, note=words)
    audit.tell(connection, f"{thing} {verb}", {f"{thing}_id": number, "claimed": person})
