"""Trees, blend, uncertainty: laws, explanations, fall-backs, no look ahead."""

from __future__ import annotations

import numpy as np
import pytest

from hotspots_models.base import FittedModel, Grid, History, LeakError, RiskFactor, RiskFactors, usable_history
from hotspots_models.forecasting.evidence import Evidence
from hotspots_models.forecasting.features import FeatureTable, factor_columns
from hotspots_models.forecasting.kernel_mixture import MixtureFit
from hotspots_models.forecasting.mixture_components import own_components
from hotspots_models.forecasting.preparation import check_count, prepare, window_lattice, yearly_origins
from hotspots_models.forecasting.share_model import Task
from hotspots_models.forecasting.trees import TreeSettings, TreeTable, tree_contributions, tree_shares
from hotspots_models.forecasting.uncertainty import (
    cell_dispersion,
    cell_uncertainty,
    count_interval,
    summed_dispersion,
    unit_uncertainty,
)
from hotspots_models.registry import get, names
from tests.models.model_worlds import planted_history, square_city

QUICK = TreeSettings(rounds=20, zeros_kept=0.5)


@pytest.fixture(scope="module")
def world():
    grid = square_city()
    return grid, planted_history(grid, n=4000)


@pytest.fixture(scope="module")
def blend(world):
    grid, history = world
    return get("blend", residual=QUICK, yearly=QUICK).fit(history, grid, as_of=900.0, horizon_days=30)


def task(history: History, grid: Grid, *, as_of: float) -> Task:
    usable, settings = usable_history(history, grid, as_of=as_of, horizon_days=30)
    return Task(usable, usable.of_target(), grid, as_of, 30, None, settings)


def learn(table: TreeTable, features, counts, offset, *, likely) -> None:
    kept, chance = table.thin(counts, likely=likely)
    table.add(features[kept], counts[kept], offset[kept], chance[kept])


def test_trees_find_a_feature_that_doubles_the_offset():
    rng = np.random.default_rng(0)
    switch = rng.integers(0, 2, size=8000)
    features = np.column_stack([switch, rng.random(8000)]).astype(np.float32)
    offset = np.full(8000, 0.5)
    table = TreeTable(TreeSettings(rounds=300, learning_rate=0.1, l2=1.0, zeros_kept=0.5))
    learn(table, features, rng.poisson(offset * np.where(switch, 2.0, 0.5)).astype(float), offset, likely=offset)
    lift = tree_shares(table.grow(), features, offset / offset.sum())
    assert lift[switch == 1].mean() / lift[switch == 0].mean() == pytest.approx(4.0, rel=0.12)  # 2 over 0.5
    assert lift.sum() == pytest.approx(1.0)


def test_cells_without_incidents_are_kept_by_how_likely_one_was_and_count_for_all_that_were_not():
    rng = np.random.default_rng(5)
    likely = rng.gamma(0.5, 2.0, size=50_000)
    counts = rng.poisson(likely * 0.02).astype(float)
    table = TreeTable(TreeSettings(zeros_kept=0.1))
    learn(table, likely[:, None], counts, np.ones(50_000), likely=likely)
    ((features, kept, _, weight),) = table._rows
    assert kept.sum() == counts.sum()  # no incident is lost
    assert (features[:, 0] * weight).sum() == pytest.approx(
        likely.sum(), rel=0.02
    )  # what the zeros expect together stays
    assert np.sum(kept == 0) < 0.12 * 50_000
    assert features[kept == 0].mean() > likely.mean()


def test_shapley_contributions_add_up_to_what_the_trees_say():
    rng = np.random.default_rng(1)
    features = rng.random((500, 3)).astype(np.float32)
    table = TreeTable(TreeSettings(rounds=30, l2=1.0, zeros_kept=1.0))
    learn(table, features, rng.poisson(3 * features[:, 0]).astype(float), np.ones(500), likely=np.ones(500))
    booster = table.grow()
    assert tree_contributions(booster, features).sum(axis=1) == pytest.approx(
        booster.predict(features, raw_score=True), abs=1e-5
    )


def test_features_at_an_origin_do_not_change_when_the_future_does(world):
    grid, history = world
    origins = np.array([500.0, 900.0])
    later = history.take(history.t_days < 500)

    def features(rows: History) -> np.ndarray:
        evidence = Evidence(rows, grid, origins=origins, half_lives_days=(14.0, 60.0, 180.0, 720.0, float("inf")))
        components = own_components()
        table = FeatureTable(evidence, components, season_window_days=30)
        weights = np.full(len(components) + 1, 1 / (len(components) + 1))
        mixture = MixtureFit(components, weights, 12, 100.0)
        made = table.at(0, parts=evidence.shares(components, origins=np.array([0]))[0], mixture=mixture)
        assert made.shape[1] == len(table.names)
        return made

    assert (features(history) == features(later)).all()


