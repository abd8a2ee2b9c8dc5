"""``hotspots fetch``: what the city's feeds offer, into the database and on to the map."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotspots.domain import city_clock

if TYPE_CHECKING:
    from hotspots.pipeline.fetch.run import FeedRun
    from hotspots.sources.city_file import CityFile
    from hotspots.store.server.connection import Database

AFTERWARDS = ("publish", "forecast")


def register(app: typer.Typer) -> None:
    """Add the command ``fetch``."""
    app.command(name="fetch")(fetch_command)


def fetch_command(
    city: Annotated[
        str | None,
        typer.Option(metavar="CITY.toml", help="City file with [[feed]]. [default: the one that was loaded last]"),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder with the city's files, where new ones go. [default: deliveries in HOTSPOTS_HOME]"),
    ] = None,
    feed: Annotated[list[str] | None, typer.Option(help="Only this feed; repeat it for several.")] = None,
    then: Annotated[str, typer.Option(help="What follows the load: publish, or publish,forecast.")] = "",
    accept_fewer: Annotated[
        bool, typer.Option("--accept-fewer", help="Take a whole that is less than half of the last one.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Fetch what is new from the city's feeds and load it; one fetch at a time, for a timer or cron.

    A feed that fails writes nothing and withdraws nothing; the others go on, and the exit code is 2.

    Example: hotspots fetch --city my_city.toml --data deliveries --then publish,forecast
    """
    import json
    import os

    from hotspots.cli.session import begin_session
    from hotspots.errors import InputError
    from hotspots.pipeline.fetch.run import FetchOptions, run_feeds
    from hotspots.pipeline.load.city import load
    from hotspots.store.server.setup import prepare_database

    steps = [step.strip() for step in then.split(",") if step.strip()]
    for step in steps:
        if step not in AFTERWARDS:
            raise InputError(f"--then {step} is not one of {', '.join(AFTERWARDS)}.")
    settings = begin_session()
    database = prepare_database(settings)
    city_file = _city_file(database, city)
    folder = data or settings.home / "deliveries"
    today = city_clock.today(city_file.city.timezone)
    options = FetchOptions(only=tuple(feed or ()), accept_fewer=accept_fewer, environment=os.environ)
    runs = run_feeds(database, city_file, folder, today=today, options=options)
    report: dict[str, Any] = {"feeds": [_facts(run) for run in runs]}
    if not as_json:
        for run in runs:
            typer.echo(_line(run))
    if _has_files(city_file, folder):
        summary = load(database, city_file, folder, today=today).as_dict()
        report["load"] = summary.get("incidents")
        if not as_json:
            counts = summary["incidents"]
            told = ", ".join(f"{counts[name]:,} {name}" for name in ("new", "changed", "withdrawn", "rejected"))
            typer.echo(f"Loaded: {told}; {counts['withdrawn_by_absence']:,} withdrawn by absence.")
        if "publish" in steps:
            report["publish"] = _publish(database, today, as_json=as_json)
        if "forecast" in steps:
            report["forecast"] = _forecast_again(database, as_json=as_json)
    if as_json:
        typer.echo(json.dumps(report, default=str, ensure_ascii=False))
    if failed := [run.failure for run in runs if run.failure]:
        raise InputError("\n".join(failed))


def _city_file(database: Database, name: str | None) -> CityFile:
    """The named city file, else the one that was loaded last."""
    from hotspots.errors import InputError
    from hotspots.sources.city_file import CityFile, find_city_file, read_city_file
    from hotspots.store.ledger.city import read_config

    if name is not None:
        return read_city_file(find_city_file(name))
    with database.connect() as connection:
        config = read_config(connection)
    if config is None:
        raise InputError("No city is loaded yet: give --city CITY.toml.")
    try:
        return CityFile.from_config(config)
    except ValueError:
        raise InputError("The loaded city file is of another version: give --city CITY.toml.") from None


def _has_files(city: CityFile, folder: Path) -> bool:
    """Whether there is anything to load: a first fetch that failed leaves nothing."""
    return any(path.is_file() for pattern in city.incidents.files for path in folder.glob(pattern))


def _facts(run: FeedRun) -> dict[str, Any]:
    return {"feed": run.feed, "file": run.file, "rows": run.rows, "failure": run.failure}


def _line(run: FeedRun) -> str:
    if run.failure:
        return f"{run.feed}: failed"
    if run.file is None:
        return f"{run.feed}: nothing new"
    return f"{run.feed}: {run.file}" + (f", {run.rows:,} records" if run.rows is not None else "")


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
                raise type(error)(
                    f"The data are fetched and loaded, but no forecast of {', '.join(types)}: {error}"
                ) from None
        made += [{"forecast_id": one.forecast_id, "crime_types": types, "basis": one.basis} for one in stored]
    if not as_json:
        told = f"{len(made)} made anew" if made else "none was made before; the first is made by `hotspots forecast`"
        typer.echo(f"Forecasts: {told}.")
    return made
