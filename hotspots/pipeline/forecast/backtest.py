"""Backtest: what would each model have said at past days, and what came? Stored, so that the city serves what it supports."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import identity

from hotspots.domain.forecasts.backtest import BacktestRequest, BacktestSettings
from hotspots.domain.place_list import RANK_WORDS, USUAL_PLACES
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.at_risk.evidence import shift_key
from hotspots.pipeline.at_risk.shifts import hour_weights
from hotspots.pipeline.at_risk.units import indicator
from hotspots.pipeline.forecast.study_grid import study_grid
from hotspots.pipeline.forecast.training_data import (
    EPOCH,
    Learnt,
    choose_types,
    days_since_epoch,
    learn,
    police_initiated,
)
from hotspots.pipeline.forecast.windows import check_windows, plan_windows, windows_with_data, young_notes
from hotspots.store.staff import backtests as store
from hotspots.store.staff.at_risk import read_area_kinds, read_city, read_units
from hotspots.store.staff.forecasts import CrimeType, read_gaps, read_span
from hotspots.store.staff.grids import read_cell_areas
from hotspots_models import registry
from hotspots_models.backtesting.folds import Fold, World, monthly_origins, tasks
from hotspots_models.backtesting.gate import GateDecision, decide
from hotspots_models.backtesting.list_evidence import ListEvidence, as_rows, summarise_lists
from hotspots_models.backtesting.lists import ListUnits
from hotspots_models.backtesting.run import backtest
from hotspots_models.backtesting.scores import ModelScore, as_json, sentence, summarise
from hotspots_models.backtesting.together import summarise_together
from hotspots_models.boxes import BOX_M, boxes_over
from hotspots_models.errors import InputError as ModelInputError
from hotspots_models.scoring.metrics import ranking_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots.store.server.connection import Connection
    from hotspots_models.grid import Grid

OnFold = Callable[[Fold, int, int], None]


@dataclass(frozen=True, slots=True)
class BacktestResult:
    """Scores over all windows, the folds behind them, and what follows for each crime type and horizon."""

    request: BacktestRequest
    scores: tuple[ModelScore, ...]
    folds: tuple[Fold, ...]
    decisions: tuple[GateDecision, ...]
    n_cells: int
    n_events: int
    known_on: date
    notes: tuple[str, ...]
    lists: tuple[ListEvidence, ...] = ()
    together: tuple[ListEvidence, ...] = ()
    harm: Mapping[str, float] | None = None

    @property
    def settings(self) -> BacktestSettings:
        """The request, and the data behind it."""
        asked = self.request
        return BacktestSettings(
            basis=asked.basis,
            models=asked.models,
            origins=asked.origins,
            horizons_days=asked.horizons_days,
            end=asked.end,
            cell_size_m=asked.cell_size_m,
            cells=self.n_cells,
            events=self.n_events,
            known_on=self.known_on,
            shift=shift_key(asked.hours, asked.weekdays),
            police_initiated_reason=asked.police_initiated_reason,
            notes=self.notes,
        )

    def as_json(self) -> dict[str, Any]:
        """Everything as plain lists, dicts and numbers; origins as days."""
        body = as_json(self.scores, self.folds)
        for fold in body["folds"]:
            fold["origin"] = (EPOCH + timedelta(days=fold["origin"])).isoformat()
        return {
            "settings": self.settings.as_json(),
            "sentences": [sentence(score) for score in self.scores if score.model != registry.BASELINE],
            "decisions": [asdict(decision) for decision in self.decisions],
            "lists": as_rows(self.lists),
            "lists_together": self.lists_together(),
            "sentences_together": self.sentences_together(),
            **body,
        }

    def sentences_together(self) -> list[str]:
        """Say what lists of all crime types together found, of as many places as a list has where nobody asks for a number."""
        said = []
        for one in self.together:
            usual = one.unit in ("box", "cell") and not one.shift and one.rank_by != "expected"
            if not usual or one.model == registry.BASELINE or not one.windows or USUAL_PLACES not in one.sizes:
                continue
            key = next(words for name, words in RANK_WORDS.items() if name == one.rank_by)
            n, harm = one.sizes.index(USUAL_PLACES), "harm of the " if one.rank_by == "harm" else ""
            said.append(
                f"Lists of {one.crime_type} together, the first {USUAL_PLACES} of unit {one.unit} by {key}: "
                f"{one.model} found "
                f"{100 * one.found[n]:.1f} % ({100 * one.low[n]:.1f}–{100 * one.high[n]:.1f}) of the {harm}reported incidents over "
                f"{one.windows} windows; it had expected {100 * one.claimed[n]:.1f} %."
            )
        return said

    def lists_together(self) -> list[dict[str, Any]]:
        """Return what lists of all crime types together found, as plain dicts; the weights stand beside shares of harm."""
        return [
            {
                **row,
                "forecasts": len(self.request.crime_types),
                "weights": self.harm if row["rank_by"] == "harm" else None,
            }
            for row in as_rows(self.together)
        ]


def run_backtest(
    connection: Connection, request: BacktestRequest, *, on_fold: OnFold = lambda fold, done, total: None
) -> BacktestResult:
    """Run every fold, summarise, decide, and store one backtest a crime type, and what lists of all types together found.

    Raises
    ------
    InputError
        An unknown crime type or model, or fewer windows than one.
    """
    chosen = choose_types(connection, request.crime_types, police_initiated_reason=request.police_initiated_reason)
    models = tuple(dict.fromkeys((registry.BASELINE, *request.models)))
    for model in models:
        _check_model(model)
    check_windows(request, read_span(connection))
    if request.scheduler:
        _check_scheduler(request.scheduler)
    shift = shift_key(request.hours, request.weekdays)
    if shift and request.basis != "true points":
        raise InputError(
            "--hours and --weekdays judge lists, which are made from true points: leave out --basis anchors."
        )
    grid_id, grid = study_grid(connection, cell_size_m=request.cell_size_m)
    learnt = learn(connection, chosen, basis=request.basis, as_of=request.end)
    world = World(
        learnt.history,
        grid,
        learnt.factors,
        lists=list_units(connection, grid_id, grid, on_day=request.end) if request.basis == "true points" else (),
        shifts={shift: _in_shift(request, learnt)} if shift else {},
        keep_sums=len(chosen) > 1,
    )
    plans = {
        horizon: plan_windows(request, learnt.trained_from, horizon_days=horizon) for horizon in request.horizons_days
    }
    gaps = [(days_since_epoch(first), days_since_epoch(end)) for first, end in read_gaps(connection)]
    origins = {
        horizon: windows_with_data(
            monthly_origins(end=days_since_epoch(request.end), horizon_days=days or horizon, count=count),
            days=days or horizon,
            gaps=gaps,
        )
        for horizon, (count, days) in plans.items()
    }
    todo = [
        task
        for horizon, (_, window_days) in plans.items()
        for task in tasks(
            {kind.name: kind.crime_type_id for kind in chosen},
            models=models,
            origins=origins[horizon][0],
            horizons_days=[horizon],
            window_days=window_days,
        )
    ]
    done: list[Fold] = []

    def arrived(fold: Fold) -> None:
        done.append(fold)
        on_fold(fold, len(done), len(todo))

    folds = backtest(
        world, todo, workers=request.workers or os.cpu_count() or 1, scheduler=request.scheduler, on_fold=arrived
    )
    scores = summarise(folds)
    harm = _harm(connection, request)
    result = BacktestResult(
        request,
        tuple(scores),
        tuple(folds),
        tuple(decide(scores, folds)),
        grid.n_cells,
        len(learnt.history),
        learnt.known_on,
        (
            *police_initiated(chosen, done="tested", reason=request.police_initiated_reason),
            *learnt.notes,
            *young_notes(request, plans, learnt.trained_from),
            *(note for _, notes in origins.values() for note in notes),
        ),
        tuple(summarise_lists(folds)),
        tuple(summarise_together(folds, crime_types=request.crime_types, weights=harm)) if len(chosen) > 1 else (),
        harm,
    )
    _store(connection, result, chosen)
    return result


def list_units(connection: Connection, grid_id: int, grid: Grid, *, on_day: date) -> tuple[ListUnits, ...]:
    """Return what lists of this city rank: cells, boxes where they are no smaller than cells, and each kind of area."""
    kinds = [ListUnits("cell", identity(grid.n_cells, format="csr"), ranking_area(grid.area_m2))]
    if grid.cell_size_m <= BOX_M:
        boxes = boxes_over(grid)
        kinds.append(ListUnits("box", boxes.share_of_cell, ranking_area(boxes.area_m2), boxes))
    for kind in read_area_kinds(connection):
        try:
            areas = read_units(connection, kind=kind, on_day=on_day)
        except NotFoundError:
            continue  # no area of this kind holds on that day
        slot = {area_id: n for n, area_id in enumerate(areas.unit_id.tolist())}
        of_cell = read_cell_areas(connection, grid_id, kind=kind, on_day=on_day)
        where = np.array([slot.get(area_id, -1) for area_id in of_cell.tolist()])
        kinds.append(ListUnits(kind, indicator(where, len(slot)), areas.area_m2))
    return tuple(kinds)


def _harm(connection: Connection, request: BacktestRequest) -> dict[str, float] | None:
    """The weights of the city file, where it has one for each crime type."""
    weights = read_city(connection).harm_weights
    return (
        {name: float(weights[name]) for name in request.crime_types}
        if weights.keys() >= set(request.crime_types)
        else None
    )


def _in_shift(request: BacktestRequest, learnt: Learnt) -> NDArray[np.floating[Any]]:
    if learnt.windows_h is None:
        raise InputError("--hours and --weekdays need the reported windows, which are known on true points alone.")
    from_h, to_h = learnt.windows_h.T
    return hour_weights(from_h, to_h, hours=request.hours, weekdays=request.weekdays)


def _check_model(name: str) -> None:
    try:
        registry.get(name)
    except ModelInputError as error:
        raise InputError(f"{error}") from None


def _check_scheduler(address: str) -> None:
    """A scheduler that is not there is said at once: Dask itself waits for a minute."""
    scheme, _, place = address.partition("://")
    host, _, port = place.rpartition(":")
    if scheme not in ("tcp", "tls") or not host or not (port.isascii() and port.isdigit() and len(port) <= 5):
        raise InputError(f"--scheduler {address} is not an address such as tcp://10.0.0.5:8786.")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except (OSError, OverflowError) as error:
        raise InputError(f"--scheduler {address}: nothing answers there ({error}).") from None


def _store(connection: Connection, result: BacktestResult, chosen: list[CrimeType]) -> None:
    body = result.as_json()
    for kind in chosen:
        own = {
            key: [one for one in body[key] if one["crime_type"] == kind.name]
            for key in ("scores", "decisions", "lists")
        }
        store.write_backtest(connection, crime_types=[kind.name], settings=result.settings, result=own)
    if result.together:
        lists = {"scores": [], "decisions": [], "lists": body["lists_together"]}
        store.write_backtest(
            connection, crime_types=[kind.name for kind in chosen], settings=result.settings, result=lists
        )
