"""The map as text: points with their counts, cells with what is expected."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PointCount:
    """Incidents at one public point.

    Attributes
    ----------
    most : label of the commonest type.
    distance_m : from the searched place; None where none was searched.
    bearing : degrees from north, clockwise, from the middle of the searched place; None where the point is the place itself.
    """

    anchor_id: int
    name: str
    incidents: int
    most: str
    distance_m: int | None
    bearing: float | None


@dataclass(frozen=True, slots=True)
class PointCounts:
    """The first points of an answer, and how many there are."""

    points: tuple[PointCount, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ForecastCell:
    """A cell of a forecast beside the public point nearest to its middle; `level` is 1 to 5 as on the map."""

    cell_id: int
    expected: float
    level: int
    anchor_id: int
    name: str


@dataclass(frozen=True, slots=True)
class ForecastCells:
    """The cells with most expected incidents, and how many there are."""

    cells: tuple[ForecastCell, ...]
    total: int
