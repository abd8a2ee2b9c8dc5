"""``hotspots at-risk``: the ranked list that a team takes away."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command ``at-risk``."""
    app.command(name="at-risk")(at_risk_command)


def at_risk_command(
    crime_type: Annotated[list[str], typer.Option("--crime-type", help="Crime type; repeat it for several.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv, .geojson, .gpkg, .xlsx or .html.")],
    unit: Annotated[str, typer.Option(help="What is ranked: cell, or a kind of area such as beat.")] = "cell",
    share: Annotated[float, typer.Option(help="Share of the study area that the list may cover.")] = 0.01,
    hours: Annotated[
        str | None, typer.Option(help="Hours of a shift, such as 18-02; past midnight belongs to the evening's date.")
    ] = None,
    weekdays: Annotated[str | None, typer.Option(help="Weekdays of a shift, such as fri,sat.")] = None,
    model: Annotated[str | None, typer.Option(help="Only forecasts of this model. [default: the newest]")] = None,
    random_share: Annotated[float, typer.Option(help="Share of the list's places that is drawn blindly.")] = 0.03,
) -> None:
    """Write the places with the most expected incidents, each in words, with its reasons, ranked.

    Reads true points, so it logs in as staff, and every list leaves a line in the audit table.

    Example: hotspots at-risk --crime-type burglary --share 0.01 --out burglary.html

    Example: hotspots at-risk --crime-type robbery --unit beat --hours 18-02 --weekdays fri,sat --out weekend.xlsx
    """
    from hotspots.cli.session import begin_session
    from hotspots.domain.incident_filter import HourRange, parse_weekdays
    from hotspots.domain.place_list import ListRequest
    from hotspots.pipeline.at_risk.at_risk import at_risk
    from hotspots.pipeline.at_risk.export import ENDINGS, write_list
    from hotspots.pipeline.output_file import check_output
    from hotspots.store.server.connection import open_staff
    from hotspots.store.server.setup import prepare_database
    from hotspots.store.staff.at_risk import read_area_kinds, read_backdrop, read_city

    request = ListRequest(
        crime_types=tuple(dict.fromkeys(crime_type)),
        unit=unit,
        share=share,
        hours=HourRange.parse(hours) if hours else None,
        weekdays=parse_weekdays(weekdays),
        model=model,
        random_share=random_share,
    )
    check_output(out, option="--out", endings=ENDINGS)
    settings = begin_session()
    if settings.staff_database_url is None:
        prepare_database(settings)  # makes the rooms' roles where there are none
    with open_staff(settings).connect() as connection:
        places = at_risk(connection, request)
        city = read_city(connection)
        kind = unit if unit != "cell" else list(read_area_kinds(connection))[-1]
        write_list(places, out, srid=city.srid, backdrop=read_backdrop(connection, srid=city.srid, kind=kind))
    typer.echo(
        f"{len(places.places):,} of {places.n_units:,} places ({places.unit_label}), {places.area_share:.1%} of the area, hold "
        f"{places.expected_share:.1%} of the {places.expected_city:,.1f} incidents expected from {places.forecast_from} "
        f"until {places.forecast_until} ({places.model}). Review on {places.review_date}. Written to {out}."
    )
    for note in (places.exposure_words, *places.notes):
        typer.echo(f"  {note}")
