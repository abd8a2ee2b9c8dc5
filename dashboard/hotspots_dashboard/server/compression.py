"""Scripts, styles and fonts: compressed once as small as they go, kept, and cached by browsers for a year."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LASTING = "public, max-age=31536000, immutable"
KEPT_FILES = 100  # anybody may ask with any fingerprint: no more than this is kept
PACKED = (".woff2", ".png", ".jpg", ".gz")


class KeptCompression:
    """Answers for files whose address carries a fingerprint: ``?m=`` and ``?v=`` of assets, versions of Dash's bundles."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[str, tuple[list[tuple[bytes, bytes]], bytes]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_lasting(scope):
            await self.app(scope, receive, send)
            return
        packs = "gzip" in Headers(scope=scope).get("accept-encoding", "") and not scope["path"].endswith(PACKED)
        key = f"{packs}{scope['path']}?{scope['query_string'].decode('latin-1')}"
        if key not in self._kept:
            start, body = await self._ask(scope, receive)
            if start["status"] != 200:
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            headers = MutableHeaders(raw=list(start["headers"]))
            headers["Cache-Control"] = LASTING
            headers["Vary"] = "Accept-Encoding"
            if packs:
                body = gzip.compress(body, 9)
                headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(body))
            self._kept[key] = (headers.raw, body)
            while len(self._kept) > KEPT_FILES:
                self._kept.popitem(last=False)
        raw, body = self._kept[key]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    async def _ask(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        # The answer is kept for everybody: asked plainly, without one browser's conditions.
        unwanted = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
        plain = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in unwanted]}
        start: Message = {"type": "http.response.start", "status": 500, "headers": []}
        body = bytearray()

        async def keep(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                body.extend(message.get("body", b""))

        await self.app(plain, receive, keep)
        return start, bytes(body)


def _is_lasting(scope: Scope) -> bool:
    path = scope["path"]
    if "/_dash-component-suites/" in path:
        return True
    fingerprint = parse_qs(scope["query_string"].decode("latin-1"))
    if path.endswith(".woff2"):
        return True  # named by a style sheet, which cannot give a fingerprint
    return "/assets/" in path and ("m" in fingerprint or "v" in fingerprint)
