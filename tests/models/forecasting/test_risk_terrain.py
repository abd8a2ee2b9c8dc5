"""The risk terrain on cities whose truth is known."""

import json

import numpy as np
import pytest

from hotspots_models.base import FactorValidityError, Grid, History, InputError, LeakError, RiskFactor, RiskFactors
from hotspots_models.forecasting.risk_terrain import FittedRiskTerrain, RiskTerrain, relative_risk_value
from hotspots_models.forecasting.risk_terrain.count_regression import POISSON, CellTable
from hotspots_models.forecasting.risk_terrain.selection import sieve, step_by_bic
from hotspots_models.forecasting.risk_terrain.spatial_influence import distance_to, operationalise
from hotspots_models.forecasting.uncertainty import common_dispersion_of
from hotspots_models.registry import get

GRID = Grid.full(cell_size_m=60, origin_m=(10_000, 20_000), shape=(60, 60))
BOX = ((10_000, 20_000), (13_600, 23_600))


def city(seed: int, *, spread: float = 0.0) -> tuple[History, RiskFactors]:
    """Bars triple the incidents within 180 m, schools raise them by 1.6 within 120 m, and trees do nothing."""
    rng = np.random.default_rng(seed)
    factors = RiskFactors(
        tuple(RiskFactor(name, rng.uniform(*BOX, (n, 2))) for name, n in (("bars", 40), ("schools", 60), ("trees", 50)))
    )
    bars, schools = (distance_to(factor, GRID, farthest_m=500) for factor in list(factors)[:2])
    mean = 0.9 * np.where(bars <= 180, 3.0, 1.0) * np.where(schools <= 120, 1.6, 1.0)
    if spread:
        mean = mean * rng.gamma(1 / spread, spread, GRID.n_cells)
    counts = rng.poisson(mean)
    cell = np.repeat(np.arange(GRID.n_cells), counts)
    xy = GRID.centres_m()[cell] + rng.uniform(-29, 29, (cell.size, 2))
    return History(xy, rng.uniform(0, 365, cell.size), np.zeros(cell.size, dtype=int), 0), factors


def fitted(seed: int, *, spread: float = 0.0, resamples: int = 0) -> FittedRiskTerrain:
    history, factors = city(seed, spread=spread)
    model = RiskTerrain(block_m=120, half_blocks=6, resamples=resamples)
    return model.fit(history, GRID, as_of=365.0, horizon_days=30, factors=factors)


def test_relative_risk_value_of_the_published_coefficient() -> None:
    assert relative_risk_value(3.0617) == pytest.approx(21.36, abs=0.005)


def test_planted_factors_come_back_with_form_distance_and_value() -> None:
    found = {row.variable.factor: row for row in fitted(1).rows}
    assert set(found) == {"bars", "schools"}
    assert (found["bars"].variable.form, found["bars"].variable.distance_m) == ("proximity", 180)
    assert found["bars"].rrv_low < 3.0 < found["bars"].rrv_high
    assert (found["schools"].variable.form, found["schools"].variable.distance_m) == ("proximity", 120)
    assert found["schools"].rrv_low < 1.6 < found["schools"].rrv_high


def test_the_family_is_the_one_with_the_better_bic() -> None:
    even, spread = fitted(1), fitted(1, spread=0.8)
    assert even.family == "poisson"
    assert spread.family == "negative binomial"
    assert spread.settings["dispersion"] == pytest.approx(0.8, abs=0.15)
    for model in (even, spread):
        assert model.settings["bic"][model.family] == min(model.settings["bic"].values())


def test_selection_is_a_local_optimum_that_statsmodels_confirms() -> None:
    """No variable added, removed or exchanged lowers the BIC of a regression fitted elsewhere."""
    import statsmodels.api as sm

    history, factors = city(2)
    candidates = operationalise(factors, GRID, block_m=120, half_blocks=3)
    counts = GRID.counts(history.xy_m)
    everything = np.arange(len(candidates.variables))
    table = CellTable(counts, np.ones(GRID.n_cells))
    found = step_by_bic(table, candidates.values, candidates.variables, everything, family=POISSON)

    def bic(columns: list[int]) -> float:
        design = sm.add_constant(candidates.values[:, columns].astype(float), has_constant="add")
        return sm.GLM(counts, design, family=sm.families.Poisson()).fit().bic_llf

    best = bic(list(found.columns))
    assert best == pytest.approx(found.fit.bic, abs=1e-4)
    taken = {candidates.variables[c].factor for c in found.columns}
    for column in everything:
        if column in found.columns:
            assert bic([c for c in found.columns if c != column]) > best
        elif candidates.variables[column].factor not in taken:
            assert bic([*found.columns, column]) > best
        else:
            same = candidates.variables[column].factor
            assert bic([*(c for c in found.columns if candidates.variables[c].factor != same), column]) > best


