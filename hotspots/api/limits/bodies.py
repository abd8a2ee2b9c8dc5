"""Bounds of a request: the length of its address, the size of its body and the time that it takes to arrive.

The body is read whole before any thread is taken, so a slow sender costs a connection and nothing else.
"""

from __future__ import annotations

import re
from asyncio import timeout

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotspots.api.limits.refusal import refuse

MAX_QUERY_BYTES = 16_384
MAX_BODY_BYTES = 65_536
MAX_BOUNDARY_BYTES = 1_048_576  # a city's outline has 17,000 corners, and is 600 kB long
BODY_S = 10.0
BOUNDARY = re.compile(r"/api/polygon$")
CLOSE = {"Connection": "close"}  # what still arrives of the body is not read


class BoundedRequests:
    """Middleware. Hand on a request with its whole body, or refuse it."""

    def __init__(self, app: ASGIApp, *, body_s: float = BODY_S) -> None:
        self.app = app
        self._body_s = body_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if len(scope["query_string"]) > MAX_QUERY_BYTES:
            await refuse(scope, receive, send, 414, f"The address is longer than {MAX_QUERY_BYTES} bytes.")
            return
        most = MAX_BOUNDARY_BYTES if BOUNDARY.search(scope["path"]) else MAX_BODY_BYTES
        try:
            async with timeout(self._body_s):
                body = await _read_body(scope, receive, most=most)
        except TimeoutError:
            await refuse(scope, receive, send, 408, f"The body did not arrive within {self._body_s:g} s.", CLOSE)
            return
        if body is None:
            await refuse(scope, receive, send, 413, f"The body is larger than {most} bytes.", CLOSE)
            return
        await self.app(scope, again({"type": "http.request", "body": body, "more_body": False}, receive), send)


async def _read_body(scope: Scope, receive: Receive, *, most: int) -> bytes | None:
    """The whole body; None where it is too large, or its sender is gone."""
    announced = Headers(scope=scope).get("content-length", "")
    if announced.isdecimal() and int(announced[:12]) > most:
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body"):
            return bytes(body)


def again(body: Message, receive: Receive) -> Receive:
    """A body that is here, once more from its beginning; then what the client goes on to say."""
    is_given = False

    async def next_message() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return body

    return next_message
