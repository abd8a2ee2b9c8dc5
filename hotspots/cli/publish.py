"""``hotspots publish``: what the public may know, written for the map."""

from datetime import datetime
from typing import Annotated

import typer

MOST_NAMED = 6


def register(app: typer.Typer) -> None:
    """Add the command ``publish``."""
    app.command(name="publish")(publish_command)


def publish_command(
    newest_day: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Publish no later day than this. [default: what the data and the city's delay allow]",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Write everything anew, not only what changed.")
    ] = False,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Publish even if the clock is behind the last publication and days leave the map."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Publish the loaded incidents: each at a public point, by day and hour; sensitive ones only as monthly counts.

    Only what changed since the last time is written. Readers see the old state until the new one is whole.

    Example: hotspots publish

    Example: hotspots publish --newest-day 2017-12-31 --json
    """
    import json
    import sys
    from dataclasses import asdict

    from hotspots.cli.operations.command_metrics import count_rows
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.publish.publish import publish
    from hotspots.store.ledger.city import city_today
    from hotspots.store.server.setup import prepare_database

    owner = prepare_database(begin_session())
    quiet = as_json or not sys.stderr.isatty()
    done = publish(
        owner,
        today=city_today(owner),
        newest_day=newest_day.date() if newest_day else None,
        everything=everything,
        clock_may_be_back=yes,
        progress=lambda line: None if quiet else typer.echo(f"  {line}", err=True),
    )
    count_rows(done.incidents)
    if as_json:
        typer.echo(json.dumps(asdict(done), default=str))
        return
    if done.newest_day is None:
        typer.echo("Published: no incident is loaded yet; the areas, places and streets are there.")
        return
    what = "everything anew" if done.everything else f"{done.written:,} written, {done.removed:,} taken out"
    typer.echo(f"Published: {done.incidents:,} incidents up to {done.newest_day} ({what}); vintage {done.vintage_id}.")
    for first, last in done.gaps:
        typer.echo(
            f"  No data from {first} to {last}: hardly anything happened there by the records, against the city's own rate, so nothing is "
            "known of these days. Deliver them, or name them as quiet in [public] if it was so."
        )
    for group, members, incidents in done.coarser:
        typer.echo(
            f"  {incidents:,} incidents show the sort of place {group!r}: {_named(members)} would name a door of their point. "
            "Groups, and words that are nobody's door, stand in [public.location_words]."
        )
    if done.withheld_locations:
        typer.echo(
            f"  {done.withheld_locations:,} locations fit no public point (the record and the map name different areas, or too few doors "
            "were reported there): their incidents are published without a place."
        )
    if done.merged_points:
        typer.echo(
            f"  {done.merged_points:,} lattice points had too few reported doors behind them, and were merged into others for good."
        )


def _named(members: tuple[str, ...]) -> str:
    shown = ", ".join(members[:MOST_NAMED])
    return f"{shown} and {len(members) - MOST_NAMED} others" if len(members) > MOST_NAMED else shown
