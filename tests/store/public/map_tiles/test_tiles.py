"""Tiles hold the incidents that the page counts: each once, where its anchor is."""

import math
from collections import Counter

import psycopg
import pytest
from hypothesis import given, settings

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.errors import InputError, NotFoundError
from hotspots.store.public.reader import OpenReader
from tests.database import TestDatabase
from tests.drawn_filters import filters
from tests.incident_oracle import matching
from tests.open_city_builder import CRIME_TYPES, NEWEST_DAY, SmallIncident, build_small_city
from tests.vector_tile import Feature, read_tile

LAST_90_DAYS = IncidentFilter(Period.last_days(NEWEST_DAY, 90))
WORLD_M = 2 * math.pi * 6378137


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection, seed=2)


@pytest.fixture(scope="module")
def anchor_xy(database: TestDatabase, city: list[SmallIncident]) -> dict[int, tuple[float, float]]:
    """Where each anchor is in the world, 0 to 1 from west and from north, by the formula of the slippy map."""
    with psycopg.connect(database.owner.dsn) as connection:
        rows = connection.execute(
            "select anchor_id, st_x(st_transform(geom, 4326)), st_y(st_transform(geom, 4326)) from open.anchor where geom is not null"
        ).fetchall()
    return {
        anchor_id: ((lon + 180) / 360, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2)
        for anchor_id, lon, lat in rows
    }


def city_tiles(anchor_xy: dict[int, tuple[float, float]], z: int) -> list[tuple[int, int]]:
    """The tiles of a zoom that cover the city, and one all round it."""
    xs = [int(x * 2**z) for x, _ in anchor_xy.values()]
    ys = [int(y * 2**z) for _, y in anchor_xy.values()]
    return [(x, y) for x in range(min(xs) - 1, max(xs) + 2) for y in range(min(ys) - 1, max(ys) + 2)]


def features(reader: OpenReader, question: IncidentFilter, z: int, tiles: list[tuple[int, int]]) -> list[Feature]:
    return [
        feature
        for x, y in tiles
        for feature in read_tile(reader.incidents_tile(question, z, x, y)).get("incidents", [])
    ]


@pytest.mark.parametrize("z", [9, 11, 12, 14, 16])
def test_tiles_sum_to_the_located_incidents(
    reader: OpenReader, city: list[SmallIncident], anchor_xy: dict[int, tuple[float, float]], z: int
) -> None:
    drawn = features(reader, LAST_90_DAYS, z, city_tiles(anchor_xy, z))
    assert len({feature.id for feature in drawn}) == len(drawn), "no feature is in two tiles"
    assert sum(feature.attributes["n"] for feature in drawn) == reader.count(LAST_90_DAYS).located
    assert sum(feature.attributes["anchors"] for feature in drawn) == 20
    located = [i for i in matching(city, LAST_90_DAYS) if i.anchor.status == "located"]
    by_group = Counter(CRIME_TYPES[i.crime_type][2] for i in located)
    for group, incidents in by_group.items():
        assert sum(feature.attributes.get(f"n_{group}", 0) for feature in drawn) == incidents


@settings(max_examples=30, deadline=None)
@given(question=filters)
def test_tiles_follow_the_filter(
    reader: OpenReader, anchor_xy: dict[int, tuple[float, float]], question: IncidentFilter
) -> None:
    drawn = features(reader, question, 13, city_tiles(anchor_xy, 13))
    assert sum(feature.attributes["n"] for feature in drawn) == reader.count(question).located


def test_a_feature_is_an_anchor_with_its_counts_where_it_is(
    reader: OpenReader, city: list[SmallIncident], anchor_xy: dict[int, tuple[float, float]]
) -> None:
    expected: dict[int, Counter[str]] = {}
    for incident in matching(city, LAST_90_DAYS):
        if incident.anchor.status == "located":
            expected.setdefault(incident.anchor.anchor_id, Counter())[CRIME_TYPES[incident.crime_type][2]] += 1
    z = 14
    for x, y in city_tiles(anchor_xy, z):
        for feature in features(reader, LAST_90_DAYS, z, [(x, y)]):
            groups = expected.pop(feature.id)
            assert {key[2:]: n for key, n in feature.attributes.items() if key.startswith("n_")} == groups
            assert groups[feature.attributes["top"]] == max(groups.values())
            at_x, at_y = anchor_xy[feature.id]
            assert abs(feature.x - (at_x * 2**z - x) * 4096) <= 1
            assert abs(feature.y - (at_y * 2**z - y) * 4096) <= 1
            assert 0 <= feature.x < 4096 and 0 <= feature.y < 4096
    assert not expected


