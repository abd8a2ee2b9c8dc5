"""Headers that keep the page's addresses and the page itself to ourselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Two style elements, one of them empty, that Dash's renderer adds by itself; a new release may want others, and a browser test says so.
RENDERER_STYLES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-Do5Z9ZqsPvCQTUBQS9BnDm/2+on7omuzuLYk5sbA+2s='",
)


FRAMED_PATH = "/embed"  # the one page that others may show in a frame
ANY_FRAME = ("frame-ancestors 'self'", "frame-ancestors *")


def content_policy(script_hashes: Sequence[str], online_tiles: Mapping[str, str] | None) -> str:
    """A content security policy of our own origin, and that of an online base map where one is set."""
    tiles = ""
    if online_tiles:
        address = urlsplit(online_tiles["tiles"])
        tiles = f" {address.scheme}://{address.netloc}"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {' '.join(script_hashes)}",
            f"style-src 'self' {' '.join(RENDERER_STYLES)}",
            f"img-src 'self' data: blob:{tiles}",
            "font-src 'self'",
            f"connect-src 'self'{tiles}",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


class SecurityHeaders:
    """Adds the headers to every answer; a part of the server may set a policy of its own."""

    def __init__(self, app: ASGIApp, *, policy: str, locates: bool = False) -> None:
        """`locates`: whether our own pages may ask the device where it is; a page in a frame never may."""
        self.app = app
        self._headers = {
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Permissions-Policy": f"geolocation={'(self)' if locates else '()'}, camera=(), microphone=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own = dict(self._headers)
        if scope["path"] == FRAMED_PATH:
            own["Content-Security-Policy"] = own["Content-Security-Policy"].replace(*ANY_FRAME)

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in own.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, add)
