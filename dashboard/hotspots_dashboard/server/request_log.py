"""One line a request: an id, the route, the status, the time. Never who asked, nor anything that was typed, searched or looked at.

A path's words appear only where they are words of our own routes; everything else (numbers of tiles, names, ids) is a star, and
the query is left out. The id stands in every line that the request logs and in its answer's header ``X-Request-Id``.
"""

from __future__ import annotations

from collections.abc import Collection
from secrets import token_hex
from time import perf_counter

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotspots_dashboard.server.metrics import ServerMetrics

METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
LONGEST_PATH = 8  # parts
FAILED = b"Something failed on our side. It is in the server's log."

log = structlog.get_logger()


class RequestLog:
    """Middleware.

    Parameters
    ----------
    words : the words of our own paths.
    metrics : where each request is counted.
    """

    def __init__(self, app: ASGIApp, *, words: Collection[str], metrics: ServerMetrics) -> None:
        self.app = app
        self._metrics = metrics
        self._words = frozenset(words)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and log it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, began_s, status = token_hex(6), perf_counter(), 500
        begun_ms: int | None = None  # until the answer begins

        async def add(message: Message) -> None:
            nonlocal status, begun_ms
            if message["type"] == "http.response.start":
                status, begun_ms = message["status"], round(1000 * (perf_counter() - began_s))
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self.app(scope, receive, add)
            except Exception as error:
                log.error("request failed", exc_info=error)
                if begun_ms is None:
                    await add(
                        {"type": "http.response.start", "status": 500, "headers": [(b"content-type", b"text/plain")]}
                    )
                    await send({"type": "http.response.body", "body": FAILED})
            finally:
                self._metrics.count(path=self.shown(scope["path"]), status=status, seconds=perf_counter() - began_s)
                log.info(
                    "request",
                    method=scope["method"] if scope["method"] in METHODS else "*",
                    path=self.shown(scope["path"]),
                    status=status,
                    ms=begun_ms,
                )

    def shown(self, path: str) -> str:
        """The path with a star for each part that is no word of ours."""
        return "/".join(part if part in self._words else "*" for part in path.split("/")[:LONGEST_PATH])
