"""The door of the staff desk: sign-in, sessions, and connections that carry whose they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool, PoolTimeout

from hotspots.domain.account import Credential, Person, Role
from hotspots.errors import DatabaseError, InputError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class Colleague:
    """An account as an admin sees it."""

    account_id: int
    name: str
    role: Role
    all_areas: bool
    areas: tuple[str, ...]
    is_enrolled: bool
    disabled_at: datetime | None
    live_sessions: int
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal of an admin that another one may confirm: add, role, reset or enable."""

    proposal_id: int
    kind: str
    name: str
    role: Role | None
    all_areas: bool
    areas: Sequence[str]
    proposed_by: str
    proposed_at: datetime
    is_own: bool


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did something, and when."""

    at: datetime
    actor: str
    verb: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation or a one-time sign-in link that is still good."""

    account_id: int
    name: str
    role: Role
    kind: str


class Door:
    """Asks the functions of schema ``door`` over a pool of the desk's role; the caller closes the pool."""

    def __init__(self, pool: ConnectionPool) -> None:
        self.pool = pool
        self._queries = load_queries("staff/door")

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in autocommit. Raises DatabaseError where the database does not answer."""
        try:
            with self.pool.connection() as connection:
                yield connection
        except psycopg.errors.QueryCanceled:
            raise DatabaseError("This question takes too long. Ask for a shorter period or a smaller area.") from None
        except psycopg.errors.InsufficientPrivilege as error:
            raise RefusedError(error.diag.message_primary or "this is not allowed") from None
        except (psycopg.OperationalError, PoolTimeout):
            raise DatabaseError("The database does not answer at the moment. Try again in a minute.") from None

    @contextmanager
    def acting(self, person: Person, *, view: int | None = None) -> Iterator[Connection]:
        """A transaction that carries a person's session and, for true points, the view that it opened."""
        with self.connection() as connection, connection.transaction():
            self._queries.as_session(connection, token_hash=person.token_hash, view="" if view is None else str(view))
            yield connection

    def open_view(
        self, person: Person, verb: str, question: Mapping[str, Any], *, purpose: str | None = None, anew: bool = False
    ) -> int:
        """The view for a question: the one that this session opened for it before, else a new one, whose line is then committed.

        Parameters
        ----------
        question : names and values of a filter. The audit keeps them without the parts that may be an address.
        anew : add a line in any case, as exports do.

        Raises
        ------
        InputError
            The purpose is more than a code and a case number.
        """
        key = _key(verb, question, purpose)
        try:
            with self.acting(person) as connection:
                opened = None if anew else self._queries.opened_view(connection, key=key)
                return opened or self._queries.open_view(
                    connection, verb=verb, question=Jsonb(without_address(question)), purpose=purpose, key=key
                )
        except psycopg.errors.InvalidParameterValue as error:
            raise InputError(f"purpose: {error.diag.message_primary}") from None

    def opened_view(self, person: Person, verb: str, question: Mapping[str, Any]) -> int | None:
        """The view that this session opened for a question, None where there is none; opens nothing."""
        with self.acting(person) as connection:
            return self._queries.opened_view(connection, key=_key(verb, question, None))

    def data_version(self) -> str:
        """Grows with every delivery, publication and erasure."""
        with self.connection() as connection:
            return self._queries.data_version(connection)

    def note(self, person: Person, verb: str, detail: Mapping[str, Any]) -> None:
        """Add a line to the audit; who and when come from the database."""
        with self.acting(person) as connection:
            self._queries.note(connection, verb=verb, detail=Jsonb(dict(detail)))

    # Sign-in -------------------------------------------------------------------------------------------------------

    def wait_s(self, name: str, network: str, browser: bytes | None) -> int:
        """Seconds before the next try of this account from this network."""
        with self.connection() as connection:
            return self._queries.wait_s(connection, name=name, network=network, browser=browser)

    def note_failure(self, name: str, network: str, browser: bytes | None) -> None:
        """Count a failed try."""
        with self.connection() as connection:
            self._queries.note_failure(connection, name=name, network=network, browser=browser)

    def credential_of(self, name: str) -> Credential | None:
        """The stored secrets of an account; None where there is no such account, or it is disabled or not enrolled."""
        with self.connection() as connection:
            row = self._queries.credential_of(connection, name=name)
        return None if row is None else Credential(*row)

    def spend_step(self, account_id: int, step: int) -> bool:
        """Whether a step of TOTP was still to be spent; it is not afterwards."""
        with self.connection() as connection:
            return self._queries.spend_step(connection, account_id=account_id, step=step)

    def spend_recovery_code(self, account_id: int, code_hash: bytes) -> bool:
        """Whether a recovery code was one of the account's; it is not afterwards."""
        with self.connection() as connection:
            return self._queries.spend_recovery_code(connection, account_id=account_id, code_hash=code_hash)

    def begin_session(self, account_id: int, token_hash: bytes, browser: bytes | None, *, hours: int) -> int | None:
        """Begin a session; None where the account is gone or disabled."""
        with self.connection() as connection:
            return self._queries.begin_session(
                connection, account_id=account_id, token_hash=token_hash, browser=browser, hours=hours
            )

    def link_of(self, token_hash: bytes) -> Link | None:
        """The link of a token, None where it is spent, expired or never was; spends nothing."""
        with self.connection() as connection:
            row = self._queries.link_of(connection, token_hash=token_hash)
        return None if row is None else Link(*row)

    def spend_link(self, token_hash: bytes, kind: str) -> int | None:
        """The account of a link, which is spent afterwards; None where it is not good."""
        with self.connection() as connection:
            return self._queries.spend_link(connection, token_hash=token_hash, kind=kind)

    def accept_invitation(
        self,
        token_hash: bytes,
        *,
        password_hash: str,
        seed: bytes,
        key_id: str,
        step: int,
        code_hashes: Sequence[bytes],
    ) -> int | None:
        """Keep what the invited person chose; the account, or None where the invitation is not good."""
        with self.connection() as connection:
            return self._queries.accept_invitation(
                connection,
                token_hash=token_hash,
                password_hash=password_hash,
                seed=seed,
                key_id=key_id,
                step=step,
                code_hashes=list(code_hashes),
            )

    # Sessions ------------------------------------------------------------------------------------------------------

    def person_of(self, token_hash: bytes) -> Person | None:
        """Who holds a session; None where it is not alive."""
        with self.connection() as connection:
            row = self._queries.person_of(connection, token_hash=token_hash)
        if row is None:
            return None
        session_id, account_id, name, role, all_areas, areas, is_demo = row
        return Person(session_id, account_id, name, role, all_areas, tuple(areas), is_demo, token_hash.hex())

    def see_session(self, token_hash: bytes) -> None:
        """Note that the person acted; moves at most once a minute."""
        with self.connection() as connection:
            self._queries.see_session(connection, token_hash=token_hash)

    def end_session(self, token_hash: bytes) -> None:
        """End a session, at once and everywhere."""
        with self.connection() as connection:
            self._queries.end_session(connection, token_hash=token_hash)

    def stop_mails(self, key: UUID) -> bool:
        """Delete the address to which the mail with this key went; False where there is none any more."""
        with self.connection() as connection:
            return self._queries.stop_mails(connection, key=key)

    def people(self, person: Person) -> tuple[Colleague, ...]:
        """The accounts, for an admin; empty for everybody else."""
        with self.acting(person) as connection:
            rows = list(self._queries.people(connection))
        return tuple(
            Colleague(number, name, role, all_areas, tuple(areas), *others)
            for number, name, role, all_areas, areas, *others in rows
        )

    def propose(
        self, person: Person, kind: str, name: str, *, role: str | None, all_areas: bool, areas: Sequence[str]
    ) -> int:
        """Propose what gives access to an account; another admin confirms it. Raises InputError for what cannot be."""
        with self._said(), self.acting(person) as connection:
            return self._queries.propose(
                connection, kind=kind, name=name, role=role, all_areas=all_areas, areas=list(areas)
            )

    def proposals(self, person: Person) -> tuple[Proposal, ...]:
        """The proposals that wait for a second admin."""
        with self.acting(person) as connection:
            return tuple(Proposal(*row) for row in self._queries.proposals(connection))

    def decide(self, person: Person, proposal_id: int, *, accept: bool, link_hash: bytes) -> str:
        """Confirm another admin's proposal, or refuse one; what it was of. Raises InputError where this admin may not."""
        with self._said(), self.acting(person) as connection:
            return self._queries.decide(connection, proposal_id=proposal_id, accept=accept, link_hash=link_hash)

    def disable_account(self, person: Person, account_id: int) -> bool:
        """Disable an account; False where there is none to disable. Raises InputError for the own and the last admin's."""
        with self._said(), self.acting(person) as connection:
            return self._queries.disable_account(connection, account_id=account_id)

    def account_acts(self, person: Person) -> tuple[AuditLine, ...]:
        """The newest acts on accounts, at the desk and at the shell."""
        with self.acting(person) as connection:
            return tuple(AuditLine(*row) for row in self._queries.account_acts(connection))

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn what the database refuses in words into an InputError."""
        try:
            yield
        except psycopg.errors.InvalidParameterValue as error:
            raise InputError(f"Not done: {error.diag.message_primary}.") from None
        except psycopg.errors.CheckViolation:
            raise InputError(
                "Not done: an account has a name of 2 to 40 small letters, digits, dots, hyphens or underscores, and one of the roles."
            ) from None

    def end_sessions_of(self, person: Person, account_id: int) -> int:
        """End all sessions of an account; how many. Raises RefusedError for who is not an admin."""
        with self.acting(person) as connection:
            return self._queries.end_sessions_of(connection, account_id=account_id)

    def audit_lines(self, person: Person, *, newest: int = 200) -> tuple[AuditLine, ...]:
        """The newest lines of the audit that this person may read."""
        with self.acting(person) as connection:
            return tuple(AuditLine(*row) for row in self._queries.read_lines(connection, newest=newest))


class RefusedError(DatabaseError):
    """The database refused: no live session, no opened view, or a role without the right."""


MAY_BE_AN_ADDRESS = ("at", "radius", "polygon")


def without_address(question: Mapping[str, Any]) -> dict[str, Any]:
    """A question as the audit keeps it: that somebody searched or drew a place, and not where."""
    kept = {name: value for name, value in question.items() if name not in MAY_BE_AN_ADDRESS}
    if "at" in question:
        kept["around_a_point"] = True
    if "polygon" in question:
        kept["in_a_polygon"] = True
    return kept


def _key(verb: str, question: Mapping[str, Any], purpose: str | None) -> bytes:
    return hashlib.sha256(json.dumps([verb, dict(question), purpose], sort_keys=True).encode()).digest()
