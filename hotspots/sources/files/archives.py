"""Files as they lie in the data folder: plain, gzip or zip, found by a pattern."""

from __future__ import annotations

import fnmatch
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from hotspots.errors import InputError

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what an old workbook (.xls) begins with


class UnreadableFileError(Exception):
    """A file whose content cannot be read at all; the message says why."""


@dataclass(frozen=True)
class FoundFile:
    """One file of the data folder, or one member of an archive there."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """As it is called in reports: without its folder."""
        return self.path.name if self.member is None else f"{self.path.name}/{self.member}"

    def read(self) -> bytes:
        """The content, unpacked.

        Raises
        ------
        UnreadableFileError
            The archive is damaged or the file cannot be opened.
        """
        with self.open() as stream:
            data = stream.read()
        if self.member is None and data.startswith(ZIP) and not is_workbook(data):
            raise UnreadableFileError("the archive is damaged (not a zip archive)")  # else its members were found
        return data

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The content as a stream, unpacked as it is read.

        Raises
        ------
        UnreadableFileError
            The archive is damaged or the file cannot be opened; also while the block reads.
        """
        try:
            with ExitStack() as opened:
                if self.member is None:
                    packed = opened.enter_context(self.path.open("rb"))
                else:
                    archive = opened.enter_context(zipfile.ZipFile(self.path))
                    packed = io.BufferedReader(cast("io.RawIOBase", opened.enter_context(archive.open(self.member))))
                is_packed = packed.peek(len(GZIP)).startswith(GZIP)
                yield cast("IO[bytes]", opened.enter_context(gzip.open(packed)) if is_packed else packed)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise UnreadableFileError(f"the archive is damaged ({error})") from None
        except (RuntimeError, NotImplementedError) as error:  # a zip with a password or an unknown method
            raise UnreadableFileError(f"the archive cannot be opened ({error})") from None
        except OSError as error:
            raise UnreadableFileError(f"the file cannot be opened ({error.strerror})") from None


def is_workbook(data: bytes) -> bool:
    """Whether the content is a workbook, whatever its file is called: most of them are zip archives."""
    if not data.startswith(ZIP):
        return data.startswith(OLE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            is_open_document = "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return False
    return bool({"xl/workbook.xml", "xl/workbook.bin"} & names) or is_open_document


def find_paths(folder: Path, pattern: str, *, key: str) -> list[Path]:
    """Find the files of a pattern, in the order of their names.

    Parameters
    ----------
    folder : Path
        The data folder.
    pattern : str
        Name or pattern below it.
    key : str
        Key of the city file that holds the pattern, for the error.

    Raises
    ------
    InputError
        There is no such folder or no such file.
    """
    if not folder.is_dir():
        raise InputError(f"The data folder {str(folder)!r} does not exist.")
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise InputError(f"{key}: {pattern!r} must lie below the data folder.")
    paths = (
        [folder / pattern] if (folder / pattern).is_file() else sorted(p for p in folder.glob(pattern) if p.is_file())
    )
    if not paths:
        raise InputError(f"{key}: no file {pattern!r} in the data folder {str(folder)!r}.")
    return paths


def find_files(folder: Path, pattern: str, *, member: str = "*", key: str) -> Iterator[FoundFile]:
    """Find the files of a pattern as `find_paths` does, and in a zip archive the members whose names match, one by one."""
    for path in find_paths(folder, pattern, key=key):
        yield from _members(path, member)


def _members(path: Path, pattern: str) -> Iterator[FoundFile]:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError:
        start = b""  # reading it says what is wrong
    if start != ZIP:
        yield FoundFile(path)
        return
    content = path.read_bytes()
    if is_workbook(content):
        yield FoundFile(path)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = sorted(info.filename for info in archive.infolist() if not info.is_dir())
    except zipfile.BadZipFile:
        yield FoundFile(path)  # reading it says what is wrong
        return
    chosen = [name for name in names if fnmatch.fnmatch(name, pattern)]
    if not chosen:
        raise InputError(f"{path.name}: no member matches {pattern!r}; it holds {', '.join(names[:5]) or 'nothing'}.")
    for name in chosen:
        yield FoundFile(path, name)
