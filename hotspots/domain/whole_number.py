"""Whole numbers as they stand in the cells of a file."""

from __future__ import annotations

MOST_DIGITS = 9  # what the database's integers hold, whatever the digits


def read_whole_number(text: str) -> int | None:
    """The number that a text says in plain digits; None where it says none, or one that nothing in a city can have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
