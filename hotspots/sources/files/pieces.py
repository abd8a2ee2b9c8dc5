"""A large text file in pieces of whole records, each under the file's first lines: what is read at once stays small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hotspots.sources.files.records import LONGEST_RECORD_LINES, split_records
from hotspots.sources.files.table import Table
from hotspots.sources.files.tables import Layout, is_delimited, read_table
from hotspots.sources.files.text_encoding import is_cut_at_line_feeds

if TYPE_CHECKING:
    from hashlib import _Hash

    from hotspots.sources.files.archives import FoundFile

PIECE_BYTES = 1 << 25


@dataclass(frozen=True, eq=False)
class Piece:
    """Some records of a file in a row.

    Attributes
    ----------
    data : the file's lines down to its header, then the records.
    lines_before : lines of the file between its header and these records.
    is_first, is_last : no records stand before, or after.
    """

    data: bytes
    lines_before: int = 0
    is_first: bool = True
    is_last: bool = True

    def read(self, layout: Layout, *, name: str, wanted: Sequence[str]) -> Table:
        """The piece as a table of the wanted columns and nothing else, with the file's own lines; see `read_table`."""
        of_piece = layout if self.is_last else replace(layout, footer_rows=0)
        table = read_table(
            self.data, of_piece, name=name, wanted=wanted, only_wanted=True, is_beginning=self.is_first
        )  # fmt: skip
        return table.further_down(self.lines_before)


def read_pieces(
    file: FoundFile, layout: Layout, *, digest: _Hash | None = None, piece_bytes: int | None = None
) -> Iterator[Piece]:
    """Read a file piece by piece. What cannot be cut, such as a workbook, is one piece.

    Parameters
    ----------
    digest : updated with the file's unpacked content as it is read.
    piece_bytes : about how long a piece is.

    Raises
    ------
    UnreadableFileError
        The archive is damaged or the file cannot be opened.
    """
    size = piece_bytes or PIECE_BYTES
    with file.open() as stream:
        content = stream.read(size + 1)
        if len(content) <= size or not _can_be_cut(content, layout, file.name):
            is_all = len(content) <= size and is_delimited(content, file.name)
            whole = content if is_all else file.read()
            if digest is not None:
                digest.update(whole)
            yield Piece(whole)
            return
        if digest is not None:
            digest.update(content)
        head, before = b"", 0
        while True:
            cut = _last_cut(content, layout)
            if cut:
                yield Piece(head + content[:cut], before, is_first=not head, is_last=False)
                before += content.count(b"\n", 0, cut)
                if not head:
                    head = _head(content[:cut], layout)
                    before -= head.count(b"\n")
            more = stream.read(size)
            if not more:
                break
            if digest is not None:
                digest.update(more)
            content = content[cut:] + more
        yield Piece(head + content[cut:], before, is_first=not head)


def _can_be_cut(content: bytes, layout: Layout, name: str) -> bool:
    return is_delimited(content, name) and is_cut_at_line_feeds(content, layout.encoding)


def _last_cut(content: bytes, layout: Layout) -> int:
    """Where a record begins, so far before the end that it would begin there too if more were known; 0 where none does.

    Rows at the end that are no records stay together behind it.
    """
    records = split_records(content, delimiter=layout.delimiter)
    n_lines = content.count(b"\n")
    last = records.index_of_line(n_lines - LONGEST_RECORD_LINES - layout.footer_rows)
    return int(records.starts[last]) if last > layout.title_rows else 0


def _head(content: bytes, layout: Layout) -> bytes:
    """The lines down to the header."""
    return content[: split_records(content, delimiter=layout.delimiter).ends[layout.title_rows]]
