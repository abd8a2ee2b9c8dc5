"""Accounts of partners, by an administrator's claim with the owner's key: they sign in at the partners' server alone."""

from __future__ import annotations

from hotspots.errors import InputError
from hotspots.pipeline.door.accounts import INVITATION_MINUTES, NAME, add_link, set_contact
from hotspots.store import audit
from hotspots.store.server.connection import Connection
from hotspots.store.staff import accounts

PROCESS = "partners"


def add(connection: Connection, *, name: str, email: str | None, person: str) -> str:
    """Add a partner; the token of the invitation. Raises InputError where the name is taken or none, or the address is none."""
    if not NAME.fullmatch(name):
        raise InputError(f"{name!r} is no account name: 2 to 40 small letters, digits, dots, hyphens or underscores.")
    account_id = accounts.add_account(connection, name=name, role="partner", all_areas=False, areas=(), process=PROCESS)
    set_contact(connection, account_id, email)
    audit.tell(connection, "partner add", {"name": name, "claimed": person})
    return add_link(connection, account_id, "invitation", INVITATION_MINUTES)


def tell_at(connection: Connection, name: str, address: str | None, *, person: str) -> None:
    """Keep where a partner's digest goes, or forget it. Raises InputError where it is no address."""
    account_id, _ = accounts.find_account(connection, name, process=PROCESS)
    kept = set_contact(connection, account_id, address)
    audit.tell(connection, "partner email", {"name": name, "kept": kept, "claimed": person})


def disable(connection: Connection, name: str, *, person: str) -> None:
    """Disable a partner and end the sessions; what was shared stays until it is withdrawn."""
    account_id, _ = accounts.find_account(connection, name, process=PROCESS)
    accounts.disable(connection, account_id)
    audit.tell(connection, "partner disable", {"name": name, "claimed": person})


def reset(connection: Connection, name: str, *, person: str) -> str:
    """Drop password and second factor of a partner; the token of a new invitation."""
    account_id, _ = accounts.find_account(connection, name, process=PROCESS)
    accounts.forget_credential(connection, account_id)
    audit.tell(connection, "partner reset", {"name": name, "claimed": person})
    return add_link(connection, account_id, "invitation", INVITATION_MINUTES)
