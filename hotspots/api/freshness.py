"""Answers that browsers may keep, and ask after by the vintage that they were made from."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import Request, Response

from hotspots.store.open_reader import OpenReader

ASK_EVERY_TIME = "private, no-cache"  # kept, but asked after: a publication shows at once
KEEP_A_WHILE = "private, max-age=600"  # the base map and areas, which hardly change


def etag(reader: OpenReader) -> str:
    """Of everything that this version of ours answers from the current publication."""
    vintage = reader.vintage()
    return f'"{version("hotspots")}-{vintage.vintage_id}-{int(vintage.published_at.timestamp() * 1e6)}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the browser holds this answer already."""
    known = request.headers.get("if-none-match", "")
    return tag in [one.strip().removeprefix("W/") for one in known.split(",")]


def not_modified(tag: str, keep: str) -> Response:
    """What the browser holds is still so."""
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": keep})
