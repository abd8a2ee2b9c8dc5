"""Accounts of the staff desk, kept with the owner's key: add, list, disable, reset, sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from hotspots.domain.account import Role
from hotspots.errors import InputError, NotFoundError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

STAFF = "staff"  # whose accounts these are: the process that signs them in


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the command line shows it."""

    name: str
    role: Role
    all_areas: bool
    areas: tuple[str, ...]
    is_enrolled: bool
    disabled_at: datetime | None
    live_sessions: int


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is alive."""

    name: str
    began_at: datetime
    seen_at: datetime
    expires_at: datetime


def add_account(
    connection: Connection,
    *,
    name: str,
    role: Role,
    all_areas: bool,
    areas: Sequence[str],
    is_demo: bool = False,
    process: str = STAFF,
) -> int:
    """Add an account without credentials. Raises InputError where the name is taken."""
    queries = load_queries("staff/accounts")
    account_id = queries.add_account(
        connection, process=process, name=name, role=role, all_areas=all_areas, areas=list(areas), is_demo=is_demo
    )
    if account_id is None:
        raise InputError(f"There is an account {name} already: choose another name, or run hotspots user reset {name}.")
    return account_id


def find_account(connection: Connection, name: str, *, process: str = STAFF) -> tuple[int, Role]:
    """Number and role of an account that is not disabled. Raises NotFoundError."""
    row = load_queries("staff/accounts").find_account(connection, process=process, name=name)
    if row is None:
        raise NotFoundError(f"There is no account {name}: hotspots user list shows those there are.")
    account_id, role, is_disabled = row
    if is_disabled:
        raise InputError(f"The account {name} is disabled.")
    return account_id, role


def read_ground(connection: Connection, name: str) -> tuple[str, ...] | None:
    """The areas (kind:code) that an account of the desk works in; None is the whole city."""
    found = next((one for one in read_accounts(connection) if one.name == name), None)
    return None if found is None or found.all_areas else found.areas


def read_accounts(connection: Connection, *, process: str = STAFF) -> list[Account]:
    """All accounts by name."""
    rows = load_queries("staff/accounts").read_accounts(connection, process=process)
    return [Account(name, role, every, tuple(areas), *others) for name, role, every, areas, *others in rows]


def read_sessions(connection: Connection, *, name: str | None = None) -> list[LiveSession]:
    """Live sessions, newest first; of one account, or of all."""
    rows = load_queries("staff/accounts").read_sessions(connection, process=STAFF, name=name)
    return [LiveSession(*row) for row in rows]


def add_link(connection: Connection, *, account_id: int, kind: str, token_hash: bytes, minutes: int) -> None:
    """Keep a link's hash; `kind` is invitation or sign_in."""
    load_queries("staff/accounts").add_link(
        connection, token_hash=token_hash, account_id=account_id, kind=kind, minutes=minutes
    )


def disable(connection: Connection, account_id: int) -> None:
    """Disable an account and end its sessions, links and read keys. What it made stays."""
    queries = load_queries("staff/accounts")
    queries.disable(connection, account_id=account_id)
    queries.end_sessions(connection, account_id=account_id)
    queries.end_read_keys(connection, account_id=account_id)
    queries.drop_links(connection, account_id=account_id)


def forget_credential(connection: Connection, account_id: int) -> None:
    """Drop password, second factor, links, sessions and read keys of an account, which then waits for an invitation."""
    queries = load_queries("staff/accounts")
    queries.drop_credential(connection, account_id=account_id)
    queries.drop_links(connection, account_id=account_id)
    queries.end_sessions(connection, account_id=account_id)
    queries.end_read_keys(connection, account_id=account_id)


def end_sessions(connection: Connection, account_id: int) -> int:
    """End all sessions of an account; how many there were."""
    return load_queries("staff/accounts").end_sessions(connection, account_id=account_id)


def drop_demo_accounts(connection: Connection) -> None:
    """Delete the accounts that the demo made, with their sessions and links."""
    load_queries("staff/accounts").drop_demo_accounts(connection)


def write_line(connection: Connection, *, verb: str, detail: Mapping[str, Any]) -> None:
    """Add a line to the audit, as the owner."""
    load_queries("staff/accounts").write_line(connection, verb=verb, detail=Jsonb(dict(detail)))


@dataclass(frozen=True, slots=True)
class DueReminder:
    """An account that is due a reminder: how much of its own is overdue, and how much comes soon."""

    name: str
    email: str
    stop_key: UUID
    overdue: int
    coming: int


def keep_contact(connection: Connection, account_id: int, email: str) -> None:
    """Keep where an account's mails go; another address gets a key of its own by which they end."""
    load_queries("staff/accounts").keep_contact(connection, account_id=account_id, email=email)


def drop_contact(connection: Connection, account_id: int) -> None:
    """Forget where an account's mails go."""
    load_queries("staff/accounts").drop_contact(connection, account_id=account_id)


def due_reminders(connection: Connection, *, today: date, ahead_days: int, again_days: int) -> list[DueReminder]:
    """Accounts with something overdue or due within `ahead_days`, whose last reminder is `again_days` old."""
    rows = load_queries("staff/accounts").due_reminders(
        connection, today=today, ahead_days=ahead_days, again_days=again_days
    )
    return [DueReminder(*row) for row in rows]


def mark_told(connection: Connection, name: str, *, process: str) -> None:
    """Note that a mail to an account left."""
    load_queries("staff/accounts").mark_told(connection, name=name, process=process)
