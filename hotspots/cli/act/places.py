"""``hotspots places``: saved places of the desk from a file."""

from pathlib import Path
from typing import Annotated

import typer

from hotspots.cli.act.person import Person, acting


def register(app: typer.Typer) -> None:
    """Add the command group ``places``."""
    group = typer.Typer(help="Saved places of the desk.", no_args_is_help=True)
    group.command(name="import")(import_command)
    app.add_typer(group, name="places")


def import_command(
    file: Annotated[
        Path, typer.Argument(help="GeoPackage, GeoJSON or shapefile of places.", exists=True, dir_okay=False)
    ],
    person: Person,
    name: Annotated[str, typer.Option("--name", help="Column with the name of each place.")] = "name",
) -> None:
    """Save the shapes of a file as places of the desk, such as watch lists in force. All of them, or none.

    A point becomes the ground 100 m around it. Places within the same name and ground are not saved twice.

    Example: hotspots places import watch.gpkg --name title --as jo
    """
    from hotspots.domain.act.free_text import checked_needed
    from hotspots.pipeline.desk.place_file import read_named_shapes
    from hotspots.store.staff.at_risk import read_city
    from hotspots.store.staff.desk import places as store

    with acting(person, "place.write") as (connection, _):
        srid = read_city(connection).srid
        shapes = [
            (checked_needed(words, field="name", longest=80), shape)
            for words, shape in read_named_shapes(file, column=name, srid=srid)
        ]
        saved = store.import_places(connection, shapes, srid=srid, person=person)
        connection.commit()
    for code, words in saved:
        typer.echo(f"{code}  {words}")
    typer.echo(f"{len(saved)} saved, {len(shapes) - len(saved)} there already", err=True)


def kind_and_code(area: str | None) -> tuple[str, str] | None:
    """``district:18`` in its two parts; None where no area is asked for. Raises InputError."""
    from hotspots.errors import InputError

    kind, _, code = (area or "").partition(":")
    if area is not None and not (kind and code):
        raise InputError(f"--area {area} is not a kind and a code, such as district:18.")
    return (kind, code) if area else None
