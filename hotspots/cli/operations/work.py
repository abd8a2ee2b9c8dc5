"""``hotspots work``: do the jobs that the desk asks for."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command ``work``."""
    app.command(name="work")(work_command)


def work_command(
    once: Annotated[bool, typer.Option("--once", help="Do the waiting jobs, then stop.")] = False,
) -> None:
    """Do the forecasts and backtests that analysts ask for on the desk's page Data, one at a time, until Ctrl-C.

    The process that does them holds the key of the role hotspots_worker alone, not the owner's.

    Several may run beside each other; no job is taken twice. A job whose worker is killed is done anew by the next one.

    Example: hotspots work
    """
    from hotspots.cli.server_process import become
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.queue.worker import work
    from hotspots.store.server.connection import open_worker
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    if settings.worker_database_url is None:
        prepare_database(settings)  # makes the worker's role where there is none
        key = {"HOTSPOTS_WORKER_DATABASE_URL": open_worker(settings).dsn}
        become(["hotspots.command", "work", *(["--once"] if once else [])], keys=key)
    if not once:
        typer.echo("Waiting for jobs of the desk (Ctrl-C stops)", err=True)
    done = work(open_worker(settings), once=once, say=lambda line: typer.echo(line, err=True))
    typer.echo(f"{done} jobs done" if done != 1 else "1 job done")
