"""The words of every model: cells, incidents, risk factors, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hotspots_models.base import (
    FactorValidityError,
    FittedModel,
    Grid,
    History,
    InputError,
    LeakError,
    RiskFactor,
    RiskFactors,
    UnknownModelError,
    usable_history,
)
from hotspots_models.registry import get
from tests.models.model_worlds import ORIGIN_M, planted_history, square_city


def test_a_cells_centre_lies_in_that_cell():
    grid = square_city()
    assert (grid.cell_of(grid.centres_m()) == np.arange(grid.n_cells)).all()


@given(st.floats(0, 2999.99), st.floats(0, 3599.99))
def test_every_point_of_a_square_city_lies_in_the_cell_that_its_coordinates_give(x, y):
    grid = square_city()
    point = np.add([ORIGIN_M], [x, y])
    expected = int((point[0, 1] - ORIGIN_M[1]) // 150) * 20 + int((point[0, 0] - ORIGIN_M[0]) // 150)
    assert grid.cell_of(point)[0] == expected


def test_points_outside_the_study_area_have_no_cell():
    grid = square_city(2, 2)
    outside = np.add(ORIGIN_M, [[-1, 10], [10, -1], [301, 10], [10, 301]])
    assert (grid.cell_of(outside) == -1).all()


def test_a_raster_holds_the_values_and_zero_outside():
    grid = Grid(100.0, np.array(ORIGIN_M), (2, 3), np.array([0, 1]), np.array([2, 0]), np.array([1e4, 5e3]))
    assert grid.raster([7.0, 9.0]).tolist() == [[0, 0, 7], [9, 0, 0]]
    assert grid.mask.tolist() == [[False, False, True], [True, False, False]]
    assert grid.values(grid.raster([7.0, 9.0])).tolist() == [7, 9]


def test_cells_over_a_polygon_share_out_its_area():
    area = shapely.Polygon([(500_010, 4_600_020), (500_950, 4_600_040), (500_700, 4_600_800), (500_100, 4_600_700)])
    grid = Grid.over(area, cell_size_m=100)
    assert grid.area_m2.sum() == pytest.approx(area.area, rel=1e-9)
    assert grid.area_m2.max() == 1e4 and grid.area_m2.min() > 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cell_size_m": 0.0}, "above 0"),
        ({"row": np.array([0, 5])}, "outside the raster"),
        ({"col": np.array([2, 2]), "row": np.array([0, 0])}, "given twice"),
        ({"area_m2": np.array([1e4, 2e4])}, "full square"),
        ({"area_m2": np.array([1e4])}, r"must be \(n_cells,\)"),
    ],
)
def test_a_wrong_grid_is_refused_with_the_reason(change, words):
    good = {
        "cell_size_m": 100.0,
        "origin_m": np.array(ORIGIN_M),
        "shape": (2, 3),
        "row": np.array([0, 1]),
        "col": np.array([2, 0]),
        "area_m2": np.array([1e4, 5e3]),
    }
    with pytest.raises(InputError, match=words):
        Grid(**{**good, **change})


def test_longitude_and_latitude_are_refused_where_metres_are_due():
    lonlat = np.array([[-87.6, 41.9], [-87.7, 41.8]])
    with pytest.raises(InputError, match="project it to metres"):
        History(lonlat, np.zeros(2), np.zeros(2, int), 0)
    with pytest.raises(InputError, match="project it to metres"):
        RiskFactor("bars", lonlat)
    with pytest.raises(InputError, match="project it to metres"):
        Grid.over(shapely.box(-87.9, 41.6, -87.5, 42.0), cell_size_m=0.01)


def test_a_history_with_missing_numbers_is_refused():
    with pytest.raises(InputError, match="1 of 2 points"):
        History(np.array([[np.nan, 1e6], [5e5, 4e6]]), np.zeros(2), np.zeros(2, int), 0)
    with pytest.raises(InputError, match="1 of 2 times"):
        History(np.full((2, 2), 5e5), np.array([0, np.inf]), np.zeros(2, int), 0)
    with pytest.raises(InputError, match="crime_type has shape"):
        History(np.full((2, 2), 5e5), np.zeros(2), np.zeros(3, int), 0)


def test_an_incident_at_the_origin_itself_is_a_leak():
    history = History(np.full((2, 2), 5e5), np.array([9.0, 10.0]), np.zeros(2, int), 0)
    with pytest.raises(LeakError, match="1 of 2 incidents"):
        history.check_before(10.0)
    history.before(10.0).check_before(10.0)


def test_several_victims_of_one_incident_are_one_event_but_two_types_are_two():
    xy = np.full((4, 2), 5e5)
    history = History(xy, np.array([1.0, 1.0, 1.0, 2.0]), np.array([0, 0, 1, 0]), 0, event=np.array([7, 7, 7, 8]))
    events = history.one_row_an_event()
    assert events.crime_type.tolist() == [0, 1, 0]


def test_which_row_stands_for_an_event_does_not_depend_on_the_order_of_rows():
    xy = np.array([[5e5, 4e6], [6e5, 4e6], [5e5, 4e6], [4e5, 4e6]])
    history = History(xy, np.array([3.0, 1.0, 1.0, 2.0]), np.zeros(4, int), 0, event=np.array([7, 7, 7, 8]))
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2]):
        kept = history.take(np.array(order)).one_row_an_event()
        assert sorted(zip(kept.t_days, kept.xy_m[:, 0], strict=True)) == [(1.0, 5e5), (2.0, 4e5)]
    assert len(history.before(0.0).one_row_an_event()) == 0


def test_what_is_dropped_before_a_fit_is_announced():
    grid = square_city()
    inside, outside = grid.centres_m()[:1], np.array([[1e5, 1e5]])
    history = History(
        np.vstack([inside, inside, outside]), np.array([1.0, 1.0, 2.0]), np.zeros(3, int), 0, event=np.array([1, 1, 2])
    )
    usable, announced = usable_history(history, grid, as_of=10.0, horizon_days=30)
    assert len(usable) == 1
    assert (announced["rows_given"], announced["rows_dropped_same_event"], announced["rows_dropped_outside_grid"]) == (
        3,
        1,
        1,
    )


def test_incidents_reported_decades_late_do_not_make_the_history_long():
    rng = np.random.default_rng(3)
    days = np.concatenate(
        [rng.uniform(0, 9_000, 40), rng.uniform(9_300, 10_000, 1_400)]
    )  # about 60 a month, 40 stragglers
    xy = square_city().centres_m()[rng.integers(0, 480, len(days))]
    history = History(xy, days, np.zeros(len(days), int), 0)
    usable, announced = usable_history(history, square_city(), as_of=10_000.0, horizon_days=30)
    assert 690 < announced["history_days"] <= 730 and len(usable) == 1_400
    assert announced["rows_dropped_before_records_begin"] == 40


def test_a_short_or_thin_history_is_kept_whole():
    for days in ([9_000.0], [9_000.0, 9_500.0, 9_990.0]):
        history = History(np.full((len(days), 2), 5e5), np.array(days), np.zeros(len(days), int), 0)
        assert history.records_begin(10_000.0) == 9_000.0


def test_a_risk_factor_is_refused_at_a_time_for_which_it_does_not_hold():
    bars = RiskFactor("bars", np.array([[5e5, 4e6]]), valid_from_days=365.0)
    factors = RiskFactors((bars,))
    grid, history = square_city(), planted_history(square_city(), days=300)
    with pytest.raises(FactorValidityError, match="'bars' is valid from 365"):
        get("long_run_count").fit(history, grid, as_of=300.0, horizon_days=30, factors=factors)
    assert len(factors.valid_at(300.0)) == 0 and len(factors.valid_at(365.0)) == 1
    with pytest.raises(InputError, match="named twice"):
        RiskFactors((bars, bars))


@pytest.mark.parametrize(
    "geometry",
    [
        np.array([[5e5, 4e6], [np.nan, 4e6]]),
        np.array([shapely.Point(5e5, 4e6), None], dtype=object),
        np.array([shapely.Point(5e5, 4e6), shapely.Point()], dtype=object),
    ],
)
def test_a_risk_factor_with_a_place_that_is_nowhere_is_refused_with_the_number(geometry):
    with pytest.raises(InputError, match="'bars': 1 of 2 places"):
        RiskFactor("bars", geometry)


def test_a_point_that_is_nowhere_has_no_cell():
    grid = square_city()
    assert grid.cell_of(
        [[np.nan, 4_600_010.0], [np.inf, np.inf], [5e5 + 1, -np.inf], [5e5 + 1, 4_600_001]]
    ).tolist() == [
        -1,
        -1,
        -1,
        0,
    ]


def test_a_fitted_model_checks_its_numbers():
    grid = square_city(2, 2)
    with pytest.raises(InputError, match="not negative"):
        FittedModel("x", "1", grid, 30, np.array([1.0, -1.0, 0, 0]))
    with pytest.raises(InputError, match="4 cells"):
        FittedModel("x", "1", grid, 30, np.ones(3))
    with pytest.raises(InputError, match="cell 9 does not exist"):
        FittedModel("x", "1", grid, 30, np.ones(4)).explain(9)


def test_an_unknown_model_is_an_error_that_names_the_known_ones():
    with pytest.raises(UnknownModelError, match="long_run_count"):
        get("crystal_ball")


def test_a_history_and_a_risk_factor_have_no_place_for_an_attribute_of_a_person():
    assert set(History.__dataclass_fields__) == {
        "xy_m",
        "t_days",
        "crime_type",
        "target",
        "event",
        "known_days",
    }
    assert set(RiskFactor.__dataclass_fields__) == {"name", "geometry", "valid_from_days", "valid_to_days"}
