"""Each result has a figure that says what it shows, for the screen and for paper."""

import io
import re
from typing import Any

import numpy as np
import pytest

from hotspots_models import figures
from hotspots_models.base import Grid
from hotspots_models.figures import palette
from hotspots_models.figures.chart import Points, Tiles
from hotspots_models.forecasting.city_total import CityTotal
from hotspots_models.forecasting.risk_terrain import RiskTerrainRow, Variable
from hotspots_models.scoring.calibration import calibration_table
from hotspots_models.scoring.metrics import capture_curve
from hotspots_models.statistics.aoristic import HOURS_OF_WEEK
from hotspots_models.statistics.clusters import clusters
from hotspots_models.statistics.concentration import concentration_curve
from hotspots_models.statistics.effects.difference_in_differences import difference_in_differences
from hotspots_models.statistics.effects.displacement import AreaCounts, observed_over_forecast, rate_ratio, wdd
from hotspots_models.statistics.effects.placebos import PlaceboTest
from hotspots_models.statistics.funnel import funnel_limits
from hotspots_models.statistics.local_statistics import getis_ord, hot_spot_classes, queen_neighbours
from hotspots_models.statistics.near_repeat import knox, warm_zones
from hotspots_models.statistics.weekly_band import weekly_band

RNG = np.random.default_rng(1)
GRID = Grid.full(cell_size_m=150, origin_m=(10_000, 20_000), shape=(20, 24))
RATE = RNG.gamma(0.5, 2, GRID.n_cells)
SCATTER = np.random.default_rng(2).uniform(1000, 2000, (150, 2))
SEEN = RNG.poisson(RATE).astype(float)


def capture() -> figures.Chart:
    curves = {
        name: capture_curve(rate, SEEN, GRID.area_m2)
        for name, rate in (("blend", RATE), ("count", RNG.permutation(RATE)))
    }
    return figures.capture_curves(
        {name: curve for name, curve in curves.items() if curve is not None}, caption="12 origins"
    )


def week() -> figures.Chart:
    return figures.hour_of_week(np.bincount([100] * 30 + list(range(168)), minlength=HOURS_OF_WEEK))


def terrain() -> figures.Chart:
    rows = [
        RiskTerrainRow(Variable("bars", "proximity", 180), 1.1, 0.1, 3.0, 2.5, 3.6, 0.2, 1.0, 0.9, (2.8, 3.3)),
        RiskTerrainRow(Variable("schools", "density", 120), 0.4, 0.1, 1.5, 1.3, 1.8, 0.1),
    ]
    return figures.relative_risk_values(rows)


def effect() -> figures.Chart:
    counts = RNG.poisson(6, (20, 40))
    return figures.leads(difference_in_differences(counts, np.arange(20) < 6, start=25, leads=2))


