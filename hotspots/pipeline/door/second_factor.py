"""TOTP (RFC 6238): codes of 30 seconds, one step early or late is taken; the seed is encrypted with a key outside of the database."""

from __future__ import annotations

import hmac
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp.totp import TOTP

from hotspots.errors import SettingsError
from hotspots.pipeline.door.key_files import keep_key

STEP_S = 30
WINDOW = 1  # steps early or late: a phone may be 30 seconds off
NONCE_BYTES = 12
SEED = re.compile(r"[A-Z2-7]{32}")


@dataclass(frozen=True, slots=True)
class SeedKey:
    """The key that encrypts seeds, and its id."""

    key_id: str
    key: bytes = field(repr=False)


def keep_seed_key(home: Path) -> SeedKey:
    """The key of ``HOTSPOTS_HOME/keys/seeds``, made at the first call. Keep a copy of the file apart from dumps of the database."""
    return SeedKey(*keep_key(home, "seeds"))


def new_seed() -> str:
    """160 random bits in base32, as authenticator apps read it."""
    return pyotp.random_base32()


def is_seed(text: str | None) -> bool:
    """Whether a text is a seed as `new_seed` makes them: a form brings it back, and may bring anything."""
    return bool(SEED.fullmatch(text or ""))


def encrypt_seed(seed: str, *, account_id: int, key: SeedKey) -> bytes:
    """The seed under AES-GCM, bound to its account: another account's row does not decrypt."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key.key).encrypt(nonce, seed.encode(), str(account_id).encode())


def decrypt_seed(stored: bytes, *, account_id: int, key: SeedKey) -> str:
    """The seed of an account. Raises SettingsError where the key is another one."""
    try:
        return AESGCM(key.key).decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], str(account_id).encode()).decode()
    except InvalidTag:
        raise SettingsError(
            "The key of keys/seeds does not fit the stored seeds: restore the file from its copy."
        ) from None


def matching_step(seed: str, code: str, *, now_s: float) -> int | None:
    """The step whose code was typed, of the current one and its neighbours; None where none fits."""
    typed = code.replace(" ", "")
    current = int(now_s // STEP_S)
    totp = TOTP(seed)
    for step in range(current - WINDOW, current + WINDOW + 1):
        if hmac.compare_digest(totp.at(step * STEP_S).encode(), typed.encode()):
            return step
    return None


def provisioning_uri(seed: str, *, name: str, service: str) -> str:
    """The address in the QR code."""
    return TOTP(seed).provisioning_uri(name=name, issuer_name=service)


def qr_svg(text: str) -> str:
    """A QR code as SVG."""
    return segno.make(text, error="m").svg_inline(scale=4, border=2)
