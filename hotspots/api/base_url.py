"""Where the pages of this service are, for links that leave it: in a feed, on paper, in a mail."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from fastapi import Request

from hotspots.api.links import base_address


def own_address(request: Request, public_url: str | None) -> str:
    """Without a slash at the end: as the settings say, else as the client reached us."""
    if public_url:
        return public_url.rstrip("/")
    return base_address(request).removesuffix("/api")


def site_path(public_url: str | None) -> str:
    """The path under which visitors reach the service, with a slash at both ends; ``/`` where it has a host of its own."""
    path = urlsplit(public_url).path.strip("/") if public_url else ""
    return f"/{path}/" if path else "/"


def with_query(path: str, query: Mapping[str, str]) -> str:
    """An address with parameters, written as the page writes its own."""
    return f"{path}?{urlencode(query, safe=',:|')}" if query else path
