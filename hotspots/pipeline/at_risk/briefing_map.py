"""The map of a briefing sheet as SVG: the places with their letters, the streets round them with their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np
import shapely

from hotspots.pipeline.street_names import HALO, names_along, overlap
from hotspots.pipeline.svg import outline, round_length_m

if TYPE_CHECKING:
    from hotspots.domain.place_list import RankedPlace

WIDTH, HEIGHT = 760.0, 330.0
FONT = "DejaVu Sans"
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
    at = _places_of_marks([place.geometry for place in places], marks, west, north, scale)
    taken = [*at, *(_drawn(place.geometry, west, north, scale) for place in places)]
    names = names_along(
        backdrop.get("street name", ()), frame, west=west, north=north, scale=scale, taken=taken, look=_halo(HALO)
    )
    numbers = [
        f'<text x="{(left + right) / 2:.1f}" y="{(top + bottom) / 2 + 4:.1f}" text-anchor="middle" font-size="11" font-weight="bold" '
        f"{_halo()}>{escape(mark)}</text>"
        for (left, top, right, bottom), mark in zip(at, marks, strict=True)
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


def _places_of_marks(
    shapes: Sequence[Any], marks: Sequence[str], west: float, north: float, scale: float
) -> list[tuple[float, ...]]:
    """Left, top, right and bottom of each mark: in its place where that is large enough, else beside it where nothing else is."""
    drawn = [_drawn(shape, west, north, scale) for shape in shapes]
    at: list[tuple[float, ...]] = []
    for n, (shape, mark) in enumerate(zip(shapes, marks, strict=True)):
        half, (left, top, right, bottom) = 4.0 * len(mark) + 1.5, drawn[n]
        inner = shapely.point_on_surface(shape)
        x, y = (inner.x - west) * scale, (north - inner.y) * scale
        spots = [(x, y)] if min(right - left, bottom - top) > 2 * half + 6 else []
        for away in (0.0, 10.0, 20.0):
            across, down = half + 1.5 + away, 8.0 + away
            spots += [(right + across, y), (left - across, y), (x, top - down), (x, bottom + down)]
            spots += [
                (right + across, top - down),
                (left - across, top - down),
                (right + across, bottom + down),
                (left - across, bottom + down),
            ]
        boxes = [(px - half, py - 6.0, px + half, py + 6.0) for px, py in spots]
        others = [*at, *(one for m, one in enumerate(drawn) if m != n)]
        inside = [b for b in boxes if b[0] >= 0 and b[1] >= 0 and b[2] <= WIDTH and b[3] <= HEIGHT] or boxes
        at.append(
            min(inside, key=lambda b: sum(overlap(b, other) for other in others))
        )  # the first of those that are free
    return at


def _drawn(shape: Any, west: float, north: float, scale: float) -> tuple[float, ...]:
    """Left, top, right and bottom of a shape on the drawing."""
    x0, y0, x1, y1 = shapely.bounds(shape)
    return (x0 - west) * scale, (north - y1) * scale, (x1 - west) * scale, (north - y0) * scale


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
