"""Balanced beats of a stored city: equal loads by plain sums, ground without overlap, what was given up in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
import shapely

from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.act.beats import BeatsRequest, _touching, as_features, balance, read_ground
from tests.core_city_builder import SRID
from tests.database import TestDatabase
from tests.pipeline.acting_city import build_acting_city


@pytest.fixture(scope="module")
def connection(database: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    with database.owner.connect() as opened:
        build_acting_city(opened)
        opened.commit()
        yield opened


def request(**changed: Any) -> BeatsRequest:
    return BeatsRequest(**{"crime_types": ("burglary",), "n_beats": 3, "seconds": 5, **changed})


def test_a_city_is_cut_into_beats_that_hold_the_same_and_cover_it(connection: psycopg.Connection[Any]) -> None:
    ground = read_ground(connection, request())
    found = balance(ground, request())
    whole = connection.execute(
        "select sum(expected) from core.forecast_cell where forecast_id = %s", [ground.source["forecast_ids"][0]]
    ).fetchone()
    assert whole is not None
    assert sum(one.expected for one in found.beats) == pytest.approx(whole[0])  # 28 days are the forecast's own
    assert all(abs(one.share - 1 / 3) < 1 / 3 * 0.0501 for one in found.beats)
    shapes = [one.shape for one in found.beats]
    assert all(shape.geom_type == "Polygon" for shape in shapes)  # each hangs together
    assert (
        sum(shape.area for shape in shapes) == pytest.approx(shapely.union_all(shapes).area) == pytest.approx(3000**2)
    )
    assert sum(one.km2 for one in found.beats) == pytest.approx(9)
    said = " ".join(found.words)
    assert "an equal share is 33.3%" in said and "Loads were held to 5%" in said and "squares of 500 m" in said
    features = as_features(found, srid=SRID, crime_types=["burglary"])
    assert [one["properties"]["beat"] for one in features["features"]] == [1, 2, 3]
    assert features["question"]["said"] == list(found.words)


def test_a_district_is_cut_by_itself(connection: psycopg.Connection[Any]) -> None:
    found = balance(read_ground(connection, request(area=("district", "A"), n_beats=2)), request(n_beats=2))
    edge = connection.execute("select st_xmax(geom) from core.area where code = 'A'").fetchone()
    assert edge is not None and max(shapely.bounds(one.shape)[2] for one in found.beats) <= edge[0] + 125


def test_parts_of_the_ground_that_touch_nowhere_are_joined_across_the_shortest_gap() -> None:
    place = np.array([[0, 0], [1, 0], [5, 0], [6, 0], [0, 9]])
    pairs, joined = _touching(place, np.arange(5), place * 250.0)
    assert joined == 2 and {tuple(pair) for pair in pairs.tolist()} == {(0, 1), (2, 3), (1, 2), (0, 4)}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"n_beats": 1}, "--beats 1: give 2 to 24"), ({"n_beats": 25}, "--beats 25"), ({"seconds": 0}, "--seconds 0"),
        ({"seconds": 121}, "--seconds 121"), ({"crime_types": ("robbery",)}, "No forecast is stored"), ({"area": ("district", "Z")}, "there is no"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_line(
    connection: psycopg.Connection[Any], changed: dict[str, Any], said: str
) -> None:
    with pytest.raises((InputError, NotFoundError), match=said):
        read_ground(connection, request(**changed))
