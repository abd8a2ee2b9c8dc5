"""Seal a concern's text with a public key; only the desk, with the private one in its key file, opens it.

X25519 with a key of its own for each text, HKDF with SHA-256, AES-256-GCM bound to the concern's reference.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hotspots.errors import SettingsError
from hotspots.pipeline.door.key_files import keep_key
from hotspots.store.concerns import keep_public_key
from hotspots.store.server.connection import Database

NONCE_BYTES = 12
PUBLIC_BYTES = 32
PADDED_TO = 512  # bytes, so that a sealed text tells little of its length


@dataclass(frozen=True, slots=True)
class ConcernKey:
    """The private key that opens texts, and its id."""

    key_id: str
    key: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The key that seals."""
        return X25519PrivateKey.from_private_bytes(self.key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def keep_concern_key(home: Path) -> ConcernKey:
    """The key of ``HOTSPOTS_HOME/keys/concerns``, made at the first call. Keep a copy of the file: without it no text can be read."""
    return ConcernKey(*keep_key(home, "concerns"))


def offer_key(owner: Database, home: Path) -> ConcernKey:
    """Let the public form seal with the key of this data folder: from then on the form is open, where the city file has ``[concerns]``."""
    key = keep_concern_key(home)
    with owner.connect() as connection:
        keep_public_key(connection, key.key_id, key.public)
    return key


def seal(text: str, *, public_key: bytes, reference: str) -> bytes:
    """The sealed text of a concern."""
    own = X25519PrivateKey.generate()
    shared = own.exchange(X25519PublicKey.from_public_bytes(public_key))
    sender = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    nonce = os.urandom(NONCE_BYTES)
    words = text.encode()
    padded = words + b"\0" * (-len(words) % PADDED_TO)
    return sender + nonce + AESGCM(_derived(shared, sender, public_key)).encrypt(nonce, padded, reference.encode())


def unseal(sealed: bytes, *, key: ConcernKey, reference: str) -> str:
    """The text. Raises SettingsError where the key file is another one."""
    sender, nonce = sealed[:PUBLIC_BYTES], sealed[PUBLIC_BYTES : PUBLIC_BYTES + NONCE_BYTES]
    shared = X25519PrivateKey.from_private_bytes(key.key).exchange(X25519PublicKey.from_public_bytes(sender))
    try:
        opened = AESGCM(_derived(shared, sender, key.public)).decrypt(
            nonce, sealed[PUBLIC_BYTES + NONCE_BYTES :], reference.encode()
        )
    except InvalidTag:
        raise SettingsError(
            "The key of keys/concerns does not open this text: restore the file from its copy."
        ) from None
    return opened.rstrip(b"\0").decode()


def _derived(shared: bytes, sender: bytes, receiver: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hotspots concern" + sender + receiver).derive(shared)
