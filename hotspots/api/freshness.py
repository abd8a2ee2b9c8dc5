"""Answers that browsers may keep, and ask after by the vintage that they were made from."""

from __future__ import annotations

from hashlib import blake2b
from importlib.metadata import version

from fastapi import Request, Response

from hotspots.store.open_reader import OpenReader

ASK_EVERY_TIME = "private, no-cache"  # kept, but asked after: a publication shows at once
KEEP_A_WHILE = "private, max-age=600"  # the base map and areas, which hardly change


def etag(reader: OpenReader, request: Request) -> str:
    """Of what this version of ours answers to this address from the current publication.

    The address is part of it: a map that exchanges a tile's address compares the tags of the two.
    """
    vintage = reader.vintage()
    asked = blake2b(f"{request.url.path}?{request.url.query}".encode(), digest_size=8).hexdigest()
    return f'"{version("hotspots")}-{vintage.vintage_id}-{int(vintage.published_at.timestamp() * 1e6)}-{asked}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the browser holds this answer already."""
    known = request.headers.get("if-none-match", "")
    return tag in [one.strip().removeprefix("W/") for one in known.split(",")]


def not_modified(tag: str, keep: str) -> Response:
    """What the browser holds is still so."""
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": keep})
