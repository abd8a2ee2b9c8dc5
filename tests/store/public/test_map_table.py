"""The map in words: each point's count and distance as counted by hand, the cells of a forecast where the place is."""

from collections import Counter
from datetime import date
from math import hypot

import pytest

from hotspots.domain.incident_filter import Around, IncidentFilter
from hotspots.domain.period import Period
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.database import TestDatabase
from tests.open_city_builder import SmallIncident, build_small_city

LAST_90 = Period.last_days(date(2017, 12, 31), 90)


@pytest.fixture(scope="module")
def incidents(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection)


@pytest.fixture(scope="module")
def reader(database: TestDatabase, incidents: list[SmallIncident]):
    with open_public(database.settings).open_pool() as pool:
        yield OpenReader(pool)


def located(incidents: list[SmallIncident]) -> Counter[int]:
    return Counter(
        one.anchor.anchor_id
        for one in incidents
        if one.anchor.status == "located" and LAST_90.start <= one.day < LAST_90.end
    )


def test_points_with_most_incidents_come_first(reader: OpenReader, incidents: list[SmallIncident]) -> None:
    found = reader.words.points(IncidentFilter(LAST_90), limit=5)
    counted = located(incidents)
    assert found.total == len(counted) == 20
    assert [one.incidents for one in found.points] == [n for _, n in counted.most_common(5)]
    assert {one.anchor_id: one.incidents for one in found.points}.items() <= dict(counted).items()
    assert all(one.distance_m is None and one.bearing is None for one in found.points)


def test_the_nearest_points_come_first_round_a_place(reader: OpenReader, incidents: list[SmallIncident]) -> None:
    found = reader.words.points(
        IncidentFilter(LAST_90, around=Around(1, 800))
    )  # entry 1 is the first block, at (500, 200)
    at = {one.anchor.anchor_id: one.anchor for one in incidents}
    away = {number: hypot((a.x or 0) - 500, (a.y or 0) - 200) for number, a in at.items() if a.x is not None}
    inside = sorted(metres for metres in away.values() if metres <= 800)
    assert [one.distance_m for one in found.points] == [round(metres) for metres in inside]
    assert found.points[0].bearing is None  # the place itself
    north = next(one for one in found.points if at[one.anchor_id].x == 500 and (at[one.anchor_id].y or 0) > 200)
    assert north.bearing == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        (IncidentFilter(LAST_90), 16),  # 4 by 4 cells of 500 m
        (IncidentFilter(LAST_90, areas=(1,)), 4),  # beat 11 is the south-west quarter
        (IncidentFilter(LAST_90, areas=(1, 8)), 0),  # beat 11 and the northern ward have nothing in common
        (IncidentFilter(LAST_90, around=Around(3, 100)), 2),  # at (200, 500): on the side of two cells
    ],
)
def test_forecast_cells_are_those_of_the_place(reader: OpenReader, question: IncidentFilter, cells: int) -> None:
    found = reader.words.forecast_cells(question, 1)
    assert found.total == len(found.cells) == cells
    expected = [one.expected for one in found.cells]
    assert expected == sorted(expected, reverse=True)
