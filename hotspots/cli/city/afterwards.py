"""The steps that may follow a load in the same command: publish, forecast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from hotspots.store.server.connection import Database

STEPS = ("publish", "forecast")
THEN = "What follows the load: publish, or publish,forecast."


def steps_of(then: str) -> list[str]:
    """The steps that ``--then`` names; raise InputError where there is no such step."""
    from hotspots.errors import InputError

    steps = [step.strip() for step in then.split(",") if step.strip()]
    for step in steps:
        if step not in STEPS:
            raise InputError(f"--then {step} is not one of {', '.join(STEPS)}.")
    return steps


def follow_load(database: Database, steps: Sequence[str], today: date, *, as_json: bool) -> dict[str, Any]:
    """Take the steps, say what was done unless JSON is asked for, and return it by step."""
    done: dict[str, Any] = {}
    if "publish" in steps:
        done["publish"] = _publish(database, today, as_json=as_json)
    if "forecast" in steps:
        done["forecast"] = _forecast_again(database, as_json=as_json)
    return done


def _publish(database: Database, today: date, *, as_json: bool) -> dict[str, Any]:
    from dataclasses import asdict

    from hotspots.pipeline.publish.publish import publish

    done = publish(database, today=today)
    if not as_json:
        typer.echo(f"Published: {done.incidents:,} incidents up to {done.newest_day}; vintage {done.vintage_id}.")
    return asdict(done)


def _forecast_again(database: Database, *, as_json: bool) -> list[dict[str, Any]]:
    """Make each kind of forecast that was made before anew, from the day after the newest incident."""
    from hotspots.domain.forecasts.forecast import ForecastRequest
    from hotspots.errors import HotspotsError
    from hotspots.pipeline.forecast.forecast import forecast
    from hotspots.store.staff.at_risk import read_city
    from hotspots.store.staff.forecasts import latest_forecast, read_span, stored_forecasts

    made: list[dict[str, Any]] = []
    with database.connect() as connection:
        kinds = dict.fromkeys(types for basis, types, *_ in stored_forecasts(connection) if basis == "true points")
        cell_m, newest = read_city(connection).cell_size_m, read_span(connection).last_day
    if newest is None:
        return made
    for types in kinds:
        with database.connect() as connection:
            before = latest_forecast(connection, crime_types=types)
            if before is None:
                continue
            request = ForecastRequest(
                crime_types=types,
                as_of=newest + timedelta(days=1),
                horizon_days=before.horizon_days,
                model=None,
                cell_size_m=cell_m,
                police_initiated_reason=before.police_initiated_reason,
            )
            try:
                stored = [one.forecast for one in forecast(connection, request)]
            except HotspotsError as error:
                raise type(error)(f"The data are loaded, but no forecast of {', '.join(types)}: {error}") from None
        made += [{"forecast_id": one.forecast_id, "crime_types": types, "basis": one.basis} for one in stored]
    if not as_json:
        told = f"{len(made)} made anew" if made else "none was made before; the first is made by `hotspots forecast`"
        typer.echo(f"Forecasts: {told}.")
    return made
