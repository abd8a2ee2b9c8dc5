"""Forecast and list of a city done by hand: eight by eight cells of 150 m, four beats."""

import csv
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg
import pytest
from scipy.stats import nbinom

from hotspots.domain.forecast import ForecastRequest, StoredForecast
from hotspots.domain.incident_filter import HourRange
from hotspots.domain.place_list import SAYS_NOT, ListRequest
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.at_risk import at_risk, greedy
from hotspots.pipeline.export import guarded, write_list
from hotspots.pipeline.forecast import forecast
from hotspots.pipeline.place_reasons import give_reasons
from hotspots.pipeline.place_units import Units
from hotspots.store import forecasts as forecast_store
from hotspots.store.staff_lists import read_backdrop
from hotspots_models import metrics
from tests.core_city_builder import CELL_M, SRID, add_factor, add_incident, build_city
from tests.database import TestDatabase

AS_OF = date(2025, 1, 1)
HOT, WARM = (75.0, 75.0), (1125.0, 1125.0)  # centres of the south-west and the north-east cell


def request(*crime_types: str, model: str = "long_run_count", **settings: object) -> ForecastRequest:
    return ForecastRequest(
        crime_types=crime_types, as_of=AS_OF, horizon_days=28, model=model, cell_size_m=CELL_M, **settings
    )  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    with database.owner.connect() as connection:
        build_city(connection)
        for n in range(
            30
        ):  # 30 in the hot cell, one a day at 20:00 from 2 December 2024 (a Monday), and 10 in the warm one at noon
            add_incident(connection, f"hot {n}", HOT, datetime(2024, 12, 2, 20) + timedelta(days=n))
        for n in range(10):
            add_incident(connection, f"warm {n}", WARM, datetime(2024, 12, 2, 12) + timedelta(days=n))
        add_incident(connection, "second victim", HOT, datetime(2024, 12, 2, 20))
        add_incident(connection, "recorded elsewhere", (1000.0, 75.0), datetime(2024, 12, 3, 12), recorded_beat="1")
        add_incident(connection, "window still open", HOT, datetime(2024, 12, 31, 20), until=datetime(2025, 1, 1, 8))
        add_incident(connection, "later", HOT, datetime(2025, 1, 1, 0))
        add_incident(connection, "drugs", WARM, datetime(2024, 12, 9, 12), crime_type="narcotics")
        add_factor(connection, "bars", [(75.0, 75.0), (225.0, 75.0), (1125.0, 75.0)])
        add_factor(connection, "from next year", [(75.0, 75.0)], valid="[2026-01-01,)")
        connection.execute('update core.city set config = config || \'{"population": {"kind": "beat"}}\'')
        connection.execute(
            "insert into core.population (area_id, year, residents) select area_id, 2020, case code when '1' then 400 else 200 end "
            "from core.area where kind = 'beat'"
        )
        forecast(connection, request("burglary"))
        forecast(connection, request("burglary", model="kde"))
    return database


