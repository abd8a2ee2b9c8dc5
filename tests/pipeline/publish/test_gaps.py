"""A missing month and a feed that stopped are days of which nothing is known: every door says so, and rates leave them out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hotspots.api.routes.counts import counts_as_json, read_series
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_counts import HourWeekdayCount
from hotspots.pipeline.change_tables import changes_by_area, changes_by_type
from hotspots.pipeline.comparison import change_from_last_year, funnel, usual_weeks
from hotspots.pipeline.desk.change import table_of
from hotspots.pipeline.follow.feed import draw_feed
from hotspots.pipeline.follow.place_sheet import sheet_words
from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.gaps import area_gaps
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from hotspots.store.public.reader import OpenReader
from hotspots.store.staff.desk.change import PeriodCounts
from hotspots.words.language import LANGUAGES
from hotspots.words.question import coverage_words
from hotspots_dashboard.components import charts, hour_grid
from hotspots_dashboard.public import area_page, tabs
from hotspots_dashboard.state import page_state
from hotspots_dashboard.words.sentences import published
from tests.database import TestDatabase, cloned_database
from tests.pipeline.load.test_agency_files import HEADER, OCCURRED, city_file

TODAY = date(2024, 9, 20)
FIRST, LAST = date(2023, 1, 1), date(2024, 8, 31)
MARCH = Period.from_days(date(2024, 3, 1), date(2024, 3, 31))
STOPPED = Period.from_days(date(2024, 6, 10), date(2024, 6, 19))
STRAYS = (date(2024, 3, 12), date(2024, 3, 12))  # reported late, in the files of April
ENGLISH = LANGUAGES["en"]


def is_delivered(day: date) -> bool:
    return not (MARCH.is_around(day) or STOPPED.is_around(day))


def load_days(database: TestDatabase, folder: Path, replacements: dict[str, str]) -> Any:
    """Three thefts on each delivered day, two of them in the north; and the strays."""
    days = [day for day in Period.from_days(FIRST, LAST).days() if is_delivered(day) for _ in range(3)] + [*STRAYS]
    rows = "".join(
        f"{n},{day} {8 + n % 12:02}:30,THEFT,{-87.65 if n % 3 else -87.55},41.85\n" for n, day in enumerate(days)
    )
    (folder / "sent.csv").write_text(f"{HEADER}\n{rows}")
    load(database.owner, city_file(folder, replacements), folder, anyway=True, today=TODAY)
    return publish(database.owner, today=TODAY)


@pytest.fixture(scope="module")
def town(cluster: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenReader]:
    with cloned_database(cluster, "test_gaps") as database:
        done = load_days(database, tmp_path_factory.mktemp("gaps"), {})
        assert done.gaps == ((MARCH.start, MARCH.last_day), (STOPPED.start, STOPPED.last_day))
        with database.public.open_pool(min_size=1, max_size=2) as pool:
            yield OpenReader(pool)


def asked(first: date, last: date) -> IncidentFilter:
    return IncidentFilter(Period.from_days(first, last))


# Period, incidents, days with data. By hand: 3 a day; 31 + 29 + 30 + 31 + 20 days from January to June 2024.
PERIODS = [
    (asked(date(2024, 1, 1), date(2024, 6, 30)), 3 * 141 + 2, 141, (MARCH, STOPPED)),
    (asked(date(2024, 2, 25), date(2024, 3, 4)), 3 * 5, 5, ()),
    (asked(date(2024, 3, 5), date(2024, 4, 2)), 3 * 2 + 2, 2, ()),
    (asked(date(2024, 6, 1), date(2024, 6, 30)), 3 * 20, 20, (STOPPED,)),
    (asked(date(2024, 6, 12), date(2024, 6, 15)), 0, 0, ()),
]


@pytest.mark.parametrize(("question", "incidents", "days", "gaps"), PERIODS)
def test_counts_rates_and_series_hold_the_days_with_data_alone(
    town: OpenReader, question: IncidentFilter, incidents: int, days: int, gaps: tuple[Period, ...]
) -> None:
    counts = town.count(question)
    assert counts.coverage is not None
    assert (counts.total, counts.coverage.days, counts.coverage.gaps) == (incidents, days, gaps)
    assert counts.is_known == (days > 0)
    rate = town.honest.rate(question)
    assert (rate.incidents, rate.days) == (3 * days, days)
    assert (rate.per_km2 is None) == (days == 0)
    average = town.honest.average(question, "ward")
    assert (average.mean if average else None) == (3 * days / 2 if days else None)
    of_day = {row.day: row.incidents for row in town.by_day(question)}
    assert sum(n or 0 for n in of_day.values()) == incidents
    for day, n in of_day.items():
        assert n == (3 if is_delivered(day) else STRAYS.count(day) or None)
    weeks = town.by_week(question)
    assert sum(week.days for week in weeks) == days
    assert [week for week in weeks if week.incidents == 0] == []


@pytest.mark.parametrize("by", ["day", "week", "month", "type", "area"])
def test_no_series_of_the_api_says_0_for_what_is_not_known(town: OpenReader, by: str) -> None:
    silent = read_series(town, PERIODS[4][0], by=by, kind="ward" if by == "area" else "")
    assert [row["incidents"] for row in silent if row["incidents"] is not None] == []
    told = counts_as_json(town.count(PERIODS[3][0]))["coverage"]
    assert json.loads(json.dumps(told, default=str))["gaps"] == [{"first_day": "2024-06-10", "last_day": "2024-06-19"}]


def test_months_and_weeks_of_a_gap_are_not_known_and_never_judged(town: OpenReader) -> None:
    year = asked(date(2024, 1, 1), LAST)
    months = {row["first_day"].month: row["incidents"] for row in read_series(town, year, by="month", kind="")}
    assert months == {1: 93, 2: 87, 3: 2, 4: 90, 5: 93, 6: 60, 7: 93, 8: 93}
    whole = {one.first.month: one.is_whole for one in charts.by_month(town.by_day(year))}
    assert [month for month, is_whole in whole.items() if not is_whole] == [3, 6]
    judged = usual_weeks(town, year)
    assert {one.category for one in judged} == {"within"}
    touched = [one for one in judged if not all(map(is_delivered, (one.week.first_day, one.week.last_day)))]
    assert touched == []
    assert len(judged) >= 25
    drawn = str(charts.day_bars(town.by_day(PERIODS[3][0])))
    assert drawn.count("no-bar") == STOPPED.n_days


def test_the_page_of_an_area_says_nothing_of_days_without_data(town: OpenReader) -> None:
    """Neither the page of an area nor any tab counts or draws what is not known."""
    silent, choices = PERIODS[4][0], town.choices()
    area = next(iter(choices.areas.values()))
    state = page_state.read_state(town, "?from=2024-06-12&to=2024-06-15")
    assert state.question == silent
    of_area = replace(state, question=replace(silent, areas=(area.area_id,)))
    page = str(area_page.area_page(town, of_area, area, actions=lambda *_: ("",), url_base="/"))
    assert "hours-title" not in page and "At which hours" not in page
    assert [one for one in changes_by_type(town, silent) if one.incidents is not None] == []
    for tab in tabs.COUNTED:
        said = str(tabs.content(town, replace(state, view=replace(state.view, tab=tab))))
        assert said == str(tabs.html.P(coverage_words(town.count(silent).coverage, language=ENGLISH)))


def test_a_grid_of_hours_is_not_drawn_of_reports_that_tell_none() -> None:
    state: Any = None
    said = str(hour_grid.hour_weekday_grid([HourWeekdayCount(3, None, 7)], state))
    assert "None of these reports tells its hour." in said and "0" not in said


def test_a_year_with_a_gap_is_not_compared(town: OpenReader) -> None:
    assert change_from_last_year(town, asked(date(2024, 2, 1), date(2024, 4, 30))) is None
    change = change_from_last_year(town, asked(date(2024, 7, 1), date(2024, 8, 31)))
    assert change is not None
    assert (change.now, change.past, change.category) == (186, 186, "within")


def test_every_door_says_which_days_are_missing(town: OpenReader) -> None:
    said = (
        "There are data for 20 of these 30 days, from 1 June 2024 to 30 June 2024 but for 10 June 2024 to 19 June 2024"
    )
    question = PERIODS[3][0]
    sheet = sheet_words(town, question, permalink="https://map.example/", language=ENGLISH)
    feed = draw_feed(
        town, question, asked={}, self_url="https://map.example/f", page_url="https://map.example/", language=ENGLISH
    )
    assert said in sheet["sentence"]
    assert said in feed.decode()
    about = published(town.city(), town.vintage())
    assert "There are no data for 1 March 2024 to 31 March 2024 and 10 June 2024 to 19 June 2024" in about
    silent = sheet_words(town, PERIODS[4][0], permalink="https://map.example/", language=ENGLISH)
    assert (silent["total"], silent["weeks"]) == ("–", None)


def test_the_city_file_has_the_last_word(empty: TestDatabase, tmp_path: Path) -> None:
    told = (
        "no_data = [{ from = 2023-05-01, to = 2023-05-02 }]\nquiet = [{ from = 2024-03-01, to = 2024-03-25 }]\n"
        'sensitive_kind = "ward"\n'
    )
    done = load_days(empty, tmp_path, {'sensitive_kind = "ward"\n': told})
    assert [(str(first), str(last)) for first, last in done.gaps] == [
        ("2023-05-01", "2023-05-02"), ("2024-03-26", "2024-03-31"), ("2024-06-10", "2024-06-19"),
    ]  # fmt: skip
    again = publish(empty.owner, today=TODAY + timedelta(days=1))
    assert (again.everything, again.gaps) == (False, done.gaps)


def test_a_month_of_monthly_data_is_missing(empty: TestDatabase, tmp_path: Path) -> None:
    months = [date(2023 + n // 12, 1 + n % 12, 1) for n in range(18)]
    rows = "".join(f"{at}-{n},{at:%Y-%m},THEFT,-87.65,41.85\n" for at in months if at.month != 9 for n in range(40))
    (tmp_path / "sent.csv").write_text(f"{HEADER}\n{rows}")
    monthly = city_file(tmp_path, {OCCURRED: OCCURRED.replace("%Y-%m-%d %H:%M", "%Y-%m")})
    load(empty.owner, monthly, tmp_path, anyway=True, today=TODAY)
    assert publish(empty.owner, today=TODAY).gaps == ((date(2023, 9, 1), date(2023, 9, 30)),)
    with empty.public.open_pool(min_size=1, max_size=2) as pool:
        reader = OpenReader(pool)
        autumn = asked(date(2023, 8, 1), date(2023, 10, 31))
        assert [row["incidents"] for row in read_series(reader, autumn, by="month", kind="")] == [40, None, 40]
        found = charts.by_month(reader.by_day(autumn), months_only=True)
        assert [(one.incidents, one.is_whole) for one in found] == [(40, True), (None, False), (40, True)]
        assert reader.honest.rate(replace(autumn, crime_types=("theft",))).days == 62


SILENT = Period.from_days(date(2024, 4, 20), date(2024, 5, 31))  # the ward in the east alone


@pytest.fixture(scope="module")
def half_silent(
    cluster: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestDatabase, OpenReader]]:
    """Two thefts a day in the west, one in the east, which delivered nothing for six weeks; all of March is missing."""
    folder = tmp_path_factory.mktemp("half")
    days = [day for day in Period.from_days(FIRST, LAST).days() if not MARCH.is_around(day)]
    thefts = [
        (day, lon) for day in days for lon in (-87.65, -87.65, -87.55) if lon == -87.65 or not SILENT.is_around(day)
    ]
    rows = "".join(f"{n},{day} {8 + n % 12:02}:30,THEFT,{lon},41.85\n" for n, (day, lon) in enumerate(thefts))
    (folder / "sent.csv").write_text(f"{HEADER}\n{rows}")
    with cloned_database(cluster, "test_half_silent") as database:
        load(database.owner, city_file(folder, {}), folder, anyway=True, today=TODAY)
        assert publish(database.owner, today=TODAY).gaps == ((MARCH.start, MARCH.last_day),)
        with database.public.open_pool(min_size=1, max_size=2) as pool:
            yield database, OpenReader(pool)


def wards(reader: OpenReader) -> tuple[int, int]:
    """The numbers of the western and of the eastern ward."""
    west, east = sorted(reader.choices().areas.values(), key=lambda area: reader.area_frames("ward")[area.area_id].at)
    return west.area_id, east.area_id


def test_an_area_that_alone_fell_silent_is_not_known_there(half_silent: tuple[TestDatabase, OpenReader]) -> None:
    reader = half_silent[1]
    west, east = wards(reader)
    assert reader.vintage().area_gaps == {east: (SILENT,)}
    spring = asked(date(2024, 4, 1), date(2024, 6, 30))  # 91 days, 42 of them silent in the east
    of_east, of_west = replace(spring, areas=(east,)), replace(spring, areas=(west,))
    counts = reader.count(of_east)
    assert counts.coverage is not None
    assert (counts.total, counts.coverage.days, counts.coverage.gaps) == (49, 49, (SILENT,))
    assert reader.count(of_west).coverage == reader.count(spring).coverage
    assert {row.day for row in reader.by_day(of_east) if row.incidents is None} == set(SILENT.days())
    assert [week for week in reader.by_week(of_east) if week.incidents == 0] == []
    assert reader.honest.rate(of_east).days == 49
    assert (
        "but for 20 April 2024 to 31 May 2024"
        in sheet_words(reader, of_east, permalink="https://map.example/", language=ENGLISH)["sentence"]
    )


def test_it_is_neither_ranked_nor_compared_over_these_days(half_silent: tuple[TestDatabase, OpenReader]) -> None:
    reader = half_silent[1]
    west, east = wards(reader)
    spring, summer = asked(date(2024, 4, 1), date(2024, 6, 30)), asked(date(2024, 7, 1), date(2024, 8, 31))
    silent = asked(SILENT.start, SILENT.last_day)
    plot = funnel(reader, spring, "ward")
    assert [one.area.area_id for one in plot.areas] == [west]
    assert [(row.area.area_id, row.unknown_days) for row in plot.not_whole if row.area] == [(east, 42)]
    assert len(funnel(reader, summer, "ward").areas) == 2
    average = reader.honest.average(spring, "ward")
    assert average is not None and (average.areas, average.mean) == (1, 182)
    series = {row["area_id"]: row for row in read_series(reader, silent, by="area", kind="ward")}
    assert (series[east]["incidents"], series[east]["unknown_days"]) == (None, 42)
    assert (series[west]["incidents"], series[west]["unknown_days"]) == (84, 0)
    assert change_from_last_year(reader, replace(spring, areas=(east,))) is None
    assert change_from_last_year(reader, replace(spring, areas=(west,))) is not None
    assert [one.area.area_id for one in changes_by_area(reader, spring, "ward")] == [west]
    assert len(changes_by_area(reader, summer, "ward")) == 2
    state = page_state.read_state(reader, "?from=2024-04-01&to=2024-06-30&tab=areas")
    name = reader.choices().areas[east].name
    assert f"nothing is known of these areas on some of the days (how many): {name} (42)" in str(
        tabs.content(reader, state)
    )


def test_a_later_publication_keeps_it_and_a_quiet_time_is_none(half_silent: tuple[TestDatabase, OpenReader]) -> None:
    again = publish(half_silent[0].owner, today=TODAY + timedelta(days=1))
    _, east = wards(half_silent[1])
    assert not again.everything
    assert half_silent[1].vintage().area_gaps == {east: (SILENT,)}
    days = [(day, 3) for day in Period.from_days(FIRST, LAST).days()]
    of_east = [(day, 1) for day, _ in days if not SILENT.is_around(day)]
    others = {7: [(day, 2) for day, _ in days], 8: of_east}
    assert area_gaps(others, days, city=[], quiet=[]) == {8: [SILENT]}
    half = Period.from_days(SILENT.start, date(2024, 5, 10))
    assert area_gaps(others, days, city=[], quiet=[half]) == {8: [Period(half.end, SILENT.end)]}


def test_change_at_the_desk_compares_no_area_over_days_it_did_not_deliver() -> None:
    counted = [PeriodCounts(code, "ward", "theft", "Theft", 5, 40, 40, 20, 100, 100) for code in ("1", "2")]
    found = table_of(counted, {}, frozenset(), {"2": frozenset({"recent", "year_ago"})})
    assert {row.area_code: (row.ratio, row.year_ago) for row in found.rows} == {"1": (2.0, 20), "2": (None, None)}
    assert found.tested == 1
