"""The statistics' verbs on the city done by hand: figures by hand, the audit before the first row, the question in every format."""

import csv
import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from hotspots.errors import InputError
from hotspots.pipeline.statistics.change import change
from hotspots.pipeline.statistics.concentration import concentration
from hotspots.pipeline.statistics.effect import effect, power
from hotspots.pipeline.statistics.hot_spots import hot_spots
from hotspots.pipeline.statistics.hours import hours
from hotspots.pipeline.statistics.patterns import patterns
from hotspots.pipeline.statistics.reading import Question, ask
from hotspots.pipeline.statistics.report import FORMATS, Report, check_format, write_report
from tests.core_city_builder import add_incident, build_city
from tests.database import TestDatabase

QUESTION = Question(crime_types=("burglary",), first_day=date(2024, 12, 8), last_day=date(2024, 12, 14))


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    """In beat 1 16 burglaries in the week before and 25 in the week itself; in beat 4 5 and 5; one robbery."""
    with database.owner.connect() as connection:
        build_city(connection)
        for beat, at, past, now in (("1", (75.0, 75.0), 16, 25), ("4", (1125.0, 1125.0), 5, 5)):
            for n in range(past):
                add_incident(connection, f"past {beat} {n}", at, datetime(2024, 12, 1 + n % 7, 10))
            for n in range(now):
                day = datetime(2024, 12, 8 + n % 7, 22)
                add_incident(connection, f"now {beat} {n}", at, day, until=day + timedelta(hours=4))
        add_incident(connection, "robbery", (75.0, 75.0), datetime(2024, 12, 9, 10), crime_type="robbery")
    return database


