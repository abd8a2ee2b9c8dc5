"""Texts that stand in declarations and are said in the language of the reader."""

from __future__ import annotations


def phrase(text: str) -> str:
    """Mark a text of a declaration as one to translate; whoever shows it looks it up in the catalogue."""
    return text
