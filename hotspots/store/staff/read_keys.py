"""Keys that read counts: for a spreadsheet or a report, which cannot sign in."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import psycopg
from psycopg.types.json import Jsonb

from hotspots.errors import InputError
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from hotspots.domain.account import Person
    from hotspots.store.staff.door import Door


@dataclass(frozen=True, slots=True)
class ReadKey:
    """A key as its holder sees it: never the key itself, which is shown once."""

    key_id: int
    account: str
    label: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    is_live: bool


@dataclass(frozen=True, slots=True)
class CountsAsked:
    """A question of a spreadsheet.

    Attributes
    ----------
    kind : of areas.
    step : week or month; a week begins on Monday.
    since, until : the first day, and the day after the last.
    """

    kind: str
    step: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class TidyCount:
    """One count. `days` of the period are on record; area is None where an incident lies in none of the kind."""

    period: date
    days: int
    area_code: str | None
    area: str | None
    crime_type: str
    label: str
    crime_group: str
    incidents: int


def add_read_key(door: Door, person: Person, *, token_hash: bytes, label: str, days: int) -> int:
    """Keep a new key's hash for a person. Raises InputError at the eleventh, RefusedError for a role that reads no statistics."""
    try:
        with door.acting(person) as connection:
            return load_queries("staff/read_keys").add_read_key(
                connection, token_hash=token_hash, label=label, days=days
            )
    except psycopg.errors.InvalidParameterValue as error:
        raise InputError(f"{error.diag.message_primary}.") from None


def read_keys(door: Door, person: Person) -> tuple[ReadKey, ...]:
    """The keys of a person, those that live first; all keys for an admin."""
    with door.acting(person) as connection:
        return tuple(ReadKey(*row) for row in load_queries("staff/read_keys").read_keys(connection))


def end_read_key(door: Door, person: Person, key_id: int) -> bool:
    """End a key at once; whether it was there to be ended."""
    with door.acting(person) as connection:
        return load_queries("staff/read_keys").end_read_key(connection, key_id=key_id)


def area_kinds(door: Door) -> tuple[str, ...]:
    """The kinds of areas that the city names."""
    with door.connection() as connection:
        return tuple(kind for (kind,) in load_queries("staff/read_keys").area_kinds(connection))


def steps(door: Door) -> tuple[str, ...]:
    """Return the periods by which counts can be gathered: months, and weeks where the records tell days."""
    with door.connection() as connection:
        return ("month",) if load_queries("staff/read_keys").is_by_month(connection) else ("month", "week")


def tidy_counts(door: Door, token_hash: bytes, asked: CountsAsked) -> tuple[TidyCount, ...] | None:
    """Counts for the holder of a key; None where the key is not good. The line in the audit is committed before the first count."""
    queries = load_queries("staff/read_keys")
    kind, step, since, until = astuple(asked)
    question = {"kind": kind, "by": step, "from": since.isoformat(), "until": until.isoformat()}
    with door.connection() as connection:
        if not queries.use_read_key(connection, token_hash=token_hash, question=Jsonb(question)):
            return None
        rows = queries.tidy_counts(connection, token_hash=token_hash, kind=kind, step=step, since=since, until=until)
        return tuple(TidyCount(*row) for row in rows)
