"""Concerns as the public process keeps and asks for them: by functions, with the key of the room ``concerns``, which reads no text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from hotspots.domain.act.concern import ConcernRules, ConcernStatus
from hotspots.errors import DatabaseError, InputError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Rules of the city file, the key that seals, and what signs forms."""

    rules: ConcernRules
    key_id: str
    public_key: bytes
    form_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedConcern:
    """A concern on its way into the database. One of `anchor_id`, `gazetteer_id` and `at` (longitude, latitude) says where."""

    reference: str
    token_hash: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    seal_key: str
    category: str
    part_of_day: str
    days: str
    lang: str
    network: str
    anchor_id: int | None = None
    gazetteer_id: int | None = None
    at: tuple[float, float] | None = None
    system_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRequest:
    """A concern as the city system that sent it sees it."""

    reference: str
    category: str
    place: str
    lon: float
    lat: float
    received_at: datetime
    state: str
    due: date | None
    answer: str | None
    answer_words: str | None
    changed_at: datetime


class ConcernIntake:
    """Asks the functions of schema ``intake``.

    Parameters
    ----------
    pool : ConnectionPool
        From ``open_concerns(settings).open_pool()``; opened and closed by the caller.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def open_form(self) -> OpenForm | None:
        """The rules and keys of the form; None where the city takes no concerns, or no desk offered a key yet."""
        row = self._ask("rules")
        return None if row is None else OpenForm(ConcernRules.from_config(row[0]), row[1], bytes(row[2]), bytes(row[3]))

    def spend_form(self, form_hash: bytes) -> bool:
        """Whether a form was still to be sent; it is not afterwards."""
        return self._ask("spend_form", form_hash=form_hash)

    def submit(self, concern: SealedConcern) -> str:
        """Keep a concern; ``received``, or why not: ``closed``, ``no place``, ``too many``."""
        lon, lat = concern.at or (None, None)
        return self._ask(
            "submit",
            reference=concern.reference,
            token_hash=concern.token_hash,
            source="page" if concern.system_key is None else "open311",
            key_hash=concern.system_key,
            lang=concern.lang,
            category=concern.category,
            anchor_id=concern.anchor_id,
            gazetteer_id=concern.gazetteer_id,
            lon=lon,
            lat=lat,
            part_of_day=concern.part_of_day,
            days=concern.days,
            sealed=concern.sealed,
            seal_key=concern.seal_key,
            network=concern.network,
        )

    def status_of(self, token_hash: bytes) -> ConcernStatus | None:
        """The state of the concern of a secret link; None where the link is none."""
        row = self._ask("status_of", token_hash=token_hash)
        if row is None:
            return None
        names = (
            "reference", "category", "place", "received_at", "state", "read_at", "due", "answer", "answer_words", "answered_at",
            "reopened_at", "may_reopen", "is_text_gone",
        )  # fmt: skip
        return ConcernStatus(**dict(zip(names, row, strict=True)))

    def reopen(self, token_hash: bytes, *, sealed: bytes | None, seal_key: str) -> bool:
        """Reopen an answered concern, once; whether it did."""
        return self._ask("reopen", token_hash=token_hash, sealed=sealed, seal_key=seal_key)

    def public_counts(self) -> tuple[tuple[str, int, int], ...]:
        """Category, concerns and answered ones of the last twelve whole months, from eight on."""
        return tuple(self._ask("public_counts"))

    def is_system(self, key_hash: bytes) -> bool:
        """Whether a key is one of a city system."""
        return self._ask("is_system", key_hash=key_hash)

    def requests_of(
        self,
        key_hash: bytes,
        *,
        reference: str | None = None,
        state: str | None = None,
        category: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[SystemRequest, ...]:
        """The concerns that a city system sent, newest first, at most 1,000."""
        rows = self._ask(
            "requests_of",
            key_hash=key_hash,
            reference=reference,
            state=state,
            category=category,
            since=since,
            until=until,
        )
        names = (
            "reference", "category", "place", "lon", "lat", "received_at", "state", "due", "answer", "answer_words", "changed_at"
        )  # fmt: skip
        return tuple(SystemRequest(**dict(zip(names, row, strict=True))) for row in rows)

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()

    def _ask(self, name: str, /, **values: Any) -> Any:
        try:
            with self._pool.connection() as connection:
                found = getattr(load_queries("concerns"), name)(connection, **values)
                return list(found) if isinstance(found, Iterator) else found
        except psycopg.errors.InvalidParameterValue as error:
            raise InputError(error.diag.message_primary or "not a concern") from None
        except (psycopg.OperationalError, PoolTimeout):
            raise DatabaseError("The database does not answer at the moment. Try again in a minute.") from None


def keep_public_key(connection: Connection, key_id: str, public_key: bytes) -> None:
    """Keep the key that seals; one that is there already stays."""
    load_queries("concerns").keep_public_key(connection, key_id=key_id, public_key=public_key)


# The owner's commands ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WaitingConcern:
    """A concern that is not answered, without its text."""

    reference: str
    category: str
    place: str
    area_code: str | None
    received_at: datetime
    state: str
    held: bool
    owner: str | None
    due: date | None
    problem_id: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many concerns are not read, open, overdue and held back."""

    unread: int
    open: int
    overdue: int
    held: int


def list_concerns(connection: Connection) -> list[WaitingConcern]:
    """Concerns that wait, the oldest due first."""
    return [WaitingConcern(*row) for row in load_queries("concerns").list_concerns(connection)]


def count_waiting(connection: Connection, *, today: date) -> Waiting:
    """Count those that wait."""
    return Waiting(*load_queries("concerns").waiting(connection, today=today))


def read_timezone(connection: Connection) -> str:
    """The zone whose day decides what is overdue; UTC where no city is loaded."""
    return load_queries("concerns").timezone(connection) or "UTC"


def forget_old(connection: Connection) -> int:
    """Delete the texts whose time is over, and networks of earlier days; how many texts."""
    return load_queries("concerns").forget_old(connection)


def erase_text(connection: Connection, reference: str) -> int:
    """Delete the text of a concern for good; how many there were."""
    return load_queries("concerns").erase(connection, reference=reference)


def add_system(connection: Connection, name: str, key_hash: bytes) -> None:
    """Let a city system send concerns with a key; an earlier key of it ends."""
    load_queries("concerns").add_system(connection, name=name, key_hash=key_hash)


def disable_system(connection: Connection, name: str) -> int:
    """End the key of a city system; how many there were."""
    return load_queries("concerns").disable_system(connection, name=name)


def list_systems(connection: Connection) -> list[tuple[str, datetime, datetime | None]]:
    """Name, since when, and until when, of each city system."""
    return list(load_queries("concerns").list_systems(connection))