def test_a_change_is_counted_by_area_with_z_the_e_test_and_a_false_discovery_rate(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        report = change(connection, QUESTION, areas="beat", against="before")
    by_code = {row["code"]: row for row in report.rows}
    # 25 against 16: z = sqrt(2) (5 - 4) = 1.41, p of the E-test 0.165 (docs/methods/statistics.md)
    one = by_code["1"]
    assert (one["past"], one["now"], one["z"], round(one["p (E-test)"], 3)) == (16, 25, 1.41, 0.165)
    assert one["ratio"] == 1.56 and one["ratio low"] < 1.56 < one["ratio high"] and one["flagged"] == "no"
    assert by_code["4"]["ratio"] is None  # under ten in a period: counts alone
    assert by_code["4"]["p adjusted"] == 1.0 and one["p adjusted"] == pytest.approx(2 * one["p (E-test)"], abs=1e-5)
    assert "Nothing beyond chance in 2 comparisons" in report.notes[0]
    with city.staff.connect() as connection:
        whole = change(connection, QUESTION, areas="city", against="before")
        with pytest.raises(InputError, match="--areas ward is not one of: city, beat, district"):
            change(connection, QUESTION, areas="ward", against="before")
    assert (whole.rows[0]["past"], whole.rows[0]["now"]) == (21, 30)


def test_nothing_is_compared_with_days_that_are_not_on_record(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        for against in ("before", "year"):
            for shift in (0, -7, 7):  # the record begins on 1 December and ends on the 14th
                if shift == 0 and against == "before":
                    continue
                days = timedelta(days=shift)
                asked = Question(
                    crime_types=("burglary",), first_day=QUESTION.first_day + days, last_day=QUESTION.last_day + days
                )
                with pytest.raises(InputError, match="is not whole on record .* what is not known is not 0"):
                    change(connection, asked, areas="city", against=against)
                with pytest.raises(InputError, match="is not whole on record") if shift else nullcontext():
                    effect(connection, asked, treated=["beat:1"], control=["beat:4"])


def test_a_question_says_how_many_of_its_days_are_on_record(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        whole = ask(connection, ["burglary"], first_day=date(2024, 12, 1), last_day=date(2024, 12, 14), days=1)
        part = ask(connection, ["burglary"], first_day=date(2024, 11, 1), last_day=date(2024, 12, 20), days=1)
        with pytest.raises(InputError, match="No day from 2023-01-01 to 2023-01-31 is on record: the record goes from"):
            ask(connection, ["burglary"], first_day=date(2023, 1, 1), last_day=date(2023, 1, 31), days=1)
    assert whole.in_words(["burglary"])["Period"] == "2024-12-01 to 2024-12-14"
    assert part.in_words(["burglary"])["Period"] == "2024-11-01 to 2024-12-20, of which 14 of 50 days are on record"


def test_windows_are_spread_over_their_hours(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        report = hours(connection, QUESTION)
    week = {row["hour"]: row["week"] for row in report.rows}
    assert (week["22:00"], week["01:00"], week["10:00"]) == (7.5, 7.5, 0.0)  # 30 windows from 22 to 2


def test_near_repeats_and_warm_zones_have_dates_and_degrees(city: TestDatabase) -> None:
    asked = Question(crime_types=("burglary",), first_day=date(2024, 12, 1), last_day=date(2024, 12, 14))
    with city.staff.connect() as connection:
        table = patterns(connection, asked, show="knox", distance_m=200, days=7, permutations=19)
        zones = patterns(connection, asked, show="warm", distance_m=200, days=7, permutations=19)
    assert sum(row["pairs"] for row in table.rows) == 41 * 40 // 2 + 10 * 9 // 2  # all pairs at the two places
    if zones.rows:
        assert [row["incidents"] for row in zones.rows] == sorted(
            (row["incidents"] for row in zones.rows), reverse=True
        )
    else:
        assert "No zones are shown" in zones.notes[0]
    assert "Ratio within the reach" in zones.question


def test_warm_zones_are_ranked_where_near_repeats_are_shown_to_be(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        for week in range(20):  # runs of three at one place in three days, each week elsewhere
            for day in range(3):
                at = (75.0 + 150 * (week % 8), 375.0 + 150 * (week // 8))
                when = datetime(2024, 1, 1, 12) + timedelta(days=7 * week + day)
                add_incident(connection, f"run {week} {day}", at, when, crime_type="robbery")
    asked = Question(crime_types=("robbery",), first_day=date(2024, 1, 1), last_day=date(2024, 5, 15))
    with city.staff.connect() as connection:
        zones = patterns(connection, asked, show="warm", distance_m=200, days=4, permutations=19)
    (zone,) = zones.rows
    # week 19 began on 13 May 2024: days 13, 14 and 15
    assert (zone["rank"], zone["incidents"], zone["first"], zone["newest"]) == (
        1,
        3,
        date(2024, 5, 13),
        date(2024, 5, 15),
    )
    assert zone["warm until"] == date(2024, 5, 18)
    assert -87.0 < zone["longitude"] < -86.9 and 36.1 < zone["latitude"] < 36.2


def test_hot_spots_by_each_method_name_the_busy_corner_first(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        dense = hot_spots(connection, QUESTION, method="kde", cell_m=150, bandwidth_m=300)
        found = hot_spots(connection, QUESTION, method="clusters", cell_m=150, bandwidth_m=100)
        for method in ("gi-star", "moran"):
            hot_spots(connection, QUESTION, method=method, cell_m=150, bandwidth_m=300)
        with pytest.raises(InputError, match="at least 12 days"):
            hot_spots(connection, QUESTION, method="classes", cell_m=150, bandwidth_m=300)
        with pytest.raises(InputError, match="--cell 10"):
            hot_spots(connection, QUESTION, method="kde", cell_m=10, bandwidth_m=300)
    assert dense.rows[0]["incidents"] == 25
    assert [row["incidents"] for row in found.rows] == [25]


def test_concentration_and_effect_by_hand(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        held = concentration(connection, QUESTION, unit="beat")
        found = effect(connection, QUESTION, treated=["beat:1"], control=["beat:4"])
        with pytest.raises(InputError, match="none in both"):
            effect(connection, QUESTION, treated=["beat:1"], control=["beat:1"])
        with pytest.raises(InputError, match="no beat '9'"):
            effect(connection, QUESTION, treated=["beat:9"], control=["beat:4"])
    assert held.rows[-1] == {"share of the ground": 0.5, "share of incidents": 1.0}  # two of four equal beats hold all
    wdd, ratio = found.rows
    assert wdd["estimate"] == 9.0 and ratio["estimate"] == 1.562  # (25 - 16) - (5 - 5); (25/16) / (5/5)
    assert "gives no verdict" in " ".join(found.notes)


@pytest.mark.parametrize(("places", "chart"), [(False, False), (True, False), (False, True)])
def test_a_refused_format_names_those_that_there_are(tmp_path: Path, places: bool, chart: bool) -> None:
    plain = power(expected_treated=20.0, expected_control=60.0, tau=0.2)
    report = replace(plain, geometry=[] if places else None, chart=object() if chart else None)
    for name, there in (("geojson", places), ("png", chart)):
        if not there:
            with pytest.raises(InputError) as refused:
                write_report(report, output=name, out=tmp_path / f"x.{name}")
            assert ("geojson" in str(refused.value).partition("choose")[2]) is places
            assert ("png" in str(refused.value).partition("choose")[2]) is chart


def test_power_names_what_each_design_would_see() -> None:
    seen = {
        row["design"]: row["smallest fall that would be seen"]
        for row in power(expected_treated=73, expected_control=1e9, tau=0.1).rows
    }
    # 1.96 sqrt(1/73 + .01) + .84 sqrt(1/(73 (1 - .363)) + .01) = .451 = -ln(1 - .363)
    assert seen["rho, tau 0.1"] == "36 %"
    with pytest.raises(InputError, match="above 0"):
        power(expected_treated=0, expected_control=10, tau=0.1)


def test_a_line_in_the_audit_is_committed_before_the_first_row(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        connection.execute("delete from audit.event where verb = 'statistic'")
    with city.staff.connect() as connection:
        hours(connection, QUESTION)
        connection.rollback()
    with city.owner.connect() as connection:
        lines = connection.execute("select actor, detail from audit.event where verb = 'statistic'").fetchall()
    (line,) = lines
    assert line[0] == "hotspots_staff" and line[1]["statistic"] == "hours" and line[1]["crime_types"] == ["burglary"]


def test_the_defaults_are_the_last_days_and_what_the_public_reports(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        asked = ask(connection, (), first_day=None, last_day=None, days=7)
        assert (asked.crime_types, asked.first_day, asked.last_day) == (
            ("burglary", "robbery"),
            date(2024, 12, 8),
            date(2024, 12, 14),
        )
        assert ask(connection, ["Burglary"], first_day=None, last_day=None, days=1).crime_types == ("burglary",)
        for bad, words in (
            ({"days": 0}, "--days 0"),
            ({"days": 7, "first_day": date(2025, 1, 1)}, "--from 2025-01-01 to"),
        ):
            with pytest.raises(InputError, match=words):
                ask(connection, (), **{"first_day": None, "last_day": None, **bad})  # type: ignore[arg-type]
        with pytest.raises(InputError, match="'arsn' is not one of: burglary"):
            ask(connection, ["arsn"], first_day=None, last_day=None, days=7)


def test_every_format_carries_the_question(city: TestDatabase, tmp_path: Path) -> None:
    with city.staff.connect() as connection:
        report = hot_spots(connection, QUESTION, method="kde", cell_m=150, bandwidth_m=300)
    for output in FORMATS:
        write_report(report, output=output, out=tmp_path / f"hot.{output}")
    period = "2024-12-08 to 2024-12-14"
    for output in ("table", "html"):
        assert period in (tmp_path / f"hot.{output}").read_text()
    for output in ("json", "geojson"):
        assert json.loads((tmp_path / f"hot.{output}").read_text())["question"]["Period"] == period
    rows = list(csv.DictReader((tmp_path / "hot.csv").read_text("utf-8-sig").splitlines()))
    assert json.loads(rows[0]["question"])["Period"] == period
    assert period.encode() in (tmp_path / "hot.png").read_bytes()  # in the picture's metadata
    longitude, latitude = json.loads((tmp_path / "hot.geojson").read_text())["features"][0]["geometry"]["coordinates"][
        0
    ][0]
    assert -87.0 <= longitude <= -86.98 and 36.1 < latitude < 36.2


def test_what_a_report_does_not_have_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    plain = Report("Nothing", {"Period": "none"}, [{"a": float("nan")}])
    for output in ("png", "geojson"):
        with pytest.raises(InputError, match=f"--format {output}"):
            write_report(plain, output=output, out=tmp_path / "x")
    with pytest.raises(InputError, match="needs a file"):
        check_format("png", None)
    assert list(tmp_path.iterdir()) == []
    assert json.loads(write_report(plain, output="json", out=None) or "")["rows"] == [{"a": None}]