def test_factor_features_are_metres_to_the_nearest_place():
    grid = square_city()
    evidence = Evidence(
        History(np.empty((0, 2)), np.empty(0), np.empty(0, int), 0),
        grid,
        origins=np.array([0.0]),
        half_lives_days=(1.0,),
    )
    metres, around = factor_columns(grid.centres_m()[[0]], evidence)
    assert metres[:3] == pytest.approx([0, 150, 300])
    assert around[0] > around[1] > around[2] > 0


def test_windows_of_the_check_come_after_everything_that_its_fit_saw(world):
    grid, history = world
    prep = prepare(task(history, grid, as_of=900.0), use_factors=False)
    assert prep
    check = prep.check_origins()
    assert prep.evidence.origins[check].tolist() == [720, 750, 780, 810, 840, 870]
    seen_by_earlier_fit = prep.windows(720.0, count=12)
    assert (prep.evidence.origins[seen_by_earlier_fit] + 30 <= 720).all()
    assert (prep.evidence.origins[prep.yearly(720.0)] + 365 <= 720).all()


def test_parts_are_kept_where_the_check_asks_again_and_the_same_either_way(world):
    grid, history = world
    prep = prepare(task(history, grid, as_of=900.0), use_factors=False)
    assert prep
    once, again = (int(i) for i in (prep.yearly(900.0)[-1], prep.windows(900.0, count=1)[0]))
    first = {origin: prep.parts(origin) for origin in (once, again)}
    assert prep.parts(again) is first[again]
    assert prep.parts(once) is not first[once]
    assert (prep.parts(once) == first[once]).all()


def test_a_short_history_keeps_at_most_a_third_of_its_windows_for_the_check():
    assert [check_count(np.zeros(n)) for n in (0, 1, 5, 9, 18, 30)] == [1, 1, 1, 3, 6, 6]


def test_lattice_and_yearly_origins_leave_history_before_them():
    assert len(window_lattice(as_of=1000.0, start=0.0, horizon_days=30)) == 18
    assert yearly_origins(at=1000.0, start=0.0).tolist() == [185, 275, 365, 455, 545, 635]
    assert yearly_origins(at=500.0, start=0.0).tolist() == [135]
    assert yearly_origins(at=400.0, start=0.0).size == 0


def test_a_blend_sums_to_the_city_total_says_what_it_did_and_repeats_itself(world, blend):
    grid, history = world
    again = get("blend", residual=QUICK, yearly=QUICK).fit(history, grid, as_of=900.0, horizon_days=30)
    assert blend.expected().sum() == pytest.approx(blend.settings["city_total"])
    assert (blend.expected() == again.expected()).all() and blend.settings == again.settings
    assert blend.settings["residual_trees_grown"] and blend.settings["yearly_trees_grown"]
    assert 0.8 <= blend.settings["calibration"]["slope_applied"] <= 1.25


def test_the_mixture_says_what_yearly_trees_of_a_short_history_cannot_say_yet(world):
    grid, history = world
    fitted = get("blend", residual=QUICK, yearly=QUICK, calibrate=False).fit(
        history.between(400.0, 970.0), grid, as_of=970.0, horizon_days=30
    )  # 570 days: one of the six yearly windows
    assert fitted.settings["exponents"] == {"mixture": 0.125, "residual_boosting": 0.85, "yearly_trees": 0.025}


def test_a_blend_ranks_the_planted_hot_spots_first(world, blend):
    grid, history = world
    truth = grid.counts(history.xy_m)
    assert set(np.argsort(-blend.expected())[:10]) <= set(np.argsort(-truth)[:14])


def test_a_blend_explains_a_cell_by_family_and_by_feature(blend):
    explained = blend.explain(int(np.argmax(blend.expected())))
    assert sum(explained.shares.values()) == pytest.approx(1.0)
    assert set(explained.shares) <= {"long memory", "recent", "other offences", "number of addresses", "everywhere"}
    assert explained.unit == "natural logarithm of the expected incidents" and explained.words


@pytest.mark.parametrize("name", ["residual_boosting", "yearly_trees"])
def test_trees_alone_sum_to_the_city_total_and_explain_themselves(world, name):
    grid, history = world
    fitted = get(name, trees=QUICK).fit(history, grid, as_of=900.0, horizon_days=30)
    assert fitted.expected().sum() == pytest.approx(fitted.settings["city_total"])
    assert sum(fitted.explain(3).shares.values()) == pytest.approx(1.0)


def test_risk_factors_are_looked_at_only_when_asked(world):
    grid, history = world
    factors = RiskFactors((RiskFactor("bars", grid.centres_m()[:5]),))
    fit = {"as_of": 900.0, "horizon_days": 30, "factors": factors}
    assert get("residual_boosting", trees=QUICK).fit(history, grid, **fit).settings["factors_used"] == []
    assert get("residual_boosting", trees=QUICK, use_factors=True).fit(history, grid, **fit).settings[
        "factors_used"
    ] == ["bars"]


