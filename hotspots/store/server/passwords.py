"""Generated passwords of the database's rooms, each in a file that only this user can read."""

import os
import secrets
from pathlib import Path
from typing import Literal, get_args

Room = Literal["owner", "public", "staff", "desk", "alerts", "mailer", "concerns", "partners", "worker"]
ROOMS: tuple[Room, ...] = get_args(Room)


def password_file(home: Path, room: Room) -> Path:
    """Where the password of a room is kept."""
    return home / "passwords" / room


def read_password(home: Path, room: Room) -> str | None:
    """The password of one room, or None where none was generated yet."""
    try:
        return password_file(home, room).read_text().strip() or None
    except FileNotFoundError:
        return None


def keep_password(home: Path, room: Room) -> str:
    """The password of one room, generated at the first call."""
    known = read_password(home, room)
    if known:
        return known
    file = password_file(home, room)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_urlsafe(32))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)  # the first of two processes wins, and both read the same word
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text().strip()
