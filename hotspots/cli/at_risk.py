"""``hotspots at-risk``: the ranked list that a team takes away."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from hotspots.domain.city_clock import today


def register(app: typer.Typer) -> None:
    """Add the command ``at-risk``."""
    app.command(name="at-risk")(at_risk_command)


def at_risk_command(
    crime_type: Annotated[list[str], typer.Option("--crime-type", help="Crime type; repeat it for several.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv, .geojson, .gpkg, .gpx, .xlsx, .html or .pdf.")],
    unit: Annotated[
        str, typer.Option(help="What is ranked: box (250 m, neighbours merged), cell, or a kind of area such as beat.")
    ] = "box",
    places: Annotated[int | None, typer.Option(help="How many places. [default: 20]")] = None,
    share: Annotated[
        float | None, typer.Option(help="Share of the study area that the list may cover, in place of --places.")
    ] = None,
    rank_by: Annotated[
        Literal["density", "expected", "harm"],
        typer.Option(
            help="Expected incidents per km² (density), in all (expected: favours large places), or weighted (harm)."
        ),
    ] = "density",
    within: Annotated[
        str | None, typer.Option(metavar="KIND:CODE", help="Only places inside one area, such as district:18.")
    ] = None,
    hours: Annotated[
        str | None,
        typer.Option(help="Hours of a shift, such as 18-02; hours past midnight count to the evening before."),
    ] = None,
    weekdays: Annotated[str | None, typer.Option(help="Weekdays of a shift, such as fri,sat.")] = None,
    model: Annotated[str | None, typer.Option(help="Only forecasts of this model. [default: the one served]")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Make the list as of a past day; the file says so. [default: today]"),
    ] = None,
    issue: Annotated[
        bool,
        typer.Option("--issue", help="Put the list to use: later lists say since when its places have been listed."),
    ] = False,
    purpose: Annotated[
        str | None, typer.Option(help="What the list is for; stands in the file and in the audit.")
    ] = None,
    paper: Annotated[Literal["a4", "letter"], typer.Option(help="Paper of a .pdf.")] = "a4",
    language: Annotated[
        str, typer.Option(help="Language of the list's texts: en or es; columns and labels for programs stay English.")
    ] = "en",
    random_share: Annotated[
        float, typer.Option(help="Share of the places that is drawn at random, to compare the others with.")
    ] = 0.03,
) -> None:
    """Rank the places where most incidents are expected, and write each with its reasons in words.

    Reads true points, so it logs in as staff, and every list leaves a line in the audit table. Trying a list is not issuing it.

    Example: hotspots at-risk --crime-type burglary --places 20 --out burglary.pdf

    Example: hotspots at-risk --crime-type robbery --within district:18 --hours 18-02 --weekdays fri,sat --out weekend.xlsx

    Example: hotspots at-risk --crime-type burglary --unit cell --share 0.01 --out cells.gpkg
    """
    from hotspots.cli.session import begin_session, person
    from hotspots.domain.act.free_text import checked_needed
    from hotspots.domain.incident_filter import HourRange, parse_weekdays
    from hotspots.domain.place_list import BOX, CELL, ListRequest
    from hotspots.pipeline.at_risk.at_risk import at_risk
    from hotspots.pipeline.at_risk.export import ENDINGS, write_list
    from hotspots.pipeline.at_risk.question import claim_in_words
    from hotspots.pipeline.output_file import check_output
    from hotspots.store.server.connection import open_staff
    from hotspots.store.server.setup import prepare_database
    from hotspots.store.staff.at_risk import read_area_kinds, read_backdrop, read_city

    request = ListRequest(
        crime_types=tuple(dict.fromkeys(crime_type)),
        unit=unit,
        places=places,
        share=share,
        rank_by=rank_by,
        within=within,
        hours=HourRange.parse(hours) if hours else None,
        weekdays=parse_weekdays(weekdays),
        model=model,
        as_of=as_of.date() if as_of else None,
        issue=issue,
        random_share=random_share,
        language=language,
        person=person(),
        purpose=None if purpose is None else checked_needed(purpose, field="--purpose", longest=120, numbers=True),
    )
    check_output(out, option="--out", endings=ENDINGS)
    settings = begin_session()
    if settings.staff_database_url is None:
        prepare_database(settings)  # makes the rooms' roles where there are none
    with open_staff(settings).connect() as connection:
        city = read_city(connection)
        made = at_risk(connection, request, today=today(city.timezone))
        kind = unit if unit not in (BOX, CELL) else list(read_area_kinds(connection))[-1]
        backdrop = read_backdrop(connection, srid=city.srid, kind=kind)
        write_list(made, out, srid=city.srid, backdrop=backdrop, paper=paper)
    past = f" A list of the past, as of {made.past}." if made.past else ""
    typer.echo(
        f"{len(made.places):,} places ({made.unit_label}) of {made.n_units:,}, {made.area_share:.1%} of the area, "
        f"{claim_in_words(made)} from {made.forecast_from} to {made.forecast_until - timedelta(days=1)} ({made.model}): the model's claim."
        f"{past} Review on {made.review_date}. Written to {out}{'' if issue else '; not issued'}."
    )
    for note in (made.evidence_words, made.exposure_words, *made.notes):
        typer.echo(f"  {note}")
