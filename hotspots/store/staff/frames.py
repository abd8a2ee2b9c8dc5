"""The frames of analysts besides incidents, areas and forecasts: the city's places."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


def place_kinds(connection: Connection) -> list[str]:
    """The kinds of place that are loaded."""
    return [kind for (kind,) in load_queries("staff/frames").place_kinds(connection)]


def read_places(connection: Connection, *, kind: str) -> tuple[list[str], list[Any]]:
    """Names and shapes (metres, city CRS) of the places of a kind."""
    rows = list(load_queries("staff/frames").read_places(connection, kind=kind))
    shapes = shapely.from_wkb(np.array([wkb for _, wkb in rows], dtype=object))
    return [name for name, _ in rows], list(shapes)
