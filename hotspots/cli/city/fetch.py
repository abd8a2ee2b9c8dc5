"""``hotspots fetch``: what the city's feeds offer, into the database and on to the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotspots.cli.city.afterwards import THEN, follow_load, steps_of
from hotspots.domain import city_clock

if TYPE_CHECKING:
    from hotspots.pipeline.fetch.run import FeedRun
    from hotspots.sources.city_file import CityFile
    from hotspots.store.server.connection import Database


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
    then: Annotated[str, typer.Option(help=THEN)] = "",
    accept_fewer: Annotated[
        bool,
        typer.Option("--accept-fewer", help="Load a full download even if it holds less than half of the last one."),
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

    steps = steps_of(then)
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
        report |= follow_load(database, steps, today, as_json=as_json)
    if as_json:
        typer.echo(json.dumps(report, default=str, ensure_ascii=False))
    if failed := [run.failure for run in runs if run.failure]:
        raise InputError("\n".join(failed))


def _city_file(database: Database, name: str | None) -> CityFile:
    """The named city file, else the one that was loaded last."""
    from hotspots.errors import InputError
    from hotspots.sources.city_file import CityFile
    from hotspots.sources.city_file_reading import find_city_file, read_city_file
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
