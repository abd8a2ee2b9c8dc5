"""Why cells have their expectation: what is stored beside it, so that a list can say it without fitting anything again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.forecasts.settings import FactorRisk, TerrainSummary
from hotspots_models.errors import InputError as ModelInputError
from hotspots_models.forecasting.kernel_mixture import FittedMixture
from hotspots_models.forecasting.risk_terrain.model import FittedRiskTerrain, RiskTerrain
from hotspots_models.forecasting.uncertainty import cell_uncertainty

if TYPE_CHECKING:
    from hotspots_models.base import FittedModel
    from hotspots_models.history import History
    from hotspots_models.risk_factors import RiskFactors

EXPLAINED_SHARE = (
    0.02  # of the area: cells that may lead a list have an interval, ranks and the model's own words stored
)
MOST_EXPLAINED = 1000
LEAST_NAMED = 0.01


def fit_risk_terrain(
    fitted: FittedModel, history: History, factors: RiskFactors, *, as_of: float
) -> FittedRiskTerrain | str:
    """Return the risk terrain of the known risk factors on the same cells and period, or in words why there is none."""
    if isinstance(fitted, FittedRiskTerrain):
        return fitted
    try:
        return RiskTerrain(resamples=0).fit(
            history, fitted.grid, as_of=as_of, horizon_days=fitted.horizon_days, factors=factors
        )
    except ModelInputError as error:
        return str(error)


def summary_of(terrain: FittedRiskTerrain | str | None) -> TerrainSummary | None:
    """Return the factors with their relative risk values, and warnings, or why there is no risk terrain; None without risk factors."""
    if terrain is None:
        return None
    if isinstance(terrain, str):
        return TerrainSummary(left_out=terrain)
    factors = tuple(
        FactorRisk(
            words=row.variable.words,
            relative_risk_value=round(row.relative_risk_value, 3),
            low=round(row.rrv_low, 3),
            high=round(row.rrv_high, 3),
        )
        for row in terrain.rows
    )
    warnings = tuple(warning.words for warning in terrain.warnings)
    return TerrainSummary(factors=factors, warnings=warnings, family=terrain.family)


def cell_reasons(
    fitted: FittedModel, terrain: FittedRiskTerrain | str | None, *, labels: Mapping[int, str]
) -> dict[int, dict[str, Any]]:
    """Return by cell the shares by family and the numbers of the risk factors that hold; of the densest cells, how sure and why too.

    Parameters
    ----------
    labels : of the crime types, by code: other offences are named.
    """
    reasons: dict[int, dict[str, Any]] = {}
    holds = terrain.holds if isinstance(terrain, FittedRiskTerrain) and terrain.rows else None
    for cell in range(fitted.grid.n_cells) if fitted.families or holds is not None else ():
        shares = {family: round(float(share[cell]), 4) for family, share in fitted.families.items()}
        held = {} if holds is None else {"risk_factors": np.flatnonzero(holds[cell]).tolist()}
        reasons[cell] = {**({"shares": shares} if shares else {}), **held}
    for cell, shares in other_offences(fitted, labels).items():
        reasons[cell] = {**reasons.get(cell, {}), "others": shares}
    for cell, detail in _explained(fitted).items():
        reasons[cell] = {**reasons.get(cell, {}), **detail}
    return reasons


def other_offences(fitted: FittedModel, labels: Mapping[int, str]) -> dict[int, dict[str, float]]:
    """Return by cell the other crime types that bring at least a hundredth of its expected incidents, with their shares."""
    if not isinstance(fitted, FittedMixture):
        return {}
    named = {labels[code]: share for code, share in fitted.shares_of_other_types().items() if code in labels}
    found: dict[int, dict[str, float]] = {}
    for label, share in named.items():
        for cell in np.flatnonzero(share >= LEAST_NAMED).tolist():
            found.setdefault(cell, {})[label] = round(float(share[cell]), 3)
    return found


def _explained(fitted: FittedModel) -> dict[int, dict[str, Any]]:
    """Interval, chance of being in the top 1 %, ranks and the model's explanation of the densest cells."""
    order = np.argsort(-fitted.density(), kind="stable")
    area = np.cumsum(fitted.grid.area_m2[order])
    top = order[: min(MOST_EXPLAINED, int(np.searchsorted(area, EXPLAINED_SHARE * area[-1])) + 1)]
    sure = cell_uncertainty(fitted)
    details = {}
    for cell in top.tolist():
        why = fitted.explain(cell)
        details[cell] = {
            "count_low": int(sure.count_low[cell]),
            "count_high": int(sure.count_high[cell]),
            "level": sure.level,
            "chance_in_top": round(float(sure.chance_in_top[cell]), 3),
            "top_share": sure.top_share,
            "rank_low": int(sure.rank_low[cell]),
            "rank_high": int(sure.rank_high[cell]),
            "shares": {family: round(share, 4) for family, share in why.shares.items()},
            "contributions": {name: round(float(value), 4) for name, value in why.contributions.items()},
            "unit": why.unit,
            "words": why.words,
        }
    return details
