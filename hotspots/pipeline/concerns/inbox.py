"""The desk's inbox of concerns: read a text after its line in the audit, redact, answer, make a problem of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotspots.domain.account import Person
from hotspots.domain.act.concern import ANSWERS, LONGEST_TEXT, Answer
from hotspots.domain.act.free_text import checked_needed
from hotspots.domain.language import DEFAULT
from hotspots.domain.phrase import phrase
from hotspots.errors import InputError
from hotspots.pipeline.act.problems import open_problem
from hotspots.pipeline.concerns.seal import ConcernKey, seal, unseal
from hotspots.store.staff import concerns as store
from hotspots.store.staff.door import Door
from hotspots.words.language import LANGUAGES

READ = "concern read"
GONE = "The text was deleted."
TEMPLATES: dict[Answer, str] = {  # for staff who write no words of their own
    "done": phrase("Thank you. This is done: please look, and reopen it here if it is not settled."),
    "in plan": phrase(
        "Thank you. This place is part of work that is planned; what came of it will stand on the public map."
    ),
    "not ours": phrase("Thank you. This is not ours to settle. Please turn to the city's services."),
    "no action": phrase(
        "Thank you. We looked at it and take no action, because nothing at the place can be changed by us."
    ),
}


@dataclass(frozen=True, slots=True)
class ConcernText:
    """The words of a resident, and those of the reopening."""

    words: str
    again: str | None


def read_text(door: Door, person: Person, concern_id: int, key: ConcernKey) -> ConcernText:
    """Open a concern's text; its line in the audit is committed before.

    Raises
    ------
    NotFoundError, RefusedError
        The person may not see it.
    SettingsError
        The key file is another one.
    """
    with door.acting(person) as connection:
        store.read_concern(connection, concern_id)
    view = door.open_view(person, READ, {"concern": concern_id})
    with door.acting(person, view=view) as connection:
        found = store.text_of(connection, concern_id)
    if found.sealed is None:
        return ConcernText(GONE, None)
    again = None if found.sealed_again is None else unseal(found.sealed_again, key=key, reference=found.reference)
    return ConcernText(unseal(found.sealed, key=key, reference=found.reference), again)


def redact(door: Door, person: Person, concern_id: int, key: ConcernKey, *, words: str, again: str | None) -> None:
    """Put a text without anything personal in place of what was written. Raises InputError where it still seems to name somebody."""
    kept = checked_needed(words, field="The text", longest=LONGEST_TEXT)
    more = None if again is None else checked_needed(again, field="The text of the reopening", longest=LONGEST_TEXT)
    with door.acting(person) as connection:
        reference = store.read_concern(connection, concern_id).reference
        store.redact(
            connection,
            concern_id,
            sealed=seal(kept, public_key=key.public, reference=reference),
            sealed_again=None if more is None else seal(more, public_key=key.public, reference=reference),
            seal_key=key.key_id,
        )
    door.note(person, "concern redact", {"concern": concern_id})


def take(door: Door, person: Person, concern_id: int, *, owner: str, due: date, today: date) -> None:
    """Give a concern an owner and a day by which it is answered. Raises InputError."""
    if due < today:
        raise InputError(f"{due} is past: give a day from {today} on.")
    with door.acting(person) as connection:
        store.read_concern(connection, concern_id)
        store.take(connection, concern_id, owner=owner, due=due)
    door.note(person, "concern take", {"concern": concern_id, "owner": owner, "due": due.isoformat()})


def templates(lang: str) -> dict[Answer, str]:
    """Return what is answered where staff write nothing of their own, in a resident's language."""
    language = LANGUAGES.get(lang, LANGUAGES[DEFAULT.code])
    return {answer: language.text(text) for answer, text in TEMPLATES.items()}


def give_answer(door: Door, person: Person, concern_id: int, *, answer: str, words: str) -> None:
    """Answer a concern; without words of one's own by the template of its language. "No action" needs a reason in words.

    Raises
    ------
    InputError
        No such answer, a text that seems to name somebody, no reason, or an answer that was given already.
    """
    if answer not in ANSWERS:
        raise InputError(f"{answer[:20]!r} is not one of {', '.join(ANSWERS)}.")
    if answer == "no action" and not words.strip():
        raise InputError("Say why there is no action: the resident reads the reason.")
    with door.acting(person) as connection:
        concern = store.read_concern(connection, concern_id)
        said = words if words.strip() else templates(concern.lang)[answer]
        store.give_answer(connection, concern_id, answer=answer, words=checked_needed(said, field="The answer"))
    door.note(person, "concern answer", {"concern": concern_id, "answer": answer})


def let_in(door: Door, person: Person, concern_id: int) -> None:
    """Let a concern in that was held back."""
    with door.acting(person) as connection:
        store.read_concern(connection, concern_id)
        store.let_in(connection, concern_id)
    door.note(person, "concern let in", {"concern": concern_id})


def make_problem(door: Door, person: Person, concern_id: int, *, title: str) -> int:
    """Open a problem from a concern, without its text; the number of the problem. Raises InputError."""
    with door.acting(person) as connection:
        concern = store.read_concern(connection, concern_id)
        if concern.problem_id is not None:
            raise InputError(f"This concern became problem {concern.problem_id} already.")
        problem_id = open_problem(
            connection,
            title=title,
            statement=f"From concern {concern.reference}: {concern.category}, {concern.place}.",
            owner=person.name,
            partners=(),
            due=None,
            person=person.name,
        )
        store.link_problem(connection, concern_id, problem_id)
    return problem_id
