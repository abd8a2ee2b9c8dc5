"""A drawn polygon: read as people and pages write it, written one way, refused in words where it cannot be asked."""

import itertools
import math
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon as ShapelyPolygon

from hotspots.domain.places.polygon import Polygon
from hotspots.errors import FilterError
from tests.drawn_polygons import polygons


@settings(deadline=None)
@given(polygon=polygons())
def test_a_polygon_survives_the_address_bar(polygon: Polygon) -> None:
    assert Polygon.parse(str(polygon)) == polygon
    assert len(str(polygon)) <= 20 * sum(map(len, polygon.rings))


def test_a_polygon_is_written_in_one_way() -> None:
    assert str(Polygon.parse("-87.6298 41.8781, -87.62980000001 41.9 ,-87.6 41.9")) == (
        "-87.6298 41.8781,-87.6298 41.9,-87.6 41.9"
    )
    assert str(Polygon.parse("10 0,10 10,0 10")) == "10 0,10 10,0 10"


def test_a_closed_ring_and_a_repeated_corner_are_the_same_polygon() -> None:
    assert Polygon.parse("0 0,1 0,1 0,1 1,0 0") == Polygon.parse("0 0,1 0,1 1")


@settings(deadline=None)
@given(corners=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=7))
def test_an_outline_is_refused_exactly_where_geos_calls_it_not_simple(corners: list[tuple[int, int]]) -> None:
    different = [corner for n, corner in enumerate(corners) if n == 0 or corner != corners[n - 1]]
    if different[0] == different[-1]:
        different.pop()
    is_simple = len(different) >= 3 and ShapelyPolygon(different).is_valid
    text = ",".join(f"{x} {y}" for x, y in corners)
    if is_simple:
        assert Polygon.parse(text).rings == (tuple((x * 100_000, y * 100_000) for x, y in different),)
    else:
        with pytest.raises(FilterError, match="^polygon: "):
            Polygon.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 0,1 1", "2 different corners, where 3 to 300 are allowed"),
        ("0 0,1 1,0 0,1 1", "crosses or touches itself"),
        (
            ",".join(f"{n / 1000} {n * n / 1e6}" for n in range(302)),
            "302 different corners, where 3 to 300 are allowed; POST /api/polygon",
        ),
        (",".join("1 2" for _ in range(1_000_000)), "1000000 corners, where at most 300"),
        (";" * 1_000_000, "1000001 corners"),
        ("0 0,9 0,9 9;1 1,2 2", "5 different corners in 2 rings"),
        ("0 0,9 0,9 9;", "3 different corners in 2 rings"),
        ("0 0,9 0,9 9,0 9;5 5,15 5,15 15,5 15", "two of its outlines cross or share a side"),
        ("0 0,9 0,9 9,0 9;9 0,18 0,18 9,9 9", "two of its outlines cross or share a side"),
        ("0 0,9 0,9 9;0 0,9 0,9 9", "two of its outlines cross or share a side"),
        ("0 0,9 0,9 9;0 0,9 0,9 9;2 1,3 1,3 2", "two of its outlines cross or share a side"),
        ("0 0,1 1,1 0,0 1", "crosses or touches itself"),
        ("0 0,1 0,2 0", "crosses or touches itself"),
        ("181 0,1 1,1 0", "181 0 is not a longitude from -180 to 180"),
        ("0 85.1,1 1,1 0", "0 85.1 is not a longitude"),
        ("nan 0,1 1,1 0", "'nan 0' is not a longitude and a latitude such as"),
        ("1e999999 0,1 1,1 0", "'1e999999 0' is not"),
        ("0,1 1,1 0", "'0' is not"),
        ("0 0 0,1 1,1 0", "'0 0 0' is not"),
        ("'); drop table open.incident; --,1 1,1 0", "is not a longitude"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        Polygon.parse(text)


def test_three_hundred_corners_are_allowed() -> None:
    circle = ",".join(f"{math.cos(k * math.tau / 300):.5f} {math.sin(k * math.tau / 300):.5f}" for k in range(300))
    assert len(Polygon.parse(circle).rings[0]) == 300


def test_a_ring_in_another_is_a_hole_and_one_in_a_hole_an_island_whatever_their_order_and_direction() -> None:
    rings = ["0 0,10 0,10 10,0 10", "2 2,2 8,8 8,8 2", "4 4,6 4,6 6,4 6", "20 0,20 1,21 1"]
    for order in itertools.permutations(rings):
        polygon = Polygon.parse(";".join(order))
        shape = shapely.from_wkt(polygon.to_wkt())
        assert shape.is_valid
        assert shape.area == pytest.approx(100 - 36 + 4 + 0.5)
        drawn: Any = shapely.geometry.shape(polygon.to_geojson())
        assert drawn.equals(shape)
        assert all(part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors) for part in drawn.geoms)
