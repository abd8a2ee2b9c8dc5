"""Needs of a question to the store, which the reader that asks it fills in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol

Need = Literal["choices", "vintage", "counts", "tables", "language"]
Needs = tuple[Need, ...]


class Answer(Protocol):
    """Ask a question of the store, and keep its answer until the next publication."""

    def __call__(self, ask: Callable[..., Any], question: Any = None, /, *, needs: Needs = (), **options: Any) -> Any:
        """Return the answer of `ask`, which is given a connection, the question, its needs and the options."""
        ...
