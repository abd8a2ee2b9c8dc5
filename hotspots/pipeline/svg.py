"""Pieces of drawings that sheets and pages share: outlines as SVG paths, and round lengths for scale bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely


def outline(shapes: Sequence[Any], *, west: float, north: float, scale: float = 1.0, decimals: int = 0) -> str:
    """Return the outlines of polygons and lines as one SVG path.

    Parameters
    ----------
    shapes : shapely geometries, metres, projected CRS; points are left out.
    west, north : metres, the corner that becomes 0, 0.
    scale : units of the drawing a metre.
    decimals : of a unit.
    """
    parts: list[str] = []
    for part in shapely.get_parts(shapely.get_parts(np.array(list(shapes), dtype=object))):
        if part.is_empty:  # of what lies outside a frame; a piece without points would make the whole path unreadable
            continue
        if part.geom_type == "Polygon":
            rings, end = [part.exterior, *part.interiors], "Z"
        elif part.geom_type == "LineString":
            rings, end = [part], ""
        else:
            continue
        for ring in rings:
            points = (shapely.get_coordinates(ring) - [west, north]) * [scale, -scale]
            parts.append("M" + "L".join(f"{x:.{decimals}f} {y:.{decimals}f}" for x, y in points.tolist()) + end)
    return "".join(parts)


def round_length_m(width_m: float) -> int:
    """Return a round length of at most a fifth of a map's width: 1, 2 or 5 times a power of ten, in metres."""
    fifth = max(width_m / 5, 1)
    power = 10 ** int(np.floor(np.log10(fifth)))
    return int(max(step * power for step in (1, 2, 5) if step * power <= fifth))
