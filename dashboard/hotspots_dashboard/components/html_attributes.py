"""Attributes with a hyphen, which no keyword can hold."""

from __future__ import annotations

from typing import Any


def aria(**values: Any) -> dict[str, Any]:
    """``aria(label="Pages")`` gives ``{"aria-label": "Pages"}``."""
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: Any) -> dict[str, Any]:
    """``data(stay="answer")`` gives ``{"data-stay": "answer"}``."""
    return {f"data-{name}": value for name, value in values.items()}


HIDDEN = aria(hidden="true")
"""For marks and bars whose number stands beside them in words."""
