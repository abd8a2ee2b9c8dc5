"""Files of shapes: what is no shape of this part of the world is counted as without one, and nothing ends in a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hotspots.errors import InputError
from hotspots.sources.boundaries import Shapes, fingerprint, read_shapes
from hotspots.sources.files.archives import UnreadableFileError, find_files
from hotspots.sources.map_sections import AreaSource

CITY_CRS = "EPSG:26916"
HERE = [[-87.7, 41.8], [-87.6, 41.8], [-87.6, 41.9], [-87.7, 41.8]]
SOURCE = AreaSource.model_validate({"kind": "zone", "label": "Zone", "file": "zones.geojson", "code": "code"})


def read(folder: Path, *rings: list[Any], crs: str = "urn:ogc:def:crs:OGC:1.3:CRS84") -> Shapes:
    features = [
        {"type": "Feature", "properties": {"code": n}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for n, ring in enumerate(rings)
    ]
    named = {"type": "name", "properties": {"name": crs}}
    (folder / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "crs": named, "features": features}))
    return read_shapes(SOURCE, folder, city_crs=CITY_CRS, wanted={"code": "area[1].code"}, key="area[1]")


@pytest.mark.parametrize(
    "elsewhere",
    [
        [[lat, lon] for lon, lat in HERE],  # latitude first: a place at the south pole
        [[1e308, 0], [1, 1e308], [1, 0], [1e308, 0]],
        [[447_000, 4_636_000], [448_000, 4_636_000], [448_000, 4_637_000], [447_000, 4_636_000]],  # metres as degrees
    ],
)
def test_a_shape_that_lies_elsewhere_is_counted_and_left_out(tmp_path: Path, elsewhere: list[Any]) -> None:
    shapes = read(tmp_path, HERE, elsewhere)
    assert (shapes.read, shapes.without_shape) == (2, 1)
    assert shapes.attributes["code"].tolist() == ["0"]


def test_a_shape_without_numbers_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"zones\.geojson cannot be read as a file of shapes"):
        read(tmp_path, HERE, [[float("nan"), 0], [1, 1], [1, 0], [float("nan"), 0]])


def test_a_file_that_the_system_does_not_hand_out_is_named(tmp_path: Path) -> None:
    (tmp_path / "zones.geojson").symlink_to("/proc/self/mem")  # opens, and gives an error when read
    with pytest.raises(InputError, match=r"zones\.geojson cannot be read: Input/output error"):
        fingerprint(SOURCE, tmp_path, key="area[1]")
    (file,) = find_files(tmp_path, "*.geojson", key="incidents.files")
    with pytest.raises(UnreadableFileError, match="the file cannot be opened"):
        file.read()
