"""Answers that browsers may keep, and ask after by the vintage that they were made from."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from importlib.metadata import version

from fastapi import Request, Response

from hotspots.store.public.reader import OpenReader

ASK_EVERY_TIME = "private, no-cache"  # kept, but asked after: a publication shows at once
KEEP_A_WHILE = "private, max-age=600"  # the base map and areas, which hardly change


def fresh(
    request: Request,
    reader: OpenReader,
    make: Callable[[], Response],
    *,
    keep: str = ASK_EVERY_TIME,
    form: str = "",
) -> Response:
    """The answer of `make`, or 304 where the client holds it already.

    Parameters
    ----------
    form : the format that was chosen by the client's headers, if any.
    """
    tag = etag(reader, request, form)
    response = Response(status_code=304) if is_known(request, tag) else make()
    response.headers.update({"ETag": tag, "Cache-Control": keep})
    if form:
        response.headers["Vary"] = "Accept"
    return response


def etag(reader: OpenReader, request: Request, form: str = "") -> str:
    """Of what this version of ours answers to this address from the current publication.

    The address is part of it: a map that exchanges a tile's address compares the tags of the two.
    """
    vintage = reader.vintage()
    host = request.headers.get("host", "")  # answers hold links
    asked = f"{form} {host} {request.scope['path']}?".encode("utf-8", "surrogateescape") + request.scope["query_string"]
    mark = blake2b(asked, digest_size=8).hexdigest()
    return f'"{our_version()}-{vintage.vintage_id}-{int(vintage.published_at.timestamp() * 1e6)}-{mark}"'


@cache
def our_version() -> str:
    """Of the product."""
    return version("hotspots")


def is_known(request: Request, tag: str) -> bool:
    """Whether the browser holds this answer already."""
    known = request.headers.get("if-none-match", "")
    return tag in [one.strip().removeprefix("W/") for one in known.split(",")]
