"""Who asks, and in which opened view: known to everything that one request does, and to nothing else."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from hotspots.domain.account import Person
from hotspots.errors import InputError


@dataclass(slots=True)
class Acting:
    """The person of a request, and the view that it opened, once it has."""

    person: Person
    view: int | None = None


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