def test_far_out_anchors_are_gathered(reader: OpenReader, anchor_xy: dict[int, tuple[float, float]]) -> None:
    (only,) = features(reader, LAST_90_DAYS, 4, city_tiles(anchor_xy, 4))
    assert only.attributes["anchors"] == 20
    assert only.attributes["n"] == reader.count(LAST_90_DAYS).located


def test_a_tile_is_the_same_every_time(reader: OpenReader, anchor_xy: dict[int, tuple[float, float]]) -> None:
    x, y = city_tiles(anchor_xy, 11)[4]
    assert reader.incidents_tile(LAST_90_DAYS, 11, x, y) == reader.incidents_tile(LAST_90_DAYS, 11, x, y) != b""


@pytest.mark.parametrize("z", [4, 11, 13])
def test_the_largest_is_drawn_first(reader: OpenReader, anchor_xy: dict[int, tuple[float, float]], z: int) -> None:
    for tile in city_tiles(anchor_xy, z):
        drawn = [(-feature.attributes["n"], feature.id) for feature in features(reader, LAST_90_DAYS, z, [tile])]
        assert drawn == sorted(drawn)


def test_the_base_map_has_land_parks_and_streets(reader: OpenReader, anchor_xy: dict[int, tuple[float, float]]) -> None:
    far, near = ([read_tile(reader.base_tile(z, *tile)) for tile in city_tiles(anchor_xy, z)] for z in (11, 14))
    names = [
        {feature.attributes["name"] for tile in tiles for feature in tile.get("street", [])} for tiles in (far, near)
    ]
    assert names == [
        {"N STATE ST", "N CLARK ST"},
        {"N STATE ST", "N CLARK ST", "W NORTH AVE", "W DIVISION ST", "N MILWAUKEE AVE"},
    ]
    assert {feature.attributes["name"] for tile in near for feature in tile.get("park", [])} == {"Lincoln Park"}
    assert (
        {feature.kind for tile in near for feature in tile["land"]} == {3}
        if all("land" in tile for tile in near)
        else True
    )
    assert any("land" in tile for tile in far)


def test_area_tiles_hold_the_areas_of_one_kind(reader: OpenReader, anchor_xy: dict[int, tuple[float, float]]) -> None:
    drawn = [
        f for tile in city_tiles(anchor_xy, 12) for f in read_tile(reader.areas_tile("beat", 12, *tile)).get("area", [])
    ]
    assert {(feature.id, feature.attributes["code"]) for feature in drawn} == {
        (1, "11"),
        (2, "12"),
        (3, "21"),
        (4, "22"),
    }
    with pytest.raises(NotFoundError, match="'parish' is not one of the kinds beat, community_area, ward"):
        reader.areas_tile("parish", 12, 0, 0)


def test_forecast_tiles_hold_the_cells(reader: OpenReader, anchor_xy: dict[int, tuple[float, float]]) -> None:
    drawn = [
        f
        for tile in city_tiles(anchor_xy, 13)
        for f in read_tile(reader.forecast_tile(1, 13, *tile)).get("forecast", [])
    ]
    assert {feature.id for feature in drawn} == set(range(16))
    assert {feature.attributes["level"] for feature in drawn} == {1, 2, 3, 4}
    with pytest.raises(NotFoundError, match="number 77"):
        reader.forecast_tile(77, 13, 0, 0)


@pytest.mark.parametrize(("z", "x", "y"), [(-1, 0, 0), (30, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_a_tile_that_the_world_does_not_have_is_an_error(reader: OpenReader, z: int, x: int, y: int) -> None:
    for draw in (lambda: reader.base_tile(z, x, y), lambda: reader.incidents_tile(LAST_90_DAYS, z, x, y)):
        with pytest.raises(InputError, match="tile: "):
            draw()


def test_a_tile_far_from_the_city_is_empty(reader: OpenReader) -> None:
    assert read_tile(reader.incidents_tile(LAST_90_DAYS, 12, 5, 5)) == {}
    assert reader.base_tile(12, 5, 5) == b""
