"""Sign in, accept an invitation, follow a one-time link: each ends with a new session or one sentence why not."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from hotspots.domain.account import Credential
from hotspots.errors import InputError
from hotspots.pipeline.door import second_factor
from hotspots.pipeline.door.secrets import (
    hash_password,
    hash_token,
    is_password,
    new_recovery_codes,
    new_token,
    plain_code,
)
from hotspots.store.staff.door import Door

SESSION_HOURS = 12
NOT_SIGNED_IN = "Name, password and code do not belong together. Codes last 30 seconds, and each counts once."
LINK_SPENT = "This link was used already, or its time is over. Ask for a new one."


class SlowDownError(InputError):
    """Too many failures: the next try has to wait."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has just begun. The token goes into the cookie and is kept nowhere else."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The secrets of an invited person: recovery codes, shown once."""

    recovery_codes: tuple[str, ...] = field(repr=False)


def sign_in(
    door: Door,
    *,
    name: str,
    password: str,
    code: str,
    network: str,
    browser: str | None,
    seed_key: second_factor.SeedKey,
    now_s: float | None = None,
) -> NewSession:
    """Hold name, password and code against the account and begin a session.

    Parameters
    ----------
    code : six digits of the authenticator app, or a recovery code.
    network : where the request came from, as a network's address.
    browser : the random word that this browser keeps.

    Raises
    ------
    SlowDownError
        After failures, until the wait is over.
    InputError
        They do not belong together; which of them is wrong is not said.
    """
    name, known = name.strip().lower(), hash_token(browser) if browser else None
    if wait := door.wait_s(name, network, known):
        raise SlowDownError(f"Too many failed tries. The next one counts in {wait} s.")
    credential = door.credential_of(name)
    fits = is_password(password, credential.password_hash if credential else None)
    if credential is None or not fits or not _second_factor(door, credential, code, seed_key, now_s):
        door.note_failure(name, network, known)
        raise InputError(NOT_SIGNED_IN)
    return begin_session(door, credential.account_id, browser)


def _second_factor(
    door: Door, credential: Credential, code: str, key: second_factor.SeedKey, now_s: float | None
) -> bool:
    account_id = credential.account_id
    seed = second_factor.decrypt_seed(credential.totp_seed, account_id=account_id, key=key)
    step = second_factor.matching_step(seed, code, now_s=time.time() if now_s is None else now_s)
    if step is not None:
        return door.spend_step(account_id, step)
    return door.spend_recovery_code(account_id, hash_token(plain_code(code)))


def follow_link(door: Door, token: str, *, browser: str | None) -> NewSession:
    """Begin a session by a one-time sign-in link, which is spent. Raises InputError where it is not good."""
    account_id = door.spend_link(hash_token(token), "sign_in")
    if account_id is None:
        raise InputError(LINK_SPENT)
    return begin_session(door, account_id, browser)


def accept_invitation(
    door: Door,
    token: str,
    *,
    password: str,
    again: str,
    seed: str,
    code: str,
    seed_key: second_factor.SeedKey,
    now_s: float | None = None,
) -> Enrolled:
    """Keep an invited person's password and second factor, and give ten recovery codes.

    Raises
    ------
    InputError
        The link is not good, the passwords differ or are too short, or the code does not fit: the invitation stays good then.
    """
    link = door.link_of(hash_token(token))
    if link is None or link.kind != "invitation":
        raise InputError(LINK_SPENT)
    if password != again:
        raise InputError("The two passwords differ: type the same one twice.")
    if not second_factor.is_seed(seed):
        raise InputError("The key for the app did not come back as this page gave it. Add the one below to the app.")
    password_hash = hash_password(password)
    step = second_factor.matching_step(seed, code, now_s=time.time() if now_s is None else now_s)
    if step is None:
        raise InputError(
            "The code does not match. Wait for the next one in the app, and check that the phone's clock is right."
        )
    codes = new_recovery_codes()
    accepted = door.accept_invitation(
        hash_token(token),
        password_hash=password_hash,
        seed=second_factor.encrypt_seed(seed, account_id=link.account_id, key=seed_key),
        key_id=seed_key.key_id,
        step=step,
        code_hashes=[hash_token(code) for code in codes],
    )
    if accepted is None:
        raise InputError(LINK_SPENT)
    return Enrolled(codes)


def begin_session(door: Door, account_id: int, browser: str | None) -> NewSession:
    """Begin a session for an account whose person was recognised. Raises InputError where it is gone or disabled."""
    token = new_token()
    known = hash_token(browser) if browser else None
    if door.begin_session(account_id, hash_token(token), known, hours=SESSION_HOURS) is None:
        raise InputError(NOT_SIGNED_IN)
    return NewSession(token)
