"""The newest publication, which every answer belongs to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from math import inf
from time import monotonic

from hotspots.domain.public_answer import Vintage
from hotspots.errors import DatabaseAwayError
from hotspots.store.public.city import find_vintage
from hotspots.store.sql.compose import Connection


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
        """The newest publication; None before the first."""
        until, vintage = self._seen
        if monotonic() >= until:
            try:
                with self._connect() as connection:
                    vintage = find_vintage(connection)
            except DatabaseAwayError:
                if vintage is None:
                    raise
                return vintage  # answers that are kept go on being given
            self._seen = (monotonic() + self._unseen_s, vintage)
        return vintage
