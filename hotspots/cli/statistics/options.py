"""Options that the statistics share, and what each command does with its report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from hotspots.pipeline.statistics.reading import Question
    from hotspots.pipeline.statistics.report import Report
    from hotspots.store.server.connection import Connection

_DAY = ["%Y-%m-%d"]
Types = Annotated[
    list[str] | None,
    typer.Option("--crime-type", help="Crime type; repeat it for several. [default: all that the public reports]"),
]
First = Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day, in place of --days.")]
Last = Annotated[
    datetime | None, typer.Option("--to", formats=_DAY, help="Last day. [default: that of the newest incident]")
]
Days = Annotated[int, typer.Option(min=1, help="Length of the period up to --to.")]
Output = Annotated[
    Literal["table", "json", "csv", "geojson", "png", "html"], typer.Option("--format", help="What to write.")
]
Out = Annotated[Path | None, typer.Option(help="File to write in place of standard output.")]


def answer(
    compute: Callable[[Connection, Question], Report],
    *,
    crime_type: list[str] | None,
    first: datetime | None,
    last: datetime | None,
    days: int,
    output: str,
    out: Path | None,
) -> None:
    """Read as staff, compute, and write the report."""
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.statistics.reading import ask
    from hotspots.pipeline.statistics.report import check_format
    from hotspots.store.server.connection import open_staff
    from hotspots.store.server.setup import prepare_database

    check_format(output, out)
    settings = begin_session()
    if settings.staff_database_url is None:
        prepare_database(settings)  # makes the roles where there are none
    with open_staff(settings).connect() as connection:
        question = ask(
            connection,
            crime_type or (),
            first_day=first.date() if first else None,
            last_day=last.date() if last else None,
            days=days,
        )
        report = compute(connection, question)
    show(report, output=output, out=out)


def show(report: Report, *, output: str, out: Path | None) -> None:
    """Write a report to its file or to standard output."""
    from hotspots.pipeline.statistics.report import write_report

    text = write_report(report, output=output, out=out)
    typer.echo(f"Written to {out}." if text is None else text, nl=text is None)
