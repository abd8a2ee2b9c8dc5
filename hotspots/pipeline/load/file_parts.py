"""One file in parts that are normalised one by one, so that memory does not grow with the file, and the outcome does not tell it was cut.

Rows that speak of one incident are judged together. So a file of several pieces is looked through first: rows whose id stands in two
pieces, or in a row that withdraws, wait, and make the last part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.errors import CityFileError
from hotspots.sources.city_values import closest, named
from hotspots.sources.files.pieces import Piece, read_pieces
from hotspots.sources.files.table import Table, one_table
from hotspots.sources.files.tables import missing_column
from hotspots.sources.normalise import identity_of, rows_that_withdraw

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from hotspots.sources.city_file import CityFile
    from hotspots.sources.files.archives import FoundFile


@dataclass(frozen=True, eq=False)
class FilePart:
    """Rows of a file that are normalised at once."""

    table: Table
    is_first: bool
    is_last: bool


@dataclass(eq=False)
class FileLook:
    """The outcome of looking through a file.

    Attributes
    ----------
    sha256 : of its unpacked content.
    only : its only piece; None where there are several.
    waiting : hashes of the ids whose rows wait for the last part, in order.
    known_on : the distinct words of the column that tells when the file was known.
    """

    sha256: str = ""
    only: Piece | None = None
    waiting: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    known_on: set[str] = field(default_factory=set)


def look_through(file: FoundFile, city: CityFile) -> FileLook:
    """Read a file once for its fingerprint, and for what its pieces have in common where it has several.

    Raises
    ------
    UnreadableFileError
        It cannot be read, at whatever place.
    CityFileError
        It lacks a column that the city file names.
    """
    digest, look = hashlib.sha256(), FileLook()
    section = city.incidents
    known_on = section.known_on.column if section.known_on else None
    withdrawal = [section.withdrawal.column] if section.withdrawal else []
    wanted: list[str] = list(
        dict.fromkeys([*(section.id or []), *section.content_columns, *withdrawal, *([known_on] if known_on else [])])
    )
    of_pieces: list[NDArray[np.uint64]] = []
    withdrawn: list[NDArray[np.uint64]] = []
    for piece in read_pieces(file, section.layout, digest=digest):
        if piece.is_first and piece.is_last:
            look.only = piece
            break
        if piece.is_first:
            check_columns(file, piece.read(section.layout, name=file.name, wanted=list(section.columns)), city, piece)
        rows = piece.read(section.layout, name=file.name, wanted=wanted).rows
        hashes = hash_keys(identity_of(rows, section))
        of_pieces.append(np.unique(hashes))
        withdrawn.append(hashes[rows_that_withdraw(city, rows)])
        if known_on:
            look.known_on.update(rows.column(known_on).unique().to_pylist())
    look.sha256 = digest.hexdigest()
    if of_pieces:
        every, counts = np.unique(np.concatenate(of_pieces), return_counts=True)
        look.waiting = np.union1d(every[counts > 1], np.concatenate(withdrawn))
    return look


def read_parts(file: FoundFile, city: CityFile, look: FileLook) -> Iterator[FilePart]:
    """The file's rows, part by part; a file of one piece is one part."""
    section = city.incidents
    wanted = list(section.columns)
    if look.only is not None:
        table = look.only.read(section.layout, name=file.name, wanted=wanted)
        if table.header is not None:
            check_columns(file, table, city, look.only)
        yield FilePart(table, is_first=True, is_last=True)
        return
    waiting: list[Table] = []
    for piece in read_pieces(file, section.layout):
        table = piece.read(section.layout, name=file.name, wanted=wanted)
        waits = np.isin(hash_keys(identity_of(table.rows, section)), look.waiting)
        if waits.any():
            waiting.append(table.only(waits))
        yield FilePart(table.keep(~waits), piece.is_first, piece.is_last and not len(look.waiting))
    if len(look.waiting):
        yield FilePart(one_table(waiting), is_first=False, is_last=True)


def hash_keys(keys: pa.Array[Any]) -> NDArray[np.uint64]:
    """A number for each id, nearly always another for another id; where two ids have one, work is done more carefully, not wrongly."""
    from pandas.core.util.hashing import hash_array

    return hash_array(keys.to_numpy(zero_copy_only=False), categorize=False)


def check_columns(file: FoundFile, table: Table, city: CityFile, piece: Piece) -> None:
    """Raise CityFileError where the file lacks a column that the city file names."""
    section = city.incidents
    for column, key in section.columns.items():
        if column not in table.rows.column_names:
            hint = closest(column, table.columns) or missing_column(column, section.layout, piece.data)
            raise CityFileError(
                f"incidents.{key}: {file.name} has no column {column!r}{hint}; it has {named(table.columns, most=60)}"
            )
