"""Addresses of this interface, as a client reaches it."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from fastapi import Request

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"  # what GDAL and OWSLib look for; they know no 3.1
HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?", re.ASCII)


def base_address(request: Request) -> str:
    """Where the interface is mounted, without a slash at the end: as the settings say, else as the client reached us.

    Where the client names a strange host, it is our own.
    """
    mounted = quote(request.scope.get("root_path", ""))
    if public_url := request.app.state.public_url:
        return f"{public_url.rstrip('/')}{mounted}"
    host = request.headers.get("host", "")
    if not HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("127.0.0.1", None)
        host = f"{name}:{port}" if port else name
    return f"{request.scope['scheme']}://{host}{mounted}"


def address(request: Request, path: str, **query: str) -> str:
    """A route's address with parameters."""
    return f"{base_address(request)}{path}{'?' + urlencode(query) if query else ''}"


def link(href: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    """A link as the standard for feature services writes it."""
    return {"href": href, "rel": rel, "type": media_type, "title": title}


def link_header(links: list[dict[str, str]]) -> str:
    """Links as a header, for formats that have no place for them."""
    return ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"' for one in links)
