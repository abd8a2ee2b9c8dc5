"""Who is told what by e-mail: an address, a coarse place, and when to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from hotspots.errors import InputError

CELL_M = 500  # side of a lattice cell in the city's CRS: the finest place that is kept
MARGIN_M = 250  # told of round the cell, so that a home at its edge is not at the edge of what is told
SIDE_M = CELL_M + 2 * MARGIN_M  # of the square that is told about
LONGEST_EMAIL = 254
EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{1,61}[A-Za-z0-9]",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A lattice cell: how many cells its south-west corner lies east and north of the origin of the city's CRS."""

    x: int
    y: int

    @classmethod
    def at(cls, x_m: float, y_m: float) -> Self:
        """The cell that holds a point, metres in the city's CRS."""
        return cls(int(x_m // CELL_M), int(y_m // CELL_M))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `894:9272`. Raises InputError."""
        if not re.fullmatch(r"-?[0-9]{1,6}:-?[0-9]{1,6}", text, re.ASCII):
            raise InputError(f"cell: {text[:40]!r} is not the name of a cell such as 894:9272")
        x, _, y = text.partition(":")
        return cls(int(x), int(y))

    def __str__(self) -> str:
        return f"{self.x}:{self.y}"

    @property
    def box_m(self) -> tuple[float, float, float, float]:
        """West, south, east and north of what is told of: the cell and its margin."""
        west, south = self.x * CELL_M - MARGIN_M, self.y * CELL_M - MARGIN_M
        side = SIDE_M
        return west, south, west + side, south + side


@dataclass(frozen=True, slots=True)
class Wish:
    """The wish of a subscriber.

    Attributes
    ----------
    cell, area : one of them; an area by its kind and code, which stay when its boundary is drawn anew.
    crime_types : sorted names; empty means all.
    only_unusual : a mail only for weeks that differ from the eight before by more than chance explains.
    """

    lang: str
    cell: Cell | None
    area: tuple[str, str] | None
    crime_types: tuple[str, ...]
    only_unusual: bool

    def __post_init__(self) -> None:
        if (self.cell is None) == (self.area is None):
            raise InputError("Give either a cell or an area to follow.")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish with its address, as only the sending command sees it; `told_through` is the last day that was told or judged."""

    subscription_id: int
    email: str
    wish: Wish
    told_through: date | None


def checked_email(text: str) -> str:
    """The address as typed, without spaces round it. Raises InputError, which does not repeat it."""
    address = text.strip()
    if len(address) > LONGEST_EMAIL or len(address.partition("@")[0]) > 64 or not EMAIL.fullmatch(address):
        raise InputError("email: this does not look like an e-mail address, such as name@example.org.")
    return address
