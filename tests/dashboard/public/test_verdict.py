"""The verdict in one glance: held to an independent count, and never more than is known."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from hotspots.domain.honest_number import Change, PlaceStanding
from hotspots.domain.incident_filter import Around, IncidentFilter, Near
from hotspots.domain.period import Period
from hotspots.pipeline.comparison import place_standing
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.components.links import area_address
from hotspots_dashboard.components.verdict import change_words, standing_words
from hotspots_dashboard.public.first_paint_html import plain_html
from hotspots_dashboard.public.statistics_panels import verdict_of
from hotspots_dashboard.state.page_state import read_state
from hotspots_dashboard.words import language
from tests.database import TestDatabase
from tests.open_city_builder import NEWEST_DAY, build_small_city

LAST_90 = Period.last_days(NEWEST_DAY, 90)
YEAR_BEFORE = Period.last_days(date(2016, 12, 31), 90)


@pytest.fixture(scope="module")
def reader(database: TestDatabase) -> Iterator[OpenReader]:
    with database.owner.connect() as connection:
        build_small_city(connection)
    with database.public.open_pool(max_size=2) as pool:
        yield OpenReader(pool)


def test_a_circle_stands_among_circles_that_sql_counts_too(reader: OpenReader, database: TestDatabase) -> None:
    place = place_standing(reader, IncidentFilter(LAST_90, crime_types=("theft",), around=Around(1, 400)))
    with database.owner.connect() as connection:
        counted = connection.execute(
            "select c.anchor_id, count(i.public_id) from open.anchor c"
            " left join open.anchor a on st_dwithin(a.geom, c.geom, 400) and a.status = 'located'"
            " left join open.incident i on i.anchor_id = a.anchor_id and i.day between '2017-10-03' and '2017-12-31'"
            "  and i.crime_type_id = (select crime_type_id from open.crime_type where name = 'theft')"
            " where c.status = 'located' group by 1 order by 1"
        ).fetchall()
    assert place is not None
    assert list(place.others) == [float(n) for _, n in counted]
    assert place.number == reader.count(IncidentFilter(LAST_90, crime_types=("theft",), around=Around(1, 400))).located


def test_an_area_stands_among_the_other_areas_of_its_kind(reader: OpenReader) -> None:
    areas = next(kind.areas for kind in reader.choices().area_kinds if kind.kind == "community_area")
    question = IncidentFilter(LAST_90, areas=(areas[0].area_id,))
    place = place_standing(reader, question)
    other = reader.honest.rate(replace(question, areas=(areas[1].area_id,)))
    assert place is not None and place.per == "residents"
    assert [1000 * one for one in place.others] == [pytest.approx(other.per_1000)]
    assert 1000 * place.number == pytest.approx(reader.honest.rate(question).per_1000)


def test_what_has_no_like_is_held_against_nothing(reader: OpenReader) -> None:
    one, other = (kind.areas[0].area_id for kind in reader.choices().area_kinds[:2])
    for question in (
        IncidentFilter(LAST_90),
        IncidentFilter(LAST_90, areas=(one, other)),
        IncidentFilter(LAST_90, areas=(one,), around=Around(1)),
        IncidentFilter(LAST_90, around=Around(1), near=(Near("school", 300),)),
    ):
        assert place_standing(reader, question) is None


def test_the_verdict_links_types_and_the_areas_that_hold_the_place(reader: OpenReader) -> None:
    (lines,) = verdict_of(reader, read_state(reader, "?at=1&radius=800"))
    page = plain_html(lines)
    assert "times a typical place of its size, more than" in page
    assert "Last year cannot be compared: the data do not cover these days in both years." in page
    holders = set(reader.areas_of_place(1))
    assert len(holders) == 3
    for area in holders:
        assert f'href="{area_address(read_state(reader, ""), reader.choices().areas[area])}' in page
    top = reader.by_type(IncidentFilter(LAST_90, around=Around(1)))[0]
    assert f"types={top.name}" in page.replace("%20", " ")
    (nothing,) = verdict_of(
        reader, read_state(reader, "?from=2017-12-31&to=2017-12-31&hours=3-4&types=burglary&at=1&radius=100")
    )
    assert nothing == []


@pytest.mark.parametrize(
    ("ratio", "share", "said"),
    [
        (2.34, 0.93, "2.3 times a typical place of its size, more than 93 of 100."),
        (1.04, 0.52, "About as many as a typical place of its size, more than 52 of 100."),
        (0.5, 0.2, "0.5 times a typical place of its size, more than 20 of 100."),
        (None, 0.7, "Half of the places like it have none; this one has more than 70 of 100."),
    ],
)
def test_a_standing_in_words(ratio: float | None, share: float, said: str) -> None:
    assert standing_words(PlaceStanding("circles", None, 1, (1.0,), 1, ratio, share, None)) == said


def test_a_change_has_its_certainty_beside_it() -> None:
    change = Change(LAST_90, YEAR_BEFORE, 416, 564, 564.0, -4.2, "lower", ratio=416 / 564)
    assert change_words(change) == "26 % fewer than in the same days last year (564): more than chance explains."
    within = replace(change, category="within")
    assert change_words(within) == "564 in the same days last year: the difference is within what is normal here."
    assert "%" not in change_words(within)
    with language.speaking("es"):
        assert change_words(change).startswith("26 % menos que en los mismos días")
