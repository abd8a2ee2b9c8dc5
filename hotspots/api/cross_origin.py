"""Other origins may read the data interface, and HEAD is a GET without its body."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READING = ("GET", "HEAD", "OPTIONS")
FOR_OTHER_ORIGINS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Number-Matched, Number-Returned, Data-Source, Data-Disclaimer, Data-Vintage, "
        "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, RateLimit-Policy, Retry-After"
    ),
}
PREFLIGHT = {
    **FOR_OTHER_ORIGINS,
    "Access-Control-Allow-Methods": ", ".join(READING),
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def is_head(request: Request) -> bool:
    """Whether only the headers are wanted."""
    return request.scope.get("asked_method") == "HEAD"


class CrossOrigin:
    """Middleware. Other origins may read; nobody sends credentials, and what writes or searches is for our own pages only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"]
        wants_to = Headers(scope=scope).get("access-control-request-method", "")
        is_preflight = method == "OPTIONS" and wants_to
        is_reading = method in READING and (not is_preflight or wants_to in READING)

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start" and is_reading:
                MutableHeaders(scope=message).update(FOR_OTHER_ORIGINS)
            elif message["type"] == "http.response.body" and method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        if is_preflight:
            await send({"type": "http.response.start", "status": 204, "headers": _raw(PREFLIGHT if is_reading else {})})
            await send({"type": "http.response.body", "body": b""})
            return
        as_get = {**scope, "method": "GET", "asked_method": "HEAD"} if method == "HEAD" else scope
        await self.app(as_get, receive, add)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
