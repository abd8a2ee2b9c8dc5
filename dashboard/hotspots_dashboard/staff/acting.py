"""Who asks, and in which opened view: known to everything that one request does, and to nothing else."""

from __future__ import annotations

from collections.abc import Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from hotspots.domain.account import Person
from hotspots.errors import InputError


@dataclass(slots=True)
class Acting:
    """The person of a request, the view that it opened, once it has, and the state of the data that it saw first.

    One request reads one state: ``seen`` keeps what was asked of it, so that no two numbers of a page are of two states.
    """

    person: Person
    view: int | None = None
    seen: dict[Hashable, Any] = field(default_factory=dict)


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def begin(person: Person | None) -> None:
    """Set the person of this request; None where nobody is signed in."""
    _acting.set(None if person is None else Acting(person))


def current() -> Acting:
    """The person of this request. Raises InputError outside of one: nothing is read for nobody."""
    acting = _acting.get()
    if acting is None:
        raise InputError("Sign in first.")
    return acting
