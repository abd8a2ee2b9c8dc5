"""Share a redacted copy with a partner, withdraw it, answer it: each with its line in the audit."""

from __future__ import annotations

from datetime import date

from hotspots.domain.account import Person
from hotspots.domain.act.free_text import checked_needed
from hotspots.errors import InputError
from hotspots.store import share
from hotspots.store.staff import actions, concerns
from hotspots.store.staff.door import Door

# Each raises NotFoundError where there is none.
READ = {"concern": concerns.read_concern, "problem": actions.read_problem, "action": actions.read_action}
LONGEST_TITLE, LONGEST_WORDS, LONGEST_REPLY = 120, 1000, 500


def share_copy(
    door: Door, person: Person, *, partner: str, kind: str, number: int, title: str, words: str, due: date | None
) -> int:
    """Share a copy; its number.

    Raises
    ------
    InputError
        The words seem to name somebody, or there is no such partner or kind.
    NotFoundError
        There is no such concern, problem or action.
    """
    if kind not in share.KINDS:
        raise InputError(f"{kind[:20]!r} cannot be shared: {', '.join(share.KINDS)} can.")
    with door.acting(person) as connection:
        READ[kind](connection, number)
        item_id = share.add_item(
            connection,
            partner=partner,
            kind=kind,  # pyright: ignore[reportArgumentType]  (one of KINDS)
            number=number,
            title=checked_needed(title, field="The title", longest=LONGEST_TITLE),
            words=checked_needed(words, field="The text", longest=LONGEST_WORDS),
            due=due,
            person=person.name,
        )
    door.note(person, "share", {"partner": partner, "kind": kind, "number": number, "item": item_id})
    return item_id


def withdraw(door: Door, person: Person, item_id: int) -> None:
    """Delete a copy with its answers."""
    with door.acting(person) as connection:
        item = share.read_item(connection, item_id)
        share.withdraw(connection, item_id)
    door.note(
        person, "share withdraw", {"partner": item.partner, "kind": item.kind, "number": item.number, "item": item_id}
    )


def read_shared(door: Door, person: Person, item_id: int) -> tuple[share.SharedItem, tuple[share.Reply, ...]]:
    """A copy with its answers, for the partner; the line in the audit stands before. Raises NotFoundError."""
    door.note(person, "share read", {"item": item_id})
    with door.acting(person) as connection:
        return share.read_item(connection, item_id), share.read_replies(connection, item_id)


def answer(door: Door, person: Person, item_id: int, *, words: str) -> None:
    """Answer a copy. Raises InputError where the words seem to name somebody, NotFoundError where it is not the partner's."""
    said = checked_needed(words, field="The answer", longest=LONGEST_REPLY)
    with door.acting(person) as connection:
        share.read_item(connection, item_id)
        share.add_reply(connection, item_id, by=person.name, words=said)
    door.note(person, "share answer", {"item": item_id})
