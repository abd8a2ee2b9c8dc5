"""The drawing of a printed sheet's map: shapes asked for, base map and circles, in metres of the city's CRS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.errors import NotFoundError
from hotspots.store.public.incident_filter import OPEN, conditions
from hotspots.store.sql.compose import Connection, compose, fetch_all
from hotspots.store.sql.files import load_queries

MARGIN = 0.06  # of what is asked for, on each side
EVERY_STREET_M = 6000  # a wider map shows main streets only
CELLS_ACROSS = 64  # circles nearer than this part of the map's width are one
PIXELS_ACROSS = 1200

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class SheetMap:
    """A map to draw.

    Attributes
    ----------
    box : west, south, east, north.
    asked : outlines of what was asked for.
    place : the searched place itself, or None.
    base : shapes by layer: water, land, park, street, main street.
    names : name and shape of what is named, main streets first; of water, towns and airports a point.
    circles : incidents, x and y of each, most first, and the group of types that has at least half of them, if any.
    """

    box: Box
    asked: tuple[Any, ...]
    place: Any | None
    base: dict[str, list[Any]]
    names: tuple[tuple[str, Any], ...]
    circles: tuple[tuple[int, float, float, str | None], ...]


def read_map(connection: Connection, question: IncidentFilter, *, aspect: float) -> SheetMap:
    """Read the map of a question; `aspect` is width over height. Raises NotFoundError where the place is not in the gazetteer."""
    place, asked = _shapes(connection, question)
    box = _box(asked or _read(load_queries("public/place_sheet").shape_of_city(connection)), aspect=aspect)
    base, names = _base(connection, box)
    return SheetMap(box, tuple(asked), place, base, names, _circles(connection, question, box))


def _shapes(connection: Connection, question: IncidentFilter) -> tuple[Any | None, list[Any]]:
    queries = load_queries("public/place_sheet")
    place, asked = None, []
    if question.around:
        around = question.around
        found = list(queries.shape_around(connection, gazetteer_id=around.gazetteer_id, radius_m=around.radius_m))
        if not found:
            raise NotFoundError(f"at: {around.gazetteer_id} is not in the gazetteer; search for the address anew")
        place, shape = (shapely.from_wkb(wkb) for wkb in found[0])
        asked.append(shape)
    if question.polygon:
        asked += _read(queries.shape_of_polygon(connection, wkt=question.polygon.to_wkt()))
    if question.areas:
        asked += _read(queries.shape_of_areas(connection, areas=list(question.areas)))
    return place, asked


def _box(shapes: list[Any], *, aspect: float) -> Box:
    """Round the first shape, the narrowest kind, with a margin, in the sheet's proportion."""
    west, south, east, north = shapes[0].bounds
    width, height = (east - west) * (1 + 2 * MARGIN), (north - south) * (1 + 2 * MARGIN)
    width, height = max(width, height * aspect), max(height, width / aspect)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _base(connection: Connection, box: Box) -> tuple[dict[str, list[Any]], tuple[tuple[str, Any], ...]]:
    west, south, east, north = box
    layers: dict[str, list[Any]] = {"water": [], "land": [], "park": [], "street": [], "main street": []}
    names: list[tuple[str, Any]] = []
    rows = load_queries("public/place_sheet").base(
        connection,
        west=west,
        south=south,
        east=east,
        north=north,
        last_rank=9 if east - west <= EVERY_STREET_M else 1,
        tolerance_m=(east - west) / PIXELS_ACROSS,
    )
    for layer, rank, name, wkb in rows:
        shape = shapely.from_wkb(wkb)
        if shape is None or shape.is_empty:
            continue
        drawn = "main street" if layer == "street" and rank == 1 else layer
        if drawn in layers and shape.geom_type != "Point":
            layers[drawn].append(shape)
        if name and (layer == "street" or shape.geom_type == "Point"):
            names.append((name, shape))
    return layers, tuple(names)


def _circles(
    connection: Connection, question: IncidentFilter, box: Box
) -> tuple[tuple[int, float, float, str | None], ...]:
    west, south, east, _ = box
    query = compose(
        "public/place_sheet",
        "circles",
        incident=OPEN.incident,
        anchor=OPEN.anchor,
        where=conditions(question).where,
        west=west,
        south=south,
        cell_m=(east - west) / CELLS_ACROSS,
    )
    return tuple(fetch_all(connection, query))


def _read(rows: Any) -> list[Any]:
    return [shape for shape in shapely.from_wkb(np.array([wkb for (wkb,) in rows], dtype=object)) if shape is not None]
