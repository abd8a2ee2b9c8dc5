"""The rows of an answer as CSV, with cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any

from hotspots.domain.public_answer import IncidentRow
from hotspots.domain.spreadsheet import guarded
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words.formats import location

HEAD = ("public_id", "day", "hour", "type", "group", "location_type", "arrest", "place", "status")
IN_MEMORY_BYTES, STEP_BYTES = 4_000_000, 65_536


def csv_file(reader: Any, state: PageState) -> Iterator[bytes]:
    """Head and rows, newest first, every incident of the answer once.

    All rows are read before the first byte is sent: a slow browser must not keep a connection to the database.
    """
    kinds = [kind.kind for kind in reader.choices().area_kinds]
    spool = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  (closed when the last byte is sent)
    spool.write(_line([*HEAD, *kinds, "longitude", "latitude"]))
    for row in reader.each(state.question):
        spool.write(_line(_cells(row, kinds)))
    spool.seek(0)
    return _steps(spool)


def _steps(spool: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with spool:
        while step := spool.read(STEP_BYTES):
            yield step


def _cells(row: IncidentRow, kinds: list[str]) -> list[object]:
    place = location(row.location_type) if row.location_type else None
    return [
        *(
            row.public_id,
            row.day.isoformat(),
            row.hour,
            row.crime_type,
            row.group,
            place,
            row.arrest,
            row.anchor,
            row.status,
        ),
        *(row.areas.get(kind) for kind in kinds),
        *(row.lon, row.lat),
    ]


def _line(cells: list[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([_cell(cell) for cell in cells])
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value)
