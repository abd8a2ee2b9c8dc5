"""``hotspots remedies``: what could be done, how strong its evidence is, and what it did here."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command ``remedies``."""
    app.command(name="remedies")(remedies_command)


def remedies_command(
    factor: Annotated[
        str | None, typer.Option(help="Only remedies for a condition whose words hold this, such as lights.")
    ] = None,
    copy: Annotated[
        bool, typer.Option("--copy", help="Write the table to HOTSPOTS_HOME/remedies.toml for the city to edit.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show remedies with their usual owner and evidence, and the mean effect of those that were judged here.

    Example: hotspots remedies --factor car

    Example: hotspots remedies --copy
    """
    import json
    from dataclasses import asdict

    from hotspots.cli.session import begin_session
    from hotspots.pipeline.act.remedies import copy_remedies, what_works_here
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    if copy:
        typer.echo(f"The city's own table: {copy_remedies(settings.home)}. Edit it; it holds from now on.")
        return
    with prepare_database(settings).connect() as connection:
        found = what_works_here(connection, settings.home)
    wanted = [one for one in found if factor is None or any(factor.lower() in word for word in one.remedy.factors)]
    if as_json:
        shown = [{**one.remedy.model_dump(), "here": asdict(one.here) if one.here else None} for one in wanted]
        typer.echo(json.dumps({"remedies": shown}, ensure_ascii=False))
        return
    for one in wanted:
        remedy = one.remedy
        typer.echo(
            f"{remedy.name}  {remedy.label} ({', '.join(remedy.factors)}; usually {remedy.owner}): evidence {remedy.strength}"
        )
        typer.echo(f"  {remedy.effect} [{remedy.reference}]")
        if one.here:
            typer.echo(
                f"  Here: ratio {one.here.ratio:.2f} ({one.here.low:.2f} to {one.here.high:.2f}) over {one.here.actions} judged actions."
            )
    if not wanted:
        typer.echo("No remedy is for such a condition. All of them: hotspots remedies")
