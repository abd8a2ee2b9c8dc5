"""The map of a briefing sheet as SVG: the places with their letters, the streets round them with their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np
import shapely

from hotspots.pipeline.svg import outline, round_length_m

if TYPE_CHECKING:
    from hotspots.domain.place_list import RankedPlace

WIDTH, HEIGHT = 760.0, 330.0
FONT = "DejaVu Sans"
LETTER_WIDTH, LINE_HEIGHT = 4.6, 9.0  # of a street name, in units of the drawing
MOST_NAMES = 40
NARROWEST_M = 1500.0
PAPER, LAND, AREA, STREET, MAIN, TEXT, MARK = (
    "#e3e8ed",
    "#fbfaf8",
    "#9aa7b4",
    "#dedcd6",
    "#bdbab1",
    "#17212e",
    "#0072b2",
)


def draw_places(places: Sequence[RankedPlace], backdrop: Mapping[str, list[Any]], *, marks: Sequence[str]) -> str:
    """Return the map round the places; `marks` is written beside each."""
    west, north, scale = _view([place.geometry for place in places])
    frame = shapely.box(west, north - HEIGHT / scale, west + WIDTH / scale, north)

    def path(shapes: Sequence[Any]) -> str:
        inside: Any = shapely.intersection(np.array(list(shapes), dtype=object), frame)
        return outline(inside, west=west, north=north, scale=scale, decimals=1)

    boxes = [
        f'<path d="{path([place.geometry])}" fill="{MARK}" fill-opacity="{0.12 if place.chosen_by == "random" else 0.4}" stroke="{MARK}" '
        f'stroke-width="1.4"{" stroke-dasharray=" + chr(34) + "4 3" + chr(34) if place.chosen_by == "random" else ""}/>'
        for place in places
    ]
    middles = [_middle(place.geometry, west, north, scale) for place in places]
    taken = [(x - 9, y - 9, x + 9, y + 9) for x, y in middles]
    names = _names(backdrop.get("street name", ()), frame, west, north, scale, taken)
    numbers = [
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-size="11" font-weight="bold" {_halo()}>{escape(mark)}</text>'
        for (x, y), mark in zip(middles, marks, strict=True)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" height="{HEIGHT:g}" '
        f'font-family="{FONT}">'
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{PAPER}"/>'
        f'<path d="{path(backdrop["study area"])}" fill="{LAND}" fill-rule="evenodd"/>'
        f'<path d="{path(backdrop.get("minor street", ()))}" fill="none" stroke="{STREET}" stroke-width="1"/>'
        f'<path d="{path(backdrop["street"])}" fill="none" stroke="{MAIN}" stroke-width="2.2"/>'
        f'<path d="{path(backdrop["area"])}" fill="none" stroke="{AREA}" stroke-width="0.7" stroke-dasharray="6 4"/>'
        f"{''.join(boxes)}{''.join(names)}{''.join(numbers)}{_scale_bar(scale)}</svg>"
    )


def _view(shapes: Sequence[Any]) -> tuple[float, float, float]:
    """West and north edge, metres, and units of the drawing a metre: the places with room round them."""
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    scale = min(WIDTH / max((east - west) * 1.12, NARROWEST_M), HEIGHT / max((north - south) * 1.12, NARROWEST_M / 2))
    return (west + east) / 2 - WIDTH / scale / 2, (south + north) / 2 + HEIGHT / scale / 2, scale


def _names(
    named: Sequence[tuple[str, Any]],
    frame: Any,
    west: float,
    north: float,
    scale: float,
    taken: list[tuple[float, ...]],
) -> list[str]:
    """Each street's name once, along its longest straight piece in view, where nothing else is written."""
    drawn: list[str] = []
    said: set[str] = set()
    for name, shape in named:
        if name in said or len(drawn) >= MOST_NAMES:
            continue
        piece = _longest_piece(shapely.intersection(shape, frame))
        if piece is None:
            continue
        (x0, y0), (x1, y1) = ((piece - [west, north]) * [scale, -scale]).tolist()
        if x1 < x0:
            x0, y0, x1, y1 = x1, y1, x0, y0
        length = len(name) * LETTER_WIDTH
        if np.hypot(x1 - x0, y1 - y0) < length * 1.2:
            continue
        angle, x, y = np.arctan2(y1 - y0, x1 - x0), (x0 + x1) / 2, (y0 + y1) / 2
        half_x = (length * abs(np.cos(angle)) + LINE_HEIGHT * abs(np.sin(angle))) / 2
        half_y = (length * abs(np.sin(angle)) + LINE_HEIGHT * abs(np.cos(angle))) / 2
        own = (x - half_x, y - half_y, x + half_x, y + half_y)
        if any(own[0] < b[2] and b[0] < own[2] and own[1] < b[3] and b[1] < own[3] for b in taken):
            continue
        taken.append(own)
        said.add(name)
        turn = f"rotate({np.degrees(angle):.1f} {x:.1f} {y:.1f})"
        drawn.append(
            f'<text x="{x:.1f}" y="{y + 2.6:.1f}" transform="{turn}" text-anchor="middle" font-size="7.5" '
            f"{_halo(1.6)}>{escape(name)}</text>"
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


def _middle(shape: Any, west: float, north: float, scale: float) -> tuple[float, float]:
    point = shapely.point_on_surface(shape)
    return (point.x - west) * scale, (north - point.y) * scale


def _halo(width: float = 2.6) -> str:
    return f'fill="{TEXT}" stroke="{LAND}" stroke-width="{width}" paint-order="stroke"'


def _scale_bar(scale: float) -> str:
    width_m = WIDTH / scale
    length_m = round_length_m(width_m)
    words = f"{length_m} m" if length_m < 1000 else f"{length_m // 1000} km"
    y = HEIGHT - 10
    return (
        f'<path d="M12 {y - 5}V{y}H{12 + length_m * scale:.1f}V{y - 5}" fill="none" stroke="{TEXT}" stroke-width="1.4"/>'
        f'<text x="16" y="{y - 4}" font-size="10" {_halo()}>{words}</text>'
    )
