"""Forecast: expected incidents a cell, stored for staff from true points and for the public from anchors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hotspots.domain.forecasts.forecast import (
    LONGEST_HORIZON_DAYS,
    SMALLEST_PUBLIC_CELL_M,
    Basis,
    ForecastRequest,
    StoredForecast,
)
from hotspots.domain.forecasts.settings import ForecastSettings
from hotspots.errors import InputError
from hotspots.pipeline.forecast.cell_explanations import cell_reasons, fit_risk_terrain, summary_of
from hotspots.pipeline.forecast.model_choice import Choice, choose_model
from hotspots.pipeline.forecast.study_grid import study_grid
from hotspots.pipeline.forecast.training_data import (
    Learnt,
    choose_types,
    days_since_epoch,
    factors_known,
    learn,
    police_initiated,
)
from hotspots.store.staff import forecasts as store
from hotspots_models import registry
from hotspots_models.errors import InputError as ModelInputError

if TYPE_CHECKING:
    from hotspots.store.server.connection import Connection
    from hotspots_models.base import FittedModel
    from hotspots_models.forecasting.risk_terrain.model import FittedRiskTerrain
    from hotspots_models.grid import Grid
    from hotspots_models.risk_factors import RiskFactors

LONG_SILENCE_DAYS = 28
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
    """Fit the model that is served and the long-run count, and store what they expect.

    From true points for staff; from anchors for the public too, where a publication exists and no type is sensitive.

    Raises
    ------
    InputError
        An unknown crime type or model, a type that the police initiate without a reason, or no history before `as_of`.
    """
    chosen = choose_types(connection, request.crime_types, police_initiated_reason=request.police_initiated_reason)
    last_day = store.read_span(connection).last_day
    _check(request, last_day)
    made = []
    for basis, as_of in _bases(connection, request, chosen):
        cell_size_m = request.cell_size_m if basis == "true points" else request.public_cell_size_m
        choice = choose_model(
            connection,
            crime_types=request.crime_types,
            basis=basis,
            cell_size_m=cell_size_m,
            horizon_days=request.horizon_days,
            asked_for=request.model,
        )
        grid_id, grid = study_grid(connection, cell_size_m=cell_size_m)
        learnt = learn(connection, chosen, basis=basis, as_of=as_of)
        factors, left_out = factors_known(learnt.factors, as_of)
        terrain: FittedRiskTerrain | str | None = None
        for model in dict.fromkeys([registry.BASELINE, choice.model]):
            progress(f"{model} on {basis}: {len(learnt.history):,} events, {grid.n_cells:,} cells of {cell_size_m:g} m")
            fitted = _fit(model, learnt, grid, as_of=as_of, horizon_days=request.horizon_days, factors=factors)
            served = model == choice.model
            notes = (
                *police_initiated(chosen, done="forecast", reason=request.police_initiated_reason),
                *learnt.notes,
                *_silence(as_of, last_day),
                *left_out,
                *([choice.words] if served else []),
                *made_do(fitted),
            )
            settings = ForecastSettings(
                cell_size_m=fitted.grid.cell_size_m,
                gate=choice.words,
                served=served,
                notes=notes,
                announced=fitted.settings,
            )
            details = None
            if basis == "true points":
                if terrain is None and factors is not None:
                    progress(f"risk terrain: {len(factors)} risk factors")
                    terrain = fit_risk_terrain(fitted, learnt.history, factors, as_of=days_since_epoch(as_of))
                settings = replace(settings, risk_terrain=summary_of(terrain))
                labels = {kind.crime_type_id: kind.label for kind in store.read_crime_types(connection)}
                details = cell_reasons(fitted, terrain, labels=labels)
            stored = _described(
                request, settings, basis=basis, as_of=as_of, grid_id=grid_id, fitted=fitted, learnt=learnt
            )
            stored = replace(stored, forecast_id=store.write_forecast(connection, stored, fitted.expected(), details))
            if served and basis == "anchors":
                store.publish_forecast(
                    connection, stored, words=public_words(stored, fitted, choice), backtest_id=choice.backtest_id
                )
            made.append(MadeForecast(stored, grid.n_cells, len(learnt.history), float(fitted.expected().sum()), notes))
    return made


def public_words(forecast: StoredForecast, fitted: FittedModel, choice: Choice) -> str:
    """One paragraph that says what the public layer shows, from what, how good it is, and what it does not say."""
    return (
        f"Expected reported incidents ({', '.join(forecast.crime_types)}) from {forecast.trained_to} to "
        f"{forecast.until - timedelta(days=1)}: {fitted.expected().sum():,.0f} in the whole city, spread over cells of "
        f"{fitted.grid.cell_size_m:g} m by the model {forecast.model.replace('_', ' ')} from public anchor points since "
        f"{forecast.trained_from}. {' '.join([choice.words, *made_do(fitted)])} It says where reports are likely if the past is a guide. "
        "It says nothing of any person, and it does not say that a place is unsafe."
    )


def made_do(fitted: FittedModel) -> tuple[str, ...]:
    """The parts that a model left out for want of history, in words; nothing where it had enough."""
    name, memory = fitted.name.replace("_", " "), str(fitted.settings.get("memory", ""))
    if reason := fitted.settings.get("fell_back_to"):
        return (f"{name} fell back to {reason}.",)
    return (f"{name} made do with {memory}.",) if memory.startswith("no ") else ()


def _check(request: ForecastRequest, last_day: date | None) -> None:
    if not 1 <= request.horizon_days <= LONGEST_HORIZON_DAYS:
        raise InputError(f"a horizon of {request.horizon_days} days is not between 1 and {LONGEST_HORIZON_DAYS}.")
    if last_day is not None and (request.as_of - last_day).days > LONGEST_HORIZON_DAYS:
        raise InputError(
            f"--as-of {request.as_of} is more than a year after the newest incident ({last_day}): load newer ones, or give an earlier day."
        )
    if request.public_cell_size_m < SMALLEST_PUBLIC_CELL_M:
        raise InputError(
            f"public cells of {request.public_cell_size_m:g} m are smaller than {SMALLEST_PUBLIC_CELL_M:g} m."
        )


def _silence(as_of: date, last_day: date | None) -> tuple[str, ...]:
    """A note where more days lie between the newest incident and the forecast than chance or a late delivery explains."""
    days = (as_of - last_day).days - 1 if last_day else 0
    if days < LONG_SILENCE_DAYS:
        return ()
    return (f"the newest incident is of {last_day}: {days} days before {as_of} count as days without incidents",)


def _bases(
    connection: Connection, request: ForecastRequest, chosen: Sequence[store.CrimeType]
) -> list[tuple[Basis, date]]:
    bases: list[tuple[Basis, date]] = [("true points", request.as_of)]
    vintage = store.read_open_vintage(connection)
    if vintage and vintage[3] and not any(kind.sensitive for kind in chosen) and not request.police_initiated_reason:
        bases.append(("anchors", min(request.as_of, vintage[3] + timedelta(days=1))))
    return bases


def _fit(
    model: str, learnt: Learnt, grid: Grid, *, as_of: date, horizon_days: int, factors: RiskFactors | None
) -> FittedModel:
    try:
        return registry.get(model).fit(
            learnt.history, grid, as_of=days_since_epoch(as_of), horizon_days=horizon_days, factors=factors
        )
    except ModelInputError as error:
        raise InputError(f"{model}: {error}") from None


def _described(
    request: ForecastRequest,
    settings: ForecastSettings,
    *,
    basis: Basis,
    as_of: date,
    grid_id: int,
    fitted: FittedModel,
    learnt: Learnt,
) -> StoredForecast:
    return StoredForecast(
        forecast_id=0,
        grid_id=grid_id,
        basis=basis,
        crime_types=request.crime_types,
        model=fitted.name,
        model_version=fitted.version,
        settings=settings,
        trained_from=learnt.trained_from,
        trained_to=as_of,
        horizon_days=request.horizon_days,
        known_on=learnt.known_on,
        police_initiated_reason=request.police_initiated_reason,
    )
