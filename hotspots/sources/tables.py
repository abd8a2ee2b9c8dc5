"""Delimited text as sent: every record word for word with its line, and its columns as text.

Nothing is lost: a record that cannot be split into the header's columns is kept with the reason.
"""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.sources.archives import UnreadableFileError
from hotspots.sources.records import Records, split_records

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 1 << 24
STRAY_RETURN = "a carriage return stands in it"
REASON_COLUMNS = "columns do not match the header"


@dataclass(frozen=True, eq=False)
class BadRecord:
    """A record that is not one row of the table."""

    line: int
    reason: str


@dataclass(frozen=True, eq=False)
class Table:
    """One file as sent.

    Attributes
    ----------
    header : first line as sent; None in an empty file.
    columns : names in the header, stripped; a repeated one carries a number.
    records : (n,) large_string, every record word for word.
    lines : (n,) int32, 1-based line where each record starts; the header is line 1.
    rows : the records that fit the header, as text columns; only the asked ones.
    row_of : (rows,) int64, index into `records` of each row of `rows`.
    bad : the other records.
    """

    header: str | None
    columns: list[str]
    records: pa.Array[Any]
    lines: np.ndarray[Any, np.dtype[np.int32]]
    rows: pa.Table
    row_of: np.ndarray[Any, np.dtype[np.int64]]
    bad: list[BadRecord] = field(default_factory=list)


def read_table(data: bytes, *, encoding: str = "utf-8", delimiter: str = ",", wanted: list[str] | None = None) -> Table:
    """Split a file into records and columns.

    Parameters
    ----------
    data : bytes
        The unpacked file.
    encoding, delimiter : str
        As the city file says.
    wanted : list of str, optional
        Columns to read; all where left out. One that the header lacks is left out of `rows`.

    Raises
    ------
    UnreadableFileError
        The content is not text, or has no header.
    """
    import pyarrow as pa

    text, not_text = _as_utf8(data, encoding)
    records = split_records(text, delimiter=delimiter)
    if records.count == 0:
        empty = pa.array([], pa.large_string())
        return Table(None, [], empty, np.zeros(0, np.int32), pa.table({}), np.zeros(0, np.int64))
    header = records.text(0)
    columns = _column_names(header, delimiter)
    body = records.after_header()
    reasons = dict(body.unclosed)
    for line, reason in not_text.items():
        reasons[body.index_of_line(line)] = reason
    try:
        rows, row_of, ragged = _parse(body, columns, delimiter, wanted, _of_body(reasons))
    except UnreadableFileError:
        reasons |= dict.fromkeys(body.with_stray_return(), STRAY_RETURN)
        rows, row_of, ragged = _parse(body, columns, delimiter, wanted, _of_body(reasons))
    reasons = dict.fromkeys(ragged, REASON_COLUMNS) | reasons
    bad = [BadRecord(int(body.lines[index]), reason) for index, reason in sorted(reasons.items()) if index >= 0]
    return Table(header, columns, body.array(), body.lines, rows, row_of, bad)


def _of_body(reasons: dict[int, str]) -> list[int]:
    return sorted(index for index in reasons if index >= 0)


def _as_utf8(data: bytes, encoding: str) -> tuple[bytes, dict[int, str]]:
    """The text in UTF-8 with line feeds between lines, and the lines that are not text, by number."""
    name = codecs.lookup(encoding).name
    wide = name.startswith(("utf-16", "utf-32"))
    if not wide and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableFileError('it begins like UTF-16 text, which encoding = "utf-16" in the city file reads')
    if not wide and (zero := data[: 1 << 16].find(b"\0")) >= 0:
        raise UnreadableFileError(f"it is not text: a zero byte at {zero}")
    bad: dict[int, str] = {}
    try:
        text = data.decode(name)
        utf8 = data if name in ("utf-8", "ascii") else text.encode()
    except UnicodeDecodeError as error:
        if wide:
            raise UnreadableFileError(f"it is not {encoding} text (byte {error.start})") from None
        utf8 = _line_by_line(data, name, encoding, bad)
    utf8 = utf8.removeprefix(codecs.BOM_UTF8)
    if b"\0" in utf8:
        for number, line in enumerate(utf8.split(b"\n"), start=1):
            if b"\0" in line:
                bad.setdefault(number, "it holds a zero byte")
        utf8 = utf8.replace(b"\0", b"\\0")  # PostgreSQL's text has none
    if b"\r" in utf8 and b"\n" not in utf8:
        utf8 = utf8.replace(b"\r", b"\n")
    return utf8, bad


def _line_by_line(data: bytes, name: str, encoding: str, bad: dict[int, str]) -> bytes:
    lines = data.split(b"\n")
    for index, line in enumerate(lines):
        if line.isascii():
            continue
        try:
            lines[index] = line.decode(name).encode()
        except UnicodeDecodeError as error:
            bad[index + 1] = f"it is not {encoding} text"
            lines[index] = line.decode("ascii", errors="backslashreplace").encode()
            del error
    return b"\n".join(lines)


def _column_names(header: str, delimiter: str) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    try:
        found = next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error as error:
        raise UnreadableFileError(f"its first line is no header ({error})") from None
    for name in found:
        name = name.strip()
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _parse(
    body: Records, columns: list[str], delimiter: str, wanted: list[str] | None, bad: list[int]
) -> tuple[pa.Table, np.ndarray[Any, np.dtype[np.int64]], list[int]]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    asked = [name for name in (columns if wanted is None else wanted) if name in columns]
    sent = np.delete(np.arange(body.count), bad)
    if len(sent) == 0:
        return pa.table({name: pa.array([], pa.string()) for name in asked}), sent, []
    content = body.content(sent if bad else None)
    ragged: list[int] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row.number - 1)
        return "skip"

    def read(handler: Any, *, use_threads: bool) -> pa.Table:
        return arrow_csv.read_csv(
            pa.BufferReader(content),
            read_options=arrow_csv.ReadOptions(column_names=columns, use_threads=use_threads, block_size=BLOCK_BYTES),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=handler,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in asked},
                include_columns=asked,
                strings_can_be_null=False,
                check_utf8=False,  # it is UTF-8 by now
            ),
        )

    try:
        rows = read(None, use_threads=True)
    except pa.ArrowInvalid:
        # Row numbers are known to a single thread only.
        rows = read(note, use_threads=False)
    keep = np.ones(len(sent), bool)
    keep[ragged] = False
    if rows.num_rows != keep.sum():
        raise UnreadableFileError("its quotes and lines do not make a table")
    return rows.combine_chunks(), sent[keep], [int(sent[index]) for index in ragged]
