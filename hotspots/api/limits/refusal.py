"""Refuse a request before anything works on it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from hotspots.api.cross_origin import FOR_OTHER_ORIGINS, READING
from hotspots.api.errors import problem


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> None:
    """Answer with a problem, which other origins may read where they may read the answer."""
    readable = FOR_OTHER_ORIGINS if scope["method"] in READING else {}
    await problem(status, detail, {**readable, **(headers or {})})(scope, receive, send)
