"""A table as it was read: columns of words, the line of each record, and the records that could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


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
    header : the names of the columns that are kept, as they stand in the records; None in an empty file.
    columns : names in the header, stripped; a repeated one carries a number.
    records : (n,) large_string, every record word for word; where columns are left out, what is left of it, comma-separated.
    lines : (n,) int32, 1-based line where each record starts; the header is line 1.
    rows : the records that fit the header, as text columns, by their names in the city file; only the asked ones.
    row_of : (rows,) int64, index into `records` of each row of `rows`.
    bad : the other records.
    left_out : columns of the file that are in neither `records` nor `rows`.
    """

    header: str | None
    columns: list[str]
    records: pa.Array[Any]
    lines: np.ndarray[Any, np.dtype[np.int32]]
    rows: pa.Table
    row_of: np.ndarray[Any, np.dtype[np.int64]]
    bad: list[BadRecord] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def keep(self, stays: NDArray[np.bool_]) -> Table:
        """The table without the records of the other rows; (rows,) bool."""
        import pyarrow as pa

        if stays.all():
            return self
        kept = np.ones(len(self.records), bool)
        kept[self.row_of[~stays]] = False
        position = np.cumsum(kept) - 1
        return replace(
            self,
            records=self.records.filter(pa.array(kept)),
            lines=self.lines[kept],
            rows=self.rows.filter(pa.array(stays)),
            row_of=position[self.row_of[stays]],
        )

    def only(self, chosen: NDArray[np.bool_]) -> Table:
        """The table of the chosen rows alone, without the bad records; (rows,) bool."""
        import pyarrow as pa

        kept = self.row_of[chosen]
        return replace(
            self,
            records=self.records.take(pa.array(kept)),
            lines=self.lines[kept],
            rows=self.rows.filter(pa.array(chosen)),
            row_of=np.arange(len(kept)),
            bad=[],
        )

    def further_down(self, lines: int) -> Table:
        """The same table, so many lines further down in its file; the header stays."""
        bad = [BadRecord(record.line + lines, record.reason) for record in self.bad]
        return replace(self, lines=(self.lines + lines).astype(np.int32), bad=bad) if lines else self


def one_table(tables: Sequence[Table]) -> Table:
    """One table of the rows of several of the same file, in order, none of which has a bad record."""
    import pyarrow as pa

    sizes = [len(table.records) for table in tables]
    starts = np.concatenate([[0], np.cumsum(sizes[:-1])]).astype(np.int64)
    return replace(
        tables[0],
        records=pa.concat_arrays([table.records for table in tables]),
        lines=np.concatenate([table.lines for table in tables]),
        rows=pa.concat_tables([table.rows for table in tables]).combine_chunks(),
        row_of=np.concatenate([table.row_of + start for table, start in zip(tables, starts, strict=True)]),
    )