def test_a_factor_is_in_with_one_reading_at_most_and_never_lowers_risk() -> None:
    for seed in (3, 4):
        rows = fitted(seed, spread=0.5).rows
        names = [row.variable.factor for row in rows]
        assert len(set(names)) == len(names)
        assert all(row.coefficient > 0 for row in rows)
        assert [row.coefficient for row in rows] == sorted((row.coefficient for row in rows), reverse=True)


def test_the_sieve_has_no_negative_coefficient_and_keeps_what_matters() -> None:
    history, factors = city(5)
    candidates = operationalise(factors, GRID, block_m=120, half_blocks=6)
    passed = sieve(candidates.values, GRID.counts(history.xy_m), np.ones(GRID.n_cells), seed=0)
    kept = {candidates.variables[c].factor for c in passed.columns}
    assert {"bars", "schools"} <= kept
    assert passed.columns.size < len(candidates.variables)


def test_expected_incidents_follow_the_product_of_values_and_sum_to_the_city_total() -> None:
    model = fitted(1)
    rrv = np.array([row.relative_risk_value for row in model.rows])
    assert model.relative_risk == pytest.approx(np.prod(np.where(model.holds, rrv, 1.0), axis=1))
    expected = model.expected()
    assert expected / expected.sum() == pytest.approx(model.relative_risk / model.relative_risk.sum())
    assert expected.sum() == pytest.approx(model.settings["city_total"])
    assert model.relative_risk.min() == pytest.approx(1)


def test_a_cell_explains_itself_by_its_factors() -> None:
    model = fitted(1)
    both = int(np.flatnonzero(model.holds.all(axis=1))[0])
    why = model.explain(both)
    assert set(why.contributions) == {row.variable.words for row in model.rows}
    assert sum(why.shares.values()) == pytest.approx(1)
    assert "within 180 m of bars" in why.words
    neither = model.explain(int(np.flatnonzero(~model.holds.any(axis=1))[0]))
    assert (neither.contributions, neither.shares["everywhere"]) == ({}, 1)


def test_settings_hold_the_whole_table_and_say_when_cells_are_too_coarse() -> None:
    model = fitted(1)
    table = json.loads(json.dumps(model.settings))["table"]
    assert [(r["factor"], r["relative_risk_value"]) for r in table] == [
        (row.variable.factor, row.relative_risk_value) for row in model.rows
    ]
    assert model.settings["block_note"] is None
    history, factors = city(1)
    coarse = RiskTerrain(block_m=40, resamples=0).fit(history, GRID, as_of=365.0, horizon_days=30, factors=factors)
    assert "half a block, 20 m" in coarse.settings["block_note"]


def test_stability_is_high_for_what_is_true_and_low_for_what_is_not() -> None:
    model = fitted(1, resamples=10)
    bars = next(row for row in model.rows if row.variable.factor == "bars")
    assert bars.stability == 1
    assert bars.same_form is not None
    assert bars.same_form >= 0.9
    assert bars.resampled_rrv is not None
    assert bars.resampled_rrv[0] < 3.0 * 1.1
    assert bars.resampled_rrv[1] > 3.0 * 0.9


def test_a_factor_that_proxies_another_is_called_out() -> None:
    history, factors = city(6)
    bars = next(iter(factors)).geometry
    rng = np.random.default_rng(1)
    twin = RiskFactor("taxi ranks", np.asarray(bars) + rng.normal(0, 8, bars.shape))
    model = RiskTerrain(block_m=120, half_blocks=4, resamples=0).fit(
        history, GRID, as_of=365.0, horizon_days=30, factors=RiskFactors((*factors, twin))
    )
    pairs = [{warning.factor, warning.other} for warning in model.warnings]
    assert {"bars", "taxi ranks"} in pairs
    assert all("trees" not in pair for pair in pairs)
    assert "taxi ranks" in model.warnings[pairs.index({"bars", "taxi ranks"})].words


