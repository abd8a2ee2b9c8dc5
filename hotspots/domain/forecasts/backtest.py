"""A backtest as stored: how each model scored, which one is served, and how much lists of each size found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from hotspots.domain.forecasts.forecast import Basis
from hotspots.domain.incident_filter import HourRange


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRequest:
    """A backtest to run.

    Attributes
    ----------
    crime_types : names; each is tested for itself.
    models : names of the registry; the long-run count is always among them.
    origins : how many windows, a horizon apart, the last one ending at `end`.
    horizons_days : lengths of the windows, days.
    end : the day after the last window.
    basis : true points for staff, anchors for what the public sees.
    workers : local processes; None takes the machine's cores.
    scheduler : address of a Dask scheduler instead.
    hours, weekdays : a shift for which lists are judged besides the whole week.
    """

    crime_types: tuple[str, ...]
    models: tuple[str, ...]
    origins: int
    horizons_days: tuple[int, ...]
    end: date
    cell_size_m: float
    basis: Basis = "true points"
    workers: int | None = None
    scheduler: str | None = None
    police_initiated_reason: str | None = None
    hours: HourRange | None = None
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestSettings:
    """The request for a backtest, the data behind it, and notes.

    Attributes
    ----------
    origins : how many windows were asked for.
    horizons_days : lengths of the windows, days.
    end : the day after the last window.
    cell_size_m : side of a cell, metres.
    cells, events : how many; None in backtests of an earlier version.
    known_on : the newest delivery that was loaded.
    shift : hours and weekdays for which lists were judged besides the whole week; empty for none.
    """

    basis: Basis
    origins: int
    horizons_days: tuple[int, ...]
    end: date
    cell_size_m: float
    known_on: date
    models: tuple[str, ...] = ()
    cells: int | None = None
    events: int | None = None
    shift: str = ""
    police_initiated_reason: str | None = None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain lists, dicts and numbers; days in ISO form."""
        return _SETTINGS.dump_python(self, mode="json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Mean difference of a model from the long-run count over the same windows, with its interval; None after one window."""

    difference: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestScore:
    """One model over all windows of a crime type. Shares and ratios are by part of the area, such as ``5 %``.

    `sentence` is None in backtests of an earlier version.
    """

    model: str
    horizon_days: float
    origins: int
    incidents: float
    hit_rate: Mapping[str, float | None] = field(default_factory=dict)
    pai: Mapping[str, float | None] = field(default_factory=dict)
    against_baseline: Mapping[str, Comparison] = field(default_factory=dict)
    calibration: Mapping[str, tuple[float, float, float | None]] = field(default_factory=dict)
    calibration_slope: float | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestDecision:
    """Which model is served, and why. `candidate` was held against the count; None in backtests of an earlier version.

    `faster` names, for staff, a model that finds as much in half the time or less; empty where there is none.
    """

    horizon_days: float
    serve: str
    words: str
    beats_counting: bool
    candidate: str | None = None
    faster: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsFound:
    """How much of the city's incidents lists of one kind found over all windows, by how many places they hold.

    Attributes
    ----------
    unit : box, cell or a kind of area.
    shift : hours and weekdays; empty for the whole week.
    sizes : (k,) places on a list.
    found, low, high : (k,) shares with their interval.
    claimed : (k,) the share that the model expected of them.
    held, held_low, held_high : (k,) incidents for each one expected; None in backtests of an earlier version.
    window_days : judged of the horizon, where that is not all of it.
    forecasts : how many forecasts, one a crime type, were summed on the list.
    weights : harm of an incident by crime type, where the list ranks by it; shares are of harm then.
    """

    model: str
    horizon_days: float
    unit: str
    shift: str
    rank_by: str
    windows: int
    incidents: float
    sizes: tuple[int, ...]
    found: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    claimed: tuple[float, ...]
    held: tuple[float | None, ...] | None = None
    held_low: tuple[float | None, ...] | None = None
    held_high: tuple[float | None, ...] | None = None
    window_days: float | None = None
    forecasts: int = 1
    weights: Mapping[str, float] | None = None

    @property
    def judged_days(self) -> float:
        """How many days each window has."""
        return self.window_days or self.horizon_days

    def held_at(self, n: int) -> tuple[float, float, float] | None:
        """Return what came for each incident expected at the n-th size, with its interval; None where that is not known."""
        ratio, low, high = (values[n] if values else None for values in (self.held, self.held_low, self.held_high))
        return None if ratio is None or low is None or high is None else (ratio, low, high)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBacktest:
    """A backtest of crime types that were forecast as one."""

    backtest_id: int
    crime_types: tuple[str, ...]
    created_at: datetime
    settings: BacktestSettings
    scores: tuple[BacktestScore, ...] = ()
    decisions: tuple[BacktestDecision, ...] = ()
    lists: tuple[ListsFound, ...] = ()

    def of_horizon(self, horizon_days: int) -> BacktestSummary:
        """Return the scores and the decision of one horizon."""
        return BacktestSummary(
            scores=tuple(one for one in self.scores if one.horizon_days == horizon_days),
            decision=next(one for one in self.decisions if one.horizon_days == horizon_days),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestSummary:
    """The scores and the decision of one horizon, which a published forecast has beside it."""

    scores: tuple[BacktestScore, ...]
    decision: BacktestDecision


_SETTINGS = TypeAdapter(BacktestSettings)
_STORED = TypeAdapter(StoredBacktest)
_SUMMARY = TypeAdapter(BacktestSummary)
_LISTS = TypeAdapter(ListsFound)


def read_stored_backtest(**columns: Any) -> StoredBacktest:
    """Read the columns of a stored backtest, whose settings and result are JSON."""
    return _STORED.validate_python(columns)


def read_summary(body: Any) -> BacktestSummary:
    """Read what a published forecast has beside it, as JSON."""
    return _SUMMARY.validate_python(body)


def read_lists_found(body: Any) -> ListsFound:
    """Read what lists of one kind found, as JSON."""
    return _LISTS.validate_python(body)
