"""``hotspots backtest``: what each model would have said, and what came."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import typer


def register(app: typer.Typer) -> None:
    """Add the command ``backtest``."""
    app.command(name="backtest")(backtest_command)


def backtest_command(
    crime_type: Annotated[list[str], typer.Option("--crime-type", help="Crime type; repeat it for several.")],
    models: Annotated[str, typer.Option(help="Names of models with commas between, or all.")] = "blend",
    origins: Annotated[int, typer.Option(help="How many windows, one right after the other.")] = 12,
    horizon: Annotated[
        list[int] | None, typer.Option(help="Days of a window; repeat it for several. [default: 28]")
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day after the last window. [default: after the newest incident]"),
    ] = None,
    basis: Annotated[
        Literal["true-points", "anchors"], typer.Option(help="True points for staff, anchors for what the public sees.")
    ] = "true-points",
    cell_m: Annotated[
        float | None,
        typer.Option("--cell", help="Side of a cell in metres. [default: the city file's; 500 on anchors]"),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Local processes. [default: the machine's cores]")] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Dask scheduler to run on instead, such as tcp://10.0.0.5:8786."),
    ] = None,
    include_police_initiated: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Test a type that mostly the police find; the reason is stored."),
    ] = None,
    hours: Annotated[
        str | None,
        typer.Option(help="Hours of a shift, such as 18-02, for which lists are judged besides the whole week."),
    ] = None,
    weekdays: Annotated[str | None, typer.Option(help="Weekdays of that shift, such as fri,sat.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every figure to this JSON file; - prints it.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a readable report: .html or .pdf.")] = None,
) -> None:
    """Fit models at past days and score them on the windows that followed, beside the long-run count.

    The result is stored: `hotspots forecast` serves what it supports.

    Example: hotspots backtest --crime-type burglary --origins 12 --horizon 28 --models all --report burglary.html

    Example: hotspots backtest --crime-type robbery --hours 18-02 --weekdays fri,sat

    Example: hotspots backtest --crime-type robbery --models blend,kde --scheduler tcp://127.0.0.1:8786 --json -
    """
    from hotspots.cli.load_report import draw_progress
    from hotspots.cli.session import begin_session
    from hotspots.domain.forecasts.backtest import BacktestRequest
    from hotspots.domain.incident_filter import HourRange, parse_weekdays
    from hotspots.pipeline.forecast.backtest import run_backtest
    from hotspots.pipeline.forecast.backtest_report import ENDINGS, write_report
    from hotspots.pipeline.output_file import check_output, write_whole
    from hotspots.store.server.setup import prepare_database
    from hotspots.store.staff.at_risk import read_city
    from hotspots.store.staff.forecasts import read_span
    from hotspots_models.registry import names

    shift = {"hours": HourRange.parse(hours) if hours else None, "weekdays": parse_weekdays(weekdays)}
    to_file = json_file if json_file and str(json_file) != "-" else None
    if report:
        check_output(report, option="--report", endings=ENDINGS)
    if to_file:
        check_output(to_file, option="--json")
    with prepare_database(begin_session()).connect() as connection, draw_progress() as tell:
        newest = read_span(connection).last_day or date(1970, 1, 1)
        city = read_city(connection)
        request = BacktestRequest(
            crime_types=tuple(dict.fromkeys(crime_type)),
            models=tuple(names())
            if models == "all"
            else tuple(name.strip() for name in models.split(",") if name.strip()),
            origins=origins,
            horizons_days=tuple(horizon or [28]),
            end=end.date() if end else newest + timedelta(days=1),
            cell_size_m=(city.cell_size_m if basis == "true-points" else 500.0) if cell_m is None else cell_m,
            basis="true points" if basis == "true-points" else "anchors",
            workers=workers,
            scheduler=scheduler,
            police_initiated_reason=include_police_initiated,
            **shift,
        )
        result = run_backtest(
            connection,
            request,
            on_fold=lambda fold, done, total: tell(f"{fold.task.model}, {fold.task.crime_type}", done / total),
        )
    body = result.as_json()
    if report:
        write_report(result, report, city=city.name, attribution=str(city.config["city"].get("attribution", "")))
    if to_file:
        write_whole(to_file, (json.dumps(body, indent=1) + "\n").encode(), option="--json")
    if json_file and not to_file:
        typer.echo(json.dumps(body))
    else:
        _print(body)


def _print(body: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "crime type",
        "days",
        "model",
        "windows",
        "hit rate 1 %",
        "hit rate 5 %",
        "PAI 0.25 sq mi",
        "log skill",
        "slope",
        "top 1 % o/e",
        "s a fit",
    )
    for score in body["scores"]:
        table.add_row(
            score["crime_type"],
            f"{score['horizon_days']:g}",
            score["model"].replace("_", " "),
            str(score["origins"]),
            _said(score["hit_rate"]["1 %"], ".3f"),
            _said(score["hit_rate"]["5 %"], ".3f"),
            _said(score["pai"]["0.25 sq mi"], ".1f"),
            _said(score["log_skill"], ".3f"),
            _said(score["calibration_slope"], ".2f"),
            _said(next((row[2] for part, row in score["calibration"].items() if part == "top 1 %"), None), ".2f"),
            f"{score['seconds_mean']:.1f}",
        )
    console = Console()
    console.width = max(console.width, 132)  # eleven columns: a narrower terminal wraps lines, and loses no figure
    console.print(table)
    decided = [words for one in body["decisions"] for words in (one["words"], one["faster"]) if words]
    for line in (*body["settings"]["notes"], *body["sentences"], *decided, *body["sentences_together"]):
        typer.echo(line)


def _said(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
