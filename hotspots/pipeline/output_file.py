"""Files that a person asks for: refused before the work where they cannot be written, and written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hotspots.errors import InputError
from hotspots.private_files import open_private


def check_output(path: Path, *, option: str, endings: Iterable[str] = ()) -> None:
    """Say what stands against writing a file, before the work for it begins.

    Parameters
    ----------
    option : str
        The option that names the file, for the error.
    endings : iterable of str
        Endings that are known, such as ``.csv``; any, where there is none.

    Raises
    ------
    InputError
        Another ending, a folder that is not there or not open to us, or a folder of that name.
    """
    known = list(endings)
    if known and path.suffix.lower() not in known:
        raise InputError(
            f"{option} {path.name}: the ending {path.suffix or '(none)'} is not one of: {', '.join(known)}."
        )
    if not path.parent.is_dir():
        raise InputError(f"{option} {path}: the folder {path.parent} is not there.")
    if os.path.isdir(path):  # of a name that is too long, writing says so
        raise InputError(f"{option} {path} is a folder; name a file.")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"{option} {path}: nothing can be written into the folder {path.parent}.")


def make_folder_of(path: Path, *, option: str) -> None:
    """Make the folder of a file where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{option} {path}: the folder {path.parent} cannot be made: {error.strerror}.") from None


def write_whole(path: Path, content: bytes, *, option: str) -> None:
    """Write a file, which appears whole or not at all.

    Raises
    ------
    InputError
        It cannot be written.
    """
    with writing_whole(path, option=option) as stream:
        stream.write(content)


@contextmanager
def writing_whole(path: Path, *, option: str) -> Iterator[BinaryIO]:
    """Open a file for writing, which appears whole when the block ends, and not at all when it fails. Only its owner can read it.

    Raises
    ------
    InputError
        It cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        try:
            with open_private(unfinished) as stream:
                yield stream
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{option} {path} cannot be written: {error.strerror}.") from None
