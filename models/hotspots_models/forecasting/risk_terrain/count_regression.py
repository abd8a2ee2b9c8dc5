"""Poisson and negative-binomial regression on yes-or-no variables, on tables of equal cells instead of cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import digamma, gammaln, zeta

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

POISSON, NEGATIVE_BINOMIAL = "poisson", "negative binomial"
LEAST_DISPERSION, MOST_DISPERSION = 1e-6, 1e3
FEW_KEYS = 1_000_000  # up to here a table of all possible rows is faster than a sort
MOST_KEYS = 2**61  # a key is one integer: before it overflows, the kinds of rows so far are numbered anew
STEEPEST = 30.0  # a coefficient beyond this stands for a group without a single incident


@dataclass(frozen=True, eq=False)
class CountFit:
    """A fitted regression; `coefficients` begin with the intercept; `dispersion` is 0 for Poisson."""

    coefficients: Floats
    covariance: Floats
    dispersion: float
    log_likelihood: float
    bic: float


class CellTable:
    """Cells by their count and exposure: cells that agree on these and on the variables are one row with a weight.

    With k yes-or-no variables the likelihood needs no more than the table, of some hundreds of rows instead of 25,000 cells.

    Parameters
    ----------
    counts : (n_cells,) incidents
    exposure : (n_cells,) area as a share of a full cell, rounded to twentieths so that cells at the edge agree too
    """

    def __init__(self, counts: Floats, exposure: Floats) -> None:
        """Number the kinds of cells."""
        self.n = counts.size
        rounded = np.maximum(np.round(exposure * 20), 1) / 20
        kinds, code = np.unique(np.column_stack([counts, rounded]), axis=0, return_inverse=True)
        self._code, self._y, self._log_exposure = code.ravel(), kinds[:, 0], np.log(kinds[:, 1])

    def rows(self, columns: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the table over columns (n_cells, k): design with intercept, count, log exposure and weight of each row."""
        k, kinds = columns.shape[1], self._y.size
        key, keys = self._code.copy(), kinds
        for j in range(k):
            if keys > MOST_KEYS:
                known, key = np.unique(key, return_inverse=True)
                keys = known.size
            key += columns[:, j] * keys
            keys *= 2
        if kinds << k <= FEW_KEYS:
            cells = np.bincount(key, minlength=keys)
            found = np.flatnonzero(cells)
            values, code = (found // kinds)[:, None] >> np.arange(k) & 1, found % kinds
            weight = cells[found].astype(float)
        else:
            _, first, cells = np.unique(key, return_index=True, return_counts=True)
            values, code, weight = columns[first], self._code[first], cells.astype(float)
        design = np.ones((len(code), k + 1))
        design[:, 1:] = values
        return design, self._y[code], self._log_exposure[code], weight

    def fit(
        self,
        columns: NDArray[np.bool_],
        *,
        family: str,
        start: Floats | None = None,
        start_dispersion: float = 0.5,
    ) -> CountFit:
        """Fit by maximum likelihood.

        McCullagh & Nelder (1989), chapter 6; negative binomial with variance m + a m^2 [Lawless 1987]. BIC is -2 log L + k ln
        n over cells [Schwarz 1978]; the dispersion counts as a parameter.

        Parameters
        ----------
        columns : (n_cells, k) bool
        family : "poisson" or "negative binomial"
        start : (k + 1,) coefficients where the search begins, those of a like model; the mean count if left out
        start_dispersion : likewise
        """
        x, y, offset, weight = self.rows(columns)
        beta = np.zeros(x.shape[1]) if start is None else start
        if start is None:
            beta[0] = np.log(max(float(weight @ y), 0.5) / float(weight @ np.exp(offset)))
        dispersion = 0.0 if family == POISSON else start_dispersion
        beta, information, mean = _scoring(x, y, offset, weight, beta, dispersion=dispersion)
        for _ in range(100 if family == NEGATIVE_BINOMIAL else 0):
            before, dispersion = dispersion, _dispersion(y, mean, weight, dispersion)
            beta, information, mean = _scoring(x, y, offset, weight, beta, dispersion=dispersion)
            if abs(np.log(dispersion / before)) < 1e-6:
                break
        log_likelihood = _log_likelihood(y, mean, weight, dispersion)
        parameters = x.shape[1] + (family == NEGATIVE_BINOMIAL)
        bic = -2 * log_likelihood + parameters * np.log(self.n)
        return CountFit(beta, np.linalg.pinv(information).astype(float), dispersion, log_likelihood, float(bic))


def _scoring(
    x: Floats, y: Floats, offset: Floats, weight: Floats, beta: Floats, *, dispersion: float
) -> tuple[Floats, Floats, Floats]:
    """Return the coefficients for a known dispersion by Fisher scoring, and the information and the means there."""
    # variables that mark the same cells in this sample leave the information singular
    ridge = 1e-9 * np.eye(len(beta))
    information = ridge
    for _ in range(100):
        mean = np.exp(np.clip(x @ beta + offset, -STEEPEST, STEEPEST))
        working = weight / (1 + dispersion * mean)
        information = (x.T * (working * mean)) @ x
        step = np.linalg.solve(information + ridge, x.T @ (working * (y - mean)))
        largest = float(np.abs(step).max())
        beta = np.clip(beta + step * min(1.0, 3.0 / max(largest, 1e-12)), -STEEPEST, STEEPEST)
        if largest < 1e-7:
            break
    return beta, information, np.exp(x @ beta + offset)


def _dispersion(y: Floats, mean: Floats, weight: Floats, start: float) -> float:
    """Return the dispersion for known means by Newton steps on its logarithm."""
    values, which = np.unique(y, return_inverse=True)  # few: the digamma of each is needed once
    held = np.bincount(which, weights=weight)
    total = weight.sum()
    log_a = np.log(start)
    for _ in range(50):
        r = np.exp(-log_a)
        far = 1 / (r + mean)
        slope = held @ digamma(values + r) + weight @ (np.log(r * far) + (mean - y) * far) - total * digamma(r)
        curve = held @ zeta(2, values + r) - total * zeta(2, r) + weight @ (mean * far / r - (mean - y) * far**2)
        # with u = ln a = -ln r: dl/du = -r l', d2l/du2 = r l' + r^2 l''; the trigamma function is zeta(2, .)
        first, second = -r * slope, r * slope + r * r * curve
        step = -first / second if second < 0 else np.sign(first)
        moved_to = np.clip(log_a + np.clip(step, -1, 1), np.log(LEAST_DISPERSION), np.log(MOST_DISPERSION))
        moved, log_a = abs(moved_to - log_a), moved_to
        if moved < 1e-7:
            break
    return float(np.exp(log_a))


def _log_likelihood(y: Floats, mean: Floats, weight: Floats, dispersion: float) -> float:
    if dispersion == 0:
        return float(weight @ (y * np.log(mean) - mean - gammaln(y + 1)))
    r = 1 / dispersion
    each = gammaln(y + r) - gammaln(r) - gammaln(y + 1) + r * np.log(r / (r + mean)) + y * np.log(mean / (r + mean))
    return float(weight @ each)
