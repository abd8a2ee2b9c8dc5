"""``hotspots forecast``: expected incidents a cell, stored."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hotspots.pipeline.forecast.forecast import MadeForecast


def register(app: typer.Typer) -> None:
    """Add the command ``forecast``."""
    app.command(name="forecast")(forecast_command)


def forecast_command(
    crime_type: Annotated[
        list[str], typer.Option("--crime-type", help="Crime type; repeat it to forecast several as one.")
    ],
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="First day of the forecast. [default: the day after the newest incident]"
        ),
    ] = None,
    horizon: Annotated[int, typer.Option(help="Days that the forecast covers.")] = 28,
    model: Annotated[
        str | None, typer.Option(help="Name of a model. [default: the one that the newest backtest supports]")
    ] = None,
    cell_m: Annotated[
        float | None, typer.Option("--cell", help="Side of a cell in metres. [default: the city file's]")
    ] = None,
    include_police_initiated: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help="Forecast a type that mostly the police find; the reason is stored and shown."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a forecast.")] = False,
) -> None:
    """Fit a model and the long-run count to what is loaded, and store the incidents that they expect in each cell.

    Staff get a forecast from true points; the public one is made from the published points, on cells of 500 m.

    Example: hotspots forecast --crime-type burglary --as-of 2018-01-01 --horizon 28 --model kde
    """
    from hotspots.cli.operations.command_metrics import count_rows
    from hotspots.cli.session import begin_session
    from hotspots.domain.forecasts.forecast import ForecastRequest
    from hotspots.pipeline.forecast.forecast import forecast
    from hotspots.store.server.setup import prepare_database
    from hotspots.store.staff.at_risk import read_city
    from hotspots.store.staff.forecasts import read_span

    with prepare_database(begin_session()).connect() as connection:
        city = read_city(connection)
        newest = read_span(connection).last_day or date(1970, 1, 1)
        request = ForecastRequest(
            crime_types=tuple(crime_type),
            as_of=as_of.date() if as_of else newest + timedelta(days=1),
            horizon_days=horizon,
            model=model,
            cell_size_m=city.cell_size_m if cell_m is None else cell_m,
            police_initiated_reason=include_police_initiated,
        )
        made = forecast(
            connection, request, progress=lambda line: None if as_json else typer.echo(f"  {line}", err=True)
        )
    count_rows(sum(one.n_cells for one in made))
    for one in made:
        _print(one, as_json=as_json)


def _print(one: MadeForecast, *, as_json: bool) -> None:
    import json

    stored = one.forecast
    facts = {
        "forecast_id": stored.forecast_id,
        "basis": stored.basis,
        "crime_types": list(stored.crime_types),
        "model": stored.model,
        "model_version": stored.model_version,
        "from": stored.trained_to.isoformat(),
        "until": stored.until.isoformat(),
        "known_on": stored.known_on.isoformat(),
        "cells": one.n_cells,
        "events": one.n_events,
        "expected_incidents": round(one.expected_incidents, 1),
        "settings": stored.settings.as_json(),
        "notes": list(one.notes),
    }
    if as_json:
        typer.echo(json.dumps(facts))
        return
    last_day = stored.until - timedelta(days=1)
    what = f"{one.expected_incidents:,.1f} incidents of {', '.join(stored.crime_types)}"
    typer.echo(
        f"{stored.model} v{stored.model_version} on {stored.basis}: {what} expected from {stored.trained_to} to {last_day} "
        f"in {one.n_cells:,} cells, learnt from {one.n_events:,} events."
    )
    if "bandwidth_m" in (own := stored.settings.announced):
        typer.echo(f"  bandwidth set to {own['bandwidth_m']:g} m ({own.get('bandwidth_chosen_by')})")
    for note in one.notes:
        typer.echo(f"  {note}")