def test_the_same_data_give_the_same_model_twice_and_moving_the_city_changes_nothing() -> None:
    history, factors = city(7)
    model = RiskTerrain(block_m=120, half_blocks=4, resamples=3)
    first = model.fit(history, GRID, as_of=365.0, horizon_days=30, factors=factors)
    again = model.fit(history, GRID, as_of=365.0, horizon_days=30, factors=factors)
    assert first.rows == again.rows
    away = np.array([60_000.0, -6_000.0])
    moved = model.fit(
        History(history.xy_m + away, history.t_days, history.crime_type, 0),
        Grid.full(cell_size_m=60, origin_m=np.array(BOX[0]) + away, shape=(60, 60)),
        as_of=365.0,
        horizon_days=30,
        factors=RiskFactors(tuple(RiskFactor(f.name, np.asarray(f.geometry) + away) for f in factors)),
    )
    assert [row.variable for row in moved.rows] == [row.variable for row in first.rows]
    assert moved.expected() == pytest.approx(first.expected())


def test_without_incidents_nothing_is_selected_and_nothing_expected() -> None:
    _, factors = city(1)
    nothing = History(np.empty((0, 2)), np.empty(0), np.empty(0, dtype=int), 0)
    model = RiskTerrain(block_m=120, resamples=0).fit(nothing, GRID, as_of=365.0, horizon_days=30, factors=factors)
    assert model.rows == ()
    assert model.expected().sum() == 0


def test_a_handful_of_incidents_selects_nothing() -> None:
    history, factors = city(1)
    few = history.take(np.arange(len(history)) < 5)
    model = RiskTerrain(block_m=120, resamples=0).fit(few, GRID, as_of=365.0, horizon_days=30, factors=factors)
    assert model.rows == () and model.expected().sum() > 0


def test_a_single_reading_of_a_single_factor_needs_no_sieve() -> None:
    """Two kinds of cells can't be cross-validated in five folds; there is nothing to choose from either."""
    history, factors = city(1)
    bars = RiskFactors((next(iter(factors)),))
    model = RiskTerrain(block_m=360, half_blocks=1, forms={"bars": ["proximity"]}, resamples=3)
    fit = model.fit(history, GRID, as_of=365.0, horizon_days=30, factors=bars)
    assert [(row.variable.distance_m, row.stability) for row in fit.rows] == [(180, 1.0)]
    near = distance_to(next(iter(bars)), GRID, farthest_m=500) <= 180
    counts = GRID.counts(history.xy_m)
    assert fit.rows[0].relative_risk_value == pytest.approx(counts[near].mean() / counts[~near].mean(), rel=1e-5)


def test_incidents_at_one_place_only_select_nothing() -> None:
    _, factors = city(1)
    once = History(np.repeat(GRID.centres_m()[[70]], 200, axis=0), np.linspace(0, 364, 200), np.zeros(200, int), 0)
    model = RiskTerrain(block_m=120, half_blocks=2, resamples=1)
    model = model.fit(once, GRID, as_of=365.0, horizon_days=30, factors=factors)
    assert model.rows == () and model.expected().sum() > 0


def test_its_intervals_are_as_wide_as_the_city_total_is_unsure() -> None:
    """Months that swing between 60 and 240 incidents: the cells of a risk terrain know it as those of a count do."""
    rng = np.random.default_rng(5)
    month = np.repeat(np.arange(24), [60, 240] * 12)
    history = History(rng.uniform(*BOX, (month.size, 2)), (month + rng.random(month.size)) * 30.4, month * 0, 0)
    asked = {"as_of": 24 * 30.4, "horizon_days": 30}
    terrain = RiskTerrain(block_m=120, half_blocks=1, resamples=0).fit(history, GRID, **asked, factors=city(1)[1])
    count = get("long_run_count").fit(history, GRID, **asked)
    assert common_dispersion_of(count.settings) > 0.1
    assert common_dispersion_of(terrain.settings) == common_dispersion_of(count.settings)


def test_it_needs_factors_that_hold_at_the_origin_and_a_history_that_ends_before_it() -> None:
    history, factors = city(1)
    with pytest.raises(InputError, match="needs risk factors"):
        RiskTerrain().fit(history, GRID, as_of=365.0, horizon_days=30)
    with pytest.raises(LeakError):
        RiskTerrain().fit(history, GRID, as_of=200.0, horizon_days=30, factors=factors)
    late = RiskFactors((RiskFactor("bars", next(iter(factors)).geometry, valid_from_days=400),))
    with pytest.raises(FactorValidityError):
        RiskTerrain().fit(history, GRID, as_of=365.0, horizon_days=30, factors=late)
