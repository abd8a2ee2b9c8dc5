"""Count regression on tables of equal cells, against statsmodels on every cell."""

import numpy as np
import pytest
import statsmodels.api as sm

from hotspots_models.forecasting.risk_terrain.count_regression import NEGATIVE_BINOMIAL, POISSON, CellTable

RNG = np.random.default_rng(3)
N = 3000
X = RNG.random((N, 3)) < (0.3, 0.5, 0.1)
EXPOSURE = np.where(RNG.random(N) < 0.2, RNG.integers(4, 20, N) / 20, 1.0)
MEAN = EXPOSURE * np.exp(-1 + X @ [0.8, 0.4, 1.2])
COUNTS = RNG.poisson(MEAN * RNG.gamma(1.5, 1 / 1.5, N)).astype(float)
DESIGN = sm.add_constant(X.astype(float))


def test_poisson_agrees_with_statsmodels() -> None:
    oracle = sm.GLM(COUNTS, DESIGN, family=sm.families.Poisson(), offset=np.log(EXPOSURE)).fit(tol=1e-12)
    found = CellTable(COUNTS, EXPOSURE).fit(X, family=POISSON)
    assert found.coefficients == pytest.approx(oracle.params, abs=1e-6)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(oracle.bse, rel=1e-5)
    assert found.log_likelihood == pytest.approx(oracle.llf, abs=1e-6)
    assert found.bic == pytest.approx(oracle.bic_llf, abs=1e-5)


def test_negative_binomial_agrees_with_statsmodels() -> None:
    model = sm.NegativeBinomial(COUNTS, DESIGN, offset=np.log(EXPOSURE))
    oracle = model.fit(disp=0, maxiter=500, gtol=1e-8)
    found = CellTable(COUNTS, EXPOSURE).fit(X, family=NEGATIVE_BINOMIAL)
    assert found.coefficients == pytest.approx(oracle.params[:-1], abs=1e-4)
    assert found.dispersion == pytest.approx(oracle.params[-1], abs=1e-3)
    assert found.log_likelihood == pytest.approx(oracle.llf, abs=1e-5)
    assert found.bic == pytest.approx(oracle.bic, abs=1e-4)


@pytest.mark.parametrize("family", [POISSON, NEGATIVE_BINOMIAL])
def test_where_the_search_begins_does_not_matter(family: str) -> None:
    table = CellTable(COUNTS, EXPOSURE)
    plain = table.fit(X, family=family)
    moved = table.fit(X, family=family, start=np.array([1.0, -1, 0.5, 0]), start_dispersion=3.0)
    assert moved.bic == pytest.approx(plain.bic, abs=1e-5)


def test_the_table_holds_every_cell_and_incident() -> None:
    _, y, _, weight = CellTable(COUNTS, EXPOSURE).rows(X)
    assert weight.sum() == N
    assert weight @ y == COUNTS.sum()
    assert weight.size < N / 5


def test_many_variables_take_the_slower_path_to_the_same_answer() -> None:
    wide = np.column_stack([X, np.random.default_rng(1).random((N, 14)) < 0.5])
    oracle = sm.GLM(COUNTS, sm.add_constant(wide.astype(float)), family=sm.families.Poisson(), offset=np.log(EXPOSURE))
    assert CellTable(COUNTS, EXPOSURE).fit(wide, family=POISSON).bic == pytest.approx(oracle.fit().bic_llf, abs=1e-4)


def test_there_is_no_limit_of_variables() -> None:
    """Past some 60 yes-or-no variables a row no longer fits one integer: it overflowed."""
    wide = np.random.default_rng(2).random((400, 90)) < 0.3
    counts = np.random.default_rng(2).poisson(1.0, 400).astype(float)
    design, y, _, weight = CellTable(counts, np.ones(400)).rows(wide)
    assert weight @ y == counts.sum()
    assert (weight @ design[:, 1:]).tolist() == wide.sum(axis=0).tolist()
    assert (weight * y) @ design[:, 1:] == pytest.approx(counts @ wide)


def test_a_variable_that_is_true_only_where_nothing_happened_does_not_break_the_fit() -> None:
    empty = np.column_stack([X[:, :1], COUNTS == 0])
    found = CellTable(COUNTS, EXPOSURE).fit(empty, family=POISSON)
    assert np.isfinite(found.bic)
    assert found.coefficients[2] < -5


def test_counts_without_over_dispersion_choose_poisson() -> None:
    table = CellTable(RNG.poisson(MEAN).astype(float), EXPOSURE)
    assert table.fit(X, family=POISSON).bic < table.fit(X, family=NEGATIVE_BINOMIAL).bic
