"""Why places have their expectation, and how sure it is: from what was stored with the forecasts, for cells and for areas alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.forecast import StoredForecast
from hotspots.domain.place_list import RiskValue
from hotspots.pipeline.at_risk.units import Units, sums
from hotspots_models.forecasting.uncertainty import (
    CellUncertainty,
    common_dispersion_of,
    dispersion_of,
    summed_dispersion,
    unit_uncertainty,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Stored = tuple[NDArray[np.float64], dict[int, dict[str, Any]]]

SAID_FROM = 0.5  # of a place's expected incidents: a factor that holds for less is not said of it


@dataclass(frozen=True, eq=False)
class Reasons:
    """Of every unit: how sure, the shares by family (n_units,), and the risk factors with the share of the unit that each holds for."""

    sure: CellUncertainty
    families: Mapping[str, Floats]
    risk_factors: Sequence[tuple[str, float, Floats]]
    warnings: tuple[str, ...]

    def shares_of(self, unit: int) -> dict[str, float]:
        """The families that a unit's expected incidents come from, largest first."""
        shares = {family: round(float(share[unit]), 4) for family, share in self.families.items()}
        return dict(sorted(((k, v) for k, v in shares.items() if v > 0), key=lambda pair: -pair[1]))

    def risk_values_of(self, unit: int) -> tuple[RiskValue, ...]:
        """The risk factors that hold for at least half of a unit's expected incidents."""
        return tuple(
            RiskValue(words=words, relative_risk_value=value, share=round(float(share[unit]), 3))
            for words, value, share in self.risk_factors
            if share[unit] >= SAID_FROM
        )


def give_reasons(
    forecasts: Sequence[StoredForecast], stored: Sequence[Stored], units: Units, *, budget_m2: float
) -> Reasons:
    """Sum what is stored of the cells to the units, each cell with the weight of its expected incidents.

    The interval of an area is that of a sum: cells vary each for itself, and all with the city total.
    """
    n_units, whole = len(units.unit_id), np.sum([expected for expected, _ in stored], axis=0)
    of_all = np.divide(
        units.expected_in_cell, whole, out=np.zeros(len(whole)), where=whole > 0
    )  # the part in the shift
    squares, families, factors = np.zeros(len(whole)), {}, []
    for one, (expected, details) in zip(forecasts, stored, strict=True):
        part = expected * of_all
        squares += dispersion_of(one.settings) * part**2
        for family, share in _by_cell(details, len(whole)).items():
            families[family] = families.get(family, 0.0) + sums(units.of_cell, part * share, n_units)
        terrain = one.settings.get("risk_terrain", {}).get("factors", [])
        held = _held(details, len(whole), len(terrain))
        for row, factor in enumerate(terrain):
            words = factor["words"] if len(forecasts) == 1 else f"{factor['words']} ({', '.join(one.crime_types)})"
            inside = sums(units.of_cell, units.expected_in_cell * held[:, row], n_units)
            factors.append((words, float(factor["relative_risk_value"]), _over(inside, units.expected)))
    cell = np.divide(squares, units.expected_in_cell**2, out=np.zeros(len(whole)), where=units.expected_in_cell > 0)
    said = np.sum(list(families.values()), axis=0) if families else np.zeros(n_units)
    sure = unit_uncertainty(
        units.expected,
        dispersion=summed_dispersion(units.expected_in_cell, units.of_cell, n_units, dispersion=cell),
        common=max(common_dispersion_of(one.settings) for one in forecasts),
        support=units.count_last_year,
        ranked_by=units.ranked_by_m2,
        area_m2=units.area_m2,
        budget_m2=min(budget_m2, float(units.area_m2.sum())),
    )
    complete = said >= 0.99 * units.expected  # of a forecast that stored no families nothing is said, rather than half
    return Reasons(
        sure,
        {family: np.where(complete, _over(amount, said), 0.0) for family, amount in families.items()},
        sorted(factors, key=lambda factor: -factor[1]),
        tuple(w for one in forecasts for w in one.settings.get("risk_terrain", {}).get("warnings", ())),
    )


def _by_cell(details: dict[int, dict[str, Any]], n_cells: int) -> dict[str, Floats]:
    """(n_cells,) share of each family, 0 where nothing is stored."""
    shares: dict[str, Floats] = {}
    for cell, detail in details.items():
        for family, share in detail.get("shares", {}).items():
            shares.setdefault(family, np.zeros(n_cells))[cell] = share
    return shares


def _held(details: dict[int, dict[str, Any]], n_cells: int, n_factors: int) -> NDArray[np.bool_]:
    """(n_cells, n_factors) which risk factors hold in each cell."""
    held = np.zeros((n_cells, n_factors), dtype=bool)
    for cell, detail in details.items():
        held[cell, detail.get("risk_factors", [])] = True
    return held


def _over(amount: Floats, whole: Floats) -> Floats:
    return np.divide(amount, whole, out=np.zeros(len(whole)), where=whole > 0)
