"""From a saved place to ticks: what an analyst, a commander and a coordinator do, over real requests; figures by independent SQL."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import openpyxl
import pytest

from tests.database import TestDatabase
from tests.desk_city import DeskSite, forecast_desk_site, post, refused

CELL_M = 150.0


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with forecast_desk_site(database, cell_m=CELL_M) as made:
        yield made


def sql(site: DeskSite, query: str, *values: object) -> tuple:
    with site.owner.connect() as connection:
        row = connection.execute(query, values).fetchone()  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert row is not None
    return row


@pytest.fixture(scope="module")
def place(site: DeskSite) -> str:
    area = sql(site, "select area_id from open.area order by area_id limit 1")[0]
    assert "Save a place" in site.as_("analyst").get("/places/new", params={"areas": str(area)}).text
    return post(site, "analyst", "/places/new", query=f"areas={area}", name="West side")


@pytest.fixture(scope="module")
def issued(site: DeskSite) -> str:
    path = post(site, "analyst", "/lists/new", types="theft", boxes="4", hours="22-06", within="")
    assert "A try: nobody acts on it" in site.as_("analyst").get(path).text
    assert "No list is in use" in site.as_("commander").get("/briefing").text
    post(site, "prevention", f"{path}/issue")
    return path


def test_each_page_says_what_to_do_where_there_is_nothing(site: DeskSite) -> None:
    for path, words in (
        ("/places", "No place is saved yet"),
        ("/lists", "No list yet"),
        ("/briefing", "No list is in use"),
    ):
        with site.owner.connect() as connection:
            empty = not connection.execute(
                "select 1 from desk.place union all select 1 from desk.issued_list"
            ).fetchone()
        if empty:
            assert words in site.as_("commander").get(path).text


def test_a_place_keeps_its_figures_history_and_link(site: DeskSite, place: str) -> None:
    text = site.as_("analyst").get(place).text
    newest = sql(site, "select newest_day from open.vintage order by vintage_id desc limit 1")[0]
    inside = sql(
        site,
        "select count(*) from core.incident_version v join core.location l using (location_id), open.area a where v.known_to is null"
        " and a.area_id = (select min(area_id) from open.area) and st_intersects(l.geom, a.geom) and v.occurred_from >= %s and v.occurred_from < %s",
        newest - timedelta(days=363),
        newest + timedelta(days=1),
    )[0]
    assert inside > 0 and f'<strong class="number">{inside:,}</strong>' in text
    assert "analyst: saved" in text
    assert "not incidents" in site.as_("prevention").get(place).text  # the coordinator reads places, not incidents


def test_a_save_over_a_newer_version_loses_neither(site: DeskSite, place: str) -> None:
    version = re.search(r'name="version" value="(\d+)"', site.as_("analyst").get(place).text)
    assert version is not None
    post(
        site,
        "commander",
        f"{place}/change",
        version=version[1],
        name="West end",
        aliases="the Shell",
        owner="commander",
    )
    said = refused(
        site, "analyst", f"{place}/change", version=version[1], name="West corner", aliases="", owner="analyst"
    )
    assert "West end" in said and "West corner" in said and "commander changed" in said
    assert "renamed from" in site.as_("analyst").get(place).text


def test_a_merged_place_leads_to_the_other(site: DeskSite, place: str) -> None:
    area = sql(site, "select max(area_id) from open.area")[0]
    other = post(site, "analyst", "/places/new", query=f"areas={area}", name="East side")
    code = place.rsplit("/", 1)[-1]
    assert post(site, "analyst", f"{other}/merge", into=code) == place
    assert site.as_("analyst").get(other).headers["location"] == place
    assert "cannot be merged" in refused(site, "analyst", f"{place}/merge", into=code)


def test_a_text_that_names_a_person_is_refused(site: DeskSite, place: str) -> None:
    assert "name of a person" in refused(site, "analyst", f"{place}/comment", words="seen with Mr Miller")
    post(site, "analyst", f"{place}/comment", words="Licence hearing on 12 December")
    assert "Licence hearing" in site.as_("commander").get(place).text


def test_a_list_is_tried_then_issued_and_carries_its_question(site: DeskSite, issued: str) -> None:
    text = site.as_("commander").get(issued).text
    assert "In use. Owner prevention" in text and "22-06" in text and "hotspots backtest" in text
    assert "issued already" in refused(site, "analyst", f"{issued}/issue")
    assert "does not do this" in refused(site, "commander", f"{issued}/issue")
    book = openpyxl.load_workbook(io.BytesIO(site.as_("commander").get(f"{issued}/list.xlsx").content))
    question = {row[0].value: row[1].value for row in book["Question"].iter_rows()}
    assert question["Crime types"] == "theft" and question["Hours of the record"] == "22-06" and question["Review date"]
    assert len(list(book["Boxes"].iter_rows())) == 5 and len(list(book["Boxes"].iter_cols())) <= 12


def test_review_dates_go_into_a_calendar_without_a_place(site: DeskSite, issued: str) -> None:
    code = issued.rsplit("/", 1)[-1]
    answer = site.as_("commander").get("/lists/review.ics", params={"district": "all"})
    assert answer.headers["content-type"].startswith("text/calendar")
    day = sql(site, "select to_char(review_date, 'YYYYMMDD') from desk.issued_list where code = %s", code)[0]
    events = [part.splitlines() for part in answer.text.split("BEGIN:VEVENT")[1:]]
    assert any(
        f"SUMMARY:Review list {code}" in lines
        and f"DTSTART;VALUE=DATE:{day}" in lines
        and any(line.endswith(f"/lists/{code}") for line in lines)
        for lines in events
    )
    assert "theft" not in answer.text.lower() and "\r\n" in answer.text


def test_the_record_of_a_box_is_that_of_the_ledger(site: DeskSite, issued: str) -> None:
    code = issued.rsplit("/", 1)[-1]
    first = sql(site, "select (evidence ->> 'trained_to')::date from desk.issued_list where code = %s", code)[0]
    wrong = sql(
        site,
        "select count(*), count(*) filter (where (p.detail ->> 'record')::int <> (select count(*) from core.incident_version v"
        " join core.location l using (location_id) join core.crime_type t using (crime_type_id) where v.known_to is null and t.name = 'theft'"
        " and st_x(l.geom) >= st_xmin(p.geom) and st_x(l.geom) < st_xmax(p.geom) and st_y(l.geom) >= st_ymin(p.geom) and st_y(l.geom) < st_ymax(p.geom)"
        " and v.occurred_from >= %s::date - 364 and v.occurred_from < %s::date)) from desk.listed_place p join desk.issued_list using (list_id) where issued_list.code = %s",
        first,
        first,
        code,
    )
    assert wrong == (4, 0)


def test_ticks_come_back_and_an_unentered_visit_is_not_a_missed_one(site: DeskSite, issued: str) -> None:
    code = issued.rsplit("/", 1)[-1]
    post(site, "commander", "/briefing/sheet", list=code, shift="night")
    text = site.as_("commander").get("/briefing", params={"list": code, "shift": "night"}).text
    sheet = re.search(r"/sheets/(S-\d+)", text)
    assert sheet is not None and "4 boxes, 8 visits of 15 min" in text
    post(site, "commander", f"/sheets/{sheet[1]}", **{"v1-1": "done", "v1-2": "calls", "v2-1": "done"})
    assert "nor one of the reasons" in refused(site, "commander", f"/sheets/{sheet[1]}", **{"v1-1": "lazy"})
    assert "does not do this" in refused(site, "prevention", f"/sheets/{sheet[1]}", **{"v1-1": "done"})
    # a tick that was entered changes with a reason alone, and the record keeps both
    path = f"/sheets/{sheet[1]}"
    for changed in ({"v1-1": "done", "v1-2": "weather", "v2-1": "done"}, {"v1-1": "done", "v1-2": "calls"}, {}):
        for why in ("", "because"):
            assert "would change: say why, by one of" in refused(site, "commander", path, **changed, why=why)
    post(
        site, "commander", path, **{"v1-1": "done", "v1-2": "calls", "v2-1": "done"}
    )  # nothing changes: no reason is asked
    post(site, "commander", path, **{"v1-1": "done", "v1-2": "done", "why": "another box"})
    post(site, "commander", path, **{"v1-1": "done", "v1-2": "calls", "v2-1": "done", "why": "wrong figure or time"})
    said = " ".join(re.sub(r"<[^>]+>", " ", site.as_("commander").get(path).text).split())
    for was in ("visit 2: not done: calls entered by commander, taken back by commander: another box",
                "visit 1: done entered by commander, taken back by commander: another box",
                "visit 2: done entered by commander, taken back by commander: wrong figure or time"):  # fmt: skip
        assert was in said
    with site.owner.connect() as connection:
        rows = connection.execute(
            "select position, visit, done, reason, why from desk.tick_before order by taken_back_at, position, visit"
        ).fetchall()
        assert rows == [
            (1, 2, False, "calls", "another box"), (2, 1, True, None, "another box"), (1, 2, True, None, "wrong figure or time"),
        ]  # fmt: skip
    with site.owner.connect() as connection:  # the day after
        connection.execute("update desk.sheet set day = day - 1")
    after = re.sub(r"<[^>]+>", "", site.as_("commander").get("/briefing", params={"list": code, "shift": "night"}).text)
    assert "planned 8, done 2 · calls 1 · not entered 5" in " ".join(after.split())


def test_a_list_that_ended_is_kept_and_not_used(site: DeskSite) -> None:
    path = post(site, "analyst", "/lists/new", types="theft", boxes="2", hours="", within="")
    post(site, "analyst", f"{path}/issue")
    code = path.rsplit("/", 1)[-1]
    with site.owner.connect() as connection:
        connection.execute("update desk.issued_list set review_date = '2001-01-01' where code = %s", [code])
    assert "not to be acted on" in site.as_("analyst").get(path).text
    assert "a sheet needs a list that is issued" in refused(
        site, "commander", "/briefing/sheet", list=code, shift="day"
    )
    assert f"{code} " not in site.as_("commander").get("/briefing").text
    renewed = post(site, "analyst", f"{path}/renew")
    assert f"renews {code}" in site.as_("analyst").get("/lists").text and renewed != path


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"types": "theft", "boxes": "0"}, "not between 1 and 20"),
        ({"types": "theft", "boxes": "x"}, "not a whole number"),
        ({"boxes": "4"}, "choose at least one"),
        ({"types": "witchcraft", "boxes": "4"}, "No forecast is stored"),
        ({"types": "theft", "boxes": "4", "within": "moon:1"}, "there is no"),
        ({"types": "theft", "boxes": "4", "hours": "25-99"}, "hours"),
    ],
)
def test_what_cannot_be_listed_is_said(site: DeskSite, form: dict[str, str], words: str) -> None:
    assert words in refused(site, "analyst", "/lists/new", **form)
