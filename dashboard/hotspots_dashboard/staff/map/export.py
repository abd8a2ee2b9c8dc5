"""Incidents with their true points as a CSV file, for a person who gave a purpose."""

from __future__ import annotations

import csv
import io

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.spreadsheet import guarded
from hotspots.store.staff.desk.reader import DeskReader

HEAD = ("public_id", "day", "hour", "crime_type", "group", "location_type", "arrest", "address", "status")


def export_csv(reader: DeskReader, question: IncidentFilter) -> bytes:
    """Head and rows, newest first, every incident of the question once; cells that no spreadsheet takes for a formula."""
    kinds = [kind.kind for kind in reader.choices().area_kinds]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*HEAD, *kinds, "longitude", "latitude"])
    for row in reader.each(question):
        arrest = None if row.arrest is None else "true" if row.arrest else "false"
        cells = (
            row.public_id, row.day.isoformat(), row.hour, row.crime_type, row.group, row.location_type, arrest, row.anchor, row.status,
            *(row.areas.get(kind) for kind in kinds), row.lon, row.lat,
        )  # fmt: skip
        writer.writerow(["" if cell is None else guarded(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")  # so that Excel reads it as UTF-8
