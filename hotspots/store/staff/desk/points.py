"""True points for statistics of the desk, and what they are drawn on; through the guarded views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import shapely

from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class BoxDays:
    """Days with an incident of a crime type in a box: in all, and in two windows, with the incidents of these."""

    crime_type: str
    row: int
    col: int
    total: int
    short: int
    long: int
    short_incidents: int
    long_incidents: int


@dataclass(frozen=True, slots=True)
class RepeatAddress:
    """A location with several incidents: its words, where it is (metres, city CRS), incidents, and days with any."""

    words: str
    x: float
    y: float
    incidents: int
    days: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a drawing, metres in the city's CRS."""

    west: float
    south: float
    east: float
    north: float

    @property
    def middle(self) -> tuple[float, float]:
        """East and north of the middle."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    @property
    def half(self) -> tuple[float, float]:
        """Half of the width and of the height."""
        return (self.east - self.west) / 2, (self.north - self.south) / 2


def read_points(
    connection: Connection, crime_types: Sequence[str], *, since: date, until: date, newest: int | None = None
) -> NDArray[np.float64]:
    """Return (n, 6): x, y (metres, city CRS), begin and end (hours since 1970 of the wall clock), crime type id and label set id.

    Needs an opened view.

    Parameters
    ----------
    newest : read so many at most, of the newest days; None reads all.
    """
    rows = load_queries("staff/desk/points").points(
        connection, crime_types=list(crime_types), since=since, until=until, newest=newest
    )
    return np.array(list(rows), dtype=float).reshape(-1, 6)


def read_box_days(
    connection: Connection, *, since: date, until: date, short: date, long: date, size_m: float
) -> list[BoxDays]:
    """Count days by box and type in [since, until), and from `short` and `long` on; needs an opened view."""
    rows = load_queries("staff/desk/points").box_days(
        connection, since=since, until=until, short=short, long=long, size_m=size_m
    )
    return [BoxDays(*row) for row in rows]


def read_repeat_addresses(
    connection: Connection, crime_types: Sequence[str], *, since: date, until: date, area_id: int | None, fewest: int
) -> list[RepeatAddress]:
    """The locations with most incidents, at least `fewest`; of an area and 500 m around it where one is named. Needs an opened view."""
    rows = load_queries("staff/desk/points").repeat_addresses(
        connection, crime_types=list(crime_types), since=since, until=until, area_id=area_id, fewest=fewest
    )
    return [RepeatAddress(*row) for row in rows]


def read_ground(connection: Connection, areas: Sequence[str]) -> shapely.Geometry:
    """The ground of areas named as ``kind:code`` and 500 m around it, metres; empty where there is none."""
    found = load_queries("staff/desk/points").ground(connection, areas=list(areas))
    return shapely.Polygon() if found is None else shapely.from_wkb(bytes(found))


def read_frame(connection: Connection, *, area_id: int | None, margin_m: float) -> Frame | None:
    """The frame round an area, or the study area; None where nothing is loaded."""
    row = load_queries("staff/desk/points").frame(connection, area_id=area_id, margin_m=margin_m)
    return None if row is None else Frame(*(float(value) for value in row))


def read_base(connection: Connection, frame: Frame, *, srid: int, kind: str, least_rank: int) -> tuple[str, str]:
    """Streets up to a rank, and outlines of the areas of a kind, as SVG paths in metres from the frame's middle."""
    row = load_queries("staff/desk/points").base(
        connection,
        srid=srid,
        west=frame.west,
        south=frame.south,
        east=frame.east,
        north=frame.north,
        kind=kind,
        tolerance_m=max(5.0, max(frame.half) / 300),
        least_rank=least_rank,
    )
    return row[0] or "", row[1] or ""
