"""``hotspots concern``: residents' concerns at the shell, with the owner's key; never a text."""

from __future__ import annotations

from typing import Annotated

import typer

from hotspots.cli.act.person import Person, acting

concern_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
system_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
concern_app.add_typer(system_app, name="system", help="City systems that send concerns by Open311.")
SYSTEM_HELP = "Name of the system: small letters, digits, dots, hyphens."


def register(app: typer.Typer) -> None:
    """Add the command group ``concern``."""
    app.add_typer(concern_app, name="concern", help="Concerns of residents.")


@concern_app.command(name="list")
def list_command(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose answer is overdue.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """List concerns that wait, the oldest due first: reference, kind, place, state, owner, date. Texts are read on the desk alone.

    Example: hotspots concern list --overdue
    """
    import json
    from dataclasses import asdict

    from hotspots.cli.session import begin_session
    from hotspots.domain.city_clock import today
    from hotspots.store.concerns import list_concerns, read_timezone
    from hotspots.store.server.setup import prepare_database

    with prepare_database(begin_session()).connect() as connection:
        found, day = list_concerns(connection), today(read_timezone(connection))
    shown = [one for one in found if not overdue or (one.due is not None and one.due < day)]
    for one in shown:
        if as_json:
            typer.echo(json.dumps(asdict(one), default=str))
            continue
        due = f"{one.owner}, by {one.due}" if one.due else "no owner"
        late = ", overdue" if one.due and one.due < day else ""
        held = ", held back" if one.held else ""
        typer.echo(
            f"{one.reference}  {one.received_at:%Y-%m-%d}  {one.category}  {one.place}  {one.state}{held}  {due}{late}"
        )
    if not shown and not as_json:
        typer.echo("No concern is overdue." if overdue else "No concern waits.")


@concern_app.command()
def key() -> None:
    """Make the key that seals residents' texts, if there is none yet, and open the form. `hotspots serve staff` does the same.

    Example: hotspots concern key
    """
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.concerns.seal import offer_key
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    made = offer_key(prepare_database(settings), settings.home)
    typer.echo(
        f"Texts are sealed for key {made.key_id}. Keep a copy of {settings.home}/keys/concerns apart from dumps."
    )


@concern_app.command()
def tidy() -> None:
    """Delete the texts whose time is over. Every new concern does the same; run it daily where few come.

    Example: hotspots concern tidy
    """
    from dataclasses import asdict

    from hotspots.cli.operations.command_metrics import write_counts
    from hotspots.cli.session import begin_session
    from hotspots.domain.city_clock import today
    from hotspots.store import audit
    from hotspots.store.concerns import count_waiting, forget_old, read_timezone
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    with prepare_database(settings).connect() as connection:
        gone = forget_old(connection)
        waiting = count_waiting(connection, today=today(read_timezone(connection)))
        if gone:
            audit.write_line(connection, "concern tidy", {"texts": gone})
    if settings.metrics_folder:
        write_counts(settings.metrics_folder, "concerns", asdict(waiting))
    typer.echo(f"Texts deleted: {gone}.")


@concern_app.command()
def erase(
    reference: Annotated[str, typer.Argument(help="Reference of the concern, such as K-7Q2M-X4TD.")],
    person: Person,
    reason: Annotated[str, typer.Option(help="Why, for the audit; without a name or an address.")],
) -> None:
    """Delete the text of one concern for good; what it was about, where and how it was answered stays.

    Example: hotspots concern erase K-7Q2M-X4TD --as prevention1 --reason "asked for by the resident"
    """
    from hotspots.pipeline.concerns.erase import erase_concern

    with acting(person, "concern.write") as (connection, _):
        erase_concern(connection, reference=reference, reason=reason, person=person)
    typer.echo(f"The text of {reference} is deleted.")


@system_app.command(name="add")
def add_system(name: Annotated[str, typer.Argument(help=SYSTEM_HELP)], person: Person) -> None:
    """Let a city system send concerns by Open311, and print its key, once. A key that it had before ends.

    Example: hotspots concern system add city311 --as admin1
    """
    from hotspots.pipeline.concerns.systems import add_system as add

    with acting(person, "people.write") as (connection, _):
        key = add(connection, name, person=person)
    typer.echo(f"Key of {name}, shown this once: {key}")


@system_app.command(name="list")
def list_systems() -> None:
    """List the city systems and whether their keys still count.

    Example: hotspots concern system list
    """
    from hotspots.cli.session import begin_session
    from hotspots.store import concerns
    from hotspots.store.server.setup import prepare_database

    with prepare_database(begin_session()).connect() as connection:
        found = concerns.list_systems(connection)
    for name, made_at, disabled_at in found:
        typer.echo(f"{name}  since {made_at:%Y-%m-%d}{f'  ended {disabled_at:%Y-%m-%d}' if disabled_at else ''}")
    if not found:
        typer.echo("No city system sends concerns: hotspots concern system add NAME --as ADMIN")


@system_app.command(name="disable")
def disable_system(name: Annotated[str, typer.Argument(help=SYSTEM_HELP)], person: Person) -> None:
    """End the key of a city system at once. What it sent stays.

    Example: hotspots concern system disable city311 --as admin1
    """
    from hotspots.pipeline.concerns.systems import disable_system as disable

    with acting(person, "people.write") as (connection, _):
        disable(connection, name, person=person)
    typer.echo(f"The key of {name} has ended.")
