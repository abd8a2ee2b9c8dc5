"""Workbooks (.xlsx, .xls, .xlsb, .ods) as delimited text: one sheet, a line a row, dates as ISO 8601."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from hotspots.sources.files.archives import UnreadableFileError
from hotspots.sources.files.column_names import NO_NAMES, renamed


def workbook_as_text(
    data: bytes,
    *,
    sheet: str | None,
    wanted: Sequence[str],
    title_rows: int = 0,
    others: Any = NO_NAMES,
) -> bytes:
    """The rows of a sheet as comma-separated text, row n on line n.

    Parameters
    ----------
    sheet : str, optional
        Its name; left out, the only sheet, or the only one whose header has the wanted columns.

    Raises
    ------
    UnreadableFileError
        It cannot be opened, or the sheet is not there or not named.
    """
    import python_calamine

    try:
        workbook = python_calamine.load_workbook(io.BytesIO(data))
        names = workbook.sheet_names
    except Exception as error:  # noqa: BLE001  (the reader's errors have no common class but this)
        raise UnreadableFileError(f"the workbook cannot be opened ({error})") from None
    sheets = {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    if sheet is not None and sheet not in sheets:
        raise UnreadableFileError(f"it has no sheet {sheet!r}; it has {', '.join(names)}: name one with sheet")
    filled = [name for name in names if any(any(map(_text, row)) for row in sheets[name])]
    fitting = [
        name
        for name in filled
        if len(sheets[name]) > title_rows
        and len(renamed(wanted, [_text(cell) for cell in sheets[name][title_rows]], others)) == len(set(wanted))
    ]
    chosen = sheet or (filled[0] if len(filled) == 1 else fitting[0] if len(fitting) == 1 else None)
    if chosen is None and not filled:
        return b""
    if chosen is None:
        raise UnreadableFileError(f"it has the sheets {', '.join(filled)}: name the one that is meant with sheet")
    return as_lines([_text(cell) for cell in row] for row in sheets[chosen])


def as_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of cells as comma-separated text, each on a line of its own; an empty row is a blank line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        if any(row):
            writer.writerow([" ".join(cell.splitlines()) if "\n" in cell or "\r" in cell else cell for cell in row])
        else:
            out.write("\n")
    return out.getvalue().replace("\0", "\\0").encode()


def _text(cell: Any) -> str:
    """A cell as people write it: 24, not 24.0; a date cell is a date."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()