CHARTS = {
    "capture": capture,
    "calibration": lambda: figures.calibration(calibration_table(RATE, SEEN, GRID.area_m2)),
    "map": lambda: figures.forecast_map(RATE, GRID, caption="Reported incidents to 2017-12-31"),
    "weeks": lambda: figures.weekly_counts(weekly_band(np.array([16] * 8 + [31, 6, 20, 60]))),
    "hours": week,
    "knox": lambda: figures.knox_table(
        knox(RNG.uniform(1000, 3000, (200, 2)), RNG.integers(0, 90, 200).astype(float), permutations=99)
    ),
    "concentration": lambda: figures.concentration(concentration_curve(SEEN)),
    "hot": lambda: figures.class_map(getis_ord(SEEN, queen_neighbours(GRID), permutations=99).kind, GRID),
    "classes": lambda: figures.class_map(hot_spot_classes(RNG.random((GRID.n_cells, 8)) < 0.2), GRID),
    "terrain": terrain,
    "no terrain": lambda: figures.relative_risk_values([]),
    "wdd": lambda: figures.wdd_forest({"Foot patrol": wdd(AreaCounts(20, 10), AreaCounts(20, 20))}),
    "leads": effect,
    "total": lambda: figures.city_total(CityTotal(41.0, 0.02, {}), [38, 52, 44]),
    "zones": lambda: figures.warm_zones(
        warm_zones(SCATTER, np.arange(150.0), as_of=150.0, distance_m=150, days=20), SCATTER
    ),
    "no zones": lambda: figures.warm_zones(
        warm_zones(SCATTER, np.zeros(150), as_of=150.0, distance_m=150, days=20), SCATTER
    ),
    "ratios": lambda: figures.rate_ratios(
        {
            "Foot patrol": difference_in_differences(RNG.poisson(6, (20, 40)), np.arange(20) < 6, start=25),
            "against the forecast": observed_over_forecast([53], [70.3], overdispersion=1.5),
        }
    ),
    "funnel": lambda: figures.funnel(
        funnel_limits([4, 9, 30, 16, 41], [100, 200, 300, 400, 900]), [4, 9, 30, 16, 41], names=list("ABCDE")
    ),
    "clusters": lambda: figures.cluster_map(clusters(SCATTER, distance_m=60, min_incidents=4), SCATTER),
    "no clusters": lambda: figures.cluster_map(clusters(SCATTER, distance_m=1, min_incidents=4), SCATTER),
    "placebos": lambda: figures.placebos(PlaceboTest(-20.0, RNG.normal(0, 10, 999), 0.02, 1.0)),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_figure_draws_for_screen_and_paper_with_title_and_named_axes(name: str) -> None:
    chart = CHARTS[name]()
    screen = figures.to_plotly(chart)
    title: Any = screen.layout["title"]
    assert title.text.replace("<br>", " ") == chart.title
    assert len(chart.title) > 15
    if not chart.is_map:
        assert chart.x_label
        assert chart.y_label or chart.y_words or name == "no terrain"
    paper = io.BytesIO()
    figures.to_matplotlib(chart).savefig(paper, format="png", dpi=60)
    assert paper.getvalue().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", CHARTS)
def test_no_figure_uses_red_or_words_of_alarm(name: str) -> None:
    chart = CHARTS[name]()
    said = " ".join([chart.title, chart.caption, chart.x_label, chart.y_label]).lower()
    assert not re.search(r"danger|unsafe|criminal|crime hot", said)
    for colour in re.findall(r"#[0-9a-f]{6}", str(figures.to_plotly(chart).to_json()).lower().split('"template"')[0]):
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        assert not (red > 180 and green < 110 and blue < 110), colour


def test_titles_tell_the_finding() -> None:
    assert "31" not in CHARTS["weeks"]().title
    assert CHARTS["weeks"]().title.startswith("60 reported incidents in the last week: above")
    assert figures.wdd_forest({"Foot patrol": wdd(AreaCounts(200, 100), AreaCounts(200, 200))}).title == (
        "Foot patrol: 100 fewer reported incidents than the controls suggest"
    )
    assert "includes no effect" in CHARTS["wdd"]().title
    assert CHARTS["total"]().title.startswith(
        "41 reported incidents expected in the whole city, 28 to 56"
    )  # scipy nbinom.ppf
    lonely = np.array([[1e3, 1e3], [9e3, 9e3], [9e3, 9.1e3]])
    warm = warm_zones(lonely, np.array([0.0, 8.0, 9.0]), as_of=10.0, distance_m=150, days=7)
    assert figures.warm_zones(warm, lonely).title == "2 incidents keep 1 zone warm; the last one cools in 6.0 days"
    halved = rate_ratio(AreaCounts(200, 100), AreaCounts(200, 200))
    assert halved is not None
    assert figures.rate_ratios({"Patrol": halved}).title == "Patrol: -50 % reported incidents"
    # 100 areas of 10 and one of 60: sqrt(60) lies far outside (sqrt(10.5) + 1.5), and the winsorised spread stays 1
    one_out = funnel_limits([10] * 100 + [60], [1.0] * 101)
    assert figures.funnel(one_out, [10] * 100 + [60], names=[f"beat {k}" for k in range(101)]).title == (
        "1 of 101 areas depart from the rate of all by more than areas vary anyway, beat 100 farthest"
    )
    assert terrain().title == "3.0 times the expected incidents within 180 m of bars"
    # hour 100 is Friday 04:00; 38 of 198 incidents lie in eight hours that hold it
    assert "19 %" in week().title


def test_capture_curves_name_each_model_with_its_share_and_no_name_lies_on_a_curve() -> None:
    from matplotlib.text import Annotation

    axes = figures.to_matplotlib(capture()).axes[0]
    names = {text.get_text(): text.xy for text in axes.texts if isinstance(text, Annotation)}
    held = {
        name: 100 * np.interp(0.05, curve.area_share, curve.hit_rate)
        for name, curve in {"blend": capture_curve(RATE, SEEN, GRID.area_m2)}.items()
        if curve is not None
    }
    assert f"blend {held['blend']:.0f} %" in names
    assert "best possible" in names
    assert all(y < x for x, y in names.values()), "below the diagonal, where no useful model's curve is"


def test_leads_have_the_interval_of_the_effect_and_claim_no_test_that_was_not_made() -> None:
    counts, treated = RNG.poisson(6, (20, 40)), np.arange(20) < 6
    for level in (0.9, 0.99):
        found = difference_in_differences(counts, treated, start=25, leads=1, level=level)
        drawn = next(layer for layer in figures.leads(found).layers if isinstance(layer, Points))
        times = [
            (np.log(high) - np.log(y)) / se
            for high, y, se in zip(drawn.y_high, drawn.y, (found.leads[0].se, found.se), strict=True)
        ]
        assert times[0] == pytest.approx(times[1])
    untested = figures.leads(difference_in_differences(counts, treated, start=25))
    assert "no drift" not in untested.title


def test_a_map_is_blank_outside_the_study_area_and_holds_a_scale_bar() -> None:
    inside = GRID.row < 15
    part = Grid(150, GRID.origin_m, GRID.shape, GRID.row[inside], GRID.col[inside], GRID.area_m2[inside])
    chart = figures.forecast_map(RATE[inside], part)
    tiles = chart.layers[0]
    assert isinstance(tiles, Tiles)
    assert np.isnan(tiles.z[15:]).all()
    assert not np.isnan(tiles.z[:15]).any()
    assert chart.scale_bar_m == 500


def test_map_classes_are_shares_of_the_area() -> None:
    chart = figures.forecast_map(np.arange(GRID.n_cells, dtype=float), GRID)
    tiles = chart.layers[0]
    assert isinstance(tiles, Tiles)
    assert [int((tiles.z >= k).sum()) for k in range(5)] == [480, 120, 48, 24, 5]


def test_the_strongest_factor_stands_on_top() -> None:
    points = terrain().layers[1]
    assert isinstance(points, Points)
    assert points.x == [1.5, 3.0]


def test_the_hues_are_those_of_okabe_and_ito_without_their_vermilion() -> None:
    assert set(palette.HUES) <= {"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#000000", "#f0e442"}
