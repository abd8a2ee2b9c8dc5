"""Backups as files: whole or not at all, for their owner alone, and only so many of them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from hotspots.errors import InputError
from hotspots.pipeline.output_file import check_output
from hotspots.store.server.backup import Manifest, write_backup
from hotspots.store.server.connection import Database

PREFIX, ENDING = "hotspots-", ".backup"


def back_up(owner: Database, target: Path, *, bin_folder: Path | None = None) -> tuple[Path, Manifest]:
    """Write a backup.

    Parameters
    ----------
    target : a file, or a folder, which gets a file named by the moment in UTC.

    Raises
    ------
    InputError
        The file cannot be written.
    DatabaseError
        The database cannot be dumped; no file is left.
    """
    file = target / f"{PREFIX}{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}{ENDING}" if target.is_dir() else target
    check_output(file, option="FILE")
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        # An attempt that was killed may have left one: nobody else may have made it.
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as stream:
            manifest = write_backup(owner, stream, bin_folder=bin_folder)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, file)
    except OSError as error:
        raise InputError(
            f"FILE {file} cannot be written: {error.strerror}. Name another place, or make room."
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
    return file, manifest


def remove_older(folder: Path, *, keep: int) -> list[Path]:
    """Remove a folder's backups but the newest `keep`, judged by their names; other files stay. Returns what was removed."""
    ours = sorted(folder.glob(f"{PREFIX}[0-9]*{ENDING}"))
    old = ours[:-keep]
    for file in old:
        file.unlink()
    return old
