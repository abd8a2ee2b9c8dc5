"""From places to variables: distances against shapely, densities against the slow kernel sum, and the published count."""

import numpy as np
import pytest
import shapely

from hotspots_models.base import Grid, InputError, RiskFactor, RiskFactors
from hotspots_models.forecasting.kernels import naive_density
from hotspots_models.forecasting.risk_terrain import Variable, candidate_variables, operationalise
from hotspots_models.forecasting.risk_terrain.spatial_influence import distance_to, weighted_points

GRID = Grid.full(cell_size_m=50, origin_m=(1000, 2000), shape=(30, 40))
RNG = np.random.default_rng(1)
POINTS = RNG.uniform((900, 1900), (3100, 3600), (25, 2))
LINES = np.array(
    [shapely.LineString([(1100, 2100), (1900, 2500), (2800, 2450)]), shapely.LineString([(1500, 3300), (1500, 2900)])]
)
POLYGONS = np.array([shapely.box(1400, 2400, 1800, 2700), shapely.Point(2500, 3000).buffer(180)])


def test_fourteen_factors_of_both_forms_and_one_of_proximity_over_six_bands_make_174_variables() -> None:
    forms = {f"factor {k}": ("proximity", "density") for k in range(14)} | {"the fifteenth": ("proximity",)}
    variables = candidate_variables(forms, block_m=120, half_blocks=6)
    assert len(variables) == 174
    assert len(set(variables)) == 174
    assert sorted({v.distance_m for v in variables}) == [60, 120, 180, 240, 300, 360]


def test_half_blocks_reach_four_blocks_by_default() -> None:
    found = operationalise(RiskFactors((RiskFactor("bars", POINTS),)), GRID, block_m=100)
    assert max(v.distance_m for v in (*found.variables, *found.dropped)) == 400


@pytest.mark.parametrize("geometry", [POINTS, LINES, POLYGONS], ids=["points", "lines", "polygons"])
def test_distances_are_those_of_the_shapes(geometry: np.ndarray) -> None:
    away = distance_to(RiskFactor("f", geometry), GRID, farthest_m=300)
    shapes = shapely.points(geometry) if geometry.dtype != object else geometry
    oracle = shapely.distance(shapely.points(GRID.centres_m())[:, None], shapes[None, :]).min(axis=1)
    near = oracle <= 300
    assert near.any()
    assert np.allclose(away[near], oracle[near])
    assert np.all(np.isinf(away[~near]))


def test_a_cell_inside_a_polygon_is_at_distance_zero() -> None:
    away = distance_to(RiskFactor("park", POLYGONS), GRID, farthest_m=300)
    assert away[GRID.cell_of(np.array([[1600.0, 2550.0]]))[0]] == 0


def test_density_of_points_is_the_kernel_sum_above_mean_and_two_deviations() -> None:
    found = operationalise(RiskFactors((RiskFactor("bars", POINTS),)), GRID, block_m=100)
    checked = 0
    for variable, column in zip(found.variables, found.values.T, strict=True):
        if variable.form == "density":
            density = naive_density(POINTS, GRID.centres_m(), bandwidth_m=variable.distance_m, kernel="quartic")
            margin = density - (density.mean() + 2 * density.std())
            clear = np.abs(margin) > 1e-12
            assert np.array_equal(column[clear], margin[clear] > 0)
            checked += 1
    assert checked == 8


def test_lines_weigh_by_length_and_polygons_by_area() -> None:
    points, weights = weighted_points(RiskFactor("roads", LINES), GRID, reach_m=200)
    assert weights.sum() == pytest.approx(shapely.length(LINES).sum())
    assert shapely.distance(shapely.points(points), shapely.union_all(LINES)).max() < 1e-6
    points, weights = weighted_points(RiskFactor("parks", POLYGONS), GRID, reach_m=200)
    assert weights.sum() == pytest.approx(shapely.area(POLYGONS).sum(), rel=0.02)
    assert shapely.contains_xy(shapely.union_all(POLYGONS), points[:, 0], points[:, 1]).all()


def test_a_polygon_that_falls_between_the_lattice_s_points_counts_with_its_area() -> None:
    kiosk = shapely.box(1401, 2401, 1405, 2405)
    points, weights = weighted_points(RiskFactor("kiosks", np.array([kiosk])), GRID, reach_m=200)
    assert weights.tolist() == [16.0]
    assert shapely.contains_xy(kiosk, points[:, 0], points[:, 1]).all()


def test_places_beyond_the_edge_of_the_grid_count() -> None:
    outside = np.array([[980.0, 2500.0]])
    away = distance_to(RiskFactor("bar", outside), GRID, farthest_m=300)
    assert np.isfinite(away).any()


def test_longer_distances_hold_wherever_shorter_ones_do() -> None:
    found = operationalise(RiskFactors((RiskFactor("bars", POINTS),)), GRID, block_m=60, forms={"bars": ["proximity"]})
    for shorter, longer in zip(found.values.T[:-1], found.values.T[1:], strict=True):
        assert np.all(longer[shorter])


def test_variables_that_tell_nothing_are_dropped_and_named() -> None:
    everywhere = GRID.centres_m()
    twins = RiskFactors((RiskFactor("bars", POINTS), RiskFactor("same bars", POINTS), RiskFactor("lamps", everywhere)))
    found = operationalise(twins, GRID, block_m=100)
    assert found.dropped[Variable("lamps", "proximity", 100)] == "true everywhere"
    assert "the same cells as within 100 m of bars" in found.dropped[Variable("same bars", "proximity", 100)]
    assert len(found.variables) == found.values.shape[1]


def test_a_factor_without_places_gives_no_variable() -> None:
    found = operationalise(RiskFactors((RiskFactor("none", np.empty((0, 2))),)), GRID, block_m=100)
    assert found.variables == ()


def test_mixed_shapes_and_unknown_forms_are_refused() -> None:
    mixed = RiskFactors((RiskFactor("mixed", np.array([LINES[0], POLYGONS[0]])),))
    with pytest.raises(InputError, match="mixes"):
        operationalise(mixed, GRID, block_m=100)
    with pytest.raises(InputError, match="nearness"):
        candidate_variables({"bars": ("nearness",)}, block_m=100, half_blocks=2)
