"""Numbers about the running server for Prometheus, at ``/metrics`` for whoever knows the token.

Several processes of one server share a folder (``PROMETHEUS_MULTIPROC_DIR``, made by ``hotspots serve``) and answer for all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from secrets import compare_digest

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
KINDS = {"tiles": "tile", "search": "search", "subscriptions": "subscription", "downloads": "download", "place.pdf": "download",
         "health": "health"}  # fmt: skip


@dataclass(frozen=True)
class ServerMetrics:
    """The counters of requests."""

    requests: Counter
    seconds: Histogram

    def count(self, *, path: str, status: int, seconds: float) -> None:
        """Count one answered request; `path` as it is logged."""
        kind = kind_of(path)
        self.requests.labels(kind, str(status)).inc()
        self.seconds.labels(kind).observe(seconds)


@cache
def server_metrics() -> ServerMetrics:
    """The numbers of this process, made at the first call."""
    return ServerMetrics(
        Counter("hotspots_requests", "Requests answered.", ["kind", "status"]),
        Histogram(
            "hotspots_request_seconds",
            "Seconds until an answer is sent, by kind of request.",
            ["kind"],
            buckets=BUCKETS_S,
        ),
    )


def kind_of(path: str) -> str:
    """The kind of a request by its logged path."""
    parts = path.split("/")
    if "_dash-update-component" in parts:
        return "callback"
    if "assets" in parts or "_dash-component-suites" in parts:
        return "asset"
    if parts[1:2] == ["download"]:
        return "download"
    if "api" in parts:  # the desk's map has one of its own
        return next((kind for word, kind in KINDS.items() if word in parts), "api")
    return "page"


def metrics_route(token: str) -> Callable[[Request], Response]:
    """A route's function that answers with the numbers where the request carries the token, else as if there were no such page."""

    def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not compare_digest(given.encode(), f"Bearer {token}".encode()):
            return Response(
                "Not found", status_code=404, media_type="text/plain", headers={"Cache-Control": "no-store"}
            )
        registry = REGISTRY
        if os.environ.get(FOLDER_VARIABLE):
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)
        return Response(
            generate_latest(registry), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
        )

    return metrics


class MetricsPage:
    """Middleware that answers ``/metrics`` before a guard asks who somebody is; without a token it answers nothing."""

    def __init__(self, app: ASGIApp, *, token: str | None) -> None:
        self.app = app
        self._answer = metrics_route(token) if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the numbers, or let the request pass."""
        if (
            self._answer is not None
            and scope["type"] == "http"
            and (scope["method"], scope["path"]) == ("GET", "/metrics")
        ):
            await self._answer(Request(scope))(scope, receive, send)
        else:
            await self.app(scope, receive, send)
