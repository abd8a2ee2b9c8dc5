"""Sign-ins on their way to the identity provider, and the accounts of the identities that it vouches for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from hotspots.domain.account import Role
    from hotspots.store.staff.door import Door


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in that has come back."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    next_path: str


@dataclass(frozen=True, slots=True)
class HalfSignIn:
    """Somebody for whom the provider vouched, before the second factor; `totp_seed` is None before the first time."""

    account_id: int
    name: str
    role: Role
    totp_seed: bytes | None = field(repr=False)
    next_path: str


def begin_half(door: Door, *, token_hash: bytes, account_id: int, next_path: str) -> bool:
    """Keep for ten minutes that the provider vouched for an account; False where there is no such account of the provider."""
    with door.connection() as connection:
        return load_queries("staff/identities").begin_half(
            connection, token_hash=token_hash, account_id=account_id, next_path=next_path
        )


def half_of(door: Door, token_hash: bytes) -> HalfSignIn | None:
    """Who shows a second factor next; None after ten minutes or five tries."""
    with door.connection() as connection:
        row = load_queries("staff/identities").half_of(connection, token_hash=token_hash)
    return None if row is None else HalfSignIn(*row)


def miss_half(door: Door, token_hash: bytes) -> None:
    """Count a wrong code."""
    with door.connection() as connection:
        load_queries("staff/identities").miss_half(connection, token_hash=token_hash)


def pass_half(door: Door, token_hash: bytes, *, step: int, seed: bytes | None, key_id: str | None) -> int | None:
    """The account that showed a step not spent before, or with a seed its first one; None where it did not."""
    with door.connection() as connection:
        return load_queries("staff/identities").pass_half(
            connection, token_hash=token_hash, step=step, seed=seed, key_id=key_id
        )


def begin_flow(
    door: Door, *, state_hash: bytes, browser_hash: bytes, nonce: str, verifier: str, next_path: str
) -> bool:
    """Keep a sign-in on its way for ten minutes; False where too many are."""
    with door.connection() as connection:
        return load_queries("staff/identities").begin_flow(
            connection,
            state_hash=state_hash,
            browser_hash=browser_hash,
            nonce=nonce,
            verifier=verifier,
            next_path=next_path,
        )


def spend_flow(door: Door, *, state_hash: bytes, browser_hash: bytes) -> Flow | None:
    """The sign-in of a state, which is spent whoever asks; None where this browser did not begin it."""
    with door.connection() as connection:
        row = load_queries("staff/identities").spend_flow(connection, state_hash=state_hash, browser_hash=browser_hash)
    return None if row is None else Flow(*row)


def admit(
    door: Door, *, issuer: str, subject: str, wish: str, role: Role, all_areas: bool, areas: Sequence[str]
) -> int | None:
    """The account of an identity, made at its first sign-in, with the role that its claims give today; None where it is disabled."""
    with door.connection() as connection:
        return load_queries("staff/identities").admit(
            connection, issuer=issuer, subject=subject, wish=wish, role=role, all_areas=all_areas, areas=list(areas)
        )
