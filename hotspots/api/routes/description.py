"""The interface described for people, on one plain page that loads nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'self'"


def make_router() -> APIRouter:
    """Route of the description."""
    router = APIRouter()

    @router.get("/docs", include_in_schema=False)
    def description(request: Request) -> HTMLResponse:
        return HTMLResponse(draw_description(request.app.openapi()), headers={"Content-Security-Policy": POLICY})

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
        f'For programs: <a href="openapi.json">openapi.json</a>.</p>{routes}</main></html>'
    )


def _draw_route(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<dt><code>{escape(parameter['name'])}</code></dt><dd>{escape(parameter.get('description', 'in the path'))}</dd>"
        for parameter in operation.get("parameters", [])
    )
    return f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(operation.get('description', ''))}</p><dl>{rows}</dl>"
