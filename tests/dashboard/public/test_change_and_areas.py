"""Change against last year as a table, and the page of an area: their numbers by SQL, their addresses by a real server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import httpx
import pytest

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.pipeline.change_tables import changes_by_area, changes_by_type, year_to_date
from hotspots.pipeline.comparison import against, change_from_last_year
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from hotspots_dashboard.components.change_tables import certainty
from hotspots_dashboard.public import tabs
from hotspots_dashboard.public.area_page import area_of
from hotspots_dashboard.public.city_view import city_view
from hotspots_dashboard.public.first_paint_html import plain_html
from hotspots_dashboard.server.app import create_server
from hotspots_dashboard.state.page_state import read_state
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import NEWEST_DAY, build_small_city

LAST_90 = IncidentFilter(Period.last_days(NEWEST_DAY, 90))
A_YEAR_AGO = Period.last_days(date(2016, 12, 31), 90)


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    """The small city with a year before it: the same reports, but three of four thefts were not there."""
    with database.owner.connect() as connection:
        build_small_city(connection)
        connection.execute(
            "insert into open.incident select gen_random_uuid(), anchor_id, day - 365, hour, crime_type_id, location_type_id, arrest"
            " from (select i.*, row_number() over (partition by crime_type_id order by day, public_id) as n from open.incident i) i"
            " join open.crime_type t using (crime_type_id) where t.name <> 'theft' or n % 4 = 0"
        )
        connection.execute("update open.vintage set first_day = '2016-01-01'")
    return database


@pytest.fixture(scope="module")
def reader(city: TestDatabase) -> Iterator[OpenReader]:
    with city.public.open_pool(max_size=2) as pool:
        yield OpenReader(pool)


@pytest.fixture(scope="module")
def client(city: TestDatabase) -> Iterator[httpx.Client]:
    with (
        served(create_server(open_public(city.settings).open_pool(max_size=4))) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


def counted(city: TestDatabase, period: Period) -> dict[str, int]:
    with city.owner.connect() as connection:
        return dict(
            connection.execute(
                "select t.name, count(*) from open.incident i join open.crime_type t using (crime_type_id)"
                " where i.day >= %s and i.day < %s group by t.name",
                (period.start, period.end),
            ).fetchall()
        )


def test_each_type_has_the_counts_of_both_years_and_only_what_changed_is_flagged(
    city: TestDatabase, reader: OpenReader
) -> None:
    now, past = counted(city, LAST_90.period), counted(city, A_YEAR_AGO)
    rows = {row.name: row for row in changes_by_type(reader, LAST_90)}
    assert {name: row.incidents for name, row in rows.items()} == now
    assert {name: row.recent and row.recent.past for name, row in rows.items()} == past
    assert {name for name, row in rows.items() if row.recent and row.recent.category != "within"} == {"theft"}
    assert rows["theft"].recent and rows["theft"].recent.category == "higher"
    asked = replace(LAST_90, crime_types=("theft",))
    assert [row.name for row in changes_by_type(reader, asked)] == list(rows), "a type that is asked for hides no other"


def test_the_year_to_date_begins_on_its_first_day(city: TestDatabase, reader: OpenReader) -> None:
    assert year_to_date(LAST_90).period == Period.from_days(date(2017, 1, 1), NEWEST_DAY)
    thefts = next(row for row in changes_by_type(reader, LAST_90) if row.name == "theft")
    assert (
        thefts.to_date
        and thefts.to_date.past == counted(city, Period.from_days(date(2016, 1, 1), date(2016, 12, 31)))["theft"]
    )


def test_what_the_data_do_not_hold_is_no_change(reader: OpenReader) -> None:
    earlier = LAST_90.with_period(A_YEAR_AGO)
    assert changes_by_area(reader, earlier, "ward") == ()
    assert [row.recent for row in changes_by_type(reader, earlier)] == [None] * len(changes_by_type(reader, earlier))


def test_the_table_says_of_an_area_what_its_own_page_says(reader: OpenReader) -> None:
    thefts = replace(LAST_90, crime_types=("theft",))
    found = changes_by_area(reader, thefts, "ward")
    by_area = {row.area: row.incidents for row in reader.by_area(thefts, "ward") if row.area}
    assert {one.area: one.change.now for one in found} == by_area
    for one in found:
        own = change_from_last_year(reader, replace(thefts, areas=(one.area.area_id,)))
        assert own is not None and (one.change.past, one.change.category) == (own.past, own.category)
        assert own.category == "within" or one.change == own
    assert {one.change.category for one in found if one.change.past >= 10} == {"higher"}


def test_no_interval_contradicts_the_verdict_beside_it() -> None:
    """Whatever the counts: within chance holds no change, more and fewer do not."""
    for past in (10, 25, 60, 184, 434, 2_000):
        for now in range(past // 2, past * 2, max(1, past // 30)):
            found = against(now, past, period=LAST_90.period, past_period=A_YEAR_AGO, overdispersion=1.6, shares=None)
            low, high = found.ratio_interval
            assert low is not None and high is not None
            near = 0.03  # the two are made by different approximations
            if found.category == "within":
                assert low < 1 + near and high > 1 - near, (past, now)
            else:
                assert low > 1 - near or high < 1 + near, (past, now)


def test_few_reports_say_nothing(reader: OpenReader) -> None:
    change = changes_by_type(reader, LAST_90)[0].recent
    assert change is not None
    assert certainty(replace(change, now=9, expected=8.0)) == "too few to say"
    assert "within chance" in certainty(replace(change, category="within"))


def test_the_map_shows_change_where_the_tab_does(reader: OpenReader) -> None:
    shown, counts = (city_view(reader, LAST_90, change=change) for change in (True, False))
    assert (shown is None) == (counts is None)


def test_the_page_of_an_area_answers_before_any_script(client: httpx.Client, reader: OpenReader) -> None:
    kind = reader.choices().area_kinds[0]
    area = kind.areas[0]
    page = client.get(f"/area/{kind.kind}/{area.code}")
    assert page.status_code == 200
    number = reader.count(replace(LAST_90, areas=(area.area_id,))).total
    head = page.text.partition("</title>")[0]
    assert area.code in head or area.name in head
    assert f"{number:,}" in page.text and "What changed against last year?" in page.text
    assert "What was done here" in page.text and "<h1" in page.text
    assert f"areas={area.area_id}" in page.text, "the way to the map"


@pytest.mark.parametrize(
    "path", ["area/ward/no-such", "area/no-such/1", "area/", "area/ward", "area/ward/1/2", "area/%00/1"]
)
def test_an_area_that_is_none_is_a_page_not_found(client: httpx.Client, reader: OpenReader, path: str) -> None:
    assert area_of(path, reader.choices()) is None
    assert client.get(f"/{path}").status_code == 404


def test_every_area_has_an_address_and_the_tab_leads_there(reader: OpenReader) -> None:
    areas = [area for kind in reader.choices().area_kinds for area in kind.areas if area.is_current]
    for area in areas[:4] + areas[-2:]:
        assert area_of(f"area/{area.kind}/{area.code}", reader.choices()) == area
    shown = plain_html(tabs.content(reader, read_state(reader, "?tab=change")))
    assert "What changed against last year?" in shown and "types=theft" in shown
