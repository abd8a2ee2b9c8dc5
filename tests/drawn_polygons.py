"""Polygons as somebody might draw them over the small city of `open_city_builder`."""

from __future__ import annotations

import math

from hypothesis import strategies as st
from pyproj import Transformer

from hotspots.domain.places.polygon import Polygon
from tests.open_city_builder import SOUTH_M, SRID, WEST_M

_TO_DEGREES = Transformer.from_crs(SRID, 4326, always_xy=True)


def drawn(corners_m: list[tuple[float, float]]) -> Polygon:
    """A polygon with its corners in metres from the city's south-west corner."""
    return Polygon.parse(_text(corners_m))


def _text(corners_m: list[tuple[float, float]]) -> str:
    degrees = [_TO_DEGREES.transform(WEST_M + x, SOUTH_M + y) for x, y in corners_m]
    return ",".join(f"{lon:.5f} {lat:.5f}" for lon, lat in degrees)


def square_at(x: float, y: float, *, half_m: float) -> Polygon:
    """A square round a point."""
    return drawn(
        [(x - half_m, y - half_m), (x + half_m, y - half_m), (x + half_m, y + half_m), (x - half_m, y + half_m)]
    )


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """Stars: corners in the order of their angle round a point, so that no two sides cross; every turn is below half a circle.

    Some have a hole, the star itself made smaller, and some of these an island in it.
    """
    n = draw(st.integers(3, 12))
    middle = draw(st.integers(100, 1900)), draw(st.integers(100, 1900))
    reach = draw(st.lists(st.integers(150, 1500), min_size=n, max_size=n))
    start = draw(st.floats(0, 6))
    angles = [start + 2 * math.pi * (k + 0.3 * draw(st.floats(0, 1))) / n for k in range(n)]
    return Polygon.parse(
        ";".join(
            _text(
                [
                    (middle[0] + size * r * math.cos(angle), middle[1] + size * r * math.sin(angle))
                    for r, angle in zip(reach, angles, strict=True)
                ]
            )
            for size in (1, 0.6, 0.3)[: draw(st.integers(1, 3))]
        )
    )
