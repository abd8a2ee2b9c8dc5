"""Kernel densities: the fast against the slow, against scikit-learn, and the laws that they keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from hotspots_models.base import Grid, History, InputError
from hotspots_models.forecasting import kde, kernels
from hotspots_models.registry import get
from tests.models.model_worlds import ORIGIN_M, planted_history, square_city


def some_points(grid: Grid, n: int, seed: int = 0) -> np.ndarray:
    size = np.array([grid.shape[1], grid.shape[0]]) * grid.cell_size_m
    return grid.origin_m + np.random.default_rng(seed).uniform(-0.1, 1.1, size=(n, 2)) * size


@pytest.mark.parametrize("kernel", kernels.KERNELS)
@pytest.mark.parametrize("bandwidth_m", [40.0, 150.0, 333.3, 700.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_splat_equals_the_naive_sum_over_all_pairs(kernel, bandwidth_m, weighted):
    grid = square_city()
    xy = some_points(grid, 200)
    weights = np.random.default_rng(1).random(200) if weighted else None
    fast = grid.values(kernels.splat(xy, grid, bandwidth_m=bandwidth_m, kernel=kernel, weights=weights))
    slow = kernels.naive_density(xy, grid.centres_m(), bandwidth_m=bandwidth_m, kernel=kernel, weights=weights)
    assert fast == pytest.approx(slow, rel=1e-9, abs=1e-18)


@pytest.mark.parametrize("kernel", kernels.KERNELS)
def test_kernels_have_mass_1(kernel):
    u = np.linspace(0, 5, 200_001)
    assert np.trapezoid(2 * np.pi * u * kernels.kernel_value(u, kernel=kernel), u) == pytest.approx(1, abs=4e-4)


def test_the_quartic_kernel_by_hand():
    assert kernels.kernel_value(np.array([0.0, 0.5, 1.0, 2.0]), kernel="quartic") == pytest.approx(
        [3 / np.pi, 27 / 16 / np.pi, 0, 0]
    )
    with pytest.raises(InputError, match="quartic"):
        kernels.kernel_value(np.zeros(1), kernel="tophat")


def test_the_gaussian_density_agrees_with_scikit_learn():
    from sklearn.neighbors import KernelDensity

    grid = square_city()
    xy = some_points(grid, 100)
    theirs = np.exp(KernelDensity(bandwidth=300.0).fit(xy).score_samples(grid.centres_m())) * 100
    ours = grid.values(kernels.splat(xy, grid, bandwidth_m=300.0, kernel="gaussian"))
    assert ours == pytest.approx(theirs, abs=100 * np.exp(-8) / (2 * np.pi * 300.0**2))  # they do not cut the tail


@pytest.mark.parametrize(
    "shape", [(40, 30), (3, 97), (1, 1), (65, 32)]
)  # within, across and at the ends of a block of 32
@pytest.mark.parametrize("sigma_cells", [0.5, 2.0, 8.0])
def test_smoothing_rasters_agrees_with_scipy(shape: tuple[int, int], sigma_cells: float):
    rasters = np.random.default_rng(0).poisson(0.2, size=(2, *shape)).astype(float)
    theirs = [gaussian_filter(one, sigma_cells, mode="constant", truncate=4.0) for one in rasters]
    assert kernels.smooth_gaussian(rasters, sigma_cells=sigma_cells) == pytest.approx(np.array(theirs), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 10_000))
def test_moving_city_and_incidents_together_changes_nothing(right, up, seed):
    grid = square_city(8, 8)
    shift = np.array([right, up]) * 1000.0
    moved = Grid.full(cell_size_m=150.0, origin_m=np.array(ORIGIN_M) + shift, shape=(8, 8))
    xy = some_points(grid, 30, seed)
    assert kde.density(xy, grid, bandwidth_m=200) == pytest.approx(
        kde.density(xy + shift, moved, bandwidth_m=200), rel=1e-6, abs=1e-15
    )


def test_a_uniform_city_has_no_edges_after_the_correction():
    grid = square_city(20, 20)
    one_a_cell = grid.centres_m()
    corrected = kde.density(one_a_cell, grid, bandwidth_m=450.0)
    raw = grid.values(kernels.splat(one_a_cell, grid, bandwidth_m=450.0))
    flat = 1 / 150.0**2
    assert raw.reshape(20, 20)[0, 0] < 0.45 * flat  # the corner loses more than half
    assert corrected == pytest.approx(flat, rel=0.04)


def test_the_order_of_incidents_does_not_matter_and_mass_is_additive():
    grid = square_city()
    xy = some_points(grid, 60)
    whole = kde.density(xy, grid, bandwidth_m=300)
    assert kde.density(xy[::-1], grid, bandwidth_m=300) == pytest.approx(whole)
    assert kde.density(xy[:20], grid, bandwidth_m=300) + kde.density(xy[20:], grid, bandwidth_m=300) == pytest.approx(
        whole
    )


def test_adaptive_bandwidths_follow_abramsons_law():
    grid = square_city()
    dense, lone = np.tile(grid.centres_m()[100], (16, 1)), grid.centres_m()[[400]]
    bandwidths = kde.adaptive_bandwidths(np.vstack([dense, lone]), grid, bandwidth_m=300.0)
    # the dense pilot is 16 times the lone one, so the bandwidths differ by 16 ** 0.5 = 4; g is near the dense one (16 of 17 points)
    assert bandwidths[-1] / bandwidths[0] == pytest.approx(4.0)
    assert bandwidths[0] == pytest.approx(300.0 * 16 ** (-0.5 / 17), rel=0.1)


def test_the_adaptive_density_equals_the_naive_sum_with_its_own_bandwidths():
    grid = square_city(30, 30)
    inner = grid.origin_m + np.random.default_rng(2).uniform(0.45, 0.55, size=(80, 2)) * 30 * 150
    bandwidths = kde.adaptive_bandwidths(inner, grid, bandwidth_m=300.0)
    assert len(np.unique(bandwidths)) > 2
    slow = kernels.naive_density(inner, grid.centres_m(), bandwidth_m=bandwidths, kernel="quartic")
    assert kde.adaptive_density(inner, grid, bandwidth_m=300.0) == pytest.approx(
        slow, rel=1e-9, abs=1e-18
    )  # far from every edge


def test_the_bandwidth_that_made_the_incidents_is_found_and_announced():
    grid = square_city(40, 40)
    rng = np.random.default_rng(7)
    centres = grid.origin_m + rng.uniform(0.1, 0.9, size=(6, 2)) * 40 * 150
    xy = centres[rng.integers(0, 6, 3000)] + rng.normal(scale=400.0, size=(3000, 2))
    history = History(xy, np.sort(rng.uniform(0, 700, 3000)), np.zeros(3000, int), 0)
    fitted = get("kde").fit(history, grid, as_of=700.0, horizon_days=30)
    assert 300 <= fitted.settings["bandwidth_m"] <= 900
    assert fitted.settings["bandwidth_chosen_by"] == "temporal likelihood"
    assert (
        max(fitted.settings["log_skill_by_bandwidth_m"].values())
        == fitted.settings["log_skill_by_bandwidth_m"][f"{fitted.settings['bandwidth_m']:g}"]
    )


def test_geocoded_duplicates_do_not_run_the_bandwidth_to_zero():
    grid = square_city(40, 40)
    rng = np.random.default_rng(8)
    lattice = grid.origin_m + rng.uniform(0, 1, size=(900, 2)) * 40 * 150
    xy = lattice[rng.integers(0, 900, 2000)]  # every point many times, nothing else to learn
    history = History(xy, np.sort(rng.uniform(0, 700, 2000)), np.zeros(2000, int), 0)
    bandwidth, _ = kde.choose_bandwidth(history, grid, as_of=700.0, horizon_days=30)
    assert bandwidth >= 150.0


@pytest.mark.parametrize("name", ["kde", "kde_adaptive"])
def test_a_kde_sums_to_the_city_total_and_gives_the_same_answer_twice(name):
    grid, history = square_city(), planted_history(square_city())
    once, twice = (get(name).fit(history, grid, as_of=900.0, horizon_days=30) for _ in range(2))
    assert once.expected().sum() == pytest.approx(once.settings["city_total"])
    assert (once.expected() == twice.expected()).all() and once.settings == twice.settings


def test_too_few_incidents_give_a_stated_default():
    grid = square_city()
    history = History(grid.centres_m()[:3], np.array([1.0, 2, 3]), np.zeros(3, int), 0)
    fitted = get("kde").fit(history, grid, as_of=400.0, horizon_days=30)
    assert fitted.settings["bandwidth_m"] == 300.0 and "too few" in fitted.settings["bandwidth_chosen_by"]
    with pytest.raises(InputError, match="bandwidth_m is -5"):
        get("kde", bandwidth_m=-5.0).fit(history, grid, as_of=400.0, horizon_days=30)


def test_the_dual_density_of_a_surface_with_itself_is_1_and_without_a_base_it_says_nothing():
    grid = square_city()
    corner = grid.centres_m()[:40]
    ratio = kde.dual_density(corner, corner, grid, bandwidth_m=300)
    assert ratio.compressed() == pytest.approx(1.0)
    assert ratio.mask.sum() > grid.n_cells / 2
    assert kde.dual_density(corner, corner, grid, bandwidth_m=300, as_="difference").compressed() == pytest.approx(0.0)
    assert kde.dual_density(corner, corner[:0], grid, bandwidth_m=300).mask.all()
