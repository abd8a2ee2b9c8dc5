"""``hotspots audit``: seal each day of the audit, and look whether a sealed day was changed."""

from __future__ import annotations

import typer

EXIT_BROKEN = 1


def register(app: typer.Typer) -> None:
    """Add the command group ``audit``."""
    group = typer.Typer(help="Seal the audit, and look whether a sealed day was changed.", no_args_is_help=True)
    group.command(name="seal")(seal_command)
    group.command(name="check")(check_command)
    app.add_typer(group, name="audit")


def seal_command() -> None:
    """Seal every whole day of UTC that is not sealed yet: a hash over its lines and the seal before. Run it once a day.

    Each seal is printed and sent to the system's log, where the database's owner cannot change it afterwards.

    Example: hotspots audit seal
    """
    import syslog
    from datetime import UTC, datetime

    from hotspots.cli.session import begin_session
    from hotspots.store.audit_seal import seal_days
    from hotspots.store.server.setup import prepare_database

    with prepare_database(begin_session()).connect() as connection:
        made = seal_days(connection, today=datetime.now(UTC).date())
    for one in made:
        line = f"hotspots audit {one.day} {one.lines} lines {one.hash.hex()}"
        syslog.syslog(syslog.LOG_NOTICE, line)
        typer.echo(line)
    if not made:
        typer.echo("Every whole day is sealed.", err=True)


def check_command() -> None:
    """Say whether the lines of every sealed day are those that were sealed. Exit code 1 where a day was changed.

    Compare the newest seal with the one in the system's log as well: who can change the audit can also seal it anew.

    Example: hotspots audit check
    """
    from hotspots.cli.session import begin_session
    from hotspots.store.audit_seal import broken_days
    from hotspots.store.server.setup import prepare_database

    with prepare_database(begin_session()).connect() as connection:
        sealed, broken = broken_days(connection)
    for day in broken:
        typer.echo(f"{day}: the lines are not those that were sealed")
    typer.echo(f"{sealed} days sealed, {len(broken)} changed since", err=True)
    raise typer.Exit(EXIT_BROKEN if broken else 0)
