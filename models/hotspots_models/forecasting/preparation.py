"""The preparation that mixture, trees and blend share for one origin: past evidence, components, features."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.forecasting.evidence import Component, Evidence
from hotspots_models.forecasting.features import FeatureTable
from hotspots_models.forecasting.kernel_mixture import (
    MixtureFit,
    fading,
    fit_mixture,
    too_short,
    window_count,
    window_origins,
)
from hotspots_models.forecasting.mixture_components import all_components
from hotspots_models.forecasting.share_model import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

TREE_WINDOWS = 12
# The newest windows, kept from a second fit that is judged on them: so many, but at most a third of a short history's.
CHECK_WINDOWS = 6
YEAR_TARGET_DAYS = 365.0
YEARLY_STEP_DAYS = 90.0
YEARLY_WINDOWS = 6


@dataclass(eq=False)
class Preparation:
    """Evidence and features for a forecast at ``as_of`` and for a check of the same recipe some windows before."""

    task: Task
    evidence: Evidence
    table: FeatureTable
    components: list[Component]
    settings: dict[str, Any]
    _parts: dict[int, NDArray[np.float32]] = field(default_factory=dict, repr=False)
    _latest: tuple[int, NDArray[np.float32]] | None = field(default=None, repr=False)

    @property
    def now(self) -> int:
        """Index of the origin of the forecast itself."""
        return len(self.evidence.origins) - 1

    @property
    def uniform(self) -> NDArray[np.floating[Any]]:
        """(n_cells,) shares of the area."""
        area = self.evidence.grid.area_m2
        return area / area.sum()

    def windows(self, at: float, *, count: int) -> Ints:
        """Return the indices of the last ``count`` origins whose window was over at a time."""
        over = self._lattice[self._lattice + self.task.horizon_days <= at + 1e-6][-count:]
        return self._indices(over)

    def yearly(self, at: float) -> Ints:
        """Return the indices of the origins whose 365 days were over at a time."""
        return self._indices(yearly_origins(at=at, start=self.task.as_of - self.task.history_days))

    def check_origins(self) -> Ints:
        """Return the indices of the newest windows, on which an earlier fit is judged."""
        return self.windows(self.task.as_of, count=check_count(self._lattice))

    def mixture(self, at: float) -> MixtureFit | None:
        """Weigh the components with what was known at a time; None where no window with an incident was over."""
        horizon_days = self.task.horizon_days
        origins = self.windows(at, count=window_count(horizon_days))
        return fit_mixture(self.evidence, self.components, origins=origins, horizon_days=horizon_days, parts=self.parts)

    def parts(self, origin: int) -> NDArray[np.float32]:
        """Return (k, n_cells) the components at an origin: made once where the forecast or its check asks again."""
        if origin in self._parts:
            return self._parts[origin]
        made = self._latest
        if made is None or made[0] != origin:
            made = self._latest = origin, self.evidence.shares(self.components, origins=np.array([origin]))[0]
        if origin in self._asked_again:
            self._parts[origin] = made[1]
        return made[1]

    def features(self, origin: int, mixture: MixtureFit, *, cells: Ints | None = None) -> NDArray[np.float32]:
        """Return (n_cells, n_features) what the trees look at, at an origin, with the mixture as weighed by then; or rows of some cells."""
        return self.table.at(origin, parts=self.parts(origin), mixture=mixture, cells=cells)

    def mixed(self, origin: int, mixture: MixtureFit) -> NDArray[np.floating[Any]]:
        """Return (n_cells,) the mixture at an origin."""
        return mixture.shares(self.parts(origin), self.uniform)

    @cached_property
    def _asked_again(self) -> set[int]:
        """Origins that more than one fit learns from: the windows, now, and every second year of the check."""
        check_at = float(self.evidence.origins[self.check_origins()].min(initial=self.task.as_of))
        return {self.now, *self._indices(self._lattice).tolist(), *self.yearly(check_at)[::-2].tolist()}

    @cached_property
    def _lattice(self) -> NDArray[np.floating[Any]]:
        task = self.task
        return window_lattice(as_of=task.as_of, start=task.as_of - task.history_days, horizon_days=task.horizon_days)

    def _indices(self, times: NDArray[np.floating[Any]]) -> Ints:
        return np.array([int(np.argmin(np.abs(self.evidence.origins - t))) for t in times], dtype=np.int64)


def window_lattice(*, as_of: float, start: float, horizon_days: float) -> NDArray[np.floating[Any]]:
    """Return (k,) past origins, ascending: those of the mixture and as many more as the check needs."""
    return window_origins(as_of=as_of, start=start, horizon_days=horizon_days, more=CHECK_WINDOWS)


def check_count(lattice: NDArray[np.floating[Any]]) -> int:
    """Return how many of the newest windows the check may keep for itself."""
    return min(CHECK_WINDOWS, max(len(lattice) // 3, 1))


def yearly_origins(*, at: float, start: float) -> NDArray[np.floating[Any]]:
    """Return up to six origins, ascending, a quarter of a year apart, whose next 365 days were over at a time."""
    origins = at - YEAR_TARGET_DAYS - YEARLY_STEP_DAYS * np.arange(YEARLY_WINDOWS - 1, -1, -1)
    return origins[origins >= start + 120.0]


def prepare(task: Task, *, use_factors: bool) -> Preparation | None:
    """Gather what the models of one origin share, or None where the history is too short or thin for them."""
    if too_short(task):
        return None
    start = task.as_of - task.history_days
    lattice = window_lattice(as_of=task.as_of, start=start, horizon_days=task.horizon_days)
    check_at = lattice[-check_count(lattice) :].min(initial=task.as_of)
    yearly = [yearly_origins(at=at, start=start) for at in (task.as_of, float(check_at))]
    origins = np.unique(np.concatenate([lattice, *yearly, [task.as_of]]))
    half_lives, settings = fading(task)
    evidence = Evidence(task.usable, task.grid, origins=origins, half_lives_days=half_lives)
    components = all_components(evidence.kinds, half_lives)
    used = task.factors if use_factors else None
    settings["factors_used"] = [factor.name for factor in used] if used else []
    table = FeatureTable(evidence, components, season_window_days=min(task.horizon_days, 90.0), factors=used)
    return Preparation(task, evidence, table, components, settings)
