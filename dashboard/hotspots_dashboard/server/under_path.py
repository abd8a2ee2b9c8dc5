"""Take the site's own path off an address, so that the server answers the same whether the proxy in front has taken it off or not."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class UnderPath:
    """Middleware, asked before every other one: they all know the addresses of a site without a path.

    Parameters
    ----------
    path : with a slash at both ends, as it stands in addresses.
    """

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self.app = app
        self._path, self._asked = path, unquote(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. The path without its last slash leads to the site."""
        if scope["type"] == "http" and scope["path"] == self._asked[:-1]:
            await RedirectResponse(f"{self._path.split('/')[-2]}/", status_code=308)(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"].startswith(self._asked):
            below = scope["path"].removeprefix(self._asked)
            scope = {
                **scope,
                "path": f"/{below}",
                "raw_path": scope.get("raw_path", b"").removeprefix(self._path.rstrip("/").encode()),
            }
        await self.app(scope, receive, send)
