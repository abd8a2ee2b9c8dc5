"""Rolling origins: what would each model have said then, and what came? Folds are independent, so they can run anywhere."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models import registry
from hotspots_models.backtesting.lists import WHOLE_WEEK, ListFound, ListUnits, UnitSums, judge_lists, sum_units
from hotspots_models.backtesting.peak_memory import PeakMemory
from hotspots_models.base import CellModel, Grid, History, InputError, LeakError, RiskFactors
from hotspots_models.boxes import BOX_M, boxes_over, densest_boxes
from hotspots_models.scoring import metrics
from hotspots_models.scoring.calibration import calibration_table
from hotspots_models.statistics.hour_profile import city_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

BUDGETS: dict[str, dict[str, float]] = {
    "0.25 sq mi": {"budget_m2": 0.25 * metrics.SQUARE_MILE_M2},
    "0.75 sq mi": {"budget_m2": 0.75 * metrics.SQUARE_MILE_M2},
    "0.1 %": {"share": 0.001},
    "1 %": {"share": 0.01},
    "5 %": {"share": 0.05},
    "10 %": {"share": 0.10},
}
TOP_BOXES = (20, 100)  # lists that people take away: how much of what they were promised comes is said at these sizes
CURVE_POINTS = 201
LOG_BINS = np.arange(-25.0, 8.0, 0.05)  # of ln λ: fine enough that the pooled calibration line is that of the cells


@dataclass(frozen=True, eq=False)
class World:
    """The data that all folds share: every incident, the cells, the risk factors. Each fold cuts it at its own origin."""

    history: History
    grid: Grid
    factors: RiskFactors | None = None
    models: Mapping[str, CellModel] = field(default_factory=dict)  # models that are not in the registry, by name
    lists: tuple[ListUnits, ...] = ()  # what lists rank
    shifts: Mapping[str, Floats] = field(
        default_factory=dict
    )  # by name, (n,) the part of each incident that falls into the shift
    keep_sums: bool = False  # whether each fold keeps what lists sum, for lists of several types together

    def model(self, name: str) -> CellModel:
        """Return a model by name."""
        return self.models[name] if name in self.models else registry.get(name)


@dataclass(frozen=True)
class FoldTask:
    """One model, one crime type, one origin, one horizon.

    ``window_days`` is how much of the horizon is judged: all of it, or its first days where the record is young.
    """

    model: str
    crime_type: str
    codes: tuple[int, ...]
    origin: float
    horizon_days: float
    window_days: float | None = None

    @property
    def end(self) -> float:
        """The day after the window that is judged."""
        return self.origin + (self.window_days or self.horizon_days)


@dataclass(frozen=True, eq=False)
class Fold:
    """The result of a task. ``error`` says why there are no scores; ``seconds`` (of processor time) and ``peak_mb`` are
    of the fit.
    """

    task: FoldTask
    observed: float = 0.0
    expected: float = 0.0
    log_skill: float | None = None
    deviance_explained: float | None = None
    hits: dict[str, float] = field(default_factory=dict)
    area_shares: dict[str, float] = field(default_factory=dict)
    pei_star: dict[str, float | None] = field(default_factory=dict)
    recapture: dict[str, float | None] = field(default_factory=dict)
    curve: Floats | None = None  # (201,) hit rate at quadratic area shares
    best_curve: Floats | None = None
    calibration: list[tuple[str, float, float]] = field(default_factory=list)  # part, observed, expected
    log_bins: Floats | None = None  # (k, 3) bin, cells, incidents
    settings: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    peak_mb: float | None = None
    lists: list[ListFound] = field(default_factory=list)
    sums: list[UnitSums] = field(default_factory=list, repr=False)  # what lists sum, where the world keeps it
    error: str | None = None


def tasks(
    crime_types: Mapping[str, int | Sequence[int]],
    *,
    models: Sequence[str],
    origins: Sequence[float],
    horizons_days: Sequence[float],
    window_days: float | None = None,
) -> list[FoldTask]:
    """Return all folds of a backtest: types × horizons × origins × models, in that order."""
    codes = {
        name: (int(code),) if isinstance(code, (int, np.integer)) else tuple(code) for name, code in crime_types.items()
    }
    return [
        FoldTask(m, t, codes[t], float(o), float(h), window_days)
        for t in codes
        for h in horizons_days
        for o in origins
        for m in models
    ]


def monthly_origins(*, end: float, horizon_days: float, count: int = 12) -> list[float]:
    """Return ``count`` origins, ascending, a horizon apart, the last window ending at ``end``: windows touch and never overlap."""
    return [float(end - horizon_days * k) for k in range(count, 0, -1)]


def run_fold(world: World, task: FoldTask) -> Fold:
    """Cut the history at the origin, fit, and score on the window that followed.

    The model is handed nothing but the rows before the origin; risk factors that do not hold at the origin are left out, and the
    settings say which. Numerical
    libraries run on one thread here, so that a fold gives the same digits whatever runs beside it.
    """
    from threadpoolctl import threadpool_limits

    history = world.history.for_target(task.codes)
    past = history.before(task.origin)
    window = history.between(task.origin, task.end).of_target().one_row_an_event()
    factors = world.factors.valid_at(task.origin) if world.factors is not None else None
    began = time.process_time()  # what other processes do beside the fold does not count
    with threadpool_limits(limits=1), PeakMemory() as memory:
        try:
            fitted = world.model(task.model).fit(
                past, world.grid, as_of=task.origin, horizon_days=task.horizon_days, factors=factors
            )
        except LeakError:
            raise
        except InputError as error:
            return Fold(task, error=str(error))
        expected = fitted.expected() * (task.end - task.origin) / task.horizon_days
    seconds = time.process_time() - began
    left_out = [factor.name for factor in world.factors or () if not factor.holds_at(task.origin)]
    settings = {**fitted.settings, "factors_left_out": left_out} if left_out else fitted.settings
    scored = score_fold(
        task, world.grid, expected, past, window, settings=settings, seconds=seconds, peak_mb=memory.peak_mb
    )
    if not world.lists:
        return scored
    sums = _sums(world, task, history, expected)
    return replace(scored, lists=judge_lists(sums), sums=sums if world.keep_sums else [])


def _sums(world: World, task: FoldTask, history: History, expected: Floats) -> list[UnitSums]:
    """Sum what lists rank, and what came, in the window of a forecast: in all hours, and in each shift."""
    in_window = (history.t_days >= task.origin) & (history.t_days < task.end) & history.is_target
    weights = {WHOLE_WEEK: np.ones(int(in_window.sum()))}
    weights |= {name: np.asarray(part)[in_window] for name, part in world.shifts.items()}
    past_year = (history.t_days >= task.origin - 365) & (history.t_days < task.origin) & history.is_target
    share = {WHOLE_WEEK: 1.0}
    share |= {name: city_share(np.asarray(part)[past_year]) for name, part in world.shifts.items()}
    return sum_units(world.lists, world.grid, expected, history.xy_m[in_window], weights=weights, share_of_week=share)


def score_fold(
    task: FoldTask,
    grid: Grid,
    expected: Floats,
    past: History,
    window: History,
    *,
    settings: dict[str, Any],
    seconds: float,
    peak_mb: float | None,
) -> Fold:
    """Score a forecast on the incidents of its window."""
    area, observed = grid.area_m2, grid.counts(window.xy_m)
    before = grid.counts(past.of_target().between(task.origin - 365, task.origin).one_row_an_event().xy_m)
    flagged = {name: metrics.flag(expected, area, **budget) for name, budget in BUDGETS.items()}
    curve = metrics.capture_curve(expected, observed, area, points=CURVE_POINTS)
    return Fold(
        task=task,
        observed=float(observed.sum()),
        expected=float(expected.sum()),
        log_skill=metrics.log_skill(expected, observed, area),
        deviance_explained=metrics.deviance_explained(expected, observed, area),
        hits={name: float(observed[cells].sum()) for name, cells in flagged.items()},
        area_shares={name: float(area[cells].sum() / area.sum()) for name, cells in flagged.items()},
        pei_star={name: metrics.pei_star(cells, observed, area) for name, cells in flagged.items()},
        recapture={name: metrics.recapture_ratio(cells, observed, before) for name, cells in flagged.items()},
        curve=curve.hit_rate if curve else None,
        best_curve=curve.best if curve else None,
        calibration=[
            *((row.part, row.observed, row.expected) for row in calibration_table(expected, observed, area)),
            *top_boxes(grid, expected, window.xy_m),
        ],
        log_bins=binned(expected, observed),
        settings=settings,
        seconds=seconds,
        peak_mb=peak_mb,
    )


def top_boxes(grid: Grid, expected: Floats, xy_m: Floats) -> list[tuple[str, float, float]]:
    """Return what came and what was expected in the first 20 and 100 boxes; nothing where boxes are smaller than the cells."""
    if grid.cell_size_m > BOX_M:
        return []
    boxes = _boxes(grid)
    of_box, box = boxes.sums(expected), boxes.box_of(xy_m)
    seen = np.bincount(box[box >= 0], minlength=boxes.n_boxes)
    order = densest_boxes(of_box, boxes)
    return [
        (f"top {n} boxes", float(seen[order[:n]].sum()), float(of_box[order[:n]].sum()))
        for n in TOP_BOXES
        if n <= boxes.n_boxes
    ]


_boxes = lru_cache(maxsize=2)(boxes_over)  # the same for every fold of a world


def binned(expected: Floats, observed: Floats) -> Floats:
    """Return (k, 3) number of the ln λ bin, cells in it, incidents in it: enough to pool the calibration line over folds."""
    some = expected > 0
    place = np.clip(np.digitize(np.log(expected[some]), LOG_BINS), 1, len(LOG_BINS) - 1)
    cells = np.bincount(place, minlength=len(LOG_BINS))
    incidents = np.bincount(place, weights=observed[some], minlength=len(LOG_BINS))
    used = np.flatnonzero(cells)
    return np.column_stack([used, cells[used], incidents[used]]).astype(float)
