"""A boundary in GeoJSON as a filter's polygon: the same ground where it fits, simplified within what is said where it does not."""

import json
import math
import random
from typing import Any

import pytest
import shapely

from hotspots.domain.places.boundary import read_boundary
from hotspots.errors import FilterError
from hotspots.words.boundary import boundary_words
from hotspots.words.language import LANGUAGES

SQUARE = [[-87.65, 41.88], [-87.64, 41.88], [-87.64, 41.89], [-87.65, 41.89], [-87.65, 41.88]]
HOLE = [[-87.648, 41.882], [-87.648, 41.884], [-87.646, 41.884], [-87.646, 41.882], [-87.648, 41.882]]
M_EAST, M_NORTH = 111_320 * math.cos(math.radians(41.88)), 111_320


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def coast(n: int, *, roughness_m: float, seed: int = 1) -> list[list[float]]:
    """A closed outline of `n` corners round a point, some 1 km across, as rough as a surveyed shore."""
    draw = random.Random(seed)
    ring = []
    for k in range(n):
        r_m = 500 + roughness_m * draw.random() + 60 * math.sin(7 * math.tau * k / n)
        angle = math.tau * k / n
        ring.append([-87.65 + r_m * math.cos(angle) / M_EAST, 41.88 + r_m * math.sin(angle) / M_NORTH])
    return [*ring, ring[0]]


def test_a_small_boundary_is_kept_as_it_is_and_however_it_is_wrapped() -> None:
    shape = polygon(SQUARE, HOLE)
    feature = {"type": "Feature", "properties": {"ward": 1}, "geometry": shape}
    given = (
        shape, feature, {"type": "FeatureCollection", "features": [feature]}, {"type": "GeometryCollection", "geometries": [shape]},
        {"type": "MultiPolygon", "coordinates": [shape["coordinates"]]}, polygon([[*one, 12.5] for one in SQUARE], HOLE),
        polygon(SQUARE[::-1], HOLE[::-1]),
    )  # fmt: skip
    for document in given:
        boundary = read_boundary(document)
        assert str(boundary.polygon) == str(read_boundary(shape).polygon)
        assert (boundary.corners_given, boundary.corners, boundary.is_simplified, boundary.mended) == (
            8,
            8,
            False,
            False,
        )
        assert shapely.from_wkt(boundary.polygon.to_wkt()).equals(shapely.geometry.shape(shape))


def test_parts_that_share_a_side_or_overlap_are_joined() -> None:
    east = [[lon + 0.01, lat] for lon, lat in SQUARE]
    over = [[lon + 0.005, lat] for lon, lat in SQUARE]
    for other, width in ((east, 0.02), (over, 0.015)):
        boundary = read_boundary({"type": "MultiPolygon", "coordinates": [[SQUARE], [other]]})
        assert shapely.from_wkt(boundary.polygon.to_wkt()).area == pytest.approx(width * 0.01)


