"""The description of the interface for programs: OpenAPI 3.1, as exact as the parameters and answers are."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi

from hotspots.api.schemas import SCHEMAS
from hotspots.domain.filters.fields import PARAMETERS
from hotspots.domain.language import DEFAULT, LANGUAGES

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
END = rf"({DAY}(T[0-9:.]+(Z|[+-][0-9]{{2}}:[0-9]{{2}}))?|(\.\.)?)"
# Values that an answer can be asked for with; a list is written with commas between.
PARAMETER_SCHEMAS: dict[str, dict[str, Any]] = {
    **{name: dict(parameter.schema) for name, parameter in PARAMETERS.items()},
    "f": {"enum": ["json", "csv", "parquet"]},
    "limit": {"type": "integer", "minimum": 1, "default": 1000},
    "token": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
    "bbox": {
        "type": "array",
        "items": {"type": "number"},
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    },
    "datetime": {"type": "string", "pattern": f"^({DAY}|{END}/{END})$"},
    "by": {"enum": ["day", "week", "month", "type", "area"], "default": "day"},
    "kind": {"type": "string", "minLength": 1},
    "lang": {"enum": list(LANGUAGES), "default": DEFAULT.code},
    "forecast": {"type": "integer", "minimum": 0},
    "vintage": {"type": "integer", "minimum": 0},
}
STYLES = {"array": {"style": "form", "explode": False}}


def describe(api: FastAPI) -> dict[str, Any]:
    """The description, made once."""
    if api.openapi_schema is None:
        description = get_openapi(title=api.title, version=api.version, description=api.description, routes=api.routes)
        schemas = description.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas.update(SCHEMAS)
        for methods in description["paths"].values():
            for operation in methods.values():
                _mend(operation)
        api.openapi_schema = description
    return api.openapi_schema


def as_openapi_3_0(part: Any) -> Any:
    """A part of the description as OpenAPI 3.0 writes it, for clients that know no newer one: null is a flag, a constant a list of one."""
    if isinstance(part, list):
        return [as_openapi_3_0(one) for one in part]
    if not isinstance(part, dict):
        return part
    out = {key: as_openapi_3_0(value) for key, value in part.items() if key not in ("const", "jsonSchemaDialect")}
    if "const" in part:
        out["enum"] = [part["const"]]
    if isinstance(part.get("type"), list):
        kinds = [kind for kind in part["type"] if kind != "null"]
        out |= {"type": kinds[0], "nullable": True} if len(kinds) == 1 else {"nullable": True}
        if len(kinds) != 1:
            out.pop("type")
    for union in ("anyOf", "oneOf"):
        options = out.get(union)
        if isinstance(options, list) and {"type": "null"} in options:
            out[union] = [one for one in options if one != {"type": "null"}]
            out["nullable"] = True
    return out


def allowed_methods(request: Request) -> str:
    """The methods that a path is described with, as the header `Allow` lists them; empty for a path that is not described."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    described = describe(request.app)["paths"]
    methods = {
        method.upper()
        for template, operations in described.items()
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path)
        for method in operations
    }
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _mend(operation: dict[str, Any]) -> None:
    operation["responses"].pop("422", None)  # every value that cannot be asked is a 400
    for parameter in operation.get("parameters", []):
        schema = PARAMETER_SCHEMAS.get(parameter["name"])
        if parameter["in"] != "query" or schema is None:
            continue
        parameter["schema"] = schema
        parameter.update(STYLES.get(schema.get("type", ""), {}))
        field = PARAMETERS.get(parameter["name"])
        if field and field.style:
            parameter["style"] = field.style
