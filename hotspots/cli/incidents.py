"""``hotspots incidents``: the public map's filters at the shell, with the same numbers."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """The paths that are written."""

    table = "table"
    json = "json"
    csv = "csv"
    geojson = "geojson"


def register(app: typer.Typer) -> None:
    """Add the command ``incidents``."""
    app.command(name="incidents")(incidents_command)


_DAY = ["%Y-%m-%d"]


def incidents_command(
    first_day: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day.")] = None,
    last_day: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Last day, inside. [default: the newest public day]")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="Length of the period in days, up to --to. [default: the public map's]")
    ] = None,
    types: Annotated[list[str] | None, typer.Option("--type", help="Crime type; repeat it for several.")] = None,
    areas: Annotated[
        list[str] | None,
        typer.Option(
            "--area",
            metavar="KIND:CODE",
            help="Area such as beat:1834; of one kind any, of several kinds all must hold.",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Address, block, crossing or place, or its number in the gazetteer."),
    ] = None,
    radius: Annotated[int, typer.Option(help="Metres round --at, 100 to 5000.")] = 800,
    near: Annotated[
        list[str] | None, typer.Option(metavar="KIND:METRES", help="Within metres of a kind of place: school:300.")
    ] = None,
    hours: Annotated[
        str | None, typer.Option(metavar="FROM-TO", help="Such as 18-02; after midnight counts to the evening's date.")
    ] = None,
    weekdays: Annotated[str | None, typer.Option(help="Of mon,tue,wed,thu,fri,sat,sun.")] = None,
    location_types: Annotated[
        list[str] | None, typer.Option("--location-type", help="Type of location; repeat it for several.")
    ] = None,
    polygon: Annotated[
        str | None, typer.Option(metavar="'LON LAT,LON LAT,...'", help="Inside these 3 to 100 corners, in degrees.")
    ] = None,
    arrest: Annotated[
        str | None, typer.Option(metavar="yes|no", help="Whether an arrest was made, where that is published.")
    ] = None,
    known_on: Annotated[
        datetime | None,
        typer.Option(
            formats=_DAY, help="Answer from the ledger as known on this day. Reads as staff; written to the audit."
        ),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.table,
    out: Annotated[Path | None, typer.Option(help="File to write in place of standard output.")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="The most rows. [default: 20 in a table, else all]")] = None,
) -> None:
    """Count and list reported incidents with the public map's filters: AND between options, OR within one.

    A summary says what has no location, is outside, or is sensitive, and so is in no row.

    Example: hotspots incidents --type burglary --area beat:1834 --hours 18-02 --weekdays fri,sat

    Example: hotspots incidents --at "1200 N State St" --radius 800 --format csv --out rows.csv

    Example: hotspots incidents --from 2017-11-01 --to 2017-11-30 --known-on 2017-12-15 --format json
    """
    from hotspots.cli.incident_question import Words, read_question
    from hotspots.cli.incident_report import write_report
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.output_file import check_output
    from hotspots.store.public.city import read_choices, read_city, read_vintage
    from hotspots.store.public.incident_counts import TableCounts
    from hotspots.store.public.incident_filter import OPEN
    from hotspots.store.public.incidents import by_type, count, each
    from hotspots.store.server.connection import open_public, open_staff
    from hotspots.store.server.setup import prepare_database
    from hotspots.store.staff.as_known_on import ledger_tables

    settings = begin_session()
    words = Words(
        first_day=first_day.date() if first_day else None,
        last_day=last_day.date() if last_day else None,
        days=days,
        types=tuple(types or ()),
        areas=tuple(areas or ()),
        at=at,
        radius_m=radius,
        near=tuple(near or ()),
        hours=hours,
        weekdays=weekdays,
        location_types=tuple(location_types or ()),
        polygon=polygon,
        arrest=arrest,
    )
    if out is not None:
        check_output(out, option="--out")
    most = 20 if limit is None and output is Format.table else limit
    if (settings.staff_database_url if known_on else settings.public_database_url) is None:
        prepare_database(settings)  # makes the rooms' roles where there are none
    room = open_staff(settings) if known_on else open_public(settings)
    with room.connect() as connection:
        city, vintage, choices = read_city(connection), read_vintage(connection), read_choices(connection)
        question = read_question(connection, words, city=city, vintage=vintage, choices=choices)
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