def test_parts_far_apart_stay_apart() -> None:
    far = [[lon + 0.1, lat] for lon, lat in SQUARE]
    boundary = read_boundary({"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [far]]})
    assert len(boundary.polygon.rings) == 3


@pytest.mark.parametrize(("n", "roughness_m"), [(2_000, 3.0), (20_000, 20.0)])
def test_a_long_boundary_fits_into_an_address_and_what_changed_is_measured(n: int, roughness_m: float) -> None:
    given = shapely.Polygon(coast(n, roughness_m=roughness_m))
    boundary = read_boundary(json.loads(shapely.to_geojson(given)))
    assert boundary.corners_given == n
    assert boundary.corners == sum(map(len, boundary.polygon.rings)) <= 300
    assert len(str(boundary.polygon)) < 7_000
    kept = shapely.from_wkt(boundary.polygon.to_wkt())

    def metres(degrees: Any) -> Any:
        return degrees * [M_EAST, M_NORTH]

    given_m, kept_m = shapely.transform(given, metres), shapely.transform(kept, metres)
    farthest = max(kept_m.boundary.distance(shapely.Point(corner)) for corner in given_m.exterior.coords)
    assert boundary.moved_m == pytest.approx(farthest, abs=0.2)
    assert boundary.moved_m < 2 * roughness_m + 3
    assert boundary.area_changed == pytest.approx(given_m.symmetric_difference(kept_m).area / given_m.area, rel=0.01)
    words = boundary_words(boundary, LANGUAGES["en"])
    assert words.startswith(
        f"The boundary was simplified: {boundary.corners} corners stand for {n:,}. Its outline was moved by "
    )


def test_specks_go_before_the_boundary_is_refused_and_too_many_parts_are_refused() -> None:
    specks = [
        [[lon + 0.02 + k * 1e-4, lat] for lon, lat in ((0, 0), (1e-5, 0), (1e-5, 1e-5), (0, 0))] for k in range(400)
    ]
    near = [[[-87.65 + x, 41.88 + y] for x, y in speck] for speck in specks]
    boundary = read_boundary({"type": "MultiPolygon", "coordinates": [[SQUARE], *([ring] for ring in near)]})
    assert boundary.corners <= 5
    islands = [
        [
            [-87.9 + 0.02 * (k % 20) + x, 41.6 + 0.02 * (k // 20) + y]
            for x, y in ((0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01), (0, 0))
        ]
        for k in range(400)
    ]
    with pytest.raises(FilterError, match=r"^polygon: 400 parts with 1600 corners do not fit into 300 corners"):
        read_boundary({"type": "MultiPolygon", "coordinates": [[ring] for ring in islands]})


def test_a_spot_that_crosses_itself_is_mended_and_said_and_a_knot_is_refused() -> None:
    speck = [[-87.64, 41.8850100], [-87.639999, 41.8850], [-87.640001, 41.885005]]
    boundary = read_boundary(polygon([*SQUARE[:2], *speck, *SQUARE[2:]]))
    assert boundary.mended
    assert boundary.corners <= 5
    assert boundary_words(boundary, LANGUAGES["en"]).endswith("A spot where the outline crossed itself was mended.")
    out = [[-87.66, 41.882], [-87.63, 41.882], [-87.63, 41.888], [-87.66, 41.888], [-87.66, 41.882]]
    with pytest.raises(FilterError, match="crosses itself or its holes near -87.6"):
        read_boundary(polygon(SQUARE, out))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "no GeoJSON object; give a Polygon or MultiPolygon in GeoJSON"),
        ({}, "'None' has no inside"),
        ({"type": "Point", "coordinates": [1, 2]}, "'Point' has no inside to ask for"),
        ({"type": "Polygon"}, "no lists of rings"),
        ({"type": "Polygon", "coordinates": {"a": 1}}, "no lists of rings"),
        (polygon([]), "a ring has at least four positions"),
        (polygon([[0, 0], [1, 1], [0, 0]]), "a ring has at least four positions"),
        (polygon([[0, 0], [1, 1], [2, 2], [0, 0]]), "holds hardly any ground"),
        (polygon([[0, 0], [1e-5, 0], [1e-5, 1e-5], [0, 0]]), "holds hardly any ground"),
        (polygon([[1176000, 1900000], [1, 1], [2, 2], [0, 0]]), r"\[1176000, 1900000\] is not a longitude from -180 to 180"),
        (polygon([[0, 0], [1, float("nan")], [2, 2], [0, 0]]), "is not a longitude"),
        (polygon([["a", 0], [1, 0], [1, 1], [0, 0]]), "is not a position such as"),
        (polygon([[True, 0], [1, 0], [1, 1], [0, 0]]), "is not a position such as"),
        ({"type": "FeatureCollection", "features": []}, "it holds no polygon"),
        ({"type": "FeatureCollection"}, "without a list of its members"),
        ({"type": "Feature", "geometry": None}, "it holds no polygon"),
        ({**polygon(SQUARE), "crs": {"type": "name", "properties": {"name": "EPSG:3435"}}}, "its CRS is 'EPSG:3435'"),
        (polygon([[k / 1e6, k % 2] for k in range(50_002)]), "corners, where at most 50000 are read"),
    ],
)  # fmt: skip
def test_what_is_no_boundary_is_refused_in_words(document: Any, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        read_boundary(document)


def test_wrappers_in_wrappers_end() -> None:
    document: dict[str, Any] = polygon(SQUARE)
    for _ in range(300):
        document = {"type": "GeometryCollection", "geometries": [document]}
    with pytest.raises(FilterError, match="no GeoJSON object"):
        read_boundary(document)
