"""Evidence and kernel mixture: fading counts by hand, weights that find the truth, no look ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from hotspots_models.base import Grid, History, LeakError
from hotspots_models.forecasting.evidence import OWN, Component, Evidence
from hotspots_models.forecasting.kernel_mixture import mixture_weights, window_origins
from hotspots_models.forecasting.mixture_components import all_components, other_components, own_components
from hotspots_models.forecasting.point_memory import ADDRESSES, ANY_POINTS
from hotspots_models.registry import get
from tests.models.model_worlds import ORIGIN_M, planted_history, square_city


def test_counts_fade_by_half_in_a_half_life_and_see_nothing_at_or_after_their_origin():
    grid = square_city()
    xy = np.tile(grid.centres_m()[[7]], (4, 1))
    history = History(xy, np.array([0.0, 10.0, 20.0, 25.0]), np.zeros(4, int), 0)
    evidence = Evidence(history, grid, origins=np.array([10.0, 20.0, 30.0]), half_lives_days=(10.0, float("inf")))
    fading = [0.5, 0.25 + 0.5, 0.125 + 0.25 + 0.5 + 0.5**0.5]
    assert evidence.faded(OWN, 10.0)[:, 7] == pytest.approx(fading)
    assert evidence.faded(OWN, float("inf"))[:, 7].tolist() == [1, 2, 4]
    of_another_type = Evidence(
        replace(history, crime_type=np.full(4, 3)),
        grid, origins=np.array([10.0, 20.0, 30.0]), half_lives_days=(10.0,), min_rows=1,
    )  # fmt: skip
    assert of_another_type.faded_others(10.0)[:, 7] == pytest.approx(fading)
    assert not of_another_type.faded(OWN, 10.0).any()
    assert evidence.counts_after(0, horizon_days=10)[7] == 1
    assert evidence.counts_between(2, from_days_ago=20, to_days_ago=5)[7] == 2
    with pytest.raises(LeakError):
        evidence.counts_between(2, from_days_ago=20, to_days_ago=-1)
    with pytest.raises(LeakError):
        Evidence(history, grid, origins=np.array([10.0, 25.0]), half_lives_days=(10.0,))


def test_smoothed_evidence_is_filter_of_counts_over_filter_of_area():
    row, col = (index.ravel() for index in np.indices((12, 10)))
    inside = (row + col) > 3
    grid = Grid(150.0, np.array(ORIGIN_M), (12, 10), row[inside], col[inside], np.full(int(inside.sum()), 150.0**2))
    counts = np.random.default_rng(0).poisson(1.0, grid.n_cells).astype(np.float32)
    history = History(grid.centres_m()[:1], np.zeros(1), np.zeros(1, int), 0)
    evidence = Evidence(history, grid, origins=np.array([1.0]), half_lives_days=(float("inf"),))
    top, bottom = (
        gaussian_filter(grid.raster(v), 2.0, mode="constant", truncate=4.0) for v in (counts, np.ones(grid.n_cells))
    )
    assert evidence.smoothed(counts[None], sigma_cells=2.0)[0] == pytest.approx(
        grid.values(top) / grid.values(bottom), rel=1e-4
    )


def world_of_two_types(own: np.ndarray, other: np.ndarray) -> Evidence:
    """Evidence at one origin of so many reports of the forecast type and of type 5 in each cell of the square city."""
    grid = square_city()
    cells = np.concatenate([np.repeat(np.arange(grid.n_cells), counts) for counts in (own, other)])
    kinds = np.repeat([0, 5], [own.sum(), other.sum()])
    history = History(grid.centres_m()[cells], np.zeros(len(cells)), kinds, 0)
    return Evidence(history, grid, origins=np.array([1.0]), half_lives_days=(float("inf"),))


def test_another_type_counts_as_much_as_the_forecast_type_is_there_around_it():
    own, other = (np.zeros(square_city().n_cells, dtype=int) for _ in range(2))
    here, next_to_it, far_away = 0, 1, square_city().n_cells - 1
    own[here], other[here], other[next_to_it], other[far_away] = 300, 80, 20, 100
    evidence = world_of_two_types(own, other)
    never, origin = float("inf"), np.array([0])
    plain = evidence.shares([Component("type 5", never, 0.0)], origins=origin)[0, 0]
    assert plain[[here, next_to_it, far_away]] == pytest.approx([0.4, 0.1, 0.5])
    by_own = evidence.shares([Component("type 5", never, 0.0, 2.0)], origins=origin)[0, 0]
    assert by_own[far_away] < 0.02  # none of the forecast type is there
    assert by_own[here] / by_own[next_to_it] == pytest.approx(4, rel=0.1)  # the detail is the other type's


def test_a_type_that_goes_everywhere_with_the_forecast_type_counts_as_it_does():
    other = np.random.default_rng(5).poisson(2.0, square_city().n_cells)
    evidence = world_of_two_types(3 * other, other)
    assert evidence.local_ratio("type 5", 0, around_cells=2.0) == pytest.approx(3, rel=1e-4)
    parts = [Component("type 5", float("inf"), 0.0, around) for around in (0.0, 2.0)]
    plain, by_own = evidence.shares(parts, origins=np.array([0]))[0]
    assert by_own == pytest.approx(plain, abs=1e-6)


def test_a_cell_of_many_addresses_counts_more_than_a_cell_of_many_reports_at_few():
    grid, never = square_city(), float("inf")
    here, next_to_it, far_away = 0, 1, grid.n_cells - 1
    doors = np.column_stack([np.arange(-50, 50, 2), np.zeros(50)])  # two metres apart
    eight, two, fifty = (grid.centres_m()[cell] + doors[:n] for cell, n in ((here, 8), (next_to_it, 2), (far_away, 50)))
    burgled = np.tile(eight, (40, 1))  # the same eight addresses, again and again
    xy = np.concatenate([burgled, np.tile(two, (100, 1)), fifty])
    kinds = np.repeat([0, 5, 5], [len(burgled), 200, 50])
    history = History(xy, np.zeros(len(xy)), kinds, 0)
    evidence = Evidence(history, grid, origins=np.array([1.0]), half_lives_days=(never,))
    addresses = Component(ANY_POINTS, never, 0.0, 2.0)
    share = evidence.shares([addresses], origins=np.array([0]))[0, 0]
    assert share[here] / share[next_to_it] == pytest.approx(4, rel=0.1)  # eight addresses to two, whatever came to each
    assert share[far_away] < 0.1  # fifty addresses where none of the forecast type ever came
    assert addresses.family == "number of addresses"


def test_addresses_are_read_only_where_other_types_know_them():
    assert all_components([OWN], (float("inf"),)) == own_components((float("inf"),))
    assert {c.kind for c in all_components([OWN, "type 5"], (float("inf"),))} >= set(ADDRESSES)


def test_every_component_is_a_distribution_and_is_uniform_where_it_knows_nothing():
    grid = square_city()
    history = planted_history(grid)
    evidence = Evidence(
        history, grid, origins=np.array([0.0, 900.0]), half_lives_days=(14.0, 60.0, 180.0, 720.0, float("inf"))
    )
    assert len(evidence.kinds) > 1
    components = [*own_components(), *other_components(evidence.kinds)]
    shares = evidence.shares(components, origins=np.array([0, 1]))
    assert shares.sum(axis=2) == pytest.approx(1.0, abs=1e-4)
    assert shares[0] == pytest.approx(1 / grid.n_cells, rel=1e-5)


def test_em_finds_the_weights_of_a_known_mixture():
    rng = np.random.default_rng(3)
    parts = rng.dirichlet(np.full(400, 0.3), size=3)
    truth = np.array([0.6, 0.3, 0.1])
    counts = rng.multinomial(60_000, truth @ parts).astype(float)
    weights = mixture_weights(parts.T * 400, counts, steps=1000)
    assert weights == pytest.approx(truth, abs=0.015)
    assert weights.sum() == pytest.approx(1.0)


def test_em_never_lowers_the_likelihood():
    rng = np.random.default_rng(4)
    parts, counts = rng.dirichlet(np.full(50, 0.3), size=5).T * 50, rng.poisson(3.0, 50).astype(float)
    likelihood = [
        float(counts @ np.log(parts @ mixture_weights(parts, counts, steps=steps))) for steps in (1, 2, 5, 20, 100)
    ]
    assert (np.diff(likelihood) >= -1e-9).all()


def test_windows_end_at_the_origin_and_leave_history_before_them():
    monthly = window_origins(as_of=1000.0, start=0.0, horizon_days=30)
    assert len(monthly) == 12 and monthly[-1] == 970 and (np.diff(monthly) == 30).all()
    assert len(window_origins(as_of=1000.0, start=0.0, horizon_days=7)) == 26
    assert (window_origins(as_of=500.0, start=0.0, horizon_days=30) >= 120).all()
    yearly = window_origins(as_of=1000.0, start=0.0, horizon_days=365)
    assert yearly[-1] == 635 and (np.diff(yearly) == 30).all()


@pytest.mark.parametrize("name", ["mixture_own", "mixture"])
def test_a_mixture_explains_every_cell_in_shares_that_sum_to_1(name):
    grid, history = square_city(), planted_history(square_city())
    fitted = get(name).fit(history, grid, as_of=900.0, horizon_days=30)
    best = int(np.argmax(fitted.expected()))
    explained = fitted.explain(best)
    assert sum(explained.shares.values()) == pytest.approx(1.0)
    lasting = explained.shares["long memory"] + explained.shares.get("number of addresses", 0.0)
    assert lasting > 0.5  # the planted hot spots never move
    assert explained.expected == fitted.expected()[best]
    assert fitted.expected().sum() == pytest.approx(fitted.settings["city_total"])
    assert ("other offences" in explained.shares) == (name == "mixture")


def test_a_mixture_learns_that_a_city_without_hot_spots_is_flat():
    grid, history = square_city(), planted_history(square_city(), share=0.0)
    fitted = get("mixture_own").fit(history, grid, as_of=900.0, horizon_days=30)
    assert fitted.expected().max() < 3 * fitted.expected().mean()


def test_a_rare_type_does_not_fade_a_young_city_learns_and_too_few_incidents_fall_back_to_the_kde():
    grid = square_city()
    rare = planted_history(grid, n=150)
    fitted = get("mixture").fit(rare, grid, as_of=900.0, horizon_days=30)
    assert "no fading" in fitted.settings["memory"]
    assert all("all time" in label or label == "everywhere" for label in fitted.settings["weights"])
    young = get("mixture").fit(planted_history(grid, days=90), grid, as_of=90.0, horizon_days=30)
    assert "fell_back_to" not in young.settings and young.settings["windows"] >= 1
    few = get("mixture").fit(planted_history(grid, n=40, days=300), grid, as_of=300.0, horizon_days=30)
    assert few.settings["rows_of_target"] < 25 and "KDE" in few.settings["fell_back_to"] and few.name == "mixture"


@pytest.mark.parametrize("name", ["mixture_own", "mixture", "residual_boosting", "yearly_trees", "blend"])
def test_a_type_that_was_not_reported_for_a_year_is_forecast_by_the_kde(name):
    grid, others = square_city(), planted_history(square_city(), n=400)
    old = History(
        np.vstack([others.xy_m, grid.centres_m()[:40]]),
        np.append(others.t_days, np.linspace(0, 400, 40)),
        np.append(np.ones(400, dtype=int), np.zeros(40, dtype=int)),
        0,
    )
    fitted = get(name).fit(old, grid, as_of=900.0, horizon_days=30)
    assert "KDE" in fitted.settings["fell_back_to"]
    kde = get("kde").fit(old, grid, as_of=900.0, horizon_days=30)
    assert fitted.expected() == pytest.approx(kde.expected())


def test_a_year_ahead_with_little_more_than_a_year_behind_is_the_kde():
    history, grid = planted_history(square_city(), days=400), square_city()
    fitted = get("mixture").fit(history, grid, as_of=400.0, horizon_days=365)
    assert "KDE" in fitted.settings["fell_back_to"]


@pytest.mark.parametrize("name", ["mixture_own", "residual_boosting", "yearly_trees", "blend"])
def test_where_all_was_reported_at_one_point_the_far_end_of_the_city_is_unlikely_and_not_impossible(name):
    grid, n = square_city(rows=50, cols=50), 900
    history = History(np.repeat(grid.centres_m()[[60]], n, axis=0), np.arange(float(n)), np.zeros(n, dtype=int), 0)
    fitted = get(name).fit(history, grid, as_of=900.0, horizon_days=30)
    assert np.argmax(fitted.expected()) == 60
    assert (fitted.expected() > 0).all()
    assert sum(fitted.explain(grid.n_cells - 1).shares.values()) == pytest.approx(1)


def test_a_mixture_refuses_the_future():
    grid, history = square_city(), planted_history(square_city())
    with pytest.raises(LeakError):
        get("mixture").fit(history, grid, as_of=899.0, horizon_days=30)


def test_components_know_their_family():
    assert Component(OWN, 14.0, 1.0).family == "recent"
    assert Component(OWN, float("inf"), 0.0).family == "long memory"
    assert Component("type 5", 60.0, 1.0).family == "other offences"
    assert Component("type 5", 60.0, 0.0, 2.0).label == "type 5 by own around it, 60 d, cell"
