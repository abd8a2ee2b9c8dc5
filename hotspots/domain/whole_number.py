"""Whole numbers as people and files write them."""

from __future__ import annotations

MOST_DIGITS = 9  # what the database's integers hold, whatever the digits


def read_whole_number(text: str, *, most_digits: int = MOST_DIGITS) -> int | None:
    """Return the number that a text says in plain digits; None where it says none, or one of too many digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most_digits else None
