"""Lists of places at risk: who is on them, why, and who read them."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import psycopg
import pytest
from scipy.sparse import identity
from scipy.stats import nbinom

from hotspots.domain.forecasts.backtest import BacktestSettings
from hotspots.domain.forecasts.forecast import StoredForecast
from hotspots.domain.forecasts.settings import FactorRisk, ForecastSettings, TerrainSummary
from hotspots.domain.incident_filter import HourRange
from hotspots.domain.place_list import ListRequest, PlaceList
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.at_risk import at_risk as verb
from hotspots.pipeline.at_risk.at_risk import choose
from hotspots.pipeline.at_risk.explanations import give_reasons
from hotspots.pipeline.at_risk.units import Units, indicator
from hotspots.pipeline.forecast.study_grid import study_grid
from hotspots.store.staff import forecasts as forecast_store
from hotspots.store.staff import grids
from hotspots.store.staff.backtests import write_backtest
from hotspots_models.scoring import metrics
from tests.database import TestDatabase
from tests.pipeline.listed_city import AS_OF, build_listed_city, store_risk_terrain


def at_risk(
    connection: psycopg.Connection[tuple[object, ...]], request: ListRequest, *, today: date = AS_OF
) -> PlaceList:
    """A list of cells made on the forecast's first day, unless another unit or day is asked for."""
    return verb.at_risk(connection, request, today=today)


def cells_asked(**asked: object) -> ListRequest:
    return ListRequest(**{"crime_types": ("burglary",), "unit": "cell", **asked})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_listed_city(database)
    return database


