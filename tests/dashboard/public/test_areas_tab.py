"""The Areas tab: every rate is the one of the area's own page, and the columns add up to its count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.public import statistics_panels, tabs
from hotspots_dashboard.state.page_state import read_state
from tests.database import TestDatabase
from tests.open_city_builder import (
    BEATS,
    COMMUNITY_AREAS,
    FIRST_DAY,
    NEWEST_DAY,
    WARDS,
    SmallIncident,
    build_small_city,
)  # fmt: skip

ALL_TIME = f"?from={FIRST_DAY}&to={NEWEST_DAY}"
PER = {"beat": "per square kilometre", "community_area": "per 1,000 residents", "ward": "per square kilometre"}
EXPOSURE = {"beat": 1, "community_area": 1, "ward": 2}  # km², or thousands of residents


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection, seed=5, n_incidents=600)


@pytest.fixture(scope="module", params=[0, 1_000_000], ids=["in the database", "in memory"])
def reader(request: pytest.FixtureRequest, database: TestDatabase, city: list[SmallIncident]) -> Iterator[OpenReader]:
    with database.public.open_pool(max_size=2) as pool:
        reader = OpenReader(pool, held_bytes=request.param)
        if request.param:
            reader.recent.read()
        yield reader


def nodes(node: Any) -> Iterator[Any]:
    """A component, or a list of them, and all in it, texts too."""
    yield node
    children = node if isinstance(node, list) else getattr(node, "children", None)
    for one in children if isinstance(children, list) else [children]:
        if one is not None:
            yield from nodes(one)


def text(node: Any) -> str:
    """All that is said in a component."""
    return " ".join(one for one in nodes(node) if isinstance(one, str))


def areas_tab(reader: OpenReader, kind: str) -> tuple[str, list[dict[str, str]]]:
    """The text of the tab, and its rows by the names of the columns."""
    tab = tabs.content(reader, read_state(reader, f"{ALL_TIME}&tab=areas&by={kind}"))
    heads, *rows = ([text(cell) for cell in row.children] for row in nodes(tab) if type(row).__name__ == "Tr")
    return text(tab), [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("kind", "codes"), [("beat", BEATS), ("community_area", COMMUNITY_AREAS), ("ward", WARDS)])
def test_an_area_has_the_rate_of_its_own_page(
    city: list[SmallIncident], reader: OpenReader, kind: str, codes: dict[str, int]
) -> None:
    said, rows = areas_tab(reader, kind)
    assert {row["Area"] for row in rows} == set(codes)
    for row in rows:
        here = [one.anchor.status for one in city if codes[row["Area"]] in one.anchor.areas]
        fair = len(here) - here.count("outside")
        assert (int(row["Incidents"]), int(row["Outside the city"])) == (fair, here.count("outside"))
        rate = f"{fair / EXPOSURE[kind]:.1f}"
        assert row[f"Incidents {PER[kind]}"] == rate
        own_page = statistics_panels.stands_on(reader, read_state(reader, f"{ALL_TIME}&areas={codes[row['Area']]}"))
        assert f"{rate} {PER[kind]} (" in text(own_page[0])
    outside = sum(one.anchor.status == "outside" for one in city)
    assert f"outside the city and so in no rate or average: {outside}." in said
