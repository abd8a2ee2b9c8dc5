"""JSON as this interface writes it: no blanks, days and instants as ISO 8601."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Response


def json_answer(content: Any, *, media_type: str = "application/json") -> Response:
    """An answer of JSON."""
    return Response(json_text(content), media_type=media_type)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


json_text = json.JSONEncoder(
    default=_plain, ensure_ascii=False, separators=(",", ":")
).encode  # made once: it is asked for every feature
