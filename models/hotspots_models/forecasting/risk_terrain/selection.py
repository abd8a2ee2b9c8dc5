"""Which readings of which factors belong in the model: a penalised first sieve, then steps judged by BIC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.forecasting.risk_terrain.count_regression import CellTable, CountFit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.forecasting.risk_terrain.spatial_influence import Variable

    Floats = NDArray[np.float64]

L1_SHARE = 0.5
PENALTIES = 12
FOLDS = 5
FEWEST_INCIDENTS = 20
TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class Sieve:
    """Columns that pass the elastic net, and the penalty that cross-validation chose."""

    columns: NDArray[np.int64]
    penalty: float


@dataclass(frozen=True, eq=False)
class Selected:
    """The final model: columns (of the candidates) in the order of selection, and its fit."""

    columns: tuple[int, ...]
    fit: CountFit
    steps: int


def sieve(
    values: NDArray[np.bool_], counts: Floats, exposure: Floats, *, seed: int, penalty: float | None = None
) -> Sieve:
    """Return the columns with a coefficient above 0 in an elastic-net Poisson regression without negative coefficients.

    Zou & Hastie (2005); the penalty has the best cross-validated deviance over folds of cells [Caplan & Kennedy 2013 sieve with
    the same kind of regression]. Cells with equal values are one row: the Poisson likelihood needs only their sums. Below twenty
    incidents, and where some fold would leave no two kinds of cells with unlike rates, no column passes: that fold could not be
    fitted. With fewer kinds of cells than folds there is nothing to sieve: all pass.

    Parameters
    ----------
    values : (n_cells, n_variables) bool
    counts, exposure : (n_cells,) incidents, and area as a share of a full cell
    seed : of the folds
    penalty : skip the cross-validation and use this one
    """
    from glum import GeneralizedLinearRegressor, GeneralizedLinearRegressorCV
    from sklearn.model_selection import KFold
    from threadpoolctl import threadpool_limits

    if values.shape[1] == 0 or counts.sum() < FEWEST_INCIDENTS:
        return Sieve(np.empty(0, dtype=np.int64), penalty or 0.0)
    x, rate, weight = _equal_cells(values, counts, exposure)
    if len(x) < FOLDS:
        return Sieve(np.arange(values.shape[1]), penalty or 0.0)
    folds = list(KFold(FOLDS, shuffle=True, random_state=seed).split(x))
    fitted_on = [train for train, _ in folds] if penalty is None else [np.arange(len(x))]
    if min(float(np.ptp(rate[rows])) for rows in fitted_on) == 0:
        return Sieve(np.empty(0, dtype=np.int64), penalty or 0.0)
    common = {
        "family": "poisson",
        "l1_ratio": L1_SHARE,
        "lower_bounds": np.zeros(values.shape[1]),
        "gradient_tol": TOLERANCE,
        "max_iter": 300,
    }
    if penalty is None:
        model = GeneralizedLinearRegressorCV(n_alphas=PENALTIES, min_alpha_ratio=1e-3, cv=folds, n_jobs=1, **common)
    else:
        model = GeneralizedLinearRegressor(alpha=penalty, **common)
    with threadpool_limits(limits=1):  # threads that wait for one another: on a busy machine many times slower
        model.fit(x, rate, sample_weight=weight)
    penalty = float(model.alpha_) if penalty is None else penalty
    return Sieve(np.flatnonzero(model.coef_ > 1e-6), penalty)


def step_by_bic(
    table: CellTable,
    values: NDArray[np.bool_],
    variables: tuple[Variable, ...],
    columns: NDArray[np.int64],
    *,
    family: str,
) -> Selected:
    """Return the model that no single step improves: bidirectional selection from the null model by BIC.

    A step adds a variable of a factor that is not in, removes one, or puts another reading of a factor in place of the one
    that is in; a factor is in with one reading at most, and with a coefficient above 0. The best step is taken until
    none lowers the BIC [Venables & Ripley 2002, section 6.8].

    Parameters
    ----------
    table : CellTable
    values, variables : all candidates
    columns : those that may enter
    family : of the regression
    """
    chosen: tuple[int, ...] = ()
    fit = table.fit(values[:, []], family=family)
    steps = 0
    while True:
        best: tuple[tuple[int, ...], CountFit] | None = None
        known = dict(zip(chosen, fit.coefficients[1:], strict=True))
        for moved in _moves(chosen, variables, columns):
            begin = np.array([fit.coefficients[0], *(known.get(column, 0.0) for column in moved)])
            tried = table.fit(
                values[:, list(moved)], family=family, start=begin, start_dispersion=fit.dispersion or 0.5
            )
            if np.all(tried.coefficients[1:] > 0) and tried.bic < (best[1] if best else fit).bic - 1e-9:
                best = moved, tried
        if best is None:
            return Selected(chosen, fit, steps)
        (chosen, fit), steps = best, steps + 1


def _moves(
    chosen: tuple[int, ...], variables: tuple[Variable, ...], columns: NDArray[np.int64]
) -> Iterator[tuple[int, ...]]:
    holder = {variables[column].factor: column for column in chosen}
    for column in columns.tolist():
        if column in chosen:
            yield tuple(other for other in chosen if other != column)
        else:
            held = holder.get(variables[column].factor)
            yield (*(other for other in chosen if other != held), column)


def _equal_cells(values: NDArray[np.bool_], counts: Floats, exposure: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the distinct rows of values, their incidents per exposure, and their exposure, scaled to mean 1."""
    packed = np.packbits(values, axis=1)
    rows = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, which = np.unique(rows, return_index=True, return_inverse=True)
    held = np.bincount(which, weights=exposure)
    rate = np.bincount(which, weights=counts) / held
    return values[first].astype(float), rate, held / held.mean()
