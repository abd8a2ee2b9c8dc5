"""Models that say how the forecast of the city total spreads over the cells: what they share when they are fitted."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hotspots_models.base import CellModel, FittedModel, usable_history
from hotspots_models.delay import learn_delay
from hotspots_models.forecasting.city_total import forecast_total

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hotspots_models.grid import Grid
    from hotspots_models.history import History
    from hotspots_models.risk_factors import RiskFactors


@dataclass(frozen=True, eq=False)
class Task:
    """The question to a model: usable rows (inside the grid, one an event, before ``as_of``), cells, period and risk factors."""

    usable: History
    target: History
    grid: Grid
    as_of: float
    horizon_days: float
    factors: RiskFactors | None
    settings: Mapping[str, Any]

    @property
    def history_days(self) -> float:
        """Days from the first usable row to the origin."""
        return float(self.settings["history_days"])


@dataclass(frozen=True, eq=False)
class Spread:
    """The answer: (n_cells,) shares on any scale, settings to announce, what each cell's share is made of by family of evidence
    (n_cells,), and the class of the fitted model with its further fields.
    """

    shares: NDArray[np.floating[Any]]
    settings: dict[str, Any] = field(default_factory=dict)
    families: Mapping[str, NDArray[np.floating[Any]]] = field(default_factory=dict)
    fitted: type[FittedModel] = FittedModel
    fields: Mapping[str, Any] = field(default_factory=dict)


class ShareModel(CellModel):
    """A model that spreads the city total; where it has nothing to go by it spreads by area."""

    @abstractmethod
    def spread(self, task: Task) -> Spread:
        """Return how the expected incidents spread over the cells."""

    def fit(
        self, history: History, grid: Grid, *, as_of: float, horizon_days: float, factors: RiskFactors | None = None
    ) -> FittedModel:
        """Check and clean the history, spread the forecast of the city total. See :meth:`CellModel.fit`."""
        from threadpoolctl import threadpool_limits

        usable, announced = usable_history(history, grid, as_of=as_of, horizon_days=horizon_days, factors=factors)
        target = usable.of_target()
        with threadpool_limits(limits=1):  # the same digits whatever runs beside it; and on a busy machine, sooner
            spread = self.spread(Task(usable, target, grid, as_of, horizon_days, factors, announced))
        begin = as_of - announced["history_days"]
        total = forecast_total(
            target.t_days, as_of=as_of, horizon_days=horizon_days, begin=begin, delay=learn_delay(usable, as_of=as_of)
        )
        whole = float(spread.shares.sum())
        shares = spread.shares / whole if whole > 0 else grid.area_m2 / grid.area_m2.sum()
        settings = {
            **announced, **spread.settings, "city_total": total.mean, "city_total_settings": total.settings,
        }  # fmt: skip
        return spread.fitted(
            self.name,
            self.version,
            grid,
            horizon_days,
            total.mean * shares,
            settings,
            grid.counts(target.xy_m),
            spread.families,
            **spread.fields,
        )
