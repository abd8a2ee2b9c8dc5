"""The newest publication, which every answer belongs to; and the one that a request is pinned to, so that its answer is of one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from time import monotonic

from hotspots.domain.public_answer import Vintage
from hotspots.errors import DatabaseAwayError, NewerPublicationError
from hotspots.store.public.city import find_vintage, read_vintage_id
from hotspots.store.sql.compose import Connection


@dataclass(slots=True)
class Pin:
    """The publication that one request is pinned to.

    Attributes
    ----------
    asked : the publication that the request names, that of the page which asks; None for the newest.
    vintage : the one that its first question saw.
    is_outdated : whether a question found another one; then the answer is not to be sent.
    """

    asked: int | None = None
    vintage: Vintage | None = None
    is_outdated: bool = False

    def give_up(self) -> NewerPublicationError:
        """The error that ends the request."""
        self.is_outdated = True
        return NewerPublicationError("New data were published while this was being answered. Ask again.")


PIN: ContextVar[Pin | None] = ContextVar("pin", default=None)


def ask_for(vintage_id: int) -> None:
    """Pin the request to a publication by its number. Without a pin, as in a command, nothing happens.

    Raises
    ------
    NewerPublicationError
        The request saw another one already.
    """
    if pin := PIN.get():
        pin.asked = vintage_id
        if pin.vintage is not None and pin.vintage.vintage_id != vintage_id:
            raise pin.give_up()


class NewestVintage:
    """Asked for anew when the last one seen is too old.

    Parameters
    ----------
    connect : opens a connection of the public room for a block.
    unseen_s : how many seconds a publication may go unseen.
    """

    def __init__(self, connect: Callable[[], AbstractContextManager[Connection]], *, unseen_s: float) -> None:
        self._connect = connect
        self._unseen_s = unseen_s
        self._seen: tuple[float, Vintage | None] = (-inf, None)

    def __call__(self) -> Vintage | None:
        """The publication that the request is pinned to, else the newest one; None before the first.

        Raises
        ------
        NewerPublicationError
            The request names another publication than the newest.
        """
        pin = PIN.get()
        if pin is None:
            return self._look()
        if pin.vintage is None:
            pin.vintage = self._look(at_least=pin.asked)
            if pin.asked is not None and pin.asked != _number(pin.vintage):
                raise pin.give_up()
        return pin.vintage

    def confirm(self, connection: Connection) -> None:
        """Raise NewerPublicationError where something was published since the request saw its publication: what it read may be of both."""
        pin = PIN.get()
        if pin is None or pin.vintage is None or read_vintage_id(connection) == pin.vintage.vintage_id:
            return
        self._seen = (-inf, self._seen[1])
        raise pin.give_up()

    def _look(self, *, at_least: int | None = None) -> Vintage | None:
        until, vintage = self._seen
        if monotonic() >= until or (at_least is not None and (vintage is None or vintage.vintage_id < at_least)):
            try:
                with self._connect() as connection:
                    vintage = find_vintage(connection)
            except DatabaseAwayError:
                if vintage is None:
                    raise
                return vintage  # answers that are kept go on being given
            self._seen = (monotonic() + self._unseen_s, vintage)
        return vintage


def _number(vintage: Vintage | None) -> int | None:
    return vintage.vintage_id if vintage else None
