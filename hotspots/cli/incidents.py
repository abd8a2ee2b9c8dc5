"""``hotspots incidents``: the public map's filters at the shell, with the same numbers."""

import inspect
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from hotspots.domain.filters.declaration import Option
from hotspots.domain.filters.fields import OPTIONS


class Format(StrEnum):
    """The paths that are written."""

    table = "table"
    json = "json"
    csv = "csv"
    geojson = "geojson"


def register(app: typer.Typer) -> None:
    """Add the command ``incidents``."""
    app.command(name="incidents")(_with_filters(incidents_command))


PERIOD_OPTIONS = 3  # the first ones of the command


def _with_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command one option for each of the filter's, in place of its ``**filters``."""
    own = list(inspect.signature(command).parameters.values())[:-1]
    filters = [_parameter(option) for option in OPTIONS]
    command.__signature__ = inspect.Signature([*own[:PERIOD_OPTIONS], *filters, *own[PERIOD_OPTIONS:]])  # pyright: ignore[reportFunctionMemberAccess]  (as inspect documents it)
    return command


def _parameter(option: Option) -> inspect.Parameter:
    kind: Any = list[str] | None if option.several else int if option.default is not None else str | None
    said = typer.Option(option.flag, metavar=option.metavar, help=option.help)
    return inspect.Parameter(
        option.parameter,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        default=option.default,
        annotation=Annotated[kind, said],
    )


_DAY = ["%Y-%m-%d"]


def incidents_command(
    first_day: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day.")] = None,
    last_day: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Last day, inside. [default: the newest public day]")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="Length of the period in days, up to --to. [default: the public map's]")
    ] = None,
    known_on: Annotated[
        datetime | None,
        typer.Option(
            formats=_DAY,
            help="Count what the database knew on this day. Reads as staff, and leaves a line in the audit.",
        ),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.table,
    out: Annotated[Path | None, typer.Option(help="File to write in place of standard output.")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="The most rows. [default: 20 in a table, else all]")] = None,
    **filters: Any,
) -> None:
    """Count and list reported incidents with the public map's filters: AND between options, OR within one.

    A summary counts what is in no row: incidents without a location, outside the city, or sensitive.

    Example: hotspots incidents --type burglary --area beat:1834 --hours 18-02 --weekdays fri,sat

    Example: hotspots incidents --at "1200 N State St" --radius 800 --format csv --out rows.csv

    Example: hotspots incidents --from 2017-11-01 --to 2017-11-30 --known-on 2017-12-15 --format json
    """
    from hotspots.cli.incident_question import PeriodWords, read_question
    from hotspots.cli.incident_report import write_report
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.output_file import check_output
    from hotspots.store.public.city import read_choices, read_city, read_vintage
    from hotspots.store.public.incident_counts import TableCounts
    from hotspots.store.public.incident_filter import OPEN
    from hotspots.store.public.incident_rows import each
    from hotspots.store.public.incidents import by_type, count
    from hotspots.store.server.connection import open_public, open_staff
    from hotspots.store.server.setup import prepare_database
    from hotspots.store.staff.as_known_on import ledger_tables

    settings = begin_session()
    period = PeriodWords(
        first_day=first_day.date() if first_day else None, last_day=last_day.date() if last_day else None, days=days
    )
    if out is not None:
        check_output(out, option="--out")
    most = 20 if limit is None and output is Format.table else limit
    if (settings.staff_database_url if known_on else settings.public_database_url) is None:
        prepare_database(settings)  # makes the rooms' roles where there are none
    room = open_staff(settings) if known_on else open_public(settings)
    with room.connect() as connection:
        city, vintage, choices = read_city(connection), read_vintage(connection), read_choices(connection)
        question = read_question(connection, period, filters, city=city, vintage=vintage, choices=choices)
        tables = ledger_tables(connection, question, known_on=known_on.date(), most=most) if known_on else OPEN
        counted_in = TableCounts(tables)
        counts = count(connection, question, choices=choices, vintage=None if known_on else vintage, counts=counted_in)
        write_report(
            each(connection, question, choices=choices, limit=most, tables=tables),
            output=output.value,
            out=out,
            question=question,
            counts=counts,
            types=by_type(connection, question, choices=choices, counts=counted_in),
            city=city,
            choices=choices,
            known_on=known_on.date() if known_on else vintage.known_on,
        )
