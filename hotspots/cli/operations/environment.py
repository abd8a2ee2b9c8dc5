"""Errors of the machine, not of the program, in words, with what to do."""

from __future__ import annotations

import errno

NO_ROOM = "Make room, or name another folder, then run the command again; `hotspots doctor` says how much is free."
REMEDIES = {
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EFBIG: "The file system or a limit (`ulimit -f`) allows no larger file. Name another folder, or lift the limit.",
    errno.EROFS: "Name a folder that can be written, for example by HOTSPOTS_HOME.",
    errno.EACCES: "Let this user in, or run the command as the user who owns it.",
    errno.EPERM: "Let this user in, or run the command as the user who owns it.",
    errno.EMFILE: "Allow more open files (`ulimit -n 4096`), then run the command again.",
    errno.ENFILE: "The system has no open files left. End what holds them, then run the command again.",
    errno.EIO: "The disk has a fault. Look at the system's log before you write to it again.",
    errno.ENOMEM: "Give the machine more memory or end other programs, then run the command again.",
}


def remedy(error: BaseException) -> str | None:
    """One line about an error that the machine is the reason of, with what to do; None for any other."""
    if isinstance(error, MemoryError):
        return f"Memory ran out. {REMEDIES[errno.ENOMEM]}"
    if isinstance(error, OSError) and error.errno in REMEDIES:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}. {REMEDIES[error.errno]}"
    return None
