"""Accounts of partners, with the owner's key: they sign in at the partners' server alone."""

from __future__ import annotations

from hotspots.domain.subscription import checked_email
from hotspots.errors import InputError
from hotspots.pipeline.door.accounts import INVITATION_MINUTES, NAME, add_link
from hotspots.store import share
from hotspots.store.server.connection import Database
from hotspots.store.staff import accounts

PROCESS = "partners"


def add(owner: Database, *, name: str, email: str | None) -> str:
    """Add a partner; the token of the invitation. Raises InputError where the name is taken or none, or the address is none."""
    if not NAME.fullmatch(name):
        raise InputError(f"{name!r} is no account name: 2 to 40 small letters, digits, dots, hyphens or underscores.")
    address = None if email is None else checked_email(email)
    with owner.connect() as connection:
        account_id = accounts.add_account(
            connection, name=name, role="partner", all_areas=False, areas=(), process=PROCESS
        )
        if address is not None:
            share.keep_contact(connection, name, address)
        accounts.write_line(connection, verb="partner add", detail={"name": name})
        return add_link(connection, account_id, "invitation", INVITATION_MINUTES)


def disable(owner: Database, name: str) -> None:
    """Disable a partner and end the sessions; what was shared stays until it is withdrawn."""
    with owner.connect() as connection:
        account_id, _ = accounts.find_account(connection, name, process=PROCESS)
        accounts.disable(connection, account_id)
        accounts.write_line(connection, verb="partner disable", detail={"name": name})


def reset(owner: Database, name: str) -> str:
    """Drop password and second factor of a partner; the token of a new invitation."""
    with owner.connect() as connection:
        account_id, _ = accounts.find_account(connection, name, process=PROCESS)
        accounts.forget_credential(connection, account_id)
        accounts.write_line(connection, verb="partner reset", detail={"name": name})
        return add_link(connection, account_id, "invitation", INVITATION_MINUTES)
