"""The answers as JSON schemas, for the description of the interface."""

from __future__ import annotations

from typing import Any

from hotspots.api.errors import PROBLEM, PROBLEMS, problems
from hotspots.api.formats import MEDIA_TYPES

Schema = dict[str, Any]
TEXT, WHOLE, NUMBER, YES_NO = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))
DAY, INSTANT = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _maybe(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


LINK = _object({"href": TEXT, "rel": TEXT, "type": TEXT, "title": TEXT})
PROVENANCE = {
    "source": TEXT,
    "invented": YES_NO,
    "disclaimer": TEXT,
    "licence": TEXT,
    "data_licence": {**_object({"name": TEXT, "url": _maybe(TEXT)}), "type": ["object", "null"]},
    "dictionary": TEXT,
    "vintage": _object({"number": WHOLE, "published_at": INSTANT, "known_on": DAY, "newest_day": _maybe(DAY)}),
}
QUESTION = {"type": "object", "additionalProperties": TEXT}
COUNTED = {"incidents": WHOLE}
TYPE_COUNT = {"name": TEXT, "label": TEXT, "group": TEXT, **COUNTED, "hidden": _maybe(WHOLE)}
COLLECTION = {
    "id": TEXT,
    "title": TEXT,
    "description": TEXT,
    "itemType": TEXT,
    "crs": _list(TEXT),
    "extent": _object({"spatial": _object({"bbox": _list(_list(NUMBER)), "crs": TEXT})}),
    "links": _list(LINK),
}
FEATURE = {
    "type": {"type": "string", "const": "Feature"},
    "id": {"type": ["string", "integer"]},
    "geometry": _maybe(_object({"type": TEXT, "coordinates": _list({})})),
    "properties": {"type": "object"},
}
COVERAGE = _object(
    {
        "first_day": _maybe(DAY),
        "last_day": _maybe(DAY),
        "days": WHOLE,
        "of_days": WHOLE,
        "gaps": _list(_object({"first_day": DAY, "last_day": DAY})),
    }
)
COUNTS = _object(
    {
        **dict.fromkeys(("total", "located", "no_location", "outside"), _maybe(WHOLE)),
        **dict.fromkeys(("hour_unknown", "city_no_location"), WHOLE),
        "sensitive": _list(_object({"month": DAY, "area": {"type": ["object", "null"]}, "incidents": _maybe(WHOLE)})),
        "coverage": {**COVERAGE, "type": ["object", "null"]},
    }
)
SCHEMAS: dict[str, Schema] = {
    "Landing": _object({"title": TEXT, "description": TEXT, "links": _list(LINK), **PROVENANCE}),
    "Conformance": _object({"conformsTo": _list(TEXT), **PROVENANCE}),
    "Licence": _object({"city": TEXT, "words": TEXT, **PROVENANCE}),
    "Dictionary": _object(
        {
            "collections": _list(
                _object(
                    {
                        "id": TEXT,
                        "title": TEXT,
                        "description": TEXT,
                        "fields": _list(_object({"name": TEXT, "kind": TEXT, "description": TEXT})),
                    }
                )
            ),
            "crime_types": _list(_object({"name": TEXT, "label": TEXT, "group": TEXT, "initiated_by": TEXT})),
            "area_kinds": _list(_object({"kind": TEXT, "label": TEXT, "areas": WHOLE})),
            "place_kinds": _list(_object({"kind": TEXT, "label": TEXT, "places": WHOLE})),
            "location_types": _list(TEXT),
            "location_groups": _list(_object({"name": TEXT, "members": _list(TEXT)})),
            **PROVENANCE,
        }
    ),
    "Collections": _object({"links": _list(LINK), "collections": _list(_object(COLLECTION)), **PROVENANCE}),
    "Collection": _object({**COLLECTION, **PROVENANCE}),
    "FeatureCollection": _object(
        {
            "type": {"type": "string", "const": "FeatureCollection"},
            "features": _list(_object(FEATURE)),
            "links": _list(LINK),
            "numberMatched": WHOLE,
            "numberReturned": WHOLE,
            **PROVENANCE,
        },
        {"question": QUESTION, "hour_unknown": WHOLE},
    ),
    "Feature": _object({**FEATURE, "links": _list(LINK), **PROVENANCE}),
    "Counts": _object(
        {
            "question": QUESTION,
            "known_on": DAY,
            "counts": COUNTS,
            "withheld": _maybe(WHOLE),
            "by_day": _list(_object({"day": DAY, "incidents": _maybe(WHOLE)})),
            "by_type": _list(_object(TYPE_COUNT)),
            "by_location_type": _list(_object({"name": _maybe(TEXT), **COUNTED})),
            **PROVENANCE,
        }
    ),
    "Circles": _object({"question": QUESTION, "coverage": COVERAGE, "points": _list({"type": "array"}), **PROVENANCE}),
    "Series": _object(
        {
            "by": TEXT,
            "question": QUESTION,
            "coverage": COVERAGE,
            "series": _list(_object({"incidents": _maybe(WHOLE)})),
            **PROVENANCE,
        }
    ),
    "Records": _object(
        {
            "records": _list(
                _object(
                    {
                        "kind": TEXT,
                        "label": TEXT,
                        "month": DAY,
                        "area": {"type": ["object", "null"]},
                        **dict.fromkeys(("from_public", "from_police", "not_known"), _maybe(WHOLE)),
                    }
                )
            ),
            **PROVENANCE,
        }
    ),
    "Downloads": _object({"downloads": _list(_object({"year": WHOLE, "csv": TEXT, "parquet": TEXT})), **PROVENANCE}),
    "TileJSON": _object(
        {
            "tilejson": TEXT,
            "tiles": _list(TEXT),
            "vector_layers": _list(_object({"id": TEXT, "fields": {"type": "object"}})),
            "bounds": _list(NUMBER),
            "minzoom": WHOLE,
            "maxzoom": WHOLE,
            "attribution": TEXT,
            **PROVENANCE,
        }
    ),
    "Problem": PROBLEM["content"]["application/problem+json"]["schema"],
}
JSON_SCHEMA = "application/schema+json"
NOT_MODIFIED = {304: {"description": "Nothing was published since the answer that `If-None-Match` names."}}


def answers(name: str, *, csv: bool = False) -> dict[int | str, Any]:
    """The answers of a route: a schema by name as JSON, and CSV where it has that too, and every error."""
    content: Schema = {"application/json": _reference(name)}
    errors = {**PROBLEMS, **(problems(406) if csv else {})}
    if csv:
        content["text/csv"] = {"schema": TEXT}
    return {200: {"description": "As asked.", "content": content}, **NOT_MODIFIED, **errors}


def features(name: str) -> dict[int | str, Any]:
    """The answers of a route of features."""
    content = {
        MEDIA_TYPES["json"]: _reference(name),
        MEDIA_TYPES["csv"]: {"schema": TEXT},
        MEDIA_TYPES["parquet"]: {"schema": {"type": "string", "format": "binary"}},
    }
    return {
        200: {"description": "As asked.", "content": content},
        **NOT_MODIFIED,
        **PROBLEMS,
        **problems(406),
    }


def feature_schema() -> dict[int | str, Any]:
    """The answers of the schema of a collection."""
    content = {JSON_SCHEMA: {"schema": {"type": "object"}}}
    return {200: {"description": "As asked.", "content": content}, **NOT_MODIFIED, **PROBLEMS}


def files() -> dict[int | str, Any]:
    """The answers of a download."""
    content = {MEDIA_TYPES[form]: {"schema": {"type": "string", "format": "binary"}} for form in ("csv", "parquet")}
    return {200: {"description": "The file, sent as it is read.", "content": content}, **NOT_MODIFIED, **PROBLEMS}


def _reference(name: str) -> Schema:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}
