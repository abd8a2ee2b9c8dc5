"""Presses in their order make an address; a link changes what it says of its own page, and no more."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from hotspots_dashboard.public.user_actions import after
from tests.database import TestDatabase
from tests.open_city_builder import build_small_city


@pytest.fixture(scope="module")
def reader(database: TestDatabase) -> Iterator[OpenReader]:
    with database.owner.connect() as connection:
        build_small_city(connection)
    with open_public(database.settings).open_pool(max_size=2) as pool:
        yield OpenReader(pool)


def press(component: str, value: Any, name: str = "value") -> dict[str, Any]:
    return {"id": component, "name": name, "value": value}


# Each alone, and what it alone writes into the address.
ALONE = {
    "types": (press("types", ["theft"]), "types=theft"),
    "weekdays": (press("weekdays", [5, 6]), "weekdays=fri,sat"),
    "hours": (press("part-of-day", "12-18"), "hours=12-18"),
    "period": (press("preset", 30), "from=2017-12-02&to=2017-12-31"),
    "near": (press('{"near":"station"}', "500"), "near=station:500"),
    "area": (press('{"area":"beat"}', [1]), "areas=1"),
    "place": (press("search", {"id": 1, "name": "Somewhere"}), "at=1&radius=800"),
    "tab": (press("tabs", "hours"), "tab=hours"),
    "anchor": (press("map", {"anchor": 1}, "picked"), "anchor=1"),
}


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(list(ALONE)).flatmap(lambda names: st.integers(1, len(names)).map(lambda n: names[:n])))
def test_every_press_is_in_the_address_whatever_came_before_it(reader: OpenReader, order: list[str]) -> None:
    asked = after(reader, "", [ALONE[name][0] for name in order]).search()
    replaced = (
        order[: order.index("place")] if "place" in order else []
    )  # a new place: areas and points of the one before go
    kept = [name for name in order if name not in ("area", "anchor") or name not in replaced]
    said = {part for name in kept for part in ALONE[name][1].split("&")}
    assert set(asked.removeprefix("?").split("&")) == said


@pytest.mark.parametrize(
    ("presses", "search"),
    [
        ([press("types", ["theft"]), press("types", [])], ""),
        ([press("preset", 30), press("first-day", "2017-11-05")], "?from=2017-11-05&to=2017-12-31"),
        ([press("first-day", "2017-11-05"), press("preset", 30)], "?from=2017-12-02&to=2017-12-31"),
        ([press("part-of-day", "12-18"), press("hour-until", "20")], "?hours=12-20"),
        ([press("search", {"id": 1, "name": "S"}), press("radius", "400")], "?at=1&radius=400"),
        ([press("search", {"id": 1, "name": "S"}), press("search", None)], ""),
        # An area that is searched is the filter by that area, and the next search leaves it.
        ([press("search", {"id": "a5", "name": "West", "area": 5})], "?areas=5"),
        (
            [press("search", {"id": 1, "name": "S"}), press("search", {"id": "a5", "name": "West", "area": 5})],
            "?areas=5",
        ),
        (
            [press("search", {"id": "a5", "name": "West", "area": 5}), press("search", {"id": 1, "name": "S"})],
            "?at=1&radius=800",
        ),
        (
            [
                press("search", {"id": "a5", "name": "West", "area": 5}),
                press("types", ["theft"]),
                press("search", None),
            ],
            "?types=theft",
        ),
        # A last day before the first is no question: what was asked before it stays, and what comes after it counts.
        ([press("last-day", "2017-01-01"), press("types", ["theft"])], "?types=theft"),
        # Another page of the table belongs to the question before.
        ([{"from": "", "to": "?tab=table&page=2"}, press("types", ["theft"])], "?types=theft&tab=table"),
    ],
)
def test_the_later_press_holds(reader: OpenReader, presses: list[dict[str, Any]], search: str) -> None:
    assert after(reader, "", presses).search() == search


@pytest.mark.parametrize(
    ("now", "before", "to", "search"),
    [
        ("?types=theft&weekdays=fri", "?weekdays=fri", "?", "?types=theft"),
        ("?types=theft,burglary", "?types=theft", "?", "?types=burglary"),
        ("?areas=1,5", "?areas=1", "?areas=1&tab=areas", "?areas=1,5&tab=areas"),
        ("?areas=1,5", "?areas=5", "?", "?areas=1"),
        ("?at=1&radius=400&types=theft", "?at=1&radius=400", "?at=1&radius=800", "?types=theft&at=1&radius=800"),
        ("?types=theft", "?tab=table", "?tab=table&sort=type", "?types=theft&sort=type"),
        ("?types=theft", "?types=theft", "?types=theft&anchor=1", "?types=theft&anchor=1"),
    ],
)
def test_a_link_changes_only_what_it_says_of_its_own_page(
    reader: OpenReader, now: str, before: str, to: str, search: str
) -> None:
    assert after(reader, now, [{"from": before, "to": to}]).search() == search
