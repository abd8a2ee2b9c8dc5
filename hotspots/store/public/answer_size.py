"""How much memory an answer takes, roughly: of many alike things some are measured."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any

MEASURED = 20  # of the things in one collection


def size_of(answer: Any) -> int:
    """Bytes of an answer and of what it holds; things that two places share count twice."""
    own = sys.getsizeof(answer)
    if isinstance(answer, (bytes, bytearray, str, int, float, bool, type(None))):
        return own
    if isinstance(answer, Mapping):
        return own + _several(answer.keys(), len(answer)) + _several(answer.values(), len(answer))
    if isinstance(answer, (tuple, list, set, frozenset)):
        return own + _several(answer, len(answer))
    if is_dataclass(answer):
        return own + sum(size_of(getattr(answer, one.name)) for one in fields(answer))
    return max(own, getattr(answer, "nbytes", 0))  # of an array


def _several(things: Iterable[Any], n: int) -> int:
    """Things that are alike: every so many-th is measured."""
    step = max(1, n // MEASURED)
    sizes = [size_of(one) for one in islice(things, 0, None, step)]
    return round(sum(sizes) / len(sizes) * n) if sizes else 0