def store_risk_terrain(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """The risk terrain finds nothing in three busy cells: here is one as it would be stored, true of the south-west cell."""
    said = '{"factors": [{"words": "within 150 m of bars", "relative_risk_value": 2.5}], "warnings": ["bars may stand for stops"]}'
    connection.execute("update core.forecast set settings = jsonb_set(settings, '{risk_terrain}', %s)", [said])
    connection.execute(
        """update core.forecast_cell set detail = coalesce(detail, '{}') || '{"risk_factors": [0]}' where cell_id = 0"""
    )


def test_what_was_not_known_when_the_forecast_was_made_is_not_learnt(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        events = forecast_store.read_events(
            connection, basis="true points", start=date(2024, 1, 1), end=AS_OF, crime_type_ids=[1]
        )
    assert len(events.t_days) == 30 + 10 + 1
    assert events.n_records == 42  # the second victim is the same event


def test_types_that_the_police_initiate_are_evidence_only_when_asked_for(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        without = forecast_store.read_events(
            connection, basis="true points", start=date(2024, 1, 1), end=AS_OF, crime_type_ids=[1]
        )
        asked = forecast_store.read_events(
            connection, basis="true points", start=date(2024, 1, 1), end=AS_OF, crime_type_ids=[1, 3]
        )
    assert len(asked.t_days) == len(without.t_days) + 1


def test_forecasting_what_the_police_initiate_needs_a_reason(city: TestDatabase) -> None:
    with city.owner.connect() as connection, pytest.raises(InputError, match="--include-police-initiated"):
        forecast(connection, request("narcotics"))
    with city.owner.connect() as connection:
        made = forecast(connection, request("narcotics", police_initiated_reason="a study of overdose calls"))
    assert made[0].forecast.police_initiated_reason == "a study of overdose calls"


def test_an_unknown_crime_type_or_model_is_named_with_what_is_allowed(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        with pytest.raises(InputError, match=r"arsn.*burglary, robbery, narcotics"):
            forecast(connection, request("arsn"))
        with pytest.raises(InputError, match=r"prophecy.*long_run_count"):
            forecast(connection, request("burglary", model="prophecy"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"horizon_days": 0}, "a horizon of 0 days is not between 1 and 366"),
        ({"horizon_days": 10**9}, "a horizon of 1000000000 days"),
        (
            {"as_of": date(2026, 1, 3)},
            r"--as-of 2026-01-03 is more than a year after the newest incident \(2025-01-01\)",
        ),
    ],
)
def test_a_forecast_that_reaches_too_far_is_refused(
    city: TestDatabase, settings: dict[str, object], words: str
) -> None:
    with city.owner.connect() as connection, pytest.raises(InputError, match=words):
        forecast(connection, replace(request("burglary"), **settings))  # type: ignore[arg-type]


def test_the_same_forecast_made_again_replaces_the_first(city: TestDatabase) -> None:
    with city.owner.connect() as connection:
        before = len(forecast_store.stored_forecasts(connection))
        forecast(connection, request("burglary", model="kde"))
        assert len(forecast_store.stored_forecasts(connection)) == before


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


@pytest.fixture(scope="module")
def exports(city: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    with city.owner.connect() as connection:
        store_risk_terrain(connection)
    with city.staff.connect() as connection:
        places = at_risk(connection, ListRequest(crime_types=("burglary",), share=2 / 64))
        backdrop = read_backdrop(connection, srid=SRID, kind="beat")
        for ending in ("csv", "geojson", "gpkg", "xlsx", "html"):
            write_list(places, folder / f"list.{ending}", srid=SRID, backdrop=backdrop)
    return folder


def test_the_csv_holds_every_place_with_what_it_does_not_say(exports: Path) -> None:
    rows = list(csv.DictReader((exports / "list.csv").read_text("utf-8-sig").splitlines()))
    assert [row["rank"] for row in rows] == ["1", "2"]
    assert {row["does_not_say"] for row in rows} == {SAYS_NOT}
    assert rows[0]["bars within 150 m"] == "2"
    assert float(rows[0]["count_low"]) < float(rows[0]["expected_incidents"]) < float(rows[0]["count_high"])
    assert "bars" in rows[0]["risk_factors"] and rows[0]["chosen_by"] == "expected incidents"


def test_the_geojson_is_in_degrees_and_on_the_spot(exports: Path) -> None:
    collection = json.loads((exports / "list.geojson").read_text())
    longitude, latitude = collection["features"][0]["geometry"]["coordinates"][0][0]
    # UTM zone 16 has its central meridian at 87 degrees west, where easting is 500,000 m
    assert -87.0 <= longitude <= -86.99 and 36.1 < latitude < 36.2
    assert collection["review_date"] == "2025-01-29" and "residents" in collection["exposure"]
    assert collection["features"][0]["properties"]["relative_risk_values"]


def test_the_workbook_and_the_geopackage_open_with_other_software(exports: Path) -> None:
    import openpyxl
    import pyogrio

    sheet = openpyxl.load_workbook(exports / "list.xlsx")["places at risk"]
    assert sheet.max_row == 3
    frame = pyogrio.read_dataframe(exports / "list.gpkg")
    assert frame["rank"].tolist() == [1, 2]
    assert frame.geometry.area.tolist() == pytest.approx([CELL_M**2, CELL_M**2])


def test_the_page_is_whole_in_itself(exports: Path) -> None:
    page = (exports / "list.html").read_text()
    assert SAYS_NOT in page and "near =FIRST ST &amp; MAIN ST" in page
    assert "http" not in page  # no outside request
    assert page.count('<tr id="place-') == 2
    assert "of the city&#39;s 1,000 residents" in page and "rank 1 to" in page


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_numbers_are_not_touched() -> None:
    assert guarded(-1.5) == -1.5


def test_an_unknown_ending_is_refused_and_nothing_is_written(city: TestDatabase, tmp_path: Path) -> None:
    with city.staff.connect() as connection:
        places = at_risk(connection, ListRequest(crime_types=("burglary",)))
    with pytest.raises(InputError, match=r"\.docx.*\.csv"):
        write_list(places, tmp_path / "list.docx", srid=SRID, backdrop={})
    assert list(tmp_path.iterdir()) == []
