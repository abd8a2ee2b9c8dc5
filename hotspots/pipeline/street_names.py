"""Names of streets on a drawing for paper: along the street, once each, and never over one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import shapely

LETTER_WIDTH, LINE_HEIGHT = 4.6, 9.0  # of a street name, in units of the drawing
MOST_NAMES = 40
HALO = 1.6


def names_along(
    named: Sequence[tuple[str, Any]],
    frame: Any,
    *,
    west: float,
    north: float,
    scale: float,
    taken: list[tuple[float, ...]],
    look: str,
    most: int = MOST_NAMES,
) -> list[str]:
    """Return each street's name once as SVG, along its longest straight piece in view, where nothing else is written.

    Parameters
    ----------
    named : names with their lines, metres, those that come first are written first.
    frame : the part of the ground that is in view.
    west, north : metres, the corner that becomes 0, 0.
    scale : units of the drawing a metre.
    taken : left, top, right and bottom of what stands there already; names are added.
    look : attributes of the text, such as its colours.
    """
    drawn: list[str] = []
    said: set[str] = set()
    for name, shape in named:
        if name in said or len(drawn) >= most:
            continue
        if shape.geom_type == "Point":  # a town: its name lies level over it
            piece = shapely.get_coordinates(shape)[[0, 0]] if frame.contains(shape) else None
        else:
            piece = _longest_piece(shapely.intersection(shape, frame))
        if piece is None:
            continue
        (x0, y0), (x1, y1) = ((piece - [west, north]) * [scale, -scale]).tolist()
        if x1 < x0:
            x0, y0, x1, y1 = x1, y1, x0, y0
        length = len(name) * LETTER_WIDTH
        if shape.geom_type != "Point" and np.hypot(x1 - x0, y1 - y0) < length * 1.2:
            continue
        angle, x, y = np.arctan2(y1 - y0, x1 - x0), (x0 + x1) / 2, (y0 + y1) / 2
        half_x = (length * abs(np.cos(angle)) + LINE_HEIGHT * abs(np.sin(angle))) / 2
        half_y = (length * abs(np.sin(angle)) + LINE_HEIGHT * abs(np.cos(angle))) / 2
        own = (x - half_x, y - half_y, x + half_x, y + half_y)
        if any(overlap(own, other) for other in taken):
            continue
        taken.append(own)
        said.add(name)
        turn = f"rotate({np.degrees(angle):.1f} {x:.1f} {y:.1f})"
        drawn.append(
            f'<text x="{x:.1f}" y="{y + 2.6:.1f}" transform="{turn}" text-anchor="middle" font-size="7.5" '
            f"{look}>{escape(name)}</text>"
        )
    return drawn


def _longest_piece(line: Any) -> Any:
    """The two ends of the longest straight piece of a line (2, 2); None where there is no line."""
    longest, ends = 0.0, None
    for part in shapely.get_parts(line):
        if part.geom_type != "LineString":
            continue
        points = shapely.get_coordinates(shapely.simplify(part, 12))
        steps = np.hypot(*np.diff(points, axis=0).T)
        if steps.size and steps.max() > longest:
            n = int(steps.argmax())
            longest, ends = float(steps[n]), points[n : n + 2]
    return ends


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """How much two boxes (left, top, right, bottom) have in common."""
    across, down = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0.0) * max(down, 0.0)
