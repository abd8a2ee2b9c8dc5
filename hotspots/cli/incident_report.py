"""Write what ``hotspots incidents`` found: a table for people, JSON, CSV or GeoJSON for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import City, Counts, IncidentRow, TypeCount
from hotspots.domain.spreadsheet import guarded
from hotspots.errors import InputError

COLUMNS = ("public_id", "day", "hour", "crime_type", "group", "location_type", "arrest", "place", "status")


def write_report(
    rows: Iterable[IncidentRow],
    *,
    output: str,
    out: Path | None,
    question: IncidentFilter,
    counts: Counts,
    types: Sequence[TypeCount],
    city: City,
    area_kinds: Sequence[str],
    known_on: date,
) -> int:
    """Write rows and summary in one format, and return how many rows were written.

    CSV has rows only: its summary goes to standard error.
    """
    summary = {
        "question": question.to_query(),
        "known_on": known_on.isoformat(),
        "counts": asdict(counts),
        "by_type": [asdict(row) for row in types if row.incidents],
        "city": city.name,
        "attribution": city.attribution,
        "disclaimer": city.disclaimer,
        "licence": city.licence,
        "licence_url": city.licence_url,
        "invented": city.invented,
    }
    with _opened(out) as stream:
        if output == "table":
            stream.write("\n".join([*_lines(question, counts, types, city, known_on), ""]))
            return _write_table(rows, stream)
        if output == "csv":
            written = _write_csv(rows, area_kinds, stream)
            print("\n".join(_lines(question, counts, types, city, known_on)), file=sys.stderr)
            return written
        return _write_json(rows, summary, stream, as_geojson=output == "geojson")


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise InputError(f"--out {out} cannot be written: {error.strerror}.") from None


def _lines(
    question: IncidentFilter, counts: Counts, types: Sequence[TypeCount], city: City, known_on: date
) -> list[str]:
    period = question.period
    lines = [
        f"{city.name}{' (invented)' if city.invented else ''}: {counts.total:,} reported incidents from {period.start} to "
        f"{period.last_day}, as known on {known_on}.",
        f"  {counts.located:,} on the map, {counts.no_location:,} without location, {counts.outside:,} outside the study area.",
    ]
    if question.is_spatial:
        lines.append(f"  In the whole city {counts.city_no_location:,} of these have no location.")
    if question.hours:
        lines.append(f"  {counts.hour_unknown:,} more have no known hour and are not counted.")
    for month in counts.sensitive:
        where = month.area.name if month.area else "the city"
        number = "too few to publish" if month.incidents is None else f"{month.incidents:,}"
        lines.append(f"  Sensitive reports, in no other number: {number} in {where} in {month.month:%B %Y}.")
    lines += [f"  {row.incidents:>8,}  {row.label}" for row in types if row.incidents]
    return [*lines, f"  Source: {city.attribution}"]


def _write_table(rows: Iterable[IncidentRow], stream: TextIO) -> int:
    listed = [
        (
            row.day.isoformat(),
            "" if row.hour is None else f"{row.hour:02}h",
            row.crime_type,
            row.location_type or "",
            row.anchor,
        )
        for row in rows
    ]
    header = ("day", "hour", "crime type", "location type", "place")
    widths = [max(map(len, column)) for column in zip(header, *listed, strict=True)]
    for line in [header, *listed] if listed else []:
        stream.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")
    return len(listed)


def _plain(row: IncidentRow) -> dict[str, Any]:
    return {
        "public_id": str(row.public_id),
        "day": row.day.isoformat(),
        "hour": row.hour,
        "crime_type": row.crime_type,
        "group": row.group,
        "location_type": row.location_type,
        "arrest": row.arrest,
        "place": row.anchor,
        "status": row.status,
        **{f"area_{kind}": name for kind, name in row.areas.items()},
        "lon": row.lon,
        "lat": row.lat,
    }


def _write_csv(rows: Iterable[IncidentRow], area_kinds: Sequence[str], stream: TextIO) -> int:
    """Every row with the same columns; a text that a spreadsheet would run as a formula is made harmless."""
    columns = [*COLUMNS, *(f"area_{kind}" for kind in area_kinds), "lon", "lat"]
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    written = 0
    for row in rows:
        writer.writerow({key: guarded(value) for key, value in _plain(row).items()})
        written += 1
    return written


def _write_json(rows: Iterable[IncidentRow], summary: dict[str, Any], stream: TextIO, *, as_geojson: bool) -> int:
    """One object, written row by row, so that a million rows need no memory."""
    head = {"type": "FeatureCollection", **summary} if as_geojson else summary
    stream.write(json.dumps(head, default=str)[:-1] + f', "{"features" if as_geojson else "incidents"}": [')
    written = 0
    for written, row in enumerate(rows, start=1):
        stream.write(("" if written == 1 else ",") + "\n" + json.dumps(_feature(row) if as_geojson else _plain(row)))
    stream.write("\n]}\n")
    return written


def _feature(row: IncidentRow) -> dict[str, Any]:
    properties = _plain(row)
    lon, lat = properties.pop("lon"), properties.pop("lat")
    geometry = None if lon is None else {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "id": properties.pop("public_id"), "geometry": geometry, "properties": properties}
