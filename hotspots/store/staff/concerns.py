"""Concerns as the desk sees them, for the person whose session the transaction carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import psycopg

from hotspots.domain.act.concern import Answer, Category, ConcernRules, State
from hotspots.errors import InputError, NotFoundError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern without its text. `held`: beyond the limits, in no list until somebody let it in."""

    concern_id: int
    reference: str
    source: str
    lang: str
    category: Category
    place: str
    area_code: str | None
    part_of_day: str
    days: str
    received_at: datetime
    held: bool
    state: State
    read_at: datetime | None
    owner: str | None
    due: date | None
    answer: Answer | None
    answer_words: str | None
    answered_at: datetime | None
    answered_by: str | None
    reopened_at: datetime | None
    problem_id: int | None
    redacted_by: str | None
    is_text_gone: bool
    has_more: bool
    lon: float
    lat: float

    def is_overdue(self, today: date) -> bool:
        """Whether its answer should have been given before today."""
        return self.state != "answered" and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class SealedText:
    """The sealed text of a concern, and the one that it was reopened with."""

    sealed: bytes | None = field(repr=False)
    sealed_again: bytes | None = field(repr=False)
    seal_key: str | None
    reference: str


def read_concerns(connection: Connection) -> tuple[Concern, ...]:
    """The concerns that this person may see, at most 500, those that wait first."""
    return tuple(Concern(*row) for row in load_queries("staff/concerns").read_concerns(connection))


def read_concern(connection: Connection, concern_id: int) -> Concern:
    """One concern. Raises NotFoundError, also where it lies outside of the person's areas."""
    row = load_queries("staff/concerns").read_concern(connection, concern_id=concern_id)
    if row is None:
        raise NotFoundError("There is no such concern, or it lies outside of your areas.")
    return Concern(*row)


def text_of(connection: Connection, concern_id: int) -> SealedText:
    """The sealed text, in a view that was opened for it; a received concern is read afterwards."""
    return SealedText(*load_queries("staff/concerns").text_of(connection, concern_id=concern_id))


def history_of(connection: Connection, concern_id: int) -> tuple[tuple[datetime, str, str], ...]:
    """When, who and what, oldest first."""
    return tuple(load_queries("staff/concerns").history_of(connection, concern_id=concern_id))


def read_rules(connection: Connection) -> tuple[ConcernRules, str] | None:
    """The rules of the city file and the id of the key that seals; None where the city takes no concerns."""
    row = load_queries("staff/concerns").rules(connection)
    return None if row is None else (ConcernRules.from_config(row[0]), row[1])


def take(connection: Connection, concern_id: int, *, owner: str, due: date) -> None:
    """Give a concern an owner and a date. Raises InputError."""
    _change(connection, "take", concern_id=concern_id, owner=owner, due=due)


def give_answer(connection: Connection, concern_id: int, *, answer: str, words: str) -> None:
    """Answer a concern. Raises InputError where it is answered already."""
    _change(connection, "give_answer", concern_id=concern_id, answer=answer, words=words)


def redact(
    connection: Connection, concern_id: int, *, sealed: bytes, sealed_again: bytes | None, seal_key: str
) -> None:
    """Put another text in place of a concern's."""
    _change(connection, "redact", concern_id=concern_id, sealed=sealed, sealed_again=sealed_again, seal_key=seal_key)


def let_in(connection: Connection, concern_id: int) -> None:
    """Let a concern in that was held back."""
    _change(connection, "let_in", concern_id=concern_id)


def link_problem(connection: Connection, concern_id: int, problem_id: int) -> None:
    """Keep which problem a concern became."""
    _change(connection, "link_problem", concern_id=concern_id, problem_id=problem_id)


def _change(connection: Connection, name: str, **values: Any) -> None:
    try:
        getattr(load_queries("staff/concerns"), name)(connection, **values)
    except psycopg.errors.InvalidParameterValue as error:
        raise InputError((error.diag.message_primary or "this is not allowed").capitalize() + ".") from None
