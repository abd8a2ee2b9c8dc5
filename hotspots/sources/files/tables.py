"""Files of records as sent, delimited text above all: every record with its line, and its columns as text.

Nothing is lost but what the city file does not name: a record that cannot be split into the header's columns is kept with the reason.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.sources.files.archives import OLE, ZIP, UnreadableFileError, is_workbook
from hotspots.sources.files.column_names import NO_NAMES, find_column, renamed
from hotspots.sources.files.json_records import is_json, json_as_text
from hotspots.sources.files.records import Records, split_records
from hotspots.sources.files.table import BadRecord, Table
from hotspots.sources.files.text_encoding import as_utf8
from hotspots.sources.files.workbooks import workbook_as_text

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

BLOCK_BYTES = 1 << 24
STRAY_RETURN = "a carriage return stands in it"
REASON_COLUMNS = "columns do not match the header"
TEXT_NAMES = (".csv", ".tsv", ".txt")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MOST_TITLE_ROWS = 20


@dataclass(frozen=True)
class Layout:
    """How a file's records stand in it.

    Attributes
    ----------
    encoding, delimiter : of text.
    sheet : of a workbook; None: the only one, or the only one with the columns.
    title_rows, footer_rows : rows above the header and at the end that are no records.
    other_names : by name in the city file, what the column may be called instead.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    title_rows: int = 0
    footer_rows: int = 0
    other_names: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_table(
    data: bytes,
    layout: Layout | None = None,
    *,
    name: str = "",
    wanted: Sequence[str] | None = None,
    only_wanted: bool = False,
    is_beginning: bool = True,
) -> Table:
    """Split a file into records and columns: delimited text, JSON or a workbook.

    Parameters
    ----------
    data : bytes
        The unpacked file.
    layout : Layout
        As the city file says.
    name : str
        The file's name; one that ends in .csv, .tsv or .txt is never JSON.
    wanted : list of str, optional
        Columns to read; all where left out. One that the header lacks is left out of `rows`.
    only_wanted : bool
        Keep nothing of the other columns in the records either, and nothing of records that cannot be split into columns.
    is_beginning : bool
        The file begins here; else its first lines stand above a later piece.

    Raises
    ------
    UnreadableFileError
        The content is not text, or has no header.
    """
    import pyarrow as pa

    layout = layout or Layout()
    text, delimiter, not_text = _as_text(data, layout, name, wanted or (), is_beginning=is_beginning)
    records = split_records(text, delimiter=delimiter).between(layout.title_rows, layout.footer_rows)
    if records.count == 0:
        empty = pa.array([], pa.large_string())
        return Table(None, [], empty, np.zeros(0, np.int32), pa.table({}), np.zeros(0, np.int64))
    header = records.text(0)
    columns = _column_names(header, delimiter)
    names = dict(zip(columns, columns, strict=True)) if wanted is None else renamed(wanted, columns, layout.other_names)
    body = records.after_header()
    reasons = dict(body.unclosed)
    for line, reason in not_text.items():
        reasons[body.index_of_line(line)] = reason
    asked = list(dict.fromkeys(names.values()))
    try:
        rows, row_of, ragged = _parse(body, columns, delimiter, asked, _of_body(reasons))
    except UnreadableFileError:
        reasons |= dict.fromkeys(body.with_stray_return(), STRAY_RETURN)
        rows, row_of, ragged = _parse(body, columns, delimiter, asked, _of_body(reasons))
    reasons = dict.fromkeys(ragged, REASON_COLUMNS) | reasons
    bad = [BadRecord(int(body.lines[index]), reason) for index, reason in sorted(reasons.items()) if index >= 0]
    left_out = [column for column in columns if column not in asked] if only_wanted else []
    kept = pa.table({name: rows.column(column) for name, column in names.items()})
    if left_out or (only_wanted and (delimiter != "," or list(names) != columns)):
        header, sent = _line(names), _written(kept, row_of, body.count)
    else:
        sent = body.array()
    return Table(header, columns, sent, body.lines, kept, row_of, bad, left_out)


def missing_column(wanted: str, layout: Layout, data: bytes) -> str:
    """A hint why a file seems to lack a column: another delimiter, rows above the header."""
    head = data[: 1 << 16].decode(layout.encoding, errors="replace").splitlines()[:MOST_TITLE_ROWS]
    first = head[layout.title_rows] if len(head) > layout.title_rows else ""
    for delimiter, word in DELIMITERS.items():
        if delimiter != layout.delimiter and find_column(wanted, first.split(delimiter), layout.other_names):
            return f"; a {word} separates its columns: give delimiter = {delimiter!r}".replace("'", '"')
    for number, line in enumerate(head):
        names = next(csv.reader([line], delimiter=layout.delimiter), [])
        if number != layout.title_rows and find_column(wanted, names, layout.other_names):
            return f"; line {number + 1} looks like its header: give title_rows = {number}"
    return ""


def is_delimited(data: bytes, name: str) -> bool:
    """Whether content that begins so is delimited text, and neither a workbook nor JSON."""
    is_packed = data.startswith((ZIP, OLE))
    return not is_packed and (PurePath(name.removesuffix(".gz")).suffix.lower() in TEXT_NAMES or not is_json(data))


def _as_text(
    data: bytes, layout: Layout, name: str, wanted: Sequence[str], *, is_beginning: bool
) -> tuple[bytes, str, dict[int, str]]:
    """The content as text in UTF-8 with its delimiter, and lines that are no records with the reason of each."""
    if is_workbook(data):
        sheet = workbook_as_text(
            data, sheet=layout.sheet, wanted=wanted, title_rows=layout.title_rows, others=layout.other_names or NO_NAMES
        )
        return sheet, ",", {}
    if not is_delimited(data, name):
        text, bad = json_as_text(data, encoding=layout.encoding)
        return text, ",", bad
    text, bad = as_utf8(data, layout.encoding, is_beginning=is_beginning)
    return text, layout.delimiter, bad


def _line(names: Sequence[str] | Mapping[str, str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(names)
    return out.getvalue()


def _written(rows: pa.Table, row_of: NDArray[np.int64], n: int) -> pa.Array[Any]:
    """Rows as comma-separated records; nothing of a record that is no row: (n,) large_string."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = []
    for column in rows.columns:
        words = pc.cast(column.combine_chunks(), pa.large_string())
        quoted = pc.binary_join_element_wise(
            pa.scalar("", pa.large_string()), pc.replace_substring(words, '"', '""'), pa.scalar("", pa.large_string()),
            pa.scalar('"', pa.large_string()),
        )  # fmt: skip
        cells.append(pc.if_else(pc.match_substring_regex(words, '[",\n\r]'), quoted, words))
    if not cells:
        return pa.array([""] * n, pa.large_string())
    lines = cells[0] if len(cells) == 1 else pc.binary_join_element_wise(*cells, pa.scalar(",", pa.large_string()))
    index = np.full(n, -1)
    index[row_of] = np.arange(len(row_of))
    return pc.fill_null(lines.take(pa.array(index, mask=index < 0)), "")


def _of_body(reasons: dict[int, str]) -> list[int]:
    return sorted(index for index in reasons if index >= 0)


def _column_names(header: str, delimiter: str) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    try:
        found = next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error as error:
        raise UnreadableFileError(f"its first line is no header ({error})") from None
    for name in found:
        name = name.replace("\ufeff", "").strip()
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _parse(
    body: Records, columns: list[str], delimiter: str, asked: list[str], bad: list[int]
) -> tuple[pa.Table, np.ndarray[Any, np.dtype[np.int64]], list[int]]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

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
