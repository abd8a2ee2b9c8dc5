"""Lists of places at risk: who is on them, why, and who read them."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import psycopg
import pytest
from scipy.stats import nbinom

from hotspots.domain.forecast import StoredForecast
from hotspots.domain.incident_filter import HourRange
from hotspots.domain.place_list import ListRequest
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.at_risk.at_risk import at_risk, greedy
from hotspots.pipeline.at_risk.explanations import give_reasons
from hotspots.pipeline.at_risk.units import Units
from hotspots.pipeline.forecast.study_grid import study_grid
from hotspots.store.staff import forecasts as forecast_store
from hotspots.store.staff import grids
from hotspots_models.scoring import metrics
from tests.database import TestDatabase
from tests.pipeline.listed_city import AS_OF, build_listed_city, store_risk_terrain


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_listed_city(database)
    return database


def test_cells_rank_by_expected_incidents_until_the_area_is_spent(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        places = at_risk(connection, ListRequest(crime_types=("burglary",), share=2 / 64, model="long_run_count"))
    assert [place.count_last_year for place in places.places] == [
        32,
        10,
    ]  # 30 + a second victim + a window that began before the day
    assert places.n_units == 64
    first, second = places.places
    assert first.expected / second.expected == pytest.approx(3.0)  # 30 events to 10
    assert first.share_of_city == pytest.approx(30 / 41)
    assert (first.words, first.area_name) == ("near =FIRST ST & MAIN ST, Police beat Beat 1", "Beat 1")
    assert (second.area_name, places.review_date) == ("Beat 4", AS_OF + timedelta(days=28))


def test_a_sliver_at_the_edge_of_the_study_area_does_not_lead_the_list() -> None:
    area = np.array([22_500.0, 225.0, 22_500.0])
    expected = np.array(
        [1.0, 0.1, 0.2]
    )  # a square metre of the sliver expects ten times as much as one of the first cell
    by_area = greedy(expected / area, area, budget_m2=30_000)
    assert by_area.tolist() == [1, 0]
    assert greedy(expected / metrics.ranking_area(area), area, budget_m2=30_000).tolist() == [0, 1]


def test_a_place_larger_than_the_share_that_was_asked_for_is_listed_with_a_word_about_it(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        beats = at_risk(connection, ListRequest(crime_types=("burglary",), unit="beat", model="long_run_count"))
    assert len(beats.places) == 1 and beats.area_share == pytest.approx(0.25)
    words = "The place that ranks first alone covers 25.0% of the area, more than the 1.0% asked for (--share)."
    assert words in beats.notes


def test_cells_cut_at_the_edge_of_the_city_lie_in_its_areas_too(city: TestDatabase) -> None:
    with city.owner.connect() as connection:  # squares of 1 km over 1.2 km: the eastern two have their middle outside
        grid_id, grid = study_grid(connection, cell_size_m=1000.0)
        areas = grids.read_cell_areas(connection, grid_id, kind="district", on_day=AS_OF)
    assert grid.n_cells == len(areas) == 4
    assert len(set(areas.tolist())) == 1 and areas[0] > 0


def test_each_risk_factor_is_counted_and_measured_against_the_citys_median(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        places = at_risk(connection, ListRequest(crime_types=("burglary",), share=1 / 64))
    (bars,) = places.places[0].factors  # the factor that is not known yet is left out
    assert (bars.name, bars.within_150_m, bars.nearest_m) == ("bars", 2, 0.0)
    assert bars.city_median_within_150_m == 0.0
    assert any("from next year left out" in note for note in places.notes)


def test_an_areas_score_is_the_sum_of_its_cells_and_its_count_follows_the_recorded_code(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        places = at_risk(
            connection, ListRequest(crime_types=("burglary",), unit="beat", share=1.0, model="long_run_count")
        )
        total = forecast_store.read_expected(connection, _stored(connection, "long_run_count"))[0].sum()
    by_code = {place.code: place for place in places.places}
    assert sum(place.expected for place in places.places) == pytest.approx(total)
    assert by_code["1"].expected == pytest.approx(total * 30 / 41)
    assert by_code["2"].expected == pytest.approx(total * 1 / 41)  # where the point is
    assert by_code["1"].count_last_year == 33  # and one that was recorded there


def _stored(connection: psycopg.Connection[tuple[object, ...]], model: str) -> int:
    row = connection.execute(
        "select forecast_id from core.forecast where model = %s and crime_types = '{burglary}'", [model]
    ).fetchone()
    assert row
    return int(str(row[0]))


def test_each_place_says_why_and_how_sure(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        store_risk_terrain(connection)
    with city.staff.connect() as connection:
        places = at_risk(connection, ListRequest(crime_types=("burglary",), share=2 / 64, model="long_run_count"))
        beats = at_risk(
            connection, ListRequest(crime_types=("burglary",), unit="beat", share=1.0, model="long_run_count")
        )
    first = places.places[0]
    assert first.shares == {"long memory": 1.0}
    assert first.count_low < first.expected < first.count_high
    assert first.rank_low == 1 and first.chance_on_list > 0.9
    assert [(bars.words, bars.relative_risk_value) for bars in first.risk_values] == [("within 150 m of bars", 2.5)]
    assert "risk terrain: bars may stand for stops" in places.notes
    by_code = {place.code: place for place in beats.places}
    assert by_code["1"].risk_values[0].share == 1.0  # all of the beat's expectation is in the hot cell
    assert by_code["4"].risk_values == ()
    assert by_code["1"].count_low == first.count_low  # nothing else in the beat: the sum is as sure as the cell


def test_an_area_weighs_the_reasons_of_its_cells_by_what_they_expect() -> None:
    units = Units(
        unit_id=np.array([7]), code=["a"], name=["A"], geometry=np.array([None]), area_m2=np.array([2.0]), ranked_by_m2=np.array([2.0]),
        of_cell=np.array([0, 0, -1]), expected_in_cell=np.array([3.0, 1.0, 9.0]), expected=np.array([4.0]), count_last_year=np.array([0.0]),
    )  # fmt: skip
    details = {
        0: {"shares": {"recent": 1.0}, "risk_factors": [0]},
        1: {"shares": {"recent": 0.2, "long memory": 0.8}, "risk_factors": [1]},
    }
    terrain = [{"words": "near bars", "relative_risk_value": 2.0}, {"words": "near parks", "relative_risk_value": 3.0}]
    stored = StoredForecast(
        forecast_id=1, grid_id=1, basis="true points", crime_types=("burglary",), model="blend", model_version="1",
        settings={"risk_terrain": {"factors": terrain}, "cell_dispersion": 0.4}, trained_from=AS_OF, trained_to=AS_OF, horizon_days=28, known_on=AS_OF,
    )  # fmt: skip
    reasons = give_reasons([stored], [(np.array([3.0, 1.0, 9.0]), details)], units, budget_m2=2.0)
    assert reasons.shares_of(0) == {"recent": 0.8, "long memory": 0.2}  # (3 · 1 + 1 · 0.2) / 4
    assert [(one.words, one.share) for one in reasons.risk_values_of(0)] == [("near bars", 0.75)]  # parks: a quarter
    # variance of the sum: 4 + 0.4 (3² + 1²) = 8, that of a negative binomial with dispersion 0.25
    assert reasons.sure.count_high[0] == nbinom.ppf(0.95, 4, 4 / 8)


def test_some_places_are_drawn_blindly_marked_and_drawn_again_from_the_same_seed(city: TestDatabase) -> None:
    asked = ListRequest(crime_types=("burglary",), share=4 / 64, model="kde", random_share=0.5)
    with city.staff.connect() as connection:
        first, again = at_risk(connection, asked), at_risk(connection, asked)
    drawn = [place.code for place in first.places if place.chosen_by == "random"]
    assert len(drawn) == 2 and drawn == [place.code for place in first.places][-2:]
    assert drawn == [place.code for place in again.places if place.chosen_by == "random"]
    assert any("2 places were drawn blindly" in note and f"seed {first.seed}" in note for note in first.notes)
    with city.owner.connect() as connection:
        (row,) = connection.execute("select detail from audit.event order by event_id desc limit 1").fetchall()
    assert row[0]["random_codes"] == drawn and row[0]["seed"] == first.seed
    with city.staff.connect() as connection, pytest.raises(InputError, match="--random-share"):
        at_risk(connection, replace(asked, random_share=0.6))


def test_a_list_says_how_many_live_there_and_since_when_a_place_has_been_on_lists(city: TestDatabase) -> None:
    asked = ListRequest(crime_types=("burglary",), share=2 / 64, model="long_run_count")
    with city.owner.connect() as connection:
        connection.execute("delete from audit.event where verb = 'at_risk'")
        connection.execute(
            "insert into audit.event (at, verb, detail) select '2024-11-05', 'at_risk', jsonb_build_object('unit', 'cell', 'grid_id', "
            "(select max(grid_id) from core.forecast where basis = 'true points'), 'crime_types', array['burglary'], 'codes', array['r0c0'])"
        )
    with city.staff.connect() as connection:
        made = at_risk(connection, asked)
    (hot, warm), (living,) = made.places, made.exposure
    assert (hot.code, hot.listed_since, hot.lists_before) == ("r0c0", date(2024, 11, 5), 1)
    assert (warm.listed_since, warm.lists_before) == (None, 0)
    assert (living.inside, living.city) == (pytest.approx(400 / 16 + 200 / 16), 1000.0)  # 16 cells a beat
    assert "names no population groups" in made.exposure_words


def test_staff_read_lists_in_the_audit_and_nothing_else_of_it(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        connection.execute("select count(*) from audit.place_list")
    with city.staff.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select count(*) from audit.event")


def test_a_shift_moves_the_list_to_where_its_hours_are(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        noon = at_risk(
            connection,
            ListRequest(crime_types=("burglary",), share=1 / 64, hours=HourRange(8, 16), model="long_run_count"),
        )
    assert noon.places[0].area_name in {"Beat 1", "Beat 4"}
    assert noon.expected_city < 41
    assert any("hours past midnight" in note for note in noon.notes)


def test_every_list_leaves_a_line_in_the_audit_table(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        before = connection.execute("select count(*) from audit.event where verb = 'at_risk'").fetchone()
    with city.staff.connect() as connection:
        at_risk(connection, ListRequest(crime_types=("burglary",)))
    with city.owner.connect() as connection:
        rows = connection.execute(
            "select actor, detail from audit.event where verb = 'at_risk' order by event_id"
        ).fetchall()
    assert before and len(rows) == before[0] + 1
    assert rows[-1][0] == "hotspots_staff"
    assert rows[-1][1]["crime_types"] == ["burglary"]


def test_a_list_without_a_forecast_says_what_to_run(city: TestDatabase) -> None:
    with (
        city.staff.connect() as connection,
        pytest.raises(NotFoundError, match="hotspots forecast --crime-type 'robbery'"),
    ):
        at_risk(connection, ListRequest(crime_types=("robbery",)))


@pytest.mark.parametrize("bad", [0.0, -1.0, 1.5])
def test_a_share_that_is_none_is_refused(city: TestDatabase, bad: float) -> None:
    with city.staff.connect() as connection, pytest.raises(InputError, match="--share"):
        at_risk(connection, ListRequest(crime_types=("burglary",), share=bad))
