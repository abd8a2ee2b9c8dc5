"""JSON records as delimited text: an array, a line a record, GeoJSON, ArcGIS, and what wraps a list of records."""

from __future__ import annotations

import json
from typing import Any

from hotspots.sources.files.archives import UnreadableFileError
from hotspots.sources.files.text_encoding import as_utf8
from hotspots.sources.files.workbooks import as_lines

NO_RECORD = "it is no JSON record"


def is_json(data: bytes) -> bool:
    """Whether the content begins like JSON: a list, or a record with a name in quotes."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b"{", b"}", b'"', b"]", b"[", b"")


def json_as_text(data: bytes, *, encoding: str) -> tuple[bytes, dict[int, str]]:
    """Records as comma-separated text, and the lines that are none. Record n stands on line n + 1, under the names.

    A record inside another has its names joined by a point. A geometry's point is `longitude` and `latitude` (of ArcGIS, `x` and `y`)
    where the record has no such names, and `geometry` holds the shape as well-known text.

    Raises
    ------
    UnreadableFileError
        It is no JSON, or holds no list of records.
    """
    text, _ = as_utf8(data, encoding)
    try:
        records: list[Any] = _records_in(json.loads(text))
    except json.JSONDecodeError as error:
        lines = [line for line in text.decode(errors="replace").splitlines() if line.strip()]
        records = [_one(line) for line in lines]
        if not any(isinstance(record, dict) for record in records):
            raise UnreadableFileError(f"it is no JSON ({error.msg} in line {error.lineno})") from None
    flat = [_flat(record) if isinstance(record, dict) else None for record in records]
    names = list(dict.fromkeys(name for record in flat if record for name in record))
    rows = [[NO_RECORD] if record is None else [record.get(name, "") for name in names] for record in flat]
    bad = {number: NO_RECORD for number, record in enumerate(flat, start=2) if record is None}
    # A record of empty values only is a record: its line must not be blank.
    return as_lines([names, *([*row[:-1], row[-1] or " "] if not any(row) else row for row in rows)]), bad


def _one(line: str) -> Any:
    try:
        return json.loads(line.strip().rstrip(","))
    except json.JSONDecodeError:
        return None


def _records_in(content: Any) -> list[Any]:
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        for key in ("features", "data", "results", "records", "value", "rows", "items"):
            if isinstance(content.get(key), list):
                return content[key]
        lists = [
            value for value in content.values() if isinstance(value, list) and value and isinstance(value[0], dict)
        ]
        if len(lists) == 1:
            return lists[0]
        return [content]
    raise UnreadableFileError("it holds no list of records")


def _flat(record: dict[str, Any]) -> dict[str, str]:
    """A record's values as text by name; of a feature its properties and its geometry."""
    properties = record.get("properties", record.get("attributes"))
    geometry = record.get("geometry")
    if isinstance(properties, dict) and ("geometry" in record or record.get("type") == "Feature" or len(record) <= 2):
        values = _values(properties)
        if record.get("id") is not None:
            values.setdefault("id", str(record["id"]))
        for name, word in _point(geometry).items():
            values.setdefault(name, word)
        return values
    return _values(record)


def _values(record: dict[str, Any], prefix: str = "") -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            if value.get("type") == "Point" and isinstance(value.get("coordinates"), list):
                values |= {f"{prefix}{name}.{key}": word for key, word in _point(value).items() if key != "geometry"}
            else:
                values |= _values(value, f"{prefix}{name}.")
        else:
            values[f"{prefix}{name}"] = _word(value)
    return values


def _point(geometry: Any) -> dict[str, str]:
    if not isinstance(geometry, dict):
        return {}
    if "x" in geometry and "y" in geometry:
        return {"x": _word(geometry["x"]), "y": _word(geometry["y"])}
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:
        x, y = _word(coordinates[0]), _word(coordinates[1])
        return {"longitude": x, "latitude": y, "geometry": f"POINT ({x} {y})"}
    if geometry.get("type") is None or not coordinates:
        return {}
    import shapely

    return {"geometry": shapely.to_wkt(shapely.from_geojson(json.dumps(geometry)), rounding_precision=9)}


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(_word(part) for part in value)
    return str(value)
