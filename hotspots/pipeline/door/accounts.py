"""Accounts of the desk with the owner's key: each change is one transaction with its line in the audit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotspots.domain.account import PERMISSIONS, ROLES, Permission, Role
from hotspots.domain.act.action import checked_person
from hotspots.domain.subscription import checked_email
from hotspots.errors import InputError
from hotspots.pipeline.door.secrets import hash_token, new_token
from hotspots.store.ledger.areas import read_area_codes
from hotspots.store.server.connection import Connection, Database
from hotspots.store.staff import accounts

INVITATION_MINUTES = 3 * 24 * 60
SIGN_IN_MINUTES = 10
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
DEMO_ROLES: tuple[Role, ...] = ("analyst", "commander", "prevention", "admin", "auditor")


def add(owner: Database, *, name: str, role: str, areas: Sequence[str], all_areas: bool) -> str:
    """Add an account; the token of its invitation.

    Raises
    ------
    InputError
        The name is taken or no name, the role is none, or an area is not loaded.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"{name!r} is no account name: 2 to 40 small letters, digits, dots, hyphens or underscores.")
    if role not in ROLES:
        raise InputError(f"--role {role} is not one of: {', '.join(ROLES)}.")
    with owner.connect() as connection:
        known = set(read_area_codes(connection))
        for area in areas:
            if area not in known:
                some = ", ".join(sorted(known)[:3]) or "none is loaded"
                raise InputError(f"--area {area} is not an area of this city, such as {some}.")
        account_id = accounts.add_account(connection, name=name, role=role, all_areas=all_areas, areas=areas)
        accounts.write_line(
            connection,
            verb="user add",
            detail={"name": name, "of_account": account_id, "role": role, "areas": "all" if all_areas else list(areas)},
        )
        return add_link(connection, account_id, "invitation", INVITATION_MINUTES)


def check_claim(connection: Connection, name: str, needs: Permission) -> None:
    """Let a command act for an account, within the rights of its role. Raises InputError or NotFoundError where it may not."""
    _, role = accounts.find_account(connection, checked_person(name))
    if needs not in PERMISSIONS[role]:
        able = " or ".join(one for one in ROLES if needs in PERMISSIONS[one])
        raise InputError(f"--as {name}: the role {role} does not do this; {able} does.")


def disable(owner: Database, name: str) -> None:
    """Disable an account and end its sessions."""
    with owner.connect() as connection:
        account_id, _ = accounts.find_account(connection, name)
        accounts.disable(connection, account_id)
        accounts.write_line(connection, verb="user disable", detail={"name": name, "of_account": account_id})


def remind_at(owner: Database, name: str, address: str | None) -> None:
    """Keep where an account's reminders go, or forget it. Raises InputError where it is no address."""
    with owner.connect() as connection:
        account_id, _ = accounts.find_account(connection, name)
        kept = set_contact(connection, account_id, address)
        accounts.write_line(connection, verb="user email", detail={"name": name, "kept": kept})


def set_contact(connection: Connection, account_id: int, address: str | None) -> bool:
    """Keep where an account's mails go, or forget it; whether one is kept now. Raises InputError where it is no address."""
    if address is None:
        accounts.drop_contact(connection, account_id)
    else:
        accounts.keep_contact(connection, account_id, checked_email(address))
    return address is not None


def reset(owner: Database, name: str) -> str:
    """Drop password and second factor, end all sessions; the token of a new invitation."""
    with owner.connect() as connection:
        account_id, _ = accounts.find_account(connection, name)
        accounts.forget_credential(connection, account_id)
        accounts.write_line(connection, verb="user reset", detail={"name": name, "of_account": account_id})
        return add_link(connection, account_id, "invitation", INVITATION_MINUTES)


def end_sessions(owner: Database, name: str) -> int:
    """End all sessions of an account; how many there were."""
    with owner.connect() as connection:
        account_id, _ = accounts.find_account(connection, name)
        ended = accounts.end_sessions(connection, account_id)
        accounts.write_line(
            connection, verb="user sessions", detail={"name": name, "of_account": account_id, "ended": ended}
        )
        return ended


def demo_links(owner: Database) -> dict[Role, str]:
    """Make the demo's accounts anew; the token of a one-time sign-in link for each role."""
    with owner.connect() as connection:
        accounts.drop_demo_accounts(connection)
        tokens: dict[Role, str] = {}
        for role in DEMO_ROLES:
            account_id = accounts.add_account(
                connection, name=f"demo-{role}", role=role, all_areas=True, areas=(), is_demo=True
            )
            tokens[role] = add_link(connection, account_id, "sign_in", SIGN_IN_MINUTES)
        accounts.write_line(connection, verb="user demo", detail={"roles": list(DEMO_ROLES)})
        return tokens


def drop_demo_accounts(owner: Database) -> None:
    """Delete the demo's accounts, as every load of another city does."""
    with owner.connect() as connection:
        accounts.drop_demo_accounts(connection)


def add_link(connection: Connection, account_id: int, kind: str, minutes: int) -> str:
    """Keep a one-time link for an account; its token."""
    token = new_token()
    accounts.add_link(connection, account_id=account_id, kind=kind, token_hash=hash_token(token), minutes=minutes)
    return token
