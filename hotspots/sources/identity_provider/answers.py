"""Ask the agency's identity provider."""

from __future__ import annotations

from typing import Any

import httpx

from hotspots.errors import InputError

TIMEOUT_S = 5.0
LARGEST_ANSWER_BYTES = 1_000_000
NOT_BELIEVED = "The identity provider's answer could not be believed, so nobody was signed in. Tell your administrator."
AWAY = (
    "The identity provider does not answer at the moment. Sign in by name, password and code, or try again in a minute."
)


def ask(method: str, address: str, **options: Any) -> dict[str, Any]:
    """Ask the provider, which may be away, answer nonsense, or send more than anybody wants to read. No redirect is followed."""
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S) as client,
            client.stream(method, address, headers={"Accept": "application/json"}, **options) as answer,
        ):
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > LARGEST_ANSWER_BYTES:
                    raise InputError(NOT_BELIEVED)
            status = answer.status_code
            given = httpx.Response(status, content=content).json() if status == 200 else None
    except httpx.HTTPError:
        raise InputError(AWAY) from None
    except ValueError:
        raise InputError(NOT_BELIEVED) from None
    if status >= 500:
        raise InputError(AWAY)
    if not isinstance(given, dict):
        raise InputError(NOT_BELIEVED)
    return given
