"""The comparison of a place: the public points with their incidents, points spread over the city, and the areas that hold it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.store.public.incident_filter import OPEN, Tables, conditions
from hotspots.store.sql.compose import Connection, compose, fetch_all
from hotspots.store.sql.files import load_queries

Points = NDArray[np.float64]


def points_with_incidents(connection: Connection, question: IncidentFilter, *, tables: Tables = OPEN) -> Points:
    """(n, 3): x and y in metres of the city's CRS, and the incidents there."""
    query = compose(
        "public/standing",
        "points_with_incidents",
        incident=tables.incident,
        anchor=tables.anchor,
        where=conditions(question, tables).where,
    )
    return np.array(fetch_all(connection, query), dtype=float).reshape(-1, 3)


def spread_points(connection: Connection, *, most: int) -> Points:
    """(n, 2): at most so many public points, spread evenly over all of them, in metres of the city's CRS."""
    return np.array(list(load_queries("public/standing").spread_points(connection, most=most)), dtype=float).reshape(
        -1, 2
    )


def areas_of_place(connection: Connection, *, gazetteer_id: int) -> tuple[int, ...]:
    """Numbers of the areas, of every kind, that hold the point of a gazetteer entry."""
    rows = load_queries("public/standing").areas_of_place(connection, gazetteer_id=gazetteer_id)
    return tuple(area_id for (area_id,) in rows)
