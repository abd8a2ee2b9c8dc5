"""Forecast: expected incidents a cell, stored for staff from true points and for the public from anchors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from hotspots.domain.forecast import Basis, ForecastRequest, StoredForecast
from hotspots.errors import InputError
from hotspots.pipeline.study_grid import study_grid
from hotspots.store import forecasts as store
from hotspots.store.connection import Connection
from hotspots_models import registry
from hotspots_models.base import FittedModel
from hotspots_models.errors import UnknownModelError
from hotspots_models.history import History
from hotspots_models.risk_factors import RiskFactor, RiskFactors

EPOCH = date(1970, 1, 1)
SMALLEST_PUBLIC_CELL_M = 500.0
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class MadeForecast:
    """A stored forecast with what is worth saying of it."""

    forecast: StoredForecast
    n_cells: int
    n_events: int
    expected_incidents: float
    notes: tuple[str, ...]


def forecast(
    connection: Connection, request: ForecastRequest, *, progress: Progress = lambda _: None
) -> list[MadeForecast]:
    """Fit the model and the long-run count, and store what they expect.

    From true points for staff; from anchors for the public too, where a publication exists and no type is sensitive.

    Raises
    ------
    InputError
        An unknown crime type or model, a type that the police initiate without a reason, or no history before `as_of`.
    """
    chosen = _chosen_types(connection, request)
    made = []
    for basis, as_of in _bases(connection, request, chosen):
        cell_size_m = request.cell_size_m if basis == "true points" else request.public_cell_size_m
        grid_id, grid = study_grid(connection, cell_size_m=cell_size_m)
        learnt = _learn(connection, request, chosen, basis=basis, as_of=as_of)
        for model in dict.fromkeys([registry.BASELINE, request.model]):
            progress(f"{model} on {basis}: {len(learnt.history):,} events, {grid.n_cells:,} cells of {cell_size_m:g} m")
            fitted = registry.get(model).fit(
                learnt.history, grid, as_of=_days(as_of), horizon_days=request.horizon_days, factors=learnt.factors
            )
            stored = _stored(request, basis=basis, as_of=as_of, grid_id=grid_id, fitted=fitted, learnt=learnt)
            stored = replace(stored, forecast_id=store.write_forecast(connection, stored, fitted.expected()))
            notes = learnt.notes
            if basis == "anchors" and model == request.model:
                words = public_words(stored, fitted)
                store.publish_forecast(connection, stored, words=words, backtest=None)
                notes = (*notes, words)
            made.append(MadeForecast(stored, grid.n_cells, len(learnt.history), float(fitted.expected().sum()), notes))
    return made


def public_words(forecast: StoredForecast, fitted: FittedModel) -> str:
    """One paragraph that says what the public layer shows, from what, and what it does not say."""
    types = ", ".join(forecast.crime_types)
    return (
        f"Expected reported incidents ({types}) from {forecast.trained_to} to {forecast.until - timedelta(days=1)}: "
        f"{fitted.expected().sum():,.0f} in the whole city, spread over cells of {fitted.grid.cell_size_m:g} m by the model "
        f"{forecast.model.replace('_', ' ')} from public anchor points since {forecast.trained_from}. "
        "It says where reports are likely if the past is a guide. It says nothing of any person, and it does not say that a place is unsafe."
    )


@dataclass(frozen=True, slots=True)
class _Learnt:
    history: History
    factors: RiskFactors | None
    trained_from: date
    known_on: date
    notes: tuple[str, ...]


def _chosen_types(connection: Connection, request: ForecastRequest) -> list[store.CrimeType]:
    known = {kind.name: kind for kind in store.read_crime_types(connection)}
    unknown = [name for name in request.crime_types if name not in known]
    if unknown or not request.crime_types:
        raise InputError(f"crime type {', '.join(unknown) or '(none)'!r} is not one of: {', '.join(known) or 'none is loaded'}.")
    chosen = [known[name] for name in request.crime_types]
    by_police = [kind.name for kind in chosen if kind.initiated_by == "police"]
    if by_police and not request.police_initiated_reason:
        raise InputError(
            f"{', '.join(by_police)}: the police initiate these reports, so a forecast of them sends patrols where patrols have been. "
            "Give a reason with --include-police-initiated REASON; it is stored and shown with the result."
        )
    if request.horizon_days < 1:
        raise InputError(f"a horizon of {request.horizon_days} days is not at least one day.")
    if request.public_cell_size_m < SMALLEST_PUBLIC_CELL_M:
        raise InputError(f"public cells of {request.public_cell_size_m:g} m are smaller than {SMALLEST_PUBLIC_CELL_M:g} m.")
    try:
        registry.get(request.model)
    except UnknownModelError as error:
        raise InputError(str(error)) from None
    return chosen


def _bases(
    connection: Connection, request: ForecastRequest, chosen: Sequence[store.CrimeType]
) -> list[tuple[Basis, date]]:
    bases: list[tuple[Basis, date]] = [("true points", request.as_of)]
    vintage = store.read_open_vintage(connection)
    if vintage and vintage[3] and not any(kind.sensitive for kind in chosen) and not request.police_initiated_reason:
        bases.append(("anchors", min(request.as_of, vintage[3] + timedelta(days=1))))
    return bases


def _learn(
    connection: Connection, request: ForecastRequest, chosen: Sequence[store.CrimeType], *, basis: Basis, as_of: date
) -> _Learnt:
    span = store.read_span(connection)
    if span.first_day is None or span.known_on is None or span.first_day >= as_of:
        raise InputError(f"There is no incident before {as_of} to learn from: load some, or give a later --as-of.")
    ids = [kind.crime_type_id for kind in chosen]
    events = store.read_events(connection, basis=basis, start=span.first_day, end=as_of, crime_type_ids=ids)
    history = History(events.xy_m, events.t_days, events.crime_type, tuple(ids))
    if not history.is_target.any():
        raise InputError(f"There is no located incident of {', '.join(request.crime_types)} before {as_of} to learn from.")
    notes = []
    if events.n_records > len(history):
        notes.append(f"{events.n_records - len(history):,} further records of the same place, time and type counted as one event")
    left_out = store.read_undated_factors(connection, on_day=as_of)
    notes += [f"risk factor {name} left out: not known on {as_of}" + (f", only from {day}" if day else "") for name, day in left_out.items()]
    return _Learnt(history, _factors(connection, as_of), span.first_day, span.known_on, tuple(notes))


def _factors(connection: Connection, as_of: date) -> RiskFactors | None:
    known = store.read_risk_factors(connection, on_day=as_of)
    return RiskFactors(tuple(RiskFactor(name, geometry) for name, geometry in known.items())) if known else None


def _stored(
    request: ForecastRequest, *, basis: Basis, as_of: date, grid_id: int, fitted: FittedModel, learnt: _Learnt
) -> StoredForecast:
    return StoredForecast(
        forecast_id=0,
        grid_id=grid_id,
        basis=basis,
        crime_types=request.crime_types,
        model=fitted.name,
        model_version=fitted.version,
        settings={**fitted.settings, "cell_size_m": fitted.grid.cell_size_m, "notes": list(learnt.notes)},
        trained_from=learnt.trained_from,
        trained_to=as_of,
        horizon_days=request.horizon_days,
        known_on=learnt.known_on,
        police_initiated_reason=request.police_initiated_reason,
    )


def _days(day: date) -> float:
    return float(np.float64((day - EPOCH).days))
