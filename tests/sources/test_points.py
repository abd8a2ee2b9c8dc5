"""Columns of points: what is a location, and where it stands in the city's metres."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hotspots.sources.city_values import Location
from hotspots.sources.points import read_points

UTM_16N = "EPSG:26916"


def points(rows: dict[str, list[str]], **location: object) -> tuple[list[list[float]], list[bool]]:
    found = read_points(Location.model_validate(location), pa.table(rows), city_crs=UTM_16N)
    return found.xy_m.tolist(), found.implausible.tolist()


def test_the_central_meridian_of_the_zone_is_500_km_east_of_its_origin() -> None:
    # The definition of UTM: false easting 500,000 m at 87 degrees west; the equator has northing 0.
    (point,), _ = points({"x": ["-87"], "y": ["42"]}, x="x", y="y", crs="EPSG:4326")
    assert point[0] == 500_000.0
    # One degree of latitude is 111.1 km there, scaled by 0.9996 on the meridian.
    assert abs(point[1] - 42 * 111_132.95 * 0.9996 + 15_500) < 2_500


def test_feet_of_a_state_plane_meet_the_degrees_of_the_same_place() -> None:
    """A record of the Chicago portal gives one place twice: 1173536, 1823704 in EPSG:3435 is 41.671654586, -87.640501773."""
    (in_feet,), _ = points({"x": ["1173536"], "y": ["1823704"]}, x="x", y="y", crs="EPSG:3435")
    (in_degrees,), _ = points({"p": ["(41.671654586, -87.640501773)"]}, lat_lon="p", crs="EPSG:4326")
    assert np.hypot(in_feet[0] - in_degrees[0], in_feet[1] - in_degrees[1]) < 0.5


def test_esri_codes_are_known() -> None:
    found = read_points(
        Location.model_validate({"x": "x", "y": "y", "crs": "ESRI:102696"}),
        pa.table({"x": ["905595.6"], "y": ["1017724"]}),
        city_crs="EPSG:26915",
    )
    # The arena in downtown St. Louis: 38.627 N, 90.203 W, in UTM zone 15N about 743.5 km east, 4279 km north.
    assert np.hypot(found.xy_m[0][0] - 743_500, found.xy_m[0][1] - 4_279_000) < 1_500


def test_no_coordinate_zero_and_the_named_values_are_no_location_and_nonsense_is_implausible() -> None:
    rows = {
        "x": ["", "0", "-1", "-87", "abc", "1e999", "10", "-87"],
        "y": ["", "0.0", "5", "42", "42", "42", "42", "-1"],
    }
    xy, implausible = points(rows, x="x", y="y", none=[-1])
    assert [bool(np.isnan(point[0])) for point in xy] == [True, True, True, False, True, True, True, True]
    assert implausible == [False, False, False, False, True, True, True, False]


def test_shapes_stand_at_their_centroid() -> None:
    rows = {"shape": ["POLYGON ((0 0, 200 0, 200 100, 0 100, 0 0))", "", "POLYGON ((broken"]}
    rows["shape"][0] = "POLYGON ((440000 4630000, 440200 4630000, 440200 4630100, 440000 4630100, 440000 4630000))"
    xy, implausible = points(rows, wkt="shape", crs=UTM_16N)
    assert xy[0] == [440_100.0, 4_630_050.0]
    assert np.isnan(xy[1]).all() and np.isnan(xy[2]).all()
    assert implausible == [False, False, True]


def test_points_are_rounded_to_the_millimetre() -> None:
    (point,), _ = points({"x": ["440000.12349"], "y": ["4630000.1"]}, x="x", y="y", crs=UTM_16N)
    assert point == [440_000.123, 4_630_000.1]


def test_words_for_nothing_are_no_location_and_a_true_minus_is_a_minus() -> None:
    words = ["−87.65", "NULL", "NaN", "n/a", "-", "", "elsewhere"]
    found, implausible = points({"x": words, "y": ["41.85"] * len(words)}, x="x", y="y")
    assert [not np.isnan(x) for x, _ in found] == [True, *[False] * 6]
    assert implausible == [*[False] * 6, True]
