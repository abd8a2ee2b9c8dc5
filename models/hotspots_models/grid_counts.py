"""Counting: what happened in the cell is what will happen. The baseline that every other model must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from hotspots_models.base import (
    CellModel,
    FittedModel,
    Grid,
    History,
    RiskFactors,
    usable_history,
)
from hotspots_models.city_total import forecast_total


@dataclass(frozen=True)
class LongRunCount(CellModel):
    """All incidents of the type in the cell so far, scaled to the forecast of the city total.

    On monthly origins in two cities it beats KDE, ProMap, ETAS and risk terrain on PAI at 0.25 square miles; published comparisons agree
    [Wheeler & Steenbeek 2021].
    """

    name: ClassVar[str] = "long_run_count"
    version: ClassVar[str] = "1"

    def fit(
        self, history: History, grid: Grid, *, as_of: float, horizon_days: float, factors: RiskFactors | None = None
    ) -> FittedModel:
        """Count and scale. See :meth:`CellModel.fit`."""
        usable, settings = usable_history(history, grid, as_of=as_of, horizon_days=horizon_days, factors=factors)
        target = usable.of_target()
        return scaled_count(
            self.name, self.version, target, target, grid, as_of=as_of, horizon_days=horizon_days, settings=settings
        )


@dataclass(frozen=True)
class RecentCount(CellModel):
    """The incidents of the type in the cell over the last ``window_days``, scaled to the forecast of the city total."""

    window_days: float = 90.0
    name: ClassVar[str] = "recent_count"
    version: ClassVar[str] = "1"

    def fit(
        self, history: History, grid: Grid, *, as_of: float, horizon_days: float, factors: RiskFactors | None = None
    ) -> FittedModel:
        """Count and scale. See :meth:`CellModel.fit`."""
        usable, settings = usable_history(history, grid, as_of=as_of, horizon_days=horizon_days, factors=factors)
        target = usable.of_target()
        recent = target.between(as_of - self.window_days, as_of)
        settings["window_days"] = self.window_days
        return scaled_count(
            self.name, self.version, recent, target, grid, as_of=as_of, horizon_days=horizon_days, settings=settings
        )


def scaled_count(
    name: str,
    version: str,
    counted: History,
    target: History,
    grid: Grid,
    *,
    as_of: float,
    horizon_days: float,
    settings: dict[str, Any],
) -> FittedModel:
    """Return the counts of ``counted`` as shares of the city total that is forecast from ``target``; with no counts, by area."""
    total = forecast_total(target.t_days, as_of=as_of, horizon_days=horizon_days)
    shares = grid.counts(counted.xy_m) if len(counted) else grid.area_m2
    settings = {
        **settings,
        "rows_counted": len(counted),
        "city_total": total.mean,
        "city_total_settings": total.settings,
    }
    support = grid.counts(target.xy_m)
    return FittedModel(name, version, grid, horizon_days, total.mean * shares / shares.sum(), settings, support)
