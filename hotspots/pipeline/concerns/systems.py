"""City systems that send concerns by Open311: each has a key of which the database keeps the hash."""

from __future__ import annotations

import re

from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.door.secrets import hash_token, new_token
from hotspots.store import audit, concerns
from hotspots.store.server.connection import Connection

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)


def add_system(connection: Connection, name: str, *, person: str) -> str:
    """Let a system send; its key, which is kept nowhere. Raises InputError where the name is none."""
    if not NAME.fullmatch(name):
        raise InputError(
            f"{name[:40]!r} is no name of a system: 2 to 40 small letters, digits, dots, hyphens or underscores."
        )
    key = new_token()
    concerns.add_system(connection, name, hash_token(key))
    audit.tell(connection, "concern system add", {"name": name, "claimed": person})
    return key


def disable_system(connection: Connection, name: str, *, person: str) -> None:
    """End the key of a system. Raises NotFoundError where there is none."""
    if not concerns.disable_system(connection, name):
        raise NotFoundError(f"{name[:40]!r} is no city system with a key: hotspots concern system list")
    audit.tell(connection, "concern system disable", {"name": name, "claimed": person})
