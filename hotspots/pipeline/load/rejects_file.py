"""The file of rejected records: written by a load, and cleared of a record that is erased."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from hotspots.domain.spreadsheet import guarded
from hotspots.errors import InputError
from hotspots.pipeline.output_file import make_folder_of, write_whole

HEADER = ["file", "line", "reason", "record"]


def write_rejects(path: Path, rejects: Sequence[tuple[str, int, str, str]]) -> None:
    """Write rejected records as CSV: file, line, reason, record. No cell can start a formula in a spreadsheet."""
    option = "The load is done, but --rejects"
    make_folder_of(path, option=option)
    _write(path, [[guarded(name), line, reason, guarded(record)] for name, line, reason, record in rejects], option)


def remove_lines(path: Path, parts: Sequence[str], *, option: str) -> int:
    """Take out the records in which every one of `parts` occurs; return how many. A file that is not there holds none.

    Raises
    ------
    InputError
        The file is not one of rejected records, or cannot be written.
    """
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return 0
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{option} {path} cannot be read: {error}.") from None
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if rows[:1] != [HEADER]:
        raise InputError(
            f"{option} {path} is not a file of rejected records: its first line is not {','.join(HEADER)}."
        )
    kept = [row for row in rows[1:] if len(row) < len(HEADER) or not all(part in row[3] for part in parts)]
    n_gone = len(rows) - 1 - len(kept)
    if n_gone:
        _write(path, kept, option)
    return n_gone


def _write(path: Path, rows: Sequence[Sequence[object]], option: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(rows)
    write_whole(path, text.getvalue().encode(), option=option)
