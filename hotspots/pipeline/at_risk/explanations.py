"""Why places have their expectation, and how sure it is: from what was stored with the forecasts, for cells and for areas alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.forecasts.forecast import StoredForecast
from hotspots.domain.place_list import RiskValue
from hotspots.pipeline.at_risk.units import Units
from hotspots_models.forecasting.uncertainty import (
    USUAL_DISPERSION,
    CellUncertainty,
    common_dispersion_of,
    dispersion_of,
    unit_uncertainty,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Stored = tuple[NDArray[np.float64], dict[int, dict[str, Any]]]

LITTLE = 0.1  # of the mean expected incidents: a place with less is like none on a list
NAMED_FROM = 0.05  # of a place's expected incidents: another offence that brings less is not named
SAID_FROM = 0.5  # of a place's expected incidents: a factor that holds for less is not said of it


@dataclass(frozen=True, eq=False)
class Reasons:
    """Of every unit: how sure, the shares by family (n_units,), and the risk factors with the share of the unit that each holds for."""

    sure: CellUncertainty
    families: Mapping[str, Floats]
    risk_factors: Sequence[tuple[str, float, Floats]]
    warnings: tuple[str, ...]
    others: Mapping[str, Floats]
    comparable: NDArray[np.bool_]

    def shares_of(self, unit: int) -> dict[str, float]:
        """The families that a unit's expected incidents come from, largest first."""
        shares = {family: round(float(share[unit]), 4) for family, share in self.families.items()}
        return dict(sorted(((k, v) for k, v in shares.items() if v > 0), key=lambda pair: -pair[1]))

    def risk_values_of(self, unit: int) -> tuple[RiskValue, ...]:
        """The risk factors that hold for at least half of a unit's expected incidents."""
        return tuple(
            RiskValue(
                words=words,
                relative_risk_value=value,
                share=round(float(share[unit]), 3),
                absent_share=self.absent_share(share < SAID_FROM),
            )
            for words, value, share in self.risk_factors
            if share[unit] >= SAID_FROM
        )

    def others_of(self, unit: int) -> dict[str, float]:
        """The other offences that bring at least a twentieth of a unit's expected incidents, by label, largest first."""
        shares = {
            label: round(float(share[unit]), 3) for label, share in self.others.items() if share[unit] >= NAMED_FROM
        }
        return dict(sorted(shares.items(), key=lambda pair: -pair[1]))

    @cached_property
    def usual_others(self) -> dict[str, float]:
        """The share that each other offence brings at a comparable place, the median, by label."""
        if not self.comparable.any():
            return dict.fromkeys(self.others, 0.0)
        return {label: round(float(np.median(share[self.comparable])), 3) for label, share in self.others.items()}

    def absent_share(self, absent: NDArray[np.bool_]) -> float:
        """The part of the comparable places where something is absent (n_units,); 0 where there is no comparable place."""
        return round(float(absent[self.comparable].mean()), 3) if self.comparable.any() else 0.0


def comparable_places(units: Units, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (n_units,) True for the places that a list's places are held against: the busier half of all others.

    Parks and water, where nothing is expected, are like nothing on a list: a factor that they lack would look like a reason everywhere.
    """
    other = np.ones(len(units.unit_id), dtype=bool)
    other[chosen] = False
    some = other & (units.expected >= LITTLE * units.expected.mean())
    return some & (units.expected >= np.median(units.expected[some])) if some.any() else some


def give_reasons(
    forecasts: Sequence[StoredForecast],
    stored: Sequence[Stored],
    units: Units,
    *,
    chosen: NDArray[np.int64],
    budget_m2: float,
) -> Reasons:
    """Sum what is stored of the cells to the units, each cell with the weight of its expected incidents.

    The interval of an area is that of a sum: cells vary each for itself, and all with the city total.
    """
    n_units, whole = len(units.unit_id), np.sum([expected for expected, _ in stored], axis=0)
    of_all = _over(units.expected_in_cell, whole)  # the part in the shift
    squares, families, others, factors = np.zeros(len(whole)), {}, {}, []
    for one, (expected, details) in zip(forecasts, stored, strict=True):
        part = expected * of_all
        squares += dispersion_of(one.settings.announced) * part**2
        for family, share in _by_cell(details, len(whole), key="shares").items():
            families[family] = families.get(family, 0.0) + units.sums(part * share)
        for label, share in _by_cell(details, len(whole), key="others").items():
            others[label] = others.get(label, 0.0) + units.sums(part * share)
        terrain = one.settings.risk_terrain.factors if one.settings.risk_terrain else ()
        held = _held(details, len(whole), len(terrain))
        for row, factor in enumerate(terrain):
            words = factor.words if len(forecasts) == 1 else f"{factor.words} ({', '.join(one.crime_types)})"
            inside = units.sums(units.expected_in_cell * held[:, row])
            factors.append((words, factor.relative_risk_value, _over(inside, units.expected)))
    said = np.sum(list(families.values()), axis=0) if families else np.zeros(n_units)
    # a cell that is cut brings its part to each unit, and all parts of it vary together
    own_spread = np.asarray(units.share_of_cell.power(2) @ squares)
    dispersion = np.divide(
        own_spread, units.expected**2, out=np.full(n_units, USUAL_DISPERSION), where=units.expected > 0
    )
    sure = unit_uncertainty(
        units.expected,
        dispersion=dispersion,
        common=max(common_dispersion_of(one.settings.announced) for one in forecasts),
        support=units.count_last_year,
        ranked_by=units.ranked_by_m2 if units.weight is None else units.ranked_by_m2 / units.weight,
        area_m2=units.area_m2,
        budget_m2=min(budget_m2, float(units.area_m2.sum())),
    )
    complete = said >= 0.99 * units.expected  # of a forecast that stored no families nothing is said, rather than half
    return Reasons(
        sure,
        {family: np.where(complete, _over(amount, said), 0.0) for family, amount in families.items()},
        sorted(factors, key=lambda factor: -factor[1]),
        tuple(w for one in forecasts if one.settings.risk_terrain for w in one.settings.risk_terrain.warnings),
        {label: _over(amount, units.expected) for label, amount in others.items()},
        comparable_places(units, chosen),
    )


def _by_cell(details: dict[int, dict[str, Any]], n_cells: int, *, key: str) -> dict[str, Floats]:
    """(n_cells,) share of each family or other offence, 0 where nothing is stored."""
    shares: dict[str, Floats] = {}
    for cell, detail in details.items():
        for family, share in detail.get(key, {}).items():
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
