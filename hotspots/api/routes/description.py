"""The interface described: for programs as OpenAPI, for people on one plain page that loads nothing from elsewhere."""

from __future__ import annotations

import json
from hashlib import blake2b
from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response

from hotspots.api.http_caching import ASK_EVERY_TIME, is_known
from hotspots.api.links import OPENAPI, base_address
from hotspots.api.openapi import as_openapi_3_0, describe

POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'self'"


def make_router() -> APIRouter:
    """Routes of the description; it does not change with the data."""
    router = APIRouter()

    @router.get("/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> Response:
        here = {"servers": [{"url": base_address(request)}]}
        return _answer(request, json.dumps({**describe(request.app), **here}), "application/json")

    @router.get("/openapi-3.0.json", include_in_schema=False)
    def openapi_3_0(request: Request) -> Response:
        here = {"openapi": "3.0.3", "servers": [{"url": base_address(request)}]}
        return _answer(request, json.dumps({**as_openapi_3_0(describe(request.app)), **here}), OPENAPI)

    @router.get("/docs", include_in_schema=False)
    def description(request: Request) -> Response:
        answer = _answer(request, draw_description(describe(request.app)), "text/html")
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    return router


def draw_description(openapi: dict[str, Any]) -> str:
    """The routes of an OpenAPI description as a page."""
    routes = "".join(
        _draw_route(path, method, operation)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    )
    title = escape(openapi["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><main><h1>{title}</h1><p>{escape(openapi['info']['description'])} "
        f'For programs: <a href="openapi.json">openapi.json</a>; <a href="licence">licence</a>, '
        f'<a href="dictionary">data dictionary</a>.</p>{routes}</main></html>'
    )


def _draw_route(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<dt><code>{escape(parameter['name'])}</code></dt><dd>{escape(parameter.get('description', 'in the path'))}</dd>"
        for parameter in operation.get("parameters", [])
    )
    return f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(operation.get('description', ''))}</p><dl>{rows}</dl>"


def _answer(request: Request, text: str, media_type: str) -> Response:
    tag = f'"{blake2b(text.encode(), digest_size=8).hexdigest()}"'
    answer = Response(status_code=304) if is_known(request, tag) else Response(text, media_type=media_type)
    answer.headers.update({"ETag": tag, "Cache-Control": ASK_EVERY_TIME})
    return answer
