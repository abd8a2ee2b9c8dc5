"""The rows of an answer as CSV, streamed, with cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from hotspots_dashboard.public import words
from hotspots_dashboard.public.page_state import PageState

ROWS_A_STEP = 5000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(reader: Any, state: PageState) -> Iterator[str]:
    """Head and rows, sorted as the table is; every incident of the answer once."""
    kinds = [kind.kind for kind in reader.choices().area_kinds]
    yield _line(
        [
            "public_id",
            "day",
            "hour",
            "type",
            "group",
            "location_type",
            "arrest",
            "place",
            "status",
            *kinds,
            "longitude",
            "latitude",
        ]
    )
    offset = 0
    while True:
        rows = reader.page(
            state.question, sort=state.view.sort, descending=state.view.descending, limit=ROWS_A_STEP, offset=offset
        )
        for row in rows:
            yield _line(
                [
                    row.public_id, row.day.isoformat(), row.hour, row.crime_type, row.group,
                    words.location(row.location_type) if row.location_type else None,
                    row.arrest, row.anchor, row.status, *[row.areas.get(kind) for kind in kinds], row.lon, row.lat,
                ]
            )  # fmt: skip
        if len(rows) < ROWS_A_STEP:
            return
        offset += ROWS_A_STEP


def _line(cells: list[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([_cell(cell) for cell in cells])
    return text.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
