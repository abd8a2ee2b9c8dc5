"""Words and lists as TOML writes them."""

from __future__ import annotations

import json


def quoted(value: str) -> str:
    """A text in quotes."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def one_or_list(values: list[str]) -> str:
    """One text, or a list of several."""
    return quoted(values[0]) if len(values) == 1 else f"[{', '.join(map(quoted, values))}]"
