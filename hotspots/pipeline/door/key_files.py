"""Keys in files of their own under ``HOTSPOTS_HOME/keys``, apart from the database and its dumps."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from hotspots.errors import SettingsError


def keep_key(home: Path, name: str) -> tuple[str, bytes]:
    """Return the id and the 256 bits of ``keys/<name>``, made at the first call. Raises SettingsError where it holds something else."""
    file = home / "keys" / name
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(f"{secrets.token_hex(4)} {secrets.token_hex(32)}\n")
        try:
            os.link(draft, file)  # the first of two processes wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key_id, _, key = file.read_text().strip().partition(" ")
    try:
        return key_id, bytes.fromhex(key)
    except ValueError:
        raise SettingsError(
            f"{file} does not hold a key's id and 64 hexadecimal digits: restore it from its copy."
        ) from None
