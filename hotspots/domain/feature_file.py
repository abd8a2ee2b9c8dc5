"""Rows of a collection in a file: the one shape of page, data interface and command line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from hotspots.domain.feature import Collection, occurred
from hotspots.domain.public_answer import IncidentRow
from hotspots.domain.spreadsheet import guarded

DECIMALS = 6  # of a degree: 10 cm
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by which a spreadsheet knows UTF-8; for files meant for people


def columns(collection: Collection) -> list[str]:
    """Return the names of the columns: the fields, then a point as longitude and latitude, or a shape."""
    geometry = ("longitude", "latitude") if collection.shape == "point" else ("geometry",)
    return [*(field.name for field in collection.fields), *geometry]


def incident_row(
    row: IncidentRow, collection: Collection, type_names: Mapping[str, str], zone: tzinfo
) -> tuple[Any, ...]:
    """Return an incident as the columns have it.

    Parameters
    ----------
    collection : `feature.INCIDENTS` as the city fills it, with its kinds of area.
    type_names : name of each crime type by its label.
    zone : the city's.
    """
    own = {
        "public_id": str(row.public_id),
        "day": row.day,
        "hour": row.hour,
        "crime_type": type_names.get(row.crime_type, row.crime_type),
        "group": row.group,
        "location_type": row.location_type,
        "arrest": row.arrest,
        "anchor_id": row.anchor_id,
        "place": row.anchor,
        "status": row.status,
        "occurred": occurred(row.day, row.hour, zone),
    }
    values = (own[field.name] if field.name in own else row.areas.get(field.name) for field in collection.fields)
    return (*values, *rounded(row.lon, row.lat))


def rounded(longitude: float | None, latitude: float | None) -> tuple[float | None, float | None]:
    """Return a point in degrees with the decimals of a file; None where there is no location."""
    if longitude is None or latitude is None:
        return None, None
    return round(longitude, DECIMALS), round(latitude, DECIMALS)


def csv_lines(
    collection: Collection, rows: Sequence[tuple[Any, ...]], *, head: bool = True, for_people: bool = False
) -> bytes:
    """Return rows as CSV (RFC 4180). Nothing starts a formula; with `for_people` the head begins with a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    if head:
        text.write(BYTE_ORDER_MARK if for_people else "")
        writer.writerow(columns(collection))
    writer.writerows(zip(*_cells(collection, rows), strict=True))
    return text.getvalue().encode()


def _cells(collection: Collection, rows: Sequence[tuple[Any, ...]]) -> Iterator[Iterable[Any]]:
    """The columns as CSV has them; what is no text cannot start a formula."""
    kinds = [field.kind for field in collection.fields]
    for number, column in enumerate(zip(*rows, strict=True)):
        kind = kinds[number] if number < len(kinds) else "geometry"
        if kind == "yes_no":
            yield [None if value is None else "true" if value else "false" for value in column]
        else:
            yield [guarded(value) for value in column] if kind == "text" else column
