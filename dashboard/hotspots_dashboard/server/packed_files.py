"""Scripts, styles and fonts: compressed once as small as they go, and kept; by browsers for a year where the address has a fingerprint.

A file is kept under its own name, whatever fingerprint was asked for: what is kept is at most what is installed.
"""

from __future__ import annotations

import gzip
from asyncio import Future, get_running_loop, to_thread
from dataclasses import dataclass
from urllib.parse import parse_qs

from dash.fingerprint import check_fingerprint
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LASTING = "public, max-age=31536000, immutable"
PACKED = (".woff2", ".png", ".jpg", ".gz")
SUITES = "/_dash-component-suites/"
STATIC = "/static/"  # without a fingerprint: a browser asks again, and is told that nothing changed
MOST_BYTES = 64 * 1024 * 1024  # of all kept files; beyond it a file is packed anew at each request


@dataclass(frozen=True, slots=True)
class _Kept:
    headers: list[tuple[bytes, bytes]]
    body: bytes


class PackedFiles:
    """Middleware. Answer for static files, and for those with a fingerprint: ``?m=``, ``?v=``, versions of Dash's bundles."""

    def __init__(self, app: ASGIApp, *, most_bytes: int = MOST_BYTES) -> None:
        self.app = app
        self._most_bytes = most_bytes
        self._kept: dict[str, _Kept] = {}
        self._being_made: dict[str, Future[None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not (_is_lasting(scope) or _is_static(scope)):
            await self.app(scope, receive, send)
            return
        packs = "gzip" in Headers(scope=scope).get("accept-encoding", "") and not scope["path"].endswith(PACKED)
        name = f"{packs}{_own_name(scope['path'])}"
        while (
            name in self._being_made
        ):  # several browsers ask at once after a start: packed once; what is not kept, one after the other
            await self._being_made[name]
        kept = self._kept.get(name)
        if kept is None:
            self._being_made[name] = get_running_loop().create_future()
            try:
                kept = await self._make(scope, receive, send, packs=packs)
                if kept is not None and self._n_bytes() + len(kept.body) <= self._most_bytes:
                    self._kept[name] = kept
            finally:
                self._being_made.pop(name).set_result(None)
        if kept is not None and _has_same(scope, kept):
            headers = [(name, value) for name, value in kept.headers if name != b"content-length"]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        elif kept is not None:
            await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
            await send({"type": "http.response.body", "body": kept.body})

    async def _make(self, scope: Scope, receive: Receive, send: Send, *, packs: bool) -> _Kept | None:
        """The file; None where the answer is another one, which is sent."""
        start, body = await self._ask(scope, receive)
        if start["status"] != 200:
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return None
        headers = MutableHeaders(raw=list(start["headers"]))
        if _is_lasting(scope):
            headers["Cache-Control"] = LASTING
        headers["Vary"] = "Accept-Encoding"
        if packs:
            body = await to_thread(gzip.compress, body, 9)
            headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
        return _Kept(headers.raw, body)

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

    def _n_bytes(self) -> int:
        return sum(len(kept.body) for kept in self._kept.values())


def _own_name(path: str) -> str:
    """The path without the fingerprint that Dash puts into its bundles' names."""
    return check_fingerprint(path)[0] if SUITES in path else path


def _is_static(scope: Scope) -> bool:
    return scope["path"].startswith(STATIC)


def _has_same(scope: Scope, kept: _Kept) -> bool:
    """Whether the browser names the version that is kept."""
    etag = MutableHeaders(raw=list(kept.headers)).get("etag")
    return etag is not None and etag in Headers(scope=scope).get("if-none-match", "").split(", ")


def _is_lasting(scope: Scope) -> bool:
    path = scope["path"]
    if SUITES in path or path.endswith(".woff2"):
        return True  # a font is named by a style sheet, which cannot give a fingerprint
    fingerprint = parse_qs(scope["query_string"].decode("latin-1"))
    return "/assets/" in path and ("m" in fingerprint or "v" in fingerprint)
