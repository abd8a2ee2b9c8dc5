"""Backtest: what would each model have said at past days, and what came? Stored, so that the city serves what it supports."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hotspots.domain.forecast import LONGEST_HORIZON_DAYS, Basis
from hotspots.errors import InputError
from hotspots.pipeline.forecast.study_grid import study_grid
from hotspots.pipeline.forecast.training_data import EPOCH, choose_types, days_since_epoch, learn, police_initiated
from hotspots.store.staff import backtests as store
from hotspots.store.staff.forecasts import CrimeType, Span, read_span
from hotspots_models import registry
from hotspots_models.backtesting.folds import Fold, World, monthly_origins, tasks
from hotspots_models.backtesting.gate import GateDecision, decide
from hotspots_models.backtesting.run import backtest
from hotspots_models.backtesting.scores import ModelScore, as_json, sentence, summarise
from hotspots_models.errors import InputError as ModelInputError

if TYPE_CHECKING:
    from hotspots.store.server.connection import Connection

OnFold = Callable[[Fold, int, int], None]


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

    def as_json(self) -> dict[str, Any]:
        """Everything as plain lists, dicts and numbers; origins as days."""
        body = as_json(self.scores, self.folds)
        for fold in body["folds"]:
            fold["origin"] = (EPOCH + timedelta(days=fold["origin"])).isoformat()
        return {
            "settings": settings_of(self.request, self.n_cells, self.n_events, self.known_on, self.notes),
            "sentences": [sentence(score) for score in self.scores if score.model != registry.BASELINE],
            "decisions": [asdict(decision) for decision in self.decisions],
            **body,
        }


def run_backtest(
    connection: Connection, request: BacktestRequest, *, on_fold: OnFold = lambda fold, done, total: None
) -> BacktestResult:
    """Run every fold, summarise, decide, and store one backtest a crime type.

    Raises
    ------
    InputError
        An unknown crime type or model, or fewer windows than one.
    """
    chosen = choose_types(connection, request.crime_types, police_initiated_reason=request.police_initiated_reason)
    models = tuple(dict.fromkeys((registry.BASELINE, *request.models)))
    for model in models:
        _check_model(model)
    _check_windows(request, read_span(connection))
    if request.scheduler:
        _check_scheduler(request.scheduler)
    _, grid = study_grid(connection, cell_size_m=request.cell_size_m)
    learnt = learn(connection, chosen, basis=request.basis, as_of=request.end)
    world = World(learnt.history, grid, learnt.factors)
    todo = [
        task
        for horizon in request.horizons_days
        for task in tasks(
            {kind.name: kind.crime_type_id for kind in chosen},
            models=models,
            origins=monthly_origins(end=days_since_epoch(request.end), horizon_days=horizon, count=request.origins),
            horizons_days=[horizon],
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
    result = BacktestResult(
        request,
        tuple(scores),
        tuple(folds),
        tuple(decide(scores)),
        grid.n_cells,
        len(learnt.history),
        learnt.known_on,
        (*police_initiated(chosen, done="tested", reason=request.police_initiated_reason), *learnt.notes),
    )
    _store(connection, result, chosen)
    return result


def settings_of(
    request: BacktestRequest, n_cells: int, n_events: int, known_on: date, notes: tuple[str, ...]
) -> dict[str, Any]:
    """What a backtest was run on, as JSON."""
    return {
        "basis": request.basis,
        "models": list(request.models),
        "origins": request.origins,
        "horizons_days": list(request.horizons_days),
        "end": request.end.isoformat(),
        "cell_size_m": request.cell_size_m,
        "cells": n_cells,
        "events": n_events,
        "known_on": known_on.isoformat(),
        "police_initiated_reason": request.police_initiated_reason,
        "notes": list(notes),
    }


def _check_model(name: str) -> None:
    try:
        registry.get(name)
    except ModelInputError as error:
        raise InputError(f"{error}") from None


def _check_windows(request: BacktestRequest, span: Span) -> None:
    if not request.models:
        raise InputError("--models names no model: give names with commas between, or all.")
    if request.origins < 1 or min(request.horizons_days) < 1:
        raise InputError("a backtest needs at least one window of at least one day: --origins 12 --horizon 28.")
    if max(request.horizons_days) > LONGEST_HORIZON_DAYS:
        raise InputError(f"a horizon of {max(request.horizons_days)} days is longer than {LONGEST_HORIZON_DAYS}.")
    if span.first_day is None or span.last_day is None:
        return
    reach = request.origins * max(request.horizons_days)
    if (request.end - span.first_day).days <= reach:
        raise InputError(
            f"{request.origins} windows of {max(request.horizons_days)} days before {request.end} reach back to the first incident "
            f"({span.first_day}) or beyond, with nothing to learn from: fewer --origins, or a shorter --horizon."
        )
    if (request.end - span.last_day).days > min(request.horizons_days):
        raise InputError(
            f"--end {request.end}: the last window begins after the newest incident ({span.last_day}); give an earlier day."
        )


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
        own = {key: [one for one in body[key] if one["crime_type"] == kind.name] for key in ("scores", "decisions")}
        store.write_backtest(connection, crime_types=[kind.name], settings=body["settings"], result=own)
