"""The one interface of every model, and the words it speaks: grid, history, risk factors in; expected incidents a cell out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hotspots_models.errors import (
    FactorValidityError,
    InputError,
    LeakError,
    UnknownModelError,
)
from hotspots_models.grid import Grid
from hotspots_models.history import History
from hotspots_models.risk_factors import RiskFactor, RiskFactors
from hotspots_models.scoring.metrics import ranking_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "CellModel",
    "Explanation",
    "FactorValidityError",
    "FittedModel",
    "Grid",
    "History",
    "InputError",
    "LeakError",
    "RiskFactor",
    "RiskFactors",
    "UnknownModelError",
    "usable_history",
]


@dataclass(frozen=True)
class Explanation:
    """Why a cell has its expected incidents.

    ``shares`` splits them by family of evidence and sums to 1 (``long memory``, ``recent``, ``other offences``,
    ``number of addresses``, ``places``, ``everywhere``); it is empty where a model does not split them.
    ``contributions`` are finer, in the unit that ``unit`` names; ``words`` is one plain sentence.
    """

    cell: int
    expected: float
    shares: Mapping[str, float]
    contributions: Mapping[str, float] = field(default_factory=dict)
    unit: str = "expected incidents"
    words: str = ""


@dataclass(frozen=True, eq=False)
class FittedModel:
    """A forecast: what a model expects in each cell, and all that is needed to say how it came about.

    Parameters
    ----------
    name, version : str
        Of the model.
    grid : Grid
    horizon_days : float
        Length of the period that begins at the origin.
    expected_incidents : (n_cells,) float, incidents in the horizon
    settings : dict
        JSON-able: what was given and what was chosen automatically, with the numbers (bandwidth, half-lives, dropped rows).
    support : (n_cells,) float, optional
        Incidents of the type in the cell so far: the more, the surer its rate.
    families : dict of (n_cells,) float
        What each cell's expectation is made of, by family of evidence; they sum to 1 a cell. Empty where a model has one kind only.
    """

    name: str
    version: str
    grid: Grid
    horizon_days: float
    expected_incidents: NDArray[np.floating[Any]]
    settings: dict[str, Any] = field(default_factory=dict)
    support: NDArray[np.floating[Any]] | None = field(default=None, repr=False)
    families: Mapping[str, NDArray[np.floating[Any]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Check that there is one finite, non-negative number a cell."""
        expected = np.asarray(self.expected_incidents, dtype=float)
        if expected.shape != (self.grid.n_cells,):
            raise InputError(
                f"{self.name}: expected incidents have shape {expected.shape}, the grid has {self.grid.n_cells} cells"
            )
        if not (np.isfinite(expected) & (expected >= 0)).all():
            raise InputError(f"{self.name}: expected incidents must be finite and not negative")
        object.__setattr__(self, "expected_incidents", expected)

    def expected(self) -> NDArray[np.floating[Any]]:
        """Return (n_cells,) expected incidents in the horizon; they sum to the forecast of the city total."""
        return self.expected_incidents

    def density(self) -> NDArray[np.floating[Any]]:
        """Return (n_cells,) expected incidents a square metre in the horizon, slivers as half a cell: what cells are ranked by."""
        return self.expected_incidents / ranking_area(self.grid.area_m2)

    def explain(self, cell: int) -> Explanation:
        """Return why a cell has its number. A model with several kinds of evidence says more than this default."""
        self.check_cell(cell)
        shares = {family: float(share[cell]) for family, share in self.families.items()}
        return Explanation(int(cell), float(self.expected_incidents[cell]), shares)

    def rate_draws(self, draws: int, rng: np.random.Generator) -> Callable[[int], NDArray[np.floating[Any]]] | None:
        """Return a function from a draw to (n_cells,) drawn over fitted rates, where the fit itself is unsure; None where it is not."""
        return None

    def check_cell(self, cell: int) -> None:
        """Raise :class:`InputError` for a cell that the grid does not have."""
        if not 0 <= cell < self.grid.n_cells:
            raise InputError(f"cell {cell} does not exist: the grid has cells 0 to {self.grid.n_cells - 1}")


class CellModel(ABC):
    """A way to turn a history into expected incidents a cell. Settings are given when it is made; ``fit`` does the work."""

    name: ClassVar[str]
    version: ClassVar[str] = "1"

    @abstractmethod
    def fit(
        self, history: History, grid: Grid, *, as_of: float, horizon_days: float, factors: RiskFactors | None = None
    ) -> FittedModel:
        """Fit to what was known before ``as_of`` and forecast the period [as_of, as_of + horizon_days).

        Parameters
        ----------
        history : History
            Nothing at or after ``as_of``: :class:`LeakError` otherwise.
        grid : Grid
        as_of : float, days since the epoch of the history
        horizon_days : float
        factors : RiskFactors, optional
            Each valid at ``as_of``: :class:`FactorValidityError` otherwise. Models that have no use for them check them all the same.
        """


def usable_history(
    history: History, grid: Grid, *, as_of: float, horizon_days: float, factors: RiskFactors | None = None
) -> tuple[History, dict[str, Any]]:
    """Check the arguments of a fit and return the rows that it may use, with the announcement of what was dropped.

    Dropped are the second and later rows of one event and type, rows outside every cell, and what lies before the records begin
    (:meth:`History.records_begin`).
    """
    if not horizon_days > 0:
        raise InputError(f"horizon_days is {horizon_days}: give a length in days above 0")
    history.check_before(as_of)
    if factors is not None:
        factors.check_valid(as_of)
    events = history.one_row_an_event()
    inside = grid.cell_of(events.xy_m) >= 0
    located = events if inside.all() else events.take(inside)
    begin = located.records_begin(as_of)
    kept = located if not len(located) else located.between(begin, as_of)
    return kept, {
        "as_of_days": float(as_of),
        "horizon_days": float(horizon_days),
        "target": list(history.targets),
        "rows_given": len(history),
        "rows_dropped_same_event": len(history) - len(events),
        "rows_dropped_outside_grid": len(events) - len(located),
        "rows_dropped_before_records_begin": len(located) - len(kept),
        "rows_of_target": int(kept.is_target.sum()),
        "history_days": as_of - begin,
    }