def test_a_blend_of_a_young_city_learns_with_too_few_incidents_is_the_kde_and_with_a_rare_type_the_mixture():
    grid = square_city()
    young = get("blend").fit(planted_history(grid, days=200), grid, as_of=200.0, horizon_days=30)
    assert "fell_back_to" not in young.settings and not young.settings["yearly_trees_grown"]
    few = get("blend").fit(planted_history(grid, n=40, days=200), grid, as_of=200.0, horizon_days=30)
    assert "KDE" in few.settings["fell_back_to"]
    rare = get("blend").fit(planted_history(grid, n=150), grid, as_of=900.0, horizon_days=30)
    assert not rare.settings["residual_trees_grown"] and "no fading" in rare.settings["memory"]


def test_a_year_ahead_can_be_forecast_too(world):
    grid, history = world
    fitted = get("blend", residual=QUICK, yearly=QUICK).fit(history, grid, as_of=900.0, horizon_days=365)
    assert fitted.expected().sum() == pytest.approx(4000 * 0.6 / 900 * 365, rel=0.15)


@pytest.mark.parametrize("name", [name for name in names() if name != "risk_terrain"])
def test_no_model_of_the_registry_accepts_the_future(world, name):
    grid, history = world
    with pytest.raises(LeakError):
        get(name).fit(history, grid, as_of=float(history.t_days[-1]), horizon_days=30)


def test_dispersion_of_poisson_counts_is_near_0_and_of_negative_binomial_counts_is_found():
    rng = np.random.default_rng(2)
    expected = rng.gamma(1.0, 2.0, size=40_000)
    assert cell_dispersion(expected, rng.poisson(expected).astype(float)) < 0.02
    mixed = rng.poisson(expected * rng.gamma(2.0, 0.5, size=40_000)).astype(float)
    assert cell_dispersion(expected, mixed) == pytest.approx(0.5, abs=0.06)


def test_intervals_cover_what_they_promise_and_a_busy_cell_is_surer_of_its_rank():
    grid = square_city()
    rng = np.random.default_rng(3)
    expected = rng.gamma(0.6, 2.0, size=grid.n_cells)
    fitted = FittedModel("x", "1", grid, 30, expected, {"cell_dispersion": 0.4}, support=expected * 40)
    unsure = cell_uncertainty(fitted, draws=400)
    counts = rng.poisson(expected * rng.gamma(2.5, 0.4, size=(200, grid.n_cells)))
    covered = (counts >= unsure.count_low) & (counts <= unsure.count_high)
    assert 0.9 <= covered.mean() <= 0.99  # counts are whole numbers: a 90 % interval holds at least 90 %
    best = int(np.argmax(expected))
    assert unsure.chance_in_top[best] > 0.9 and unsure.rank_low[best] <= 1 <= unsure.rank_high[best] < 20
    assert unsure.chance_in_top.sum() == pytest.approx(int(0.01 * grid.n_cells), abs=1.0)


def test_cells_without_any_report_share_the_places_that_are_left_evenly():
    """Two busy cells of a hundred and a list of twenty: the other 98 have the other 18 places, each with the same chance."""
    expected = np.zeros(100)
    expected[[40, 60]] = 2.0
    area = np.full(100, 1e4)
    sure = unit_uncertainty(
        expected, dispersion=0.3, support=None, ranked_by=area, area_m2=area, budget_m2=20e4, draws=400
    )
    quiet = expected == 0
    assert sure.chance_in_top[~quiet].tolist() == [1.0, 1.0]
    assert sure.chance_in_top[quiet].max() < 0.3  # 18 / 98, and four standard deviations of 400 draws
    assert sure.chance_in_top[quiet].min() > 0.1
    assert sure.rank_low[quiet].max() < 20 and sure.rank_high[quiet].min() > 80


def test_the_interval_of_a_sum_of_cells_is_narrower_than_the_sum_of_their_intervals():
    rng = np.random.default_rng(4)
    expected, unit = np.full(60, 1.5), np.repeat([0, 1], 30)
    spread = summed_dispersion(expected, unit, 2, dispersion=0.4)
    assert spread == pytest.approx(
        [0.4 / 30, 0.4 / 30]
    )  # thirty equal cells: the dispersion of their sum is a thirtieth
    low, high = count_interval(np.array([45.0, 45.0]), dispersion=spread, level=0.9)
    sums = rng.poisson(1.5 * rng.gamma(2.5, 0.4, size=(20_000, 30))).sum(axis=1)
    assert (low[0], high[0]) == pytest.approx(np.quantile(sums, [0.05, 0.95]), abs=1.01)
    one_low, one_high = count_interval(expected[:1], dispersion=np.array([0.4]), level=0.9)
    assert high[0] - low[0] < 30 * (one_high[0] - one_low[0])


def test_uncertainty_of_a_mixture_moves_its_weights(blend):
    unsure = cell_uncertainty(blend, draws=50)
    top = int(np.argmax(blend.expected()))
    assert (unsure.count_low <= unsure.count_high).all() and unsure.rank_low[top] <= 5
