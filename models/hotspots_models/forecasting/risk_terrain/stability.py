"""How sure is the selection? The same search on halves of the city, and factors that stand for one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.forecasting.risk_terrain.count_regression import CellTable
from hotspots_models.forecasting.risk_terrain.selection import Selected, sieve, step_by_bic
from hotspots_models.forecasting.risk_terrain.table import ProxyWarning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.forecasting.risk_terrain.spatial_influence import Candidates, Variable
    from hotspots_models.grid import Grid

    Floats = NDArray[np.float64]

TILE_CELLS = 8  # neighbours share their surroundings: whole tiles are left out, not single cells
ALIKE = 0.5  # phi
KEPT = 0.8  # share of the log likelihood that a factor adds and another keeps in its place
BIC_BARELY = 6.0  # below this the data say no more than "positive" against the other model [Kass & Raftery 1995]


@dataclass(frozen=True)
class Resampled:
    """The selection of one resample: relative risk value by variable."""

    values: dict[Variable, float]


def resample(
    candidates: Candidates,
    counts: Floats,
    exposure: Floats,
    grid: Grid,
    *,
    family: str,
    penalty: float,
    resamples: int,
    seed: int,
) -> list[Resampled]:
    """Select anew on random halves of the city.

    Stability selection [Meinshausen & Buhlmann 2010]: halves without replacement, here of square tiles of cells.

    Parameters
    ----------
    candidates, counts, exposure : as for the model
    family, penalty : those of the model
    resamples, seed : number of halves and their seed
    """
    tile = (grid.row // TILE_CELLS) * (grid.shape[1] // TILE_CELLS + 1) + grid.col // TILE_CELLS
    tiles, of_cell = np.unique(tile, return_inverse=True)
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(resamples):
        half = np.zeros(tiles.size, dtype=bool)
        half[rng.permutation(tiles.size)[: (tiles.size + 1) // 2]] = True
        cells = half[of_cell.ravel()]
        values = candidates.values[cells]
        passed = sieve(values, counts[cells], exposure[cells], seed=seed, penalty=penalty)
        table = CellTable(counts[cells], exposure[cells])
        chosen = step_by_bic(table, values, candidates.variables, passed.columns, family=family)
        rrv = np.exp(chosen.fit.coefficients[1:])
        found.append(Resampled({candidates.variables[c]: float(v) for c, v in zip(chosen.columns, rrv, strict=True)}))
    return found


def proxies(table: CellTable, candidates: Candidates, selected: Selected, *, family: str) -> list[ProxyWarning]:
    """Return the pairs of factors that these data can't tell apart.

    For each factor in the model: another that in its place would keep most of the likelihood that it adds, or cost hardly any
    BIC; or one in the model that marks much the same cells.
    """
    warnings = []
    chosen = {candidates.variables[column].factor: column for column in selected.columns}
    by_factor: dict[str, list[int]] = {}
    for column, variable in enumerate(candidates.variables):
        by_factor.setdefault(variable.factor, []).append(column)
    for factor, column in chosen.items():
        rest = [other for other in selected.columns if other != column]
        without = table.fit(candidates.values[:, rest], family=family)
        added = selected.fit.log_likelihood - without.log_likelihood
        for other, columns in by_factor.items():
            if other == factor:
                continue
            if other in chosen:
                phi = _phi(candidates.values[:, column], candidates.values[:, chosen[other]])
                if factor < other and phi >= ALIKE:
                    warnings.append(ProxyWarning(factor, other, phi, None, None))
                continue
            fits = [table.fit(candidates.values[:, [*rest, tried]], family=family) for tried in columns]
            best = int(np.argmin([fit.bic for fit in fits]))
            kept = (fits[best].log_likelihood - without.log_likelihood) / added
            costs = fits[best].bic - selected.fit.bic
            if kept >= KEPT or costs < BIC_BARELY:
                phi = _phi(candidates.values[:, column], candidates.values[:, columns[best]])
                warnings.append(ProxyWarning(factor, other, phi, costs, kept))
    return warnings


def _phi(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    return float(np.corrcoef(first.astype(float), second.astype(float))[0, 1])
