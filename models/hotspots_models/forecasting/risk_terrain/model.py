"""The risk terrain as a model among the others: fit, expected incidents, and why a cell has its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy import stats

from hotspots_models.base import CellModel, Explanation, FittedModel, InputError, RiskFactors, usable_history
from hotspots_models.delay import learn_delay
from hotspots_models.forecasting.city_total import forecast_total
from hotspots_models.forecasting.risk_terrain.count_regression import NEGATIVE_BINOMIAL, POISSON, CellTable
from hotspots_models.forecasting.risk_terrain.selection import Selected, sieve, step_by_bic
from hotspots_models.forecasting.risk_terrain.spatial_influence import Candidates, operationalise
from hotspots_models.forecasting.risk_terrain.stability import Resampled, proxies, resample
from hotspots_models.forecasting.risk_terrain.table import ProxyWarning, RiskTerrainRow, relative_risk_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.grid import Grid
    from hotspots_models.history import History

LEVEL = 0.90


@dataclass(frozen=True, eq=False)
class FittedRiskTerrain(FittedModel):
    """A fitted risk terrain.

    rows : factors of the model, strongest first
    warnings : pairs of factors that the data can't tell apart
    relative_risk : (n_cells,) product of the relative risk values that hold in the cell; 1 where none does
    holds : (n_cells, n_rows) bool, which variables hold in each cell, in the order of `rows`
    family : the regression whose BIC was lower
    """

    rows: tuple[RiskTerrainRow, ...] = ()
    warnings: tuple[ProxyWarning, ...] = ()
    relative_risk: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    holds: NDArray[np.bool_] = field(default_factory=lambda: np.empty((0, 0), dtype=bool))
    family: str = POISSON

    def explain(self, cell: int) -> Explanation:
        """Return the factors that hold in the cell and their relative risk values."""
        self.check_cell(cell)
        here = [row for row, holds in zip(self.rows, self.holds[cell], strict=True) if holds]
        risk = float(self.relative_risk[cell])
        if here:
            named = "; ".join(f"{row.variable.words} (×{row.relative_risk_value:.1f})" for row in here)
            words = f"{risk:.1f} times the expected incidents of a place with none of the factors: {named}."
        else:
            words = "None of the factors holds here."
        return Explanation(
            cell=int(cell),
            expected=float(self.expected_incidents[cell]),
            shares={"places": 1 - 1 / risk, "everywhere": 1 / risk},
            contributions={row.variable.words: row.relative_risk_value for row in here},
            unit="relative risk value",
            words=words,
        )


@dataclass(frozen=True)
class RiskTerrain(CellModel):
    """Risk terrain modelling [Caplan, Kennedy & Miller 2011; RTMDx].

    Each factor is read as proximity and as density at half blocks; an elastic-net Poisson regression with cross-validation and no
    negative coefficients passes candidates on; steps by BIC from the null model, at most one reading a factor, Poisson and
    negative binomial, and the better BIC wins. The relative risk value is e^beta, a cell's risk the product of those that hold.

    Parameters
    ----------
    block_m : length of a block, metres; twice the cell size if left out, as the cell of a risk terrain is half a block
    half_blocks : half-block steps; 8 reach four blocks
    forms : by factor name, which of "proximity" and "density" to try; both where a factor is not named
    period_days : how much of the history before the origin is counted
    resamples : halves of the city on which the selection is repeated; 0 for none
    seed : of folds and resamples
    """

    block_m: float | None = None
    half_blocks: int = 8
    forms: Mapping[str, Sequence[str]] | None = None
    period_days: float = 365.0
    resamples: int = 20
    seed: int = 0
    name: ClassVar[str] = "risk_terrain"
    version: ClassVar[str] = "1"

    def fit(
        self, history: History, grid: Grid, *, as_of: float, horizon_days: float, factors: RiskFactors | None = None
    ) -> FittedRiskTerrain:
        """Fit to the last `period_days` before `as_of`; parameters as in :meth:`CellModel.fit`, with `factors` required."""
        usable, announced = usable_history(history, grid, as_of=as_of, horizon_days=horizon_days, factors=factors)
        if factors is None or len(factors) == 0:
            raise InputError(
                "a risk terrain needs risk factors: give factors=RiskFactors(...), or choose another model"
            )
        block_m = self.block_m or 2 * grid.cell_size_m
        candidates = operationalise(factors, grid, block_m=block_m, half_blocks=self.half_blocks, forms=self.forms)
        target = usable.of_target()
        recent = target.between(as_of - self.period_days, as_of)
        counts, exposure = grid.counts(recent.xy_m), grid.area_m2 / grid.cell_size_m**2
        passed = sieve(candidates.values, counts, exposure, seed=self.seed)
        table = CellTable(counts, exposure)
        by_family = {
            family: step_by_bic(table, candidates.values, candidates.variables, passed.columns, family=family)
            for family in (POISSON, NEGATIVE_BINOMIAL)
        }
        family = min(by_family, key=lambda name: by_family[name].fit.bic)
        selected = by_family[family]
        resampled = resample(
            candidates,
            counts,
            exposure,
            grid,
            family=family,
            penalty=passed.penalty,
            resamples=self.resamples,
            seed=self.seed,
        )
        order = np.argsort(-selected.fit.coefficients[1:], kind="stable")
        columns = [selected.columns[k] for k in order]
        holds = candidates.values[:, columns]
        relative_risk = np.exp(holds @ selected.fit.coefficients[1:][order])
        begin = as_of - announced["history_days"]
        total = forecast_total(
            target.t_days, as_of=as_of, horizon_days=horizon_days, begin=begin, delay=learn_delay(usable, as_of=as_of)
        )
        expected = relative_risk * grid.area_m2
        rows = tuple(_row(candidates, selected, int(k), resampled) for k in order)
        warnings = tuple(proxies(table, candidates, selected, family=family))
        return FittedRiskTerrain(
            name=self.name,
            version=self.version,
            grid=grid,
            horizon_days=horizon_days,
            expected_incidents=expected / expected.sum() * total.mean,
            settings={
                **announced,
                "block_m": block_m,
                "block_chosen_by": "given" if self.block_m else "twice the cell size",
                "block_note": _block_note(block_m, grid),
                "half_blocks": self.half_blocks,
                "period_days": self.period_days,
                "incidents_fitted": len(recent),
                "factors": {factor.name: len(factor.geometry) for factor in factors},
                "candidates": len(candidates.variables),
                "candidates_dropped": {variable.words: why for variable, why in candidates.dropped.items()},
                "candidates_after_elastic_net": int(passed.columns.size),
                "elastic_net_penalty": passed.penalty,
                "family": family,
                "bic": {name: found.fit.bic for name, found in by_family.items()},
                "dispersion": selected.fit.dispersion,
                "resamples": self.resamples,
                "seed": self.seed,
                "table": [row.as_record() for row in rows],
                "warnings": [warning.words for warning in warnings],
                "city_total": total.mean,
                "city_total_settings": total.settings,
            },
            rows=rows,
            warnings=warnings,
            relative_risk=relative_risk,
            holds=holds,
            family=family,
        )


def _block_note(block_m: float, grid: Grid) -> str | None:
    """Return a warning where half a block is finer than the cells can tell."""
    if block_m / 2 >= grid.cell_size_m / 2:
        return None
    return (
        f"half a block, {block_m / 2:g} m, is less than half a cell of {grid.cell_size_m:g} m: "
        "the shortest distances depend on where the centres fall; take smaller cells or a longer block"
    )


def _row(candidates: Candidates, selected: Selected, k: int, resampled: list[Resampled]) -> RiskTerrainRow:
    column = selected.columns[k]
    variable = candidates.variables[column]
    beta = float(selected.fit.coefficients[k + 1])
    error = float(np.sqrt(selected.fit.covariance[k + 1, k + 1]))
    reach = float(stats.norm.ppf(0.5 + LEVEL / 2)) * error
    of_factor = [(v, rrv) for each in resampled for v, rrv in each.values.items() if v.factor == variable.factor]
    n = len(resampled)
    return RiskTerrainRow(
        variable=variable,
        coefficient=beta,
        standard_error=error,
        relative_risk_value=relative_risk_value(beta),
        rrv_low=relative_risk_value(beta - reach),
        rrv_high=relative_risk_value(beta + reach),
        cell_share=float(candidates.values[:, column].mean()),
        stability=len(of_factor) / n if n else None,
        same_form=sum(v.form == variable.form for v, _ in of_factor) / n if n else None,
        resampled_rrv=tuple(np.quantile([rrv for _, rrv in of_factor], [0.1, 0.9]).tolist()) if of_factor else None,
    )
