"""Pages of features as GeoJSON, CSV or GeoParquet, and which of them a client wants."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from fastapi import Request
from starlette.exceptions import HTTPException

from hotspots.api.json_text import json_text
from hotspots.errors import FilterError
from hotspots.store.public.features import FeaturePage, ShapeFormat

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["json", "csv", "parquet"]
GEOJSON, CSV, PARQUET = "application/geo+json", "text/csv", "application/vnd.apache.parquet"
MEDIA_TYPES: dict[Format, str] = {"json": GEOJSON, "csv": CSV, "parquet": PARQUET}
SHAPES: dict[Format, ShapeFormat] = {"json": "geojson", "csv": "wkt", "parquet": "wkb"}
READ: dict[str, Callable[[Any], Any]] = {
    "id": str,
    "moment": datetime.fromisoformat,
}  # text that is no text in GeoParquet
ALIKE = {"application/json": GEOJSON}
RANGE = re.compile(r"\s*([\w.+*-]+/[\w.+*-]+)\s*(?:;.*)?", re.ASCII)
QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d{1,3})?|1(?:\.0{1,3})?)\s*(?:;|$)", re.ASCII | re.IGNORECASE)


def choose_format(request: Request, f: str, formats: Sequence[Format] = ("json", "csv", "parquet")) -> Format:
    """The format that `f` names, else the one that the client accepts best; what cannot be read accepts everything.

    Raises
    ------
    FilterError
        `f` names none of the formats.
    HTTPException
        406: the client accepts none of them.
    """
    if f:
        if f not in formats:
            raise FilterError("f", f"{f[:40]!r} is not one of {', '.join(formats)}")
        return next(one for one in formats if one == f)
    wanted = list(_ranges(request.headers.get("accept", "")))
    if not wanted:
        return formats[0]
    best = max(formats, key=lambda one: _quality(MEDIA_TYPES[one], wanted))  # the first of equals
    if _quality(MEDIA_TYPES[best], wanted) == 0:
        raise HTTPException(406, f"Accept: there is {', '.join(MEDIA_TYPES[one] for one in formats)}")
    return best


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        if found := RANGE.fullmatch(part):
            quality = QUALITY.search(part)
            media = found[1].lower()
            yield ALIKE.get(media, media), float(quality[1]) if quality else 1.0


def _quality(media_type: str, wanted: list[tuple[str, float]]) -> float:
    for asked in (media_type, f"{media_type.split('/')[0]}/*", "*/*"):
        if given := [quality for media, quality in wanted if media == asked]:
            return max(given)
    return 0.0


def feature_text(page: FeaturePage, row: tuple[Any, ...]) -> str:
    """One row as a GeoJSON feature."""
    properties = {field.name: value for field, value in zip(page.collection.fields, row, strict=False)}
    return f'{{"type":"Feature","id":{json_text(row[0])},"geometry":{_geometry(page, row)},"properties":{json_text(properties)}}}'


def geojson(page: FeaturePage, members: dict[str, Any]) -> bytes:
    """A page as a feature collection with other members."""
    features = ",".join(feature_text(page, row) for row in page.rows)
    head = json_text({"type": "FeatureCollection", **members})
    return f'{head[:-1]},"features":[{features}]}}'.encode()


def parquet(pages: Iterable[FeaturePage], metadata: dict[str, str]) -> Iterator[bytes]:
    """Pages as one GeoParquet file, given out as it grows: one row group a page.

    Source: GeoParquet 1.0.0; without a CRS, coordinates are longitude and latitude (OGC:CRS84).
    """
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    writer: Any = None
    for page in pages:
        table = to_table(page)
        if writer is None:
            geo = {
                "version": "1.0.0",
                "primary_column": "geometry",
                "columns": {
                    "geometry": {
                        "encoding": "WKB",
                        "geometry_types": ["Point"] if page.collection.shape == "point" else [],
                    }
                },
            }
            schema = table.schema.with_metadata({**metadata, "geo": json.dumps(geo)})
            writer = pq.ParquetWriter(sink, schema, compression="zstd")
        writer.write_table(table.cast(writer.schema))
        yield sink.getvalue()
        sink.seek(0)
        sink.truncate()
    if writer is not None:
        writer.close()
        yield sink.getvalue()


def to_table(page: FeaturePage) -> pa.Table:
    """A page as an Arrow table with a column `geometry` of well-known binary."""
    import pyarrow as pa

    types = {
        "id": pa.string(),
        "text": pa.string(),
        "whole": pa.int64(),
        "number": pa.float64(),
        "day": pa.date32(),
        "moment": pa.timestamp("s", tz="UTC"),
        "yes_no": pa.bool_(),
    }
    fields = page.collection.fields
    columns = list(zip(*page.rows, strict=True)) if page.rows else [()] * (len(fields) + 2)
    arrays = [
        pa.array(
            [None if value is None else READ[field.kind](value) for value in column] if field.kind in READ else column,
            types[field.kind],
        )
        for field, column in zip(fields, columns, strict=False)
    ]
    if page.collection.shape == "point":
        geometry = _points(*columns[len(fields) :])
    else:
        geometry = [None if shape is None else bytes(shape) for shape in columns[len(fields)]]
    names = [*(field.name for field in fields), "geometry"]
    return pa.table([*arrays, pa.array(geometry, pa.binary())], names=names)


def _points(longitudes: Sequence[float | None], latitudes: Sequence[float | None]) -> list[bytes | None]:
    import numpy as np
    import shapely

    points: Any = shapely.to_wkb(shapely.points(np.array(longitudes, float), np.array(latitudes, float)))
    return [None if longitude is None else point for longitude, point in zip(longitudes, points, strict=True)]


def _geometry(page: FeaturePage, row: tuple[Any, ...]) -> str:
    if page.collection.shape == "any":
        return "null" if row[-1] is None else row[-1]
    longitude, latitude = row[-2:]
    return "null" if longitude is None else f'{{"type":"Point","coordinates":[{longitude},{latitude}]}}'
