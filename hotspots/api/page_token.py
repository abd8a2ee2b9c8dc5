"""Where the next page starts, as an opaque word. A word that is none is an error, never the first page."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from hashlib import blake2b
from uuid import UUID

from hotspots.domain.feature import Collection, Kind
from hotspots.errors import InputError
from hotspots.store.public.features import Key

CHECK_BYTES = 6


def write_token(collection: Collection, key: Key) -> str:
    """The word for a key of this collection."""
    text = "|".join(str(part) for part in key).encode()
    return _word(_check(collection, text) + text)


def read_token(collection: Collection, token: str) -> Key:
    """The key that a word stands for.

    Raises
    ------
    InputError
        Not a word of ours, or one of another collection.
    """
    try:
        if len(token) > 200:
            raise ValueError
        packed = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        check, text = packed[:CHECK_BYTES], packed[CHECK_BYTES:]
        if check != _check(collection, text) or _word(packed) != token:
            raise ValueError
        kinds: list[Kind] = [collection.fields[collection.place_of(name)].kind for name in collection.key]
        return tuple(_read(kind, part) for kind, part in zip(kinds, text.decode().split("|"), strict=True))
    except ValueError:
        raise InputError("token: this is not the token of a next page; follow the link `next` of a page") from None


def _word(packed: bytes) -> str:
    return urlsafe_b64encode(packed).rstrip(b"=").decode()


def _check(collection: Collection, text: bytes) -> bytes:
    return blake2b(collection.name.encode() + b"|" + text, digest_size=CHECK_BYTES).digest()


def _read(kind: Kind, text: str) -> date | UUID | int:
    if kind == "day":
        return date.fromisoformat(text)
    return UUID(text) if kind == "id" else int(text)
