"""A little city for tests of loading: four square areas of 1 km, a city file, and deliveries written row by row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hotspots.pipeline.load.city import load
from hotspots.pipeline.load.summary import PARTS, LoadSummary
from hotspots.sources.city_file import CityFile
from hotspots.sources.city_file_reading import read_city_file
from hotspots.store.server.connection import Database

TODAY = date(2026, 6, 1)
COLUMNS = ("id", "when", "x", "y", "zone", "offence", "place", "status")
# South-west corner of the city in EPSG:26916; areas a, b (north of a), c (east of a), d.
EAST, NORTH = 440_000.0, 4_630_000.0

CITY_FILE = """
[city]
name = "Littleton"
service = "Littleton incidents"
timezone = "America/Chicago"
crs = "EPSG:26916"
study_area = ["zone"]
attribution = "nobody"
disclaimer = "Invented for tests."
invented = true

[incidents]
files = "incidents*.csv"
supply = "increment"
id = "id"
{withdrawal}
known_on = {{ file_name = '(\\d{{4}}-\\d{{2}}-\\d{{2}})', format = "%Y-%m-%d" }}
occurred = {{ column = "when", format = "%Y-%m-%d %H:%M" }}
location = {{ x = "x", y = "y", crs = "EPSG:26916" }}
address = "place"
precision = "block"
areas = {{ zone = "zone" }}
source_type = "offence"
earliest = 2000-01-01
{more}

[[crime_type]]
name = "burglary"
label = "Burglary"
group = "burglary"
when = {{ "offence" = ["BURGLARY", "BREAK-IN"] }}
initiated_by = "public"

[[crime_type]]
name = "stalking"
label = "Stalking"
group = "violence"
when = {{ "offence" = "STALKING" }}
initiated_by = "public"
sensitive = true

[[area]]
kind = "zone"
label = "Zone"
file = "zones.geojson"
code = "code"
name = "name"

[[gazetteer]]
kind = "block"
from = "incidents"

[public]
sensitive_kind = "zone"
label_kinds = ["zone"]
"""

BY_STATUS = 'withdrawal = { column = "status", values = ["unfounded"] }'
BY_MATCH = 'withdrawal = { column = "status", values = ["-1"], match = ["id", "offence"] }\noccurrence_number = true'


def write_city_file(
    folder: Path, *, withdrawal: str = BY_STATUS, more: str = "", replace: Mapping[str, str] | None = None
) -> CityFile:
    """Write the city file, with words replaced, and read it."""
    text = CITY_FILE.format(withdrawal=withdrawal, more=more)
    for old, new in (replace or {}).items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "littleton.toml"
    path.write_text(text)
    return read_city_file(path)


def square(col: int, row: int) -> dict[str, Any]:
    """A square of 1 km as GeoJSON, `col` to the east and `row` to the north of the city's corner."""
    west, south = EAST + col * 1000, NORTH + row * 1000
    ring = [[west, south], [west + 1000, south], [west + 1000, south + 1000], [west, south + 1000], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def write_zones(folder: Path, zones: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Write the areas, code to geometry; a, b, c and d by default."""
    zones = zones or {"001": square(0, 0), "002": square(0, 1), "003": square(1, 0), "004": square(1, 1)}
    features = [
        {"type": "Feature", "properties": {"code": code, "name": f"Zone {code}"}, "geometry": geometry}
        for code, geometry in zones.items()
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::26916"}}
    (folder / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))


def row(
    key: str,
    *,
    when: str = "2026-01-02 10:30",
    at: tuple[float, float] | None = (500, 500),
    zone: str = "1",
    offence: str = "BURGLARY",
    place: str = "001XX N MAIN ST",
    status: str = "",
) -> tuple[str, ...]:
    """One record; `at` in metres from the city's corner, None for no location."""
    x, y = ("", "") if at is None else (f"{EAST + at[0]:.1f}", f"{NORTH + at[1]:.1f}")
    return (key, when, x, y, zone, offence, place, status)


def text_of(rows: Iterable[Sequence[str]], columns: Sequence[str] = COLUMNS) -> str:
    """Rows as CSV with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def deliver(folder: Path, known_on: str, rows: Iterable[Sequence[str]]) -> Path:
    """Write a dated delivery."""
    path = folder / f"incidents_{known_on}.csv"
    path.write_text(text_of(rows))
    return path


def load_incidents_only(database: Database, city: CityFile, folder: Path, **options: Any) -> LoadSummary:
    """Load the incidents of a folder, however few of them can be read."""
    return load(database, city, folder, only=["incidents"], today=TODAY, **{"anyway": True, **options})


def counts_of(summary: LoadSummary) -> dict[str, int]:
    """The counts of incidents, after checking that they add up."""
    assert summary.incidents is not None
    counts = summary.incidents.counts
    assert counts["read"] == sum(counts[part] for part in PARTS)
    assert counts["rejected"] == len(summary.incidents.rejects)
    return counts
