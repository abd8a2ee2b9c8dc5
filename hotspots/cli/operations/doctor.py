"""``hotspots doctor``: what is wrong with this deployment, and what to do about it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hotspots.pipeline.check_up import Finding

EXIT_SOMETHING_WRONG = 1
MARKS = {"well": "ok", "note": "--", "wrong": "!!"}


def register(app: typer.Typer) -> None:
    """Add the command ``doctor``."""
    app.command(name="doctor")(doctor_command)


def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a finding.")] = False,
) -> None:
    """Look at this deployment and say what is wrong and what to do. Starts and changes nothing.

    Looked at: the programs of the database, its folder and free space, whether it runs and lets every role in, migrations, what is
    loaded, published and forecast and how old it is, backups, settings that go together. Exit code 0 where nothing is wrong, else 1.

    Example: hotspots doctor
    """
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.check_up import check_up

    found: list[Finding] = []
    for one in check_up(begin_session()):
        found.append(one)
        if as_json:
            typer.echo(json.dumps(asdict(one), default=str))
            continue
        typer.echo(f"{MARKS[one.state]} {one.subject}: {one.said}")
        if one.remedy:
            typer.echo(f"     {one.remedy}")
    raise typer.Exit(EXIT_SOMETHING_WRONG if any(one.state == "wrong" for one in found) else 0)
