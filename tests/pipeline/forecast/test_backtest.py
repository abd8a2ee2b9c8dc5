"""A backtest on the city done by hand: burglaries keep to one cell, so a count is hard to beat."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.domain.incident_filter import HourRange
from hotspots.errors import InputError
from hotspots.pipeline.forecast.backtest import BacktestRequest, BacktestResult, run_backtest
from hotspots.pipeline.forecast.backtest_report import write_report
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.forecast.model_choice import choose_model
from hotspots.pipeline.forecast.training_data import choose_types, days_since_epoch, learn
from hotspots.pipeline.forecast.windows import plan_windows
from hotspots.store.staff.backtests import latest_backtest, list_evidence
from tests.core_city_builder import CELL_M, add_incident, build_city
from tests.database import TestDatabase
from tests.pdf_ua import broken_rules

END = date(2025, 1, 1)
REQUEST = BacktestRequest(
    crime_types=("burglary",), models=("kde",), origins=3, horizons_days=(14,), end=END, cell_size_m=CELL_M, workers=1
)


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    with database.owner.connect() as connection:
        build_city(connection)
        for n in range(200):  # each second day one in the south-west cell, and one that wanders through the others
            day = datetime(2024, 1, 1, 12) + timedelta(days=n * 1.8)
            add_incident(connection, f"same {n}", (75.0, 75.0), day)
            add_incident(connection, f"other {n}", (75.0 + 150 * (n % 8), 75.0 + 150 * (n // 8 % 8)), day)
    return database


@pytest.fixture(scope="module")
def result(city: TestDatabase) -> BacktestResult:
    with city.owner.connect() as connection:
        return run_backtest(connection, REQUEST)


def test_the_long_run_count_is_always_beside_the_model(result: BacktestResult) -> None:
    assert {score.model for score in result.scores} == {"long_run_count", "kde"}
    assert {score.origins for score in result.scores} == {3}


def test_windows_touch_and_end_where_asked(result: BacktestResult) -> None:
    origins = sorted({fold["origin"] for fold in result.as_json()["folds"]})
    assert origins == ["2024-11-20", "2024-12-04", "2024-12-18"]


def test_what_lists_of_each_size_and_unit_found_is_stored(result: BacktestResult, city: TestDatabase) -> None:
    (one,) = [
        row
        for row in result.lists
        if (row.model, row.unit, row.shift, row.rank_by) == ("long_run_count", "cell", "", "density")
    ]
    shares = []
    for first in (date(2024, 11, 20), date(2024, 12, 4), date(2024, 12, 18)):
        days = [datetime(2024, 1, 1, 12) + timedelta(days=n * 1.8) for n in range(200)]
        inside = [n for n, day in enumerate(days) if first <= day.date() < first + timedelta(days=14)]
        both_in_the_corner = sum(n % 8 == 0 and n // 8 % 8 == 0 for n in inside)  # at one place and time: one event
        shares.append(len(inside) / (2 * len(inside) - both_in_the_corner))
    assert (one.sizes[0], one.windows) == (1, 3)
    assert one.found[0] == pytest.approx(sum(shares) / 3, abs=1e-5)
    assert one.low[0] < one.found[0] < one.high[0] and 0.9 < one.found[-1] <= 1.0
    assert {row.unit for row in result.lists} == {"cell", "box", "beat", "district"}
    with city.owner.connect() as connection:
        asked = {
            "crime_types": ["burglary"],
            "cell_size_m": CELL_M,
            "horizon_days": 14,
            "shift": "",
            "rank_by": "density",
        }
        (found,) = list_evidence(connection, model="long_run_count", unit="cell", **asked)[:1]
        assert found[0] == "2025-01-01" and found[1].found[0] == one.found[0]
        assert list_evidence(connection, model="promap", unit="cell", **asked) == []


def test_lists_of_a_shift_are_judged_on_its_incidents_alone(city: TestDatabase) -> None:
    noon = replace(REQUEST, models=("long_run_count",), hours=HourRange(0, 12))
    with city.owner.connect() as connection:
        judged = run_backtest(connection, noon)
    whole, morning = (
        next(row for row in judged.lists if (row.unit, row.shift, row.rank_by) == ("cell", shift, "density"))
        for shift in ("", "00-12")
    )
    # the city total of this end of the record is forecast too high, by as much in the morning: its share of the hours is applied
    assert whole.held[-1] and 0.7 < whole.held[-1] < 1 and morning.held[-1] == pytest.approx(whole.held[-1], abs=0.25)
    # every 1.8 days from noon on: an hour of each tenth part of a day, half of them before noon
    assert 0 < morning.incidents < whole.incidents
    with city.owner.connect() as connection, pytest.raises(InputError, match="true points"):
        run_backtest(connection, replace(noon, basis="anchors"))


def test_what_was_observed_is_what_lies_in_the_windows(result: BacktestResult, city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        row = connection.execute(
            "select count(distinct (location_id, occurred_from)) from core.incident_version "
            "where occurred_from >= '2024-11-20' and occurred_from < '2025-01-01'"
        ).fetchone()
    assert row
    assert {score.incidents for score in result.scores} == {float(row[0])}


def test_two_processes_give_the_same_to_the_last_digit(result: BacktestResult, city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        again = run_backtest(connection, replace(REQUEST, workers=2))
    assert [(f.log_skill, f.hits, f.expected) for f in again.folds] == [
        (f.log_skill, f.hits, f.expected) for f in result.folds
    ]


def test_a_model_without_proof_is_not_served(result: BacktestResult, city: TestDatabase) -> None:
    (decision,) = result.decisions
    assert not decision.beats_counting and decision.serve == "long_run_count"
    asked = ForecastRequest(crime_types=("burglary",), as_of=END, horizon_days=14, model=None, cell_size_m=CELL_M)
    with city.owner.connect() as connection:
        stored = latest_backtest(
            connection, crime_types=["burglary"], basis="true points", cell_size_m=CELL_M, horizon_days=14
        )
        made = forecast(connection, asked)
    assert stored is not None and stored.decisions[0].words == decision.words
    assert stored.settings == result.settings
    assert [(one.model, one.hit_rate, one.calibration_slope) for one in stored.scores] == [
        (one.model, one.hit_rate, one.calibration_slope) for one in result.scores
    ]
    kept = {(one.model, one.unit, one.shift, one.rank_by): (list(one.found), one.held_at(0)) for one in stored.lists}
    assert kept == {
        (one.model, one.unit, one.shift, one.rank_by): (
            one.found,
            None if one.held[0] is None else (one.held[0], one.held_low[0], one.held_high[0]),
        )
        for one in result.lists
    }
    assert [one.forecast.model for one in made] == ["long_run_count"]
    assert decision.words in made[0].notes


def test_what_a_backtest_says_names_its_incidents_and_windows_or_why_nothing_can_be_said(
    city: TestDatabase,
) -> None:
    with city.owner.connect() as connection:
        # Windows of one day, burglaries 1.8 days apart; then one cell for the whole city.
        sparse = run_backtest(connection, replace(REQUEST, origins=14, horizons_days=(1,), end=date(2024, 12, 25)))
        days = connection.execute(
            "select count(distinct occurred_from::date), count(distinct (location_id, occurred_from)) "
            "from core.incident_version where occurred_from >= '2024-12-11' and occurred_from < '2024-12-25'"
        ).fetchone()
        coarse = run_backtest(connection, replace(REQUEST, cell_size_m=10_000.0, models=("kde", "risk_terrain")))
    assert days is not None and days[0] < 12
    assert sparse.as_json()["sentences"][0].endswith(
        f"These are means over the {days[0]} windows with incidents, {days[1]} in all."
    )
    assert sparse.decisions[0].words == (
        f"The long-run count is served: kde was backtested on 14 windows, {days[0]} of them with incidents, "
        "and fewer than 12 show too little."
    )
    kde, terrain = coarse.as_json()["sentences"]
    assert kde == (
        "kde on burglary: nothing can be said: 5 % of the area is less than one cell; choose smaller cells (--cell)."
    )
    assert terrain.startswith("risk_terrain on burglary: nothing can be said: a risk terrain needs risk factors")
    (decision,) = coarse.decisions
    assert decision.words == f"The long-run count is served: kde cannot be judged: {kde.partition('said: ')[2]}"
    with (
        city.owner.connect() as connection
    ):  # what the gate says of a model is found again when that model is asked for
        choice = choose_model(
            connection,
            crime_types=["burglary"],
            basis="true points",
            cell_size_m=10_000.0,
            horizon_days=14,
            asked_for="kde",
        )
    assert choice.words == f"kde was asked for. The backtest: {decision.words}"


def test_a_backtest_says_in_how_many_windows_a_model_fell_back_for_want_of_history(city: TestDatabase) -> None:
    young = replace(REQUEST, models=("mixture",), horizons_days=(5,), end=date(2024, 1, 21))
    with city.owner.connect() as connection:  # before 16 January there were 18 burglaries, and 25 are too few
        short = run_backtest(connection, young)
    words = "In 3 of 3 windows mixture had too little history and fell back to KDE."
    assert short.as_json()["sentences"][0].endswith(words)
    assert short.decisions[0].words.endswith(words)


def test_an_unknown_model_is_named_with_what_is_allowed(city: TestDatabase) -> None:
    with city.owner.connect() as connection, pytest.raises(InputError, match=r"crystal_ball.*long_run_count"):
        run_backtest(connection, replace(REQUEST, models=("crystal_ball",)))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"models": ()}, "--models names no model"),
        ({"origins": 0}, "at least one window"),
        ({"horizons_days": (14, 0)}, "at least one window of at least one day"),
        ({"horizons_days": (367,)}, "a horizon of 367 days is longer than 366"),
        # 26 windows of 14 days are 364 of the 366 days of the leap year 2024; one more reaches beyond its first day.
        ({"origins": 27}, r"27 windows of 14 days before 2025-01-01 reach back to the first incident \(2024-01-01\)"),
        (
            {"end": date(2026, 1, 1)},
            r"--end 2026-01-01: the last window begins after the newest incident \(2024-12-24\)",
        ),
        ({"scheduler": "nonsense"}, "--scheduler nonsense is not an address such as tcp://"),
        ({"scheduler": "tcp://127.0.0.1:1"}, "--scheduler tcp://127.0.0.1:1: nothing answers there"),
    ],
)
def test_windows_that_cannot_be_tested_are_refused_before_any_model_is_fitted(
    city: TestDatabase, settings: dict[str, Any], words: str
) -> None:
    with city.owner.connect() as connection, pytest.raises(InputError, match=words):
        run_backtest(connection, replace(REQUEST, **settings))


def test_the_report_reads_as_html_and_as_pdf(result: BacktestResult, tmp_path: Path) -> None:
    for ending in ("html", "pdf"):
        write_report(result, tmp_path / f"report.{ending}", city="Handville", attribution="Nobody")
    page = (tmp_path / "report.html").read_text()
    assert "Burglary, windows of 14 days" in page and page.count("<svg") >= 2
    assert page.count(result.decisions[0].words) == 1
    came = next(score for score in result.scores if score.model == "kde").calibration["top 20 boxes"][2]
    assert came and f"<td>{came:.2f} (" in page
    assert broken_rules(tmp_path / "report.pdf") == [[]]
    with pytest.raises(InputError, match=r"\.doc.*\.html, \.pdf"):
        write_report(result, tmp_path / "report.doc", city="Handville", attribution="")


def test_a_backtest_learns_from_what_the_ledger_knew_and_a_correction_makes_nothing_new(city: TestDatabase) -> None:
    """Each incident came the day after, those of `same` after ten days; one of them was corrected later, which does not make it news."""
    with city.owner.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute(
            "update core.incident_version set known_from = occurred_from::date + case when incident_key like 'same %' then 10 else 1 end"
        )
        connection.execute(
            "with old as (update core.incident_version set known_to = '2024-12-30' where incident_key = 'same 100' returning *) "
            "insert into core.incident_version (incident_key, delivery_id, line, known_from, occurred_from, occurred_to, crime_type_id, "
            "source_type_id, location_id, sensitive) select incident_key, delivery_id, 2, '2024-12-30', occurred_from, occurred_to, "
            "crime_type_id, source_type_id, location_id, sensitive from old"
        )
        kinds = choose_types(connection, ["burglary"], police_initiated_reason=None)
        history = learn(connection, kinds, basis="true points", as_of=END).history
        known = history.before(days_since_epoch(date(2024, 12, 1)))
        row = connection.execute(
            "select count(distinct (location_id, occurred_from)) from core.incident_version "
            "where known_to is null and least(known_from, case when incident_key = 'same 100' then occurred_from::date + 10 end) <= '2024-12-01'"
        ).fetchone()
    assert row and len(known) == row[0]
    assert history.known_days is not None and (history.known_days > history.t_days).all()


@pytest.mark.parametrize(
    ("days", "origins", "windows"),
    [
        (61, 12, (4, 7)),  # 28 to learn from, 33 are 4 weeks
        (91, 12, (8, 7)),  # 30 to learn from, 61 are 8 weeks
        (182, 12, (12, 10)),  # 60 to learn from, 122 are 12 windows of 10
        (336, 12, (12, 18)),  # 12 windows of 28 would leave nothing to learn from
        (337, 12, (12, None)),
        (91, 2, (2, None)),
        (150, 4, (4, None)),
    ],
)
def test_a_young_record_is_judged_on_as_many_windows_as_fit_after_a_third_to_learn_from(
    days: int, origins: int, windows: tuple[int, float | None]
) -> None:
    asked = replace(REQUEST, origins=origins, horizons_days=(28,))
    assert plan_windows(asked, END - timedelta(days=days), horizon_days=28) == windows


def test_a_record_of_weeks_is_refused_and_so_are_too_many_windows_of_an_old_one() -> None:
    with pytest.raises(InputError, match="The record begins on 2024-12-02, 30 days before 2025-01-01: too few"):
        plan_windows(REQUEST, END - timedelta(days=30), horizon_days=14)
    with pytest.raises(InputError, match="365 days before 2025-01-01 reach back to the first incident"):
        plan_windows(replace(REQUEST, origins=1), END - timedelta(days=200), horizon_days=365)


def test_a_city_of_four_months_has_a_backtest_that_decides(city: TestDatabase) -> None:
    young = replace(REQUEST, models=("mixture",), origins=12, horizons_days=(28,), end=date(2024, 5, 1))
    with city.owner.connect() as connection:
        judged = run_backtest(connection, young)
        choice = choose_model(
            connection,
            crime_types=("burglary",),
            basis="true points",
            cell_size_m=CELL_M,
            horizon_days=28,
            asked_for=None,
        )
        row = connection.execute(
            "select count(distinct (location_id, occurred_from)) from core.incident_version "
            "where occurred_from >= '2024-02-14' and occurred_from < '2024-05-01'"
        ).fetchone()
    # 121 days: 40 to learn from, 81 are 11 windows of a week, the first from 14 February on
    assert [fold["origin"] for fold in judged.as_json()["folds"]][::22] == ["2024-02-14"]
    assert row and {(score.origins, score.incidents) for score in judged.scores} == {(11, float(row[0]))}
    mixture = next(score for score in judged.scores if score.model == "mixture")
    assert mixture.expected == pytest.approx(mixture.incidents, rel=0.25)  # of a week each, not of four
    assert choice.words == judged.decisions[0].words
    assert "the record is too young for 12 windows of 28 days, so 11 of 7 days were judged" in choice.words
    assert any("the record begins on 2024-01-0" in note for note in judged.notes)
