"""``hotspots demo``: one command from an empty machine to a map of an invented city."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer

STEPS = 6


def register(app: typer.Typer) -> None:
    """Add the command ``demo``."""
    app.command(name="demo")(demo_command)


def demo_command(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the map. [default: 8050, or HOTSPOTS_PUBLIC_PORT]")
    ] = None,
    desk_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the desk. [default: 8051, or HOTSPOTS_STAFF_PORT]")
    ] = None,
    ends: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last day of the invented reports, a Wednesday. [default: the last one before today; once written they stay]",
        ),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve map and desk when all is ready.")] = True,
) -> None:
    """Show an invented city on a map: start the database, generate, load, publish, backtest, forecast, serve.

    What is done already is not done again. Ctrl-C stops the servers at any time; the next run goes on where it was.
    Beside the map it serves the staff desk, and prints a link for each role that signs in once, within ten minutes.

    Example: hotspots demo

    Example: hotspots demo --no-serve

    Example: HOTSPOTS_HOME=/tmp/demo hotspots demo --port 8060

    Example: hotspots demo --ends 2025-12-31
    """
    from hotspots.cli.load_report import draw_progress
    from hotspots.cli.serve import (
        DESK_SERVER,
        LOOPBACK,
        PUBLIC_SERVER,
        check_free,
        desk_keys,
        public_keys,
        server_options,
    )
    from hotspots.cli.server_process import run_servers
    from hotspots.cli.session import begin_session
    from hotspots.pipeline import demo
    from hotspots.pipeline.door.accounts import demo_links
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    port = settings.public_port if port is None else port
    desk_port = settings.staff_port if desk_port is None else desk_port
    if serve:
        check_free(settings.host, port)  # said at once, not after the load
        check_free(LOOPBACK[0], desk_port)
    today = demo.city_today()
    folder = settings.home / "demo_city"
    with _step(1, "Database") as say:
        owner = prepare_database(settings)
        where = "the server of HOTSPOTS_DATABASE_URL" if settings.database_url else str(settings.home)
        say(f"running and up to date, in {where}")
    with _step(2, "City") as say:
        written = demo.write_files(folder, ends=ends.date() if ends else None, today=today, say=say)
    with _step(3, "Load") as say, draw_progress() as tell:
        demo.load_files(owner, folder, today=today, anew=written, say=say, tell=tell)
    with _step(4, "Publish") as say, draw_progress() as tell:
        demo.publish_city(owner, today=today, say=say, tell=lambda line: tell(line, 0.0))
    with _step(5, "Backtest") as say, draw_progress() as tell:
        demo.backtest_city(owner, say=say, tell=lambda line: tell(line, 0.0))
    with _step(6, "Forecast") as say, draw_progress() as tell:
        demo.forecast_city(owner, say=say, tell=lambda line: tell(line, 0.0))
    if not serve:
        typer.echo("Ready. The map: hotspots serve public; the desk: hotspots serve staff")
        return
    _, keys_of_map = public_keys(settings)
    _, keys_of_desk = desk_keys(settings)
    typer.echo(f"Ready. The map: http://{settings.host}:{port}/")
    typer.echo("The staff desk, by one link a role; each signs in once, within ten minutes, on this machine:")
    for role, token in demo_links(owner).items():
        typer.echo(f"  {role:<11} http://localhost:{desk_port}/sign-in/link?t={token}")
    typer.echo("Ctrl-C stops map and desk, hotspots db stop the database.")
    run_servers(
        [
            (PUBLIC_SERVER, keys_of_map, server_options(host=settings.host, port=port, workers=1)),
            (DESK_SERVER, keys_of_desk, server_options(host=LOOPBACK[0], port=desk_port, workers=1)),
        ]
    )


@contextmanager
def _step(number: int, title: str) -> Iterator[Callable[[str], None]]:
    """Print one line for a step, with what it did and how long it took."""
    began = time.monotonic()
    words: list[str] = []
    yield words.append
    typer.echo(f"{number}/{STEPS} {title:<9} {'; '.join(words)} ({time.monotonic() - began:.1f} s)")
