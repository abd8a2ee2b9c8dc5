"""Write what ``hotspots incidents`` found: a table for people, JSON, CSV or GeoJSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from hotspots.domain.feature import INCIDENTS, Collection, of_city
from hotspots.domain.feature_file import columns, csv_lines, incident_row
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.language import DEFAULT
from hotspots.domain.public_answer import Choices, City, IncidentRow
from hotspots.domain.public_counts import Counts, TypeCount
from hotspots.pipeline.output_file import writing_whole
from hotspots.words.language import LANGUAGES
from hotspots.words.question import coverage_words

ROWS_OF_A_STEP = 1_000


def write_report(
    rows: Iterable[IncidentRow],
    *,
    output: str,
    out: Path | None,
    question: IncidentFilter,
    counts: Counts,
    types: Sequence[TypeCount],
    city: City,
    choices: Choices,
    known_on: date,
) -> int:
    """Write rows and summary in one format, and return how many rows were written.

    CSV has rows only: its summary goes to standard error.
    """
    collection = of_city(INCIDENTS, choices.area_kinds)
    type_names = {crime_type.label: crime_type.name for crime_type in choices.crime_types}
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
    rows_of_file = (incident_row(row, collection, type_names, ZoneInfo(city.timezone)) for row in rows)
    with _opened(out) as stream:
        if output == "table":
            stream.write("\n".join([*_lines(question, counts, types, city, known_on), ""]).encode())
            return _write_table(rows, stream)
        if output == "csv":
            written = _write_csv(rows_of_file, collection, stream, for_people=out is not None)
            print("\n".join(_lines(question, counts, types, city, known_on)), file=sys.stderr)
            return written
        return _write_json(rows_of_file, summary, collection, stream, as_geojson=output == "geojson")


@contextmanager
def _opened(out: Path | None) -> Iterator[BinaryIO]:
    if out is not None:
        with writing_whole(out, option="--out") as stream:
            yield stream
        return
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _lines(
    question: IncidentFilter, counts: Counts, types: Sequence[TypeCount], city: City, known_on: date
) -> list[str]:
    period = question.period
    told = coverage_words(counts.coverage, language=LANGUAGES[DEFAULT.code])
    if not counts.is_known:
        return [f"{city.name}: from {period.start} to {period.last_day}. {told}", f"  Source: {city.attribution}"]
    lines = [
        f"{city.name}{' (invented)' if city.invented else ''}: {counts.total:,} reported incidents from {period.start} to "
        f"{period.last_day}, as known on {known_on}.",
        f"  {counts.located:,} on the map, {counts.no_location:,} without location, {counts.outside:,} outside the study area.",
    ]
    lines += [f"  {told}"] if told else []
    if question.is_spatial:
        lines.append(f"  In the whole city {counts.city_no_location:,} of these have no location.")
    if question.hours:
        lines.append(f"  {counts.hour_unknown:,} more have no known hour and are not counted.")
    for month in counts.sensitive:
        where = month.area.name if month.area else "the city"
        number = "too few to publish" if month.incidents is None else f"{month.incidents:,}"
        lines.append(f"  Sensitive reports, in no other number: {number} in {where} in {month.month:%B %Y}.")
    lines += [
        f"  {row.incidents:>8,}  {row.label}"
        + (f" (in all the data, about {row.hidden:,} more are protected and in no number)" if row.hidden else "")
        for row in types
        if row.incidents or (row.hidden and row.name in question.crime_types)
    ]
    return [*lines, f"  Source: {city.attribution}"]


def _write_table(rows: Iterable[IncidentRow], stream: BinaryIO) -> int:
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
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        stream.write(f"{text}\n".encode())
    return len(listed)


def _write_csv(rows: Iterable[tuple[Any, ...]], collection: Collection, stream: BinaryIO, *, for_people: bool) -> int:
    stream.write(csv_lines(collection, [], for_people=for_people))
    written = 0
    for some in _in_steps(rows):
        stream.write(csv_lines(collection, some, head=False))
        written += len(some)
    return written


def _write_json(
    rows: Iterable[tuple[Any, ...]],
    summary: dict[str, Any],
    collection: Collection,
    stream: BinaryIO,
    *,
    as_geojson: bool,
) -> int:
    """One object, written row by row, so that a million rows need no memory."""
    head = {"type": "FeatureCollection", **summary} if as_geojson else summary
    stream.write(f'{json.dumps(head, default=str)[:-1]}, "{"features" if as_geojson else "incidents"}": ['.encode())
    names, written = columns(collection), 0
    for written, row in enumerate(rows, start=1):
        named = dict(zip(names, row, strict=True))
        shown = _feature(named) if as_geojson else named
        stream.write(f"{'' if written == 1 else ','}\n{json.dumps(shown, default=str)}".encode())
    stream.write(b"\n]}\n")
    return written


def _feature(properties: dict[str, Any]) -> dict[str, Any]:
    longitude, latitude = properties.pop("longitude"), properties.pop("latitude")
    geometry = None if longitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "id": properties["public_id"], "geometry": geometry, "properties": properties}


def _in_steps(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_OF_A_STEP)):
        yield some
