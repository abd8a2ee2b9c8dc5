"""The city as a whole: levels against the city's average, names, and no areas where a place is asked for."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from hotspots.domain.incident_filter import Around, IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Area, AreaFrame, AreaKind, Choices, Coverage
from hotspots.domain.public_counts import AreaCount, Counts
from hotspots_dashboard.public.city_view import city_view, level_of, shown_kind

MONTH = IncidentFilter(Period.from_days(date(2017, 12, 1), date(2017, 12, 31)))


def kind(name: str, n: int, *, residents: int | None = None, first: int = 1) -> AreaKind:
    areas = tuple(Area(first + at, name, f"{at:02}", f"Place {at}", residents, None, km2=2.0) for at in range(n))
    return AreaKind(name, name.title(), areas)


DISTRICT, WARD, COMMUNITY, BEAT = (
    kind("district", 11),
    kind("ward", 50, first=100),
    kind("community", 12, residents=1000, first=200),
    kind("beat", 275, first=300),
)


def choices(*kinds: AreaKind) -> Choices:
    return Choices((), (), kinds, (), {}, {area.area_id: area for one in kinds for area in one.areas})


@dataclass
class Reader:
    """Area `n` of a kind has `n` times 2 reports, and one of them outside the city."""

    kinds: tuple[AreaKind, ...]
    is_known: bool = True

    def count(self, _question: IncidentFilter) -> Counts:
        days = 31 if self.is_known else 0
        return Counts(0, 0, 0, 0, 0, 0, (), Coverage(None, None, days, 31))

    def choices(self) -> Choices:
        return choices(*self.kinds)

    def by_area(self, _question: IncidentFilter, name: str) -> tuple[AreaCount, ...]:
        areas = next(one.areas for one in self.kinds if one.kind == name)
        found = [AreaCount(area, 2 * at + (at > 0), int(at > 0)) for at, area in enumerate(areas)]
        return (*found, AreaCount(None, 7, 0))

    def area_frames(self, name: str) -> dict[int, AreaFrame]:
        areas = next(one.areas for one in self.kinds if one.kind == name)
        return {area.area_id: AreaFrame((1.5, 2.5), (1, 2, 2, 3)) for area in areas}


@pytest.mark.parametrize(
    ("kinds", "shown"),
    [
        ((DISTRICT, WARD, COMMUNITY, BEAT), "community"),  # residents are known
        ((DISTRICT, WARD, BEAT), "ward"),
        ((DISTRICT, BEAT), None),  # 11 say little, 275 are no better to read than points
        ((), None),
    ],
)
def test_the_kind_that_can_be_read_is_shown(kinds: tuple[AreaKind, ...], shown: str | None) -> None:
    found = shown_kind(choices(*kinds))
    assert (found and found.kind) == shown


def test_levels_are_times_the_citys_average_per_ground() -> None:
    """Twelve areas of the same ground with 0, 2, … 22 reports inside the city: 11 on average."""
    reader: Any = Reader((COMMUNITY,))
    seen = city_view(reader, MONTH)
    assert seen is not None and seen["kind"] == "community"
    assert [area["level"] for area in seen["areas"]] == [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 4]
    third = {"id": 203, "name": "Place 3", "at": (1.5, 2.5), "n": 7, "said": "7", "level": 2, "share": 0.083333}
    assert seen["areas"][3] == third  # a twelfth of the ground
    assert level_of(44, 11) == 5


def test_a_question_about_a_place_is_answered_by_points() -> None:
    reader: Any = Reader((COMMUNITY,))
    assert city_view(reader, replace(MONTH, around=Around(1))) is None
    assert city_view(reader, replace(MONTH, areas=(201,))) is None


def test_a_map_of_days_without_data_shows_no_0() -> None:
    reader: Any = Reader((COMMUNITY,), is_known=False)
    assert city_view(reader, MONTH) is None