def test_cells_rank_by_expected_incidents_until_the_area_is_spent(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        places = at_risk(connection, cells_asked(share=2 / 64, model="long_run_count"))
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


def units_of(expected: list[float], area_m2: list[float], **more: np.ndarray) -> Units:
    """Units of one cell each."""
    n, values = len(expected), np.array(expected)
    area = np.array(area_m2)
    return Units(
        unit_id=np.arange(n), code=[str(k) for k in range(n)], name=[None] * n, geometry=np.array([None] * n), area_m2=area,
        ranked_by_m2=more.get("ranked_by_m2", area), share_of_cell=identity(n, format="csr"), expected_in_cell=values, expected=values,
        count_last_year=np.zeros(n), boxes=np.ones(n, dtype=np.int64),
    )  # type: ignore[arg-type]  # fmt: skip


def chosen(units: Units, **asked: object) -> list[list[int]]:
    return choose(units, cells_asked(random_share=0.0, **asked), seed=1)[0]


def test_a_sliver_at_the_edge_of_the_study_area_does_not_lead_the_list() -> None:
    area = [22_500.0, 225.0, 22_500.0]
    expected = [1.0, 0.11, 0.2]  # a square metre of the sliver expects ten times as much as one of the first cell
    ranked_by = metrics.ranking_area(np.array(area))
    assert chosen(units_of(expected, area), share=0.67) == [[1], [0]]
    assert chosen(units_of(expected, area, ranked_by_m2=ranked_by), share=0.67) == [[0], [1]]


def test_a_list_is_ranked_by_what_is_asked_for_and_holds_as_many_places() -> None:
    units = units_of([2.0, 3.0, 1.0], [1.0, 4.0, 1.0])
    assert chosen(units, places=2) == [[0], [2]]  # 2, 0.75 and 1 a square metre
    by_number = units_of([2.0, 3.0, 1.0], [1.0, 4.0, 1.0], ranked_by_m2=np.ones(3))
    assert chosen(by_number, places=2, rank_by="expected") == [[1], [0]]


def test_a_place_larger_than_the_share_that_was_asked_for_is_listed_with_a_word_about_it(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        beats = at_risk(connection, cells_asked(unit="beat", share=0.01, model="long_run_count"))
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
        places = at_risk(connection, cells_asked(share=1 / 64))
    (bars,) = places.places[0].factors  # the factor that is not known yet is left out
    assert (bars.name, bars.within_150_m, bars.nearest_m) == ("bars", 2, 0.0)
    assert bars.city_median_within_150_m == 0.0
    assert any("from next year left out" in note for note in places.notes)


def test_an_areas_score_is_the_sum_of_its_cells_and_its_count_follows_the_recorded_code(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        places = at_risk(connection, cells_asked(unit="beat", share=1.0, model="long_run_count"))
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
        places = at_risk(connection, cells_asked(share=2 / 64, model="long_run_count"))
        beats = at_risk(connection, cells_asked(unit="beat", share=1.0, model="long_run_count"))
    first = places.places[0]
    assert first.shares == {"long memory": 1.0}
    assert first.count_low < first.expected < first.count_high
    assert first.rank_low == 1 and first.chance_on_list > 0.9
    assert [(bars.words, bars.relative_risk_value) for bars in first.risk_values] == [("within 150 m of bars", 2.5)]
    assert "Risk terrain: bars may stand for stops" in places.notes
    by_code = {place.code: place for place in beats.places}
    assert by_code["1"].risk_values[0].share == 1.0  # all of the beat's expectation is in the hot cell
    assert by_code["4"].risk_values == ()
    assert by_code["1"].count_low == first.count_low  # nothing else in the beat: the sum is as sure as the cell


def test_an_area_weighs_the_reasons_of_its_cells_by_what_they_expect() -> None:
    units = Units(
        unit_id=np.array([7]), code=["a"], name=["A"], geometry=np.array([None]), area_m2=np.array([2.0]), ranked_by_m2=np.array([2.0]),
        share_of_cell=indicator(np.array([0, 0, -1]), 1), expected_in_cell=np.array([3.0, 1.0, 9.0]), expected=np.array([4.0]),
        count_last_year=np.array([0.0]), boxes=np.array([1]),
    )  # fmt: skip
    details = {
        0: {"shares": {"recent": 1.0}, "risk_factors": [0]},
        1: {"shares": {"recent": 0.2, "long memory": 0.8}, "risk_factors": [1]},
    }
    factors = (
        FactorRisk(words="near bars", relative_risk_value=2.0),
        FactorRisk(words="near parks", relative_risk_value=3.0),
    )
    settings = ForecastSettings(
        cell_size_m=150, gate="", served=True, risk_terrain=TerrainSummary(factors=factors), announced={"cell_dispersion": 0.4}
    )  # fmt: skip
    stored = StoredForecast(
        forecast_id=1, grid_id=1, basis="true points", crime_types=("burglary",), model="blend", model_version="1",
        settings=settings, trained_from=AS_OF, trained_to=AS_OF, horizon_days=28, known_on=AS_OF,
    )  # fmt: skip
    reasons = give_reasons([stored], [(np.array([3.0, 1.0, 9.0]), details)], units, chosen=np.array([0]), budget_m2=2.0)
    assert reasons.shares_of(0) == {"recent": 0.8, "long memory": 0.2}  # (3 · 1 + 1 · 0.2) / 4
    assert [(one.words, one.share) for one in reasons.risk_values_of(0)] == [("near bars", 0.75)]  # parks: a quarter
    # variance of the sum: 4 + 0.4 (3² + 1²) = 8, that of a negative binomial with dispersion 0.25
    assert reasons.sure.count_high[0] == nbinom.ppf(0.95, 4, 4 / 8)


def test_some_places_are_drawn_blindly_marked_and_drawn_again_from_the_same_seed(city: TestDatabase) -> None:
    asked = cells_asked(share=4 / 64, model="kde", random_share=0.5, issue=True)
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
    asked = cells_asked(share=2 / 64, model="long_run_count")
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
    with city.owner.connect() as connection:
        connection.execute(
            "insert into core.population_group select area_id, 'young', 1, 2020, case code when '1' then 100 else 50 end from core.area where kind = 'beat'"
        )
    try:
        with city.staff.connect() as connection:
            _, young = at_risk(connection, asked).exposure
            said = at_risk(connection, asked).exposure_words
    finally:
        with city.owner.connect() as connection:
            connection.execute("delete from core.population_group")
    assert (young.group, young.inside, young.city) == ("young", pytest.approx(100 / 16 + 50 / 16), 250.0)
    assert "Of each group there live: young 3.8 %." in said


def test_staff_read_lists_in_the_audit_and_nothing_else_of_it(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        connection.execute("select count(*) from audit.place_list")
    with city.staff.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select count(*) from audit.event")


def audit_lines(city: TestDatabase) -> list[tuple[str, dict[str, object]]]:
    with city.owner.connect() as connection:
        return connection.execute(
            "select actor, detail from audit.event where verb = 'at_risk' order by event_id"
        ).fetchall()


def test_a_read_leaves_a_line_in_the_audit_even_where_it_fails_on_the_way(city: TestDatabase) -> None:
    before = len(audit_lines(city))
    with city.staff.connect() as connection, pytest.raises(NotFoundError):
        at_risk(connection, cells_asked(crime_types=("robbery",)))
    actor, detail = audit_lines(city)[-1]
    assert len(audit_lines(city)) == before + 1
    assert (actor, detail["crime_types"], detail["issued"]) == ("hotspots_staff", ["robbery"], False)


def test_trying_a_list_is_not_issuing_it(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        connection.execute("delete from audit.event where verb = 'at_risk'")
    asked = cells_asked(share=1 / 64, model="long_run_count")
    for issue, times in ((False, 0), (True, 0), (False, 1)):  # what the list before it did
        with city.staff.connect() as connection:
            made = at_risk(connection, replace(asked, issue=issue))
        assert made.places[0].lists_before == times


def test_a_forecast_that_has_ended_or_was_overtaken_makes_no_list_but_one_of_the_past(city: TestDatabase) -> None:
    asked = cells_asked(share=1 / 64)
    with (
        city.staff.connect() as connection,
        pytest.raises(InputError, match=r"ended on 2025-01-28.*hotspots forecast.*--as-of 2025-01-01"),
    ):
        at_risk(connection, asked, today=date(2025, 1, 29))
    with city.staff.connect() as connection:
        past = at_risk(connection, replace(asked, as_of=date(2025, 1, 10)), today=date(2025, 3, 1))
    assert past.past == date(2025, 1, 10)
    with city.staff.connect() as connection, pytest.raises(NotFoundError, match="covers 2025-02-10"):
        at_risk(connection, replace(asked, as_of=date(2025, 2, 10)), today=date(2025, 3, 1))
    later = "update core.incident_version set known_from = %s where incident_key = 'later'"
    with city.owner.connect() as connection:
        connection.execute(later, [date(2025, 1, 5)])
    try:
        with (
            city.staff.connect() as connection,
            pytest.raises(InputError, match="overtaken.* on 2025-01-01, and more became known on 2025-01-05"),
        ):
            at_risk(connection, asked, today=date(2025, 1, 6))
    finally:
        with city.owner.connect() as connection:
            connection.execute(later, [date(2025, 1, 1)])


def test_boxes_are_what_people_get_and_a_place_is_told_by_its_boxes(city: TestDatabase) -> None:
    with city.staff.connect() as connection:
        made = at_risk(connection, cells_asked(unit="box", places=2, random_share=0.0, model="long_run_count"))
        total = forecast_store.read_expected(connection, _stored(connection, "long_run_count"))[0].sum()
    # the cells begin at (500100, 4000050): the hot one is cut by no edge of the 250 m lattice from x 500000 and y 4000000
    hot, warm = made.places
    assert (hot.code, hot.boxes, hot.expected) == ("b16000-2000", 1, pytest.approx(total * 30 / 41))
    assert hot.count_last_year == 32
    assert warm.expected <= total * 10 / 41 * (1 + 1e-9)
    assert made.chosen_units == sum(place.boxes for place in made.places)


def test_a_list_says_what_lists_like_it_found_or_that_none_was_tried(city: TestDatabase) -> None:
    asked = cells_asked(places=2, random_share=0.0, model="long_run_count")
    with city.staff.connect() as connection:
        untried = at_risk(connection, asked)
    assert (
        untried.evidence is None
        and "No list of 2 cells by long run count has been backtested" in untried.evidence_words
    )
    row = {
        "crime_type": "burglary", "horizon_days": 28, "model": "long_run_count", "unit": "cell", "shift": "", "rank_by": "density",
        "windows": 12, "incidents": 400, "sizes": [1, 2, 3], "found": [0.03, 0.064, 0.09], "low": [0.02, 0.051, 0.07],
        "high": [0.04, 0.077, 0.11], "claimed": [0.05, 0.069, 0.1],
    }  # fmt: skip
    settings = BacktestSettings(
        basis="true points", origins=12, horizons_days=(28,), end=date(2025, 1, 1), cell_size_m=150, known_on=date(2025, 1, 1)
    )  # fmt: skip
    with city.owner.connect() as connection:
        write_backtest(connection, crime_types=["burglary"], settings=settings, result={"lists": [row]})
    with city.staff.connect() as connection:
        tried = at_risk(connection, asked)
        of_a_shift = at_risk(connection, replace(asked, hours=HourRange(10, 22)))
        by_number = at_risk(connection, replace(asked, rank_by="expected"))
        within = at_risk(connection, replace(asked, within="district:A"))
    assert (
        "Lists like this (2 cells) found 6.4 % (5.1–7.7) of the reported incidents over 12 windows"
        in tried.evidence_words
    )
    assert "had expected them to hold 6.9 %" in tried.evidence_words
    assert tried.evidence and tried.evidence.held is None  # of an earlier version, which did not measure it
    row |= {"held": [1.1, 1.3, 1.0], "held_low": [0.8, 1.12, 0.9], "held_high": [1.5, 1.5, 1.1]}
    with city.owner.connect() as connection:
        write_backtest(connection, crime_types=["burglary"], settings=settings, result={"lists": [row]})
    with city.staff.connect() as connection:
        assert at_risk(connection, asked).evidence_words.endswith(
            "Lists like this held 1.30 reported incidents for each one expected (1.12–1.50): "
            "the numbers expected of single places are too low."
        )
    assert of_a_shift.evidence is None and "--hours 10-22" in of_a_shift.evidence_words
    assert by_number.evidence is None and within.evidence is None


def test_a_list_within_one_area_holds_its_places_alone(city: TestDatabase) -> None:
    asked = cells_asked(places=3, model="long_run_count", random_share=0.0)
    with city.staff.connect() as connection:
        made = at_risk(connection, replace(asked, within="beat:4"))
        assert {place.area_name for place in made.places} == {"Beat 4"}
        assert (made.within_label, made.n_units) == ("Police beat Beat 4", 16)
        assert at_risk(connection, replace(asked, within="district:0a")).n_units == 64
        for bad, words in (
            ("beat:9", "no beat '9'"),
            ("ward:1", "'ward' is not one of"),
            ("beat", "not a kind and a code"),
        ):
            with pytest.raises(InputError, match=words):
                at_risk(connection, replace(asked, within=bad))


def test_where_there_is_too_little_to_rank_no_rank_is_given(city: TestDatabase) -> None:
    night = cells_asked(places=10, hours=HourRange(3, 4), weekdays=(3,), random_share=0.0, model="long_run_count")
    with city.staff.connect() as connection, pytest.raises(InputError, match="Too few to rank"):
        at_risk(connection, night)


def test_each_place_has_the_citys_share_of_a_shift(city: TestDatabase) -> None:
    asked = cells_asked(places=2, model="long_run_count", random_share=0.0)
    with city.staff.connect() as connection:
        whole, noon = at_risk(connection, asked), at_risk(connection, replace(asked, hours=HourRange(8, 16)))
    ratios = [b.expected / a.expected for a, b in zip(whole.places, noon.places, strict=True)]
    assert ratios[0] == pytest.approx(ratios[1])


def test_a_list_without_a_forecast_says_what_to_run(city: TestDatabase) -> None:
    with (
        city.staff.connect() as connection,
        pytest.raises(NotFoundError, match="hotspots forecast --crime-type 'robbery'"),
    ):
        at_risk(connection, ListRequest(crime_types=("robbery",)))


@pytest.mark.parametrize("bad", [0.0, -1.0, 1.5])
def test_a_share_that_is_none_is_refused(city: TestDatabase, bad: float) -> None:
    with city.staff.connect() as connection, pytest.raises(InputError, match="--share"):
        at_risk(connection, cells_asked(share=bad))
