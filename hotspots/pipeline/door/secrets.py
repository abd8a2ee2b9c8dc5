"""Passwords (argon2id), tokens and recovery codes. Only hashes leave this file."""

from __future__ import annotations

import hashlib
import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hotspots.errors import InputError

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
RECOVERY_CODES = 10
_hasher = PasswordHasher()  # argon2id, the library's own parameters (RFC 9106, low memory)
_hashing = BoundedSemaphore(2)  # each takes 64 MB: a crowd of sign-ins waits for one another, and takes no more
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$8IvKE46eXzN6A5jLTLoRGw$2wXpSxrS0D3gkPvqXn3mYxKJZ0ZZwG0Z0m2uR9m0F1Y"


def hash_password(password: str) -> str:
    """The password's argon2id hash. Raises InputError where it is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InputError(
            f"The password has {len(password)} characters; it needs {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}. "
            "Four words that do not belong together are easy to keep."
        )
    with _hashing:
        return _hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one of a hash; as slow for an account that does not exist (None)."""
    try:
        with _hashing:
            return _hasher.verify(password_hash or _NOBODY, password[:LONGEST_PASSWORD]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """256 random bits, for a URL or a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """The stored form of a token or recovery code: SHA-256, since both are random."""
    return hashlib.sha256(token.encode()).digest()


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 80 random bits in groups of four letters."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    codes = ("".join(secrets.choice(alphabet) for _ in range(16)) for _ in range(RECOVERY_CODES))
    return tuple("-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes)


def plain_code(typed: str) -> str:
    """A recovery code as it is hashed: in capitals, with its hyphens, however it was typed."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
