"""``hotspots plan beats``: balanced beats."""

from pathlib import Path
from typing import Annotated

import typer

from hotspots.cli.act.person import Person, acting
from hotspots.cli.act.places import kind_and_code


def register(plan_app: typer.Typer) -> None:
    """Add the command ``beats``."""
    plan_app.command()(beats)


def beats(
    person: Person,
    crime_type: Annotated[
        list[str], typer.Option("--crime-type", help="What is expected there; repeat it for several together.")
    ],
    beats: Annotated[int, typer.Option("--beats", help="How many beats, 2 to 24.")],
    area: Annotated[
        str | None, typer.Option(help="Kind and code of an area, such as district:18. [default: the whole city]")
    ] = None,
    seconds: Annotated[int, typer.Option(help="Time limit of the solver, 1 to 120.")] = 20,
    out: Annotated[Path | None, typer.Option(help="GeoJSON to write: the outlines, and what was given up.")] = None,
) -> None:
    """Cut a district or the city into contiguous beats of nearly equal expected incidents, and say what was given up.

    Example: hotspots plan beats --as analyst1 --crime-type burglary --area district:18 --beats 6 --out beats.geojson
    """
    import json

    from hotspots.pipeline.act.beats import BeatsRequest, as_features, balance, read_ground
    from hotspots.pipeline.output_file import check_output, write_whole
    from hotspots.store import audit
    from hotspots.store.staff.at_risk import read_city

    if out is not None:
        check_output(out, option="--out", endings=[".geojson"])
    types = tuple(dict.fromkeys(crime_type))
    with acting(person, "plan.draft") as (connection, _):
        request = BeatsRequest(crime_types=types, n_beats=beats, area=kind_and_code(area), seconds=seconds)
        ground, srid = read_ground(connection, request), read_city(connection).srid
        audit.tell(connection, "plan beats", {"beats": beats, "area": area, "claimed": person})
    found = balance(ground, request)
    for one in found.beats:
        typer.echo(
            f"Beat {one.number}: {one.share:.1%} of what is expected, {one.expected:,.1f} in 28 days, {one.km2:.1f} km²"
        )
    for line in found.words:
        typer.echo(line)
    if out is not None:
        write_whole(out, json.dumps(as_features(found, srid=srid, crime_types=types)).encode(), option="--out")
        typer.echo(f"Written to {out}.")
