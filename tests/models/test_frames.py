"""The front on frames: the same figures as on arrays, degrees refused, defaults said."""

import geopandas
import numpy as np
import pandas
import pytest
import shapely

from hotspots_models import frames
from hotspots_models.errors import InputError
from hotspots_models.forecasting.kde import density
from hotspots_models.grid import Grid
from hotspots_models.history import History
from hotspots_models.registry import get

AREA = shapely.box(500_000, 4_000_000, 502_000, 4_002_000)
UTM = "EPSG:26916"


@pytest.fixture(scope="module")
def points() -> geopandas.GeoDataFrame:
    rng = np.random.default_rng(1)
    xy = rng.uniform([500_000, 4_000_000], [502_000, 4_002_000], size=(300, 2))
    xy[:100] = np.array([500_125, 4_000_125]) + rng.uniform(-50, 50, size=(100, 2))
    when = pandas.Timestamp("2024-01-01") + pandas.to_timedelta(rng.uniform(0, 300, size=300), unit="D")
    return geopandas.GeoDataFrame(
        {"when": when, "kind": np.where(np.arange(300) < 200, "burglary", "robbery")},
        geometry=geopandas.points_from_xy(*xy.T),
        crs=UTM,
    )


def test_density_and_gi_star_are_those_of_the_arrays_and_lie_on_the_cells(points: geopandas.GeoDataFrame) -> None:
    smooth = frames.kde(points, bandwidth_m=400, study_area=AREA)
    grid = Grid.over(AREA, cell_size_m=250)
    xy = np.column_stack([points.geometry.x, points.geometry.y])
    assert smooth["density_km2"].tolist() == pytest.approx((density(xy, grid, bandwidth_m=400) * 1e6).tolist())
    assert smooth["incidents"].sum() == 300 and smooth.crs == points.crs and len(smooth) == 64
    assert smooth.attrs["settings"]["bandwidth_m"] == 400
    hot = frames.gi_star(points, study_area=AREA, permutations=99)
    assert hot.geometry[hot["z"].idxmax()].distance(shapely.Point(500_125, 4_000_125)) <= 250
    assert set(hot["kind"]) <= {"hot", "cold", "neither"}


def test_a_forecast_is_that_of_the_arrays_and_knows_nothing_of_the_future(points: geopandas.GeoDataFrame) -> None:
    asked = {
        "time": "when",
        "as_of": "2024-08-01",
        "model": "long_run_count",
        "kind": "kind",
        "target": "burglary",
        "study_area": AREA,
    }
    cells = frames.forecast(points, **asked)
    days = (points["when"] - pandas.Timestamp("1970-01-01")) / pandas.Timedelta(days=1)
    past = points["when"] < pandas.Timestamp("2024-08-01")
    history = History(
        np.column_stack([points.geometry.x, points.geometry.y])[past],
        days[past].to_numpy(),
        (points["kind"] == "robbery").to_numpy(int)[past],
        0,
    )
    as_of = float((pandas.Timestamp("2024-08-01") - pandas.Timestamp("1970-01-01")).days)
    fitted = get("long_run_count").fit(history, Grid.over(AREA, cell_size_m=250), as_of=as_of, horizon_days=28)
    assert cells["expected"].tolist() == pytest.approx(fitted.expected().tolist(), rel=1e-6)
    earlier = frames.forecast(geopandas.GeoDataFrame(points[past]), **asked)
    assert earlier["expected"].tolist() == cells["expected"].tolist()


def test_a_backtest_has_a_row_a_model_with_the_count_first(points: geopandas.GeoDataFrame) -> None:
    rows = frames.backtest(points, time="when", end="2024-10-01", models=("kde",), origins=3, study_area=AREA)
    assert rows["model"].tolist() == ["long_run_count", "kde"] and rows["windows"].tolist() == [3, 3]


def test_changes_and_wdd_by_hand() -> None:
    areas = geopandas.GeoDataFrame(
        {"name": ["a", "b"]}, geometry=[shapely.box(0, 0, 500, 500), shapely.box(500, 0, 1000, 500)], crs=UTM
    )

    def at(a: int, b: int) -> geopandas.GeoDataFrame:
        return geopandas.GeoDataFrame(geometry=[shapely.Point(250, 250)] * a + [shapely.Point(750, 250)] * b, crs=UTM)

    found = frames.change(at(16, 20), at(25, 20), areas)
    assert found["z"].round(2).tolist() == [1.41, 0.0] and found["p"].round(3).tolist()[0] == 0.165
    # Wheeler & Ratcliffe 2018: C(20, 20), T(20, 10) gives -10, SE 8.3666, z -1.195
    (row,) = frames.wdd(at(20, 20), at(10, 20), areas.iloc[[0]], areas.iloc[[1]], level=0.9).to_dict("records")
    assert (row["estimate"], round(row["se"], 4), round(row["z"], 3)) == (-10.0, 8.3666, -1.195)
    edge = geopandas.GeoDataFrame(geometry=[shapely.Point(500, 250)], crs=UTM)
    assert frames.change(edge, edge, areas)["now"].sum() == 1


def test_near_repeats_count_every_pair(points: geopandas.GeoDataFrame) -> None:
    table = frames.near_repeat(
        points.iloc[:50], time="when", distance_edges_m=(0, 5000), time_edges_days=(0, 400), permutations=9
    )
    assert table["pairs"].tolist() == [50 * 49 // 2]


def test_degrees_feet_and_no_crs_are_refused_with_what_to_do(points: geopandas.GeoDataFrame) -> None:
    for frame, words in (
        (points.to_crs(4326), "in degrees .*to_crs"),
        (points.to_crs("EPSG:3435"), "US survey foot"),
        (geopandas.GeoDataFrame(geometry=points.geometry.to_numpy()), "no CRS"),
        (points.iloc[:0], "at least one"),
    ):
        with pytest.raises(InputError, match=words):
            frames.kde(frame, study_area=AREA)
    with pytest.raises(InputError, match="no column 'at'"):
        frames.near_repeat(points, time="at")
    with pytest.raises(InputError, match="differ in CRS"):
        frames.change(points, points, points.to_crs("EPSG:26915"))


def test_what_was_left_to_the_function_is_said(
    points: geopandas.GeoDataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    frames.kde(points)
    assert "convex hull" in caplog.text and "bandwidth_m 400" in caplog.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"as_of": "soon"}, "'soon' is no day"),
        ({"as_of": "2010-01-01"}, "no incident lies before 2010-01-01"),
        ({"kind": "type", "target": "burglary"}, "no column 'type' for the type"),
        ({"kind": "kind", "target": "arson"}, "'arson' is not one of burglary, robbery"),
        ({"time": "day"}, "no column 'day' for the time"),
    ],
)
def test_a_forecast_from_nothing_is_refused_in_one_line(
    points: geopandas.GeoDataFrame, change: dict[str, str], words: str
) -> None:
    asked = {"time": "when", "as_of": "2024-09-01", "model": "long_run_count", "study_area": AREA, **change}
    with pytest.raises(InputError, match=words):
        frames.forecast(points, **asked)
    end, model = asked.pop("as_of"), asked.pop("model")
    with pytest.raises(InputError, match=words):
        frames.backtest(points, end=end, models=(model,), **asked)


def test_text_that_is_no_time_is_counted(points: geopandas.GeoDataFrame) -> None:
    said = points.assign(when=points["when"].astype(str))
    said.loc[[3, 4], "when"] = ["noon", ""]
    with pytest.raises(InputError, match="2 times in 'when' are missing or no times"):
        frames.forecast(said, time="when", as_of="2024-09-01", model="long_run_count", study_area=AREA)
