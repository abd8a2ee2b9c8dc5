"""A list of places as one self-contained page: map and table, no outside request, ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from hotspots.domain.place_list import PlaceList

MARGIN = 0.03


def list_page(places: PlaceList, *, rows: Sequence[Mapping[str, Any]], backdrop: Mapping[str, list[Any]]) -> str:
    """Return the page as HTML. Shapes are in metres of the city's CRS, `rows` one a place."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    shapes = [place.geometry for place in places.places]
    west, south, east, north = shapely.total_bounds(np.array([*backdrop["study area"], *shapes], dtype=object))
    width, height = east - west, north - south
    return environment.get_template("list_page.html").render(
        places=places,
        described=list(zip(places.places, rows, strict=True)),
        view=f"{-width * MARGIN:.0f} {-height * MARGIN:.0f} {width * (1 + 2 * MARGIN):.0f} {height * (1 + 2 * MARGIN):.0f}",
        line_m=max(width, height) / 900,
        mark_m=max(width, height) / 110,
        backdrop={layer: _path(drawn, west, north) for layer, drawn in backdrop.items()},
        marks=[
            {"place": place, "path": _path([place.geometry], west, north), "x": round(x - west), "y": round(north - y)}
            for place, (x, y) in zip(places.places, _inner_points(shapes), strict=True)
        ],
        scale_m=_scale_m(width),
        factors=[factor.name for factor in places.places[0].factors] if places.places else [],
    )


def _inner_points(shapes: Sequence[Any]) -> Any:
    return shapely.get_coordinates(shapely.point_on_surface(np.array(shapes, dtype=object))).reshape(-1, 2)


def _path(shapes: Sequence[Any], west: float, north: float) -> str:
    """The outlines as one SVG path, whole metres from the north-west corner."""
    parts = []
    for part in shapely.get_parts(np.array(shapes, dtype=object)):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            points = np.round(shapely.get_coordinates(ring) - [west, 0]).astype(int)
            points[:, 1] = np.round(north - shapely.get_coordinates(ring)[:, 1])
            parts.append("M" + "L".join(f"{x} {y}" for x, y in points.tolist()))
    return "".join(parts)


def _scale_m(width_m: float) -> int:
    """A round length of about a fifth of the map."""
    power = 10 ** int(np.floor(np.log10(max(width_m / 5, 1))))
    return int(max(step * power for step in (1, 2, 5) if step * power <= max(width_m / 5, 1)))
