"""The collections of features: incidents, areas, places, forecasts, actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from hotspots.api import schemas
from hotspots.api.formats import MEDIA_TYPES
from hotspots.api.http_caching import fresh
from hotspots.api.json_text import json_answer, json_text
from hotspots.api.links import address, link
from hotspots.api.provenance import provenance, provenance_links
from hotspots.domain.feature import COLLECTIONS, FORECASTS, INCIDENTS, Collection, of_city
from hotspots.errors import NotFoundError
from hotspots.store.public.reader import OpenReader

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SCHEMA_RELATION = "http://www.opengis.net/def/rel/ogc/1.0/schema"
GDAL_RELATION = "describedBy"  # the registered relation, written as GDAL looks for it; it takes the first
TYPES: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "format": "uuid"},
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "yes_no": {"type": "boolean"},
}
LOCAL = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def make_router(reader: OpenReader) -> APIRouter:
    """Routes of the collections."""
    router = APIRouter(tags=["features"])

    @router.get("/collections", responses=schemas.answers("Collections"))
    def collections(request: Request) -> Response:
        """All collections."""

        def content() -> dict[str, Any]:
            return {
                "links": [link(address(request, "/collections"), "self", "application/json", "Collections")],
                "collections": [describe_collection(request, reader, one) for one in COLLECTIONS.values()],
                **provenance(request, reader),
            }

        return fresh(request, reader, lambda: json_answer(content()))

    @router.get("/collections/{collection}", responses=schemas.answers("Collection"))
    def one_collection(request: Request, collection: str) -> Response:
        """One collection: incidents, areas, places, forecasts or actions."""
        named = _named(collection)

        def content() -> dict[str, Any]:
            return {
                **describe_collection(request, reader, named),
                **provenance(request, reader),
            }

        return fresh(request, reader, lambda: json_answer(content()))

    @router.get("/collections/{collection}/schema", responses=schemas.feature_schema())
    def schema(request: Request, collection: str) -> Response:
        """The fields of a collection's features with their types, as JSON Schema (OGC API – Features, part 5)."""
        return _schema_answer(request, reader, _named(collection), _feature_schema)

    @router.get("/collections/{collection}/feature-schema", responses=schemas.feature_schema())
    def feature_schema(request: Request, collection: str) -> Response:
        """The same fields as JSON Schema of a GeoJSON feature, as GDAL reads it before the first page."""
        return _schema_answer(request, reader, _named(collection), _geojson_schema)

    return router


def _geojson_schema(request: Request, reader: OpenReader, collection: Collection) -> dict[str, Any]:
    fields = of_city(collection, reader.choices().area_kinds).fields
    properties = {field.name: {"description": field.words, **TYPES[field.kind]} for field in fields}
    coordinates = {"type": "object", "properties": {"type": {"type": "string", "enum": [collection.geometry]}}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address(request, f"/collections/{collection.name}/feature-schema"),
        "title": collection.title,
        "description": f"A feature of the collection. A value that is not known is null. {collection.words}",
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "geometry": coordinates,
            "properties": {"type": "object", "properties": properties},
        },
    }


def _named(collection: str) -> Collection:
    if collection not in COLLECTIONS:
        raise NotFoundError(
            f"collections: there is no collection of this name. Expected one of: {', '.join(COLLECTIONS)}"
        )
    return COLLECTIONS[collection]


def _schema_answer(
    request: Request, reader: OpenReader, collection: Collection, make: Callable[..., dict[str, Any]]
) -> Response:
    return fresh(
        request,
        reader,
        lambda: Response(json_text(make(request, reader, collection)), media_type=schemas.JSON_SCHEMA),
    )


def _feature_schema(request: Request, reader: OpenReader, collection: Collection) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for place, field in enumerate(of_city(collection, reader.choices().area_kinds).fields):
        properties[field.name] = {"title": field.name, "description": field.words, **TYPES[field.kind]}
        if place == 0:
            properties[field.name]["x-ogc-role"] = "id"
        elif field.kind == "day" and "primary-instant" not in {one.get("x-ogc-role") for one in properties.values()}:
            properties[field.name]["x-ogc-role"] = "primary-instant"
    geometry = {
        "title": "geometry",
        "x-ogc-role": "primary-geometry",
        "format": f"geometry-{collection.geometry.lower()}",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address(request, f"/collections/{collection.name}/schema"),
        "title": collection.title,
        "description": collection.words,
        "type": "object",
        "properties": {**properties, "geometry": geometry},
        "additionalProperties": False,
    }


def describe_collection(request: Request, reader: OpenReader, collection: Collection) -> dict[str, Any]:
    """A collection with its extent and the addresses of its features in every format."""
    city = reader.city()
    here = f"/collections/{collection.name}"
    items = [
        link(
            address(request, f"{here}/items", **({} if f == "json" else {"f": f})),
            "items",
            media_type,
            f"Features ({f})",
        )
        for f, media_type in MEDIA_TYPES.items()
    ]
    extent: dict[str, Any] = {
        "spatial": {"bbox": [[city.west, city.south, city.east, city.north]], "crs": CRS84},
    }
    days = _days(reader, collection)
    if days:
        extent["temporal"] = {"interval": [_instants(*days, ZoneInfo(city.timezone))], "trs": LOCAL}
    return {
        "id": collection.name,
        "title": collection.title,
        "description": collection.words,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": [
            link(address(request, here), "self", "application/json", collection.title),
            link(address(request, f"{here}/schema"), SCHEMA_RELATION, schemas.JSON_SCHEMA, "Fields with their types"),
            link(
                address(request, f"{here}/feature-schema"), GDAL_RELATION, schemas.JSON_SCHEMA, "A feature as GeoJSON"
            ),
            *items,
            *provenance_links(request, reader),
        ],
    }


def _days(reader: OpenReader, collection: Collection) -> tuple[date, date] | None:
    """First and last day that a collection's features have."""
    if collection.name == INCIDENTS.name:
        vintage = reader.vintage()
        return (vintage.first_day, vintage.newest_day) if vintage.first_day and vintage.newest_day else None
    forecasts = reader.forecasts() if collection.name == FORECASTS.name else ()
    if not forecasts:
        return None
    ends = [one.trained_to + timedelta(days=one.horizon_days - 1) for one in forecasts]
    return min(one.trained_to for one in forecasts), max(ends)


def _instants(first: date, last: date, zone: ZoneInfo) -> list[str]:
    return [
        datetime.combine(first, time.min, zone).isoformat(),
        datetime.combine(last, time(23, 59, 59), zone).isoformat(),
    ]
