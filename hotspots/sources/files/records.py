"""Where the records of delimited text begin and end; a line break inside quotes does not end one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

QUOTE, NEWLINE, RETURN = 34, 10, 13
LONGEST_RECORD_LINES = 200  # a quote that is open for longer was never meant to be one
UNCLOSED = "a quote is not closed"

_CLOSING = re.compile(rb'(?:[^"]|"")*"(?!")', re.DOTALL)


@dataclass(frozen=True, eq=False)
class Records:
    """Records of a text, in order; blank lines are none.

    Attributes
    ----------
    data : the text in UTF-8, ending with a line break.
    starts, ends : (n,) int64, byte offsets; the end lies after the line break.
    lines : (n,) int32, 1-based line where each record starts.
    unclosed : index and reason of records whose quote is not closed.
    """

    data: bytes
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int32]
    unclosed: dict[int, str]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.starts)

    def text(self, index: int) -> str:
        """One record without its line break."""
        return self.data[self.starts[index] : self.ends[index]].decode().rstrip("\r\n")

    def after_header(self) -> Records:
        """The records without the first."""
        return self.between(1, 0)

    def between(self, first: int, last: int) -> Records:
        """The records without some of the first and some of the last."""
        if not first and not last:
            return self
        inside = slice(first, max(first, self.count - last))
        unclosed = {
            index - first: reason for index, reason in self.unclosed.items() if inside.start <= index < inside.stop
        }
        return Records(self.data, self.starts[inside], self.ends[inside], self.lines[inside], unclosed)

    def with_stray_return(self) -> list[int]:
        """Indices of the records that hold a carriage return without a line feed behind it."""
        stray = [match.start() for match in re.finditer(rb"\r(?!\n)", self.data)]
        return np.unique(np.searchsorted(self.starts, stray, side="right") - 1).tolist()

    def index_of_line(self, line: int) -> int:
        """Index of the record that a line belongs to; -1 before the first."""
        return int(np.searchsorted(self.lines, line, side="right")) - 1

    def content(self, chosen: NDArray[np.int64] | None) -> Any:
        """The bytes of all records, or of the chosen ones."""
        if self.count == 0:
            return b""
        view = memoryview(self.data)
        if chosen is None and np.array_equal(self.starts[1:], self.ends[:-1]):
            return view[self.starts[0] : self.ends[-1]]
        indices = range(self.count) if chosen is None else chosen
        return b"".join([view[self.starts[index] : self.ends[index]] for index in indices])

    def array(self) -> pa.Array[Any]:
        """All records without their line breaks: (n,) large_string."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.count == 0:
            return pa.array([], pa.large_string())
        content = self.content(None)
        offsets = np.concatenate([[0], np.cumsum(self.ends - self.starts)]).astype(np.int64)
        whole = pa.Array.from_buffers(
            pa.large_string(), self.count, [None, pa.py_buffer(offsets), pa.py_buffer(content)]
        )
        return pc.utf8_rtrim(whole, characters="\r\n")


def split_records(data: bytes, *, delimiter: str) -> Records:
    """Find the records of a text in UTF-8."""
    if data and not data.endswith(b"\n"):
        data += b"\n"
    text = np.frombuffer(data, np.uint8)
    line_ends = np.flatnonzero(text == NEWLINE) + 1
    line_starts = np.concatenate([[0], line_ends[:-1]]).astype(np.int64) if len(line_ends) else np.zeros(0, np.int64)
    quotes = np.flatnonzero(text == QUOTE)
    unclosed_lines: list[int] = []
    if len(quotes) == 0:
        first = np.arange(len(line_starts))
    elif _well_formed(text, quotes, ord(delimiter)):
        open_at_start = np.searchsorted(quotes, line_starts) % 2 == 1
        first = np.flatnonzero(~open_at_start)
        if len(first) and np.diff(np.append(first, len(line_starts))).max() > LONGEST_RECORD_LINES:
            first, unclosed_lines = _line_by_line(data, line_starts, line_ends, delimiter)
    else:
        first, unclosed_lines = _line_by_line(data, line_starts, line_ends, delimiter)
    starts = line_starts[first]
    ends = np.append(starts[1:], len(data)).astype(np.int64)[: len(starts)]
    blank = _blank(text, starts, ends)
    kept = np.flatnonzero(~blank)
    index_of_line = {int(line): index for index, line in enumerate(first[kept])} if unclosed_lines else {}
    unclosed = {index_of_line[line]: UNCLOSED for line in unclosed_lines if line in index_of_line}
    return Records(data, starts[kept], ends[kept], (first[kept] + 1).astype(np.int32), unclosed)


def _blank(text: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    length = ends - starts
    with_return = length == 2
    with_return[with_return] = text[starts[with_return]] == RETURN
    return (length == 1) | with_return


def _well_formed(text: NDArray[np.uint8], quotes: NDArray[np.int64], delimiter: int) -> bool:
    """Whether each opening quote stands at a field's start and each closing one at its end."""
    if len(quotes) % 2 == 1:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = text[np.maximum(opening - 1, 0)]
    doubled = np.append(False, opening[1:] == closing[:-1] + 1)
    starts_field = (opening == 0) | np.isin(before, [delimiter, NEWLINE]) | doubled
    after = text[np.minimum(closing + 1, len(text) - 1)]
    reopened = np.append(opening[1:] == closing[:-1] + 1, False)
    ends_field = np.isin(after, [delimiter, NEWLINE, RETURN]) | reopened
    return bool(starts_field.all() and ends_field.all())


def _line_by_line(
    data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], delimiter: str
) -> tuple[NDArray[np.int64], list[int]]:
    """First lines of the records, where stray quotes forbid the quick way, and the lines whose quote is not closed."""
    separator = delimiter.encode()
    first: list[int] = []
    unclosed: list[int] = []
    line = 0
    while line < len(starts):
        first.append(line)
        is_open = _opens(data[starts[line] : ends[line]], separator, is_open=False)
        last = line
        while is_open and last + 1 < len(starts) and last - line < LONGEST_RECORD_LINES:
            last += 1
            is_open = _opens(data[starts[last] : ends[last]], separator, is_open=True)
        if is_open:
            unclosed.append(line)
            last = line  # the line alone is bad; what follows is read afresh
        line = last + 1
    return np.array(first, np.int64), unclosed


def _opens(line: bytes, separator: bytes, *, is_open: bool) -> bool:
    """Whether a quoted field is open at the line's end."""
    if b'"' not in line:
        return is_open
    position = 0
    while position <= len(line):
        if not is_open and line[position : position + 1] == b'"':
            position, is_open = position + 1, True
        if is_open:
            closed = _CLOSING.match(line, position)
            if closed is None:
                return True
            position, is_open = closed.end(), False
        following = line.find(separator, position)
        if following < 0:
            return False
        position = following + 1
    return False
