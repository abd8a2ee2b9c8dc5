"""``hotspots work``: do the jobs that the desk asks for."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command ``work``."""
    app.command(name="work")(work_command)


def work_command(
    once: Annotated[bool, typer.Option("--once", help="Do the jobs that wait, then end.")] = False,
) -> None:
    """Do the forecasts and backtests that analysts ask for on the desk's page Data, one at a time, until Ctrl-C.

    Several may run beside each other; no job is taken twice. A job whose worker is killed is done anew by the next one.

    Example: hotspots work
    """
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.queue.worker import work
    from hotspots.store.server.setup import prepare_database

    database = prepare_database(begin_session())
    if not once:
        typer.echo("Waiting for jobs of the desk (Ctrl-C stops)", err=True)
    done = work(database, once=once, say=lambda line: typer.echo(line, err=True))
    typer.echo(f"{done} jobs done" if done != 1 else "1 job done")
