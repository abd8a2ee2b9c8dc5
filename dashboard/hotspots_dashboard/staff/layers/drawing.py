"""A layer as SVG paths, in metres from the middle of its frame: no style of single elements, for the strict policy of content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely

from hotspots.pipeline.desk.layers import Layer
from hotspots.store.staff.desk.points import Frame


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a zone on the drawing."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class LayerDrawing:
    """Paths by level, the weakest first so that the strongest lies on top, on streets and outlines of areas."""

    half_x: float
    half_y: float
    streets: str
    areas: str
    levels: tuple[tuple[int, str], ...]
    marks: tuple[Mark, ...]


def draw_layer(layer: Layer, frame: Frame, *, streets: str, areas: str) -> LayerDrawing:
    """The part of a layer that lies in a frame."""
    (x, y), (half_x, half_y) = frame.middle, frame.half
    window = shapely.box(frame.west, frame.south, frame.east, frame.north)
    shown = [(level, shape) for level, shape in layer.shapes if shapely.intersects(shape, window)]
    paths = [
        (level, " ".join(_path(shape, x, y) for at, shape in shown if at == level))
        for level in sorted({level for level, _ in shown}, reverse=True)
    ]
    marks = [
        Mark(number, zone.x - x, y - zone.y)
        for number, zone in enumerate(layer.zones, start=1)
        if shapely.contains_xy(window, zone.x, zone.y)
    ]
    return LayerDrawing(half_x, half_y, streets, areas, tuple(paths), tuple(marks))


def _path(shape: Any, x: float, y: float) -> str:
    return " ".join(_ring(shapely.get_coordinates(part), x, y) for part in shapely.get_parts(shape))


def _ring(corners: Any, x: float, y: float) -> str:
    return "M" + "L".join(f"{east - x:.0f} {y - north:.0f}" for east, north in corners) + "Z"
