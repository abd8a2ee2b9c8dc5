"""``hotspots load``: a city's files into the database."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hotspots.cli.city.afterwards import THEN, follow_load, steps_of
from hotspots.domain.city_clock import today


def register(app: typer.Typer) -> None:
    """Add the command ``load``."""
    app.command(name="load")(load_command)


def load_command(
    city_file: Annotated[
        str, typer.Argument(metavar="CITY.toml", help="City file, or the name of a shipped one such as chicago.")
    ],
    data: Annotated[Path, typer.Option(help="Folder with the city's files.")],
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Load only areas, places, risk_factors, gazetteer, incidents or record_kinds; repeat it for several."
        ),
    ] = None,
    known_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Day of the delivery, from which on its records count as known. [default: as the city file says, else today]",
        ),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="CSV file for rejected records. [default: rejects.csv in HOTSPOTS_HOME]")
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Load even where nearly nothing can be read, placed or typed.")
    ] = False,
    then: Annotated[str, typer.Option(help=THEN)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Load a city's files: areas, places, risk factors, gazetteer and incidents, in one transaction.

    The same file twice changes nothing; a killed load leaves the database as it was.

    Example: hotspots load chicago --data ../shared/data/chicago

    Example: hotspots load my_city.toml --data deliveries --only incidents --known-on 2017-12-31 --then publish
    """
    from hotspots.cli.load_report import draw_progress, print_summary
    from hotspots.cli.operations.command_metrics import count_rows
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.load.city import load
    from hotspots.pipeline.load.rejects_file import write_rejects
    from hotspots.pipeline.output_file import check_output, make_folder_of
    from hotspots.sources.city_file_reading import find_city_file, read_city_file
    from hotspots.store.server.setup import prepare_database

    steps = steps_of(then)
    settings = begin_session()
    if rejects is not None:
        make_folder_of(rejects, option="--rejects")
        check_output(rejects, option="--rejects")
    city = read_city_file(find_city_file(city_file))
    database = prepare_database(settings)
    with draw_progress() as tell:
        summary = load(
            database,
            city,
            data,
            only=only or [],
            known_on=known_on.date() if known_on else None,
            anyway=anyway,
            today=today(city.city.timezone),
            tell=tell,
        )
    report: dict[str, Any] = summary.as_dict()
    count_rows(report.get("incidents", {}).get("read", 0))
    if summary.incidents is not None and summary.incidents.rejects:
        path = rejects or settings.home / "rejects.csv"
        write_rejects(path, summary.incidents.rejects)
        report["incidents"]["rejects_file"] = str(path)
    if not as_json:
        print_summary(report)
    report |= follow_load(database, steps, today(city.city.timezone), as_json=as_json)
    if as_json:
        typer.echo(json.dumps(report, indent=2, ensure_ascii=False, default=str))
