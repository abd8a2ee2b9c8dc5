"""``hotspots db``: start, stop, look at and migrate the database."""

import json
from typing import Annotated

import typer

database_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the command group ``db``."""
    app.add_typer(database_app, name="db", help="Start, stop and migrate the database.")


@database_app.command()
def start() -> None:
    """Start the embedded database, and make it where there is none.

    Example: HOTSPOTS_HOME=/srv/springfield hotspots db start
    """
    from hotspots.cli.session import begin_session
    from hotspots.store.server.connection import embedded_database

    settings = begin_session()
    if _is_elsewhere(settings.database_url is not None):
        return
    embedded_database(settings).start()
    typer.echo(f"The database in {settings.home} is running.")


@database_app.command()
def stop() -> None:
    """Stop the embedded database; its data stay.

    Example: hotspots db stop
    """
    from hotspots.cli.session import begin_session
    from hotspots.store.server.connection import embedded_database

    settings = begin_session()
    if _is_elsewhere(settings.database_url is not None):
        return
    was_running = embedded_database(settings).stop()
    typer.echo(f"The database in {settings.home} {'is stopped' if was_running else 'was not running'}.")


@database_app.command()
def migrate() -> None:
    """Bring the database to this version: schema, roles and what they may read. Starts it where needed.

    Example: hotspots db migrate
    """
    from hotspots.cli.session import begin_session
    from hotspots.store.server.connection import open_owner
    from hotspots.store.server.migrate import migrate as apply_missing
    from hotspots.store.server.roles import create_roles

    settings = begin_session()
    owner = open_owner(settings)
    applied = apply_missing(owner)
    create_roles(owner, settings=settings)
    typer.echo(f"Migrations applied: {', '.join(applied)}." if applied else "The database is up to date.")


@database_app.command()
def upgrade(
    anew: Annotated[
        bool,
        typer.Option("--anew", help="Rebuild even if the version stays the same, to free the space of deleted rows."),
    ] = False,
) -> None:
    """Move the embedded database to the newest installed PostgreSQL with PostGIS; install it first, and keep the old one.

    Readers go on until the last seconds; writers wait. Rows, roles and publications are compared. Where anything differs, or the
    command is killed, the database is as it was. The old one is kept beside the new one.

    Example: hotspots db upgrade
    """
    from hotspots.cli.session import begin_session
    from hotspots.pipeline.upgrade import upgrade as move
    from hotspots.store.server.binaries import find_binaries

    settings = begin_session()
    done = move(settings, anew=anew)
    if done is None:
        version = find_binaries(bin_folder=settings.postgres_bin).version
        typer.echo(
            f"The database is of PostgreSQL {version}, the newest with PostGIS here. Install a newer one first, or say --anew."
        )
        return
    typer.echo(
        f"The database was of PostgreSQL {done.was} and is of {done.now}: {done.rows:,} rows of {done.tables} tables are the same."
    )
    typer.echo(f"  the old one is kept in {done.kept}: remove the folder when all is well")
    if done.own_settings:
        typer.echo(f"  settings of your own (alter system) were not taken along: {done.kept / 'postgresql.auto.conf'}")


@database_app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say where the database is, whether it runs, and which migrations it lacks. Starts nothing.

    Exit code 0 where it runs and is up to date, else 1.

    Example: hotspots db status --json
    """
    from hotspots.cli.session import begin_session
    from hotspots.store.server.connection import embedded_database, open_owner
    from hotspots.store.server.migrate import missing_migrations

    settings = begin_session()
    embedded = settings.database_url is None
    is_running = embedded_database(settings).is_running() if embedded else True
    missing = missing_migrations(open_owner(settings)) if is_running else None
    if as_json:
        where = str(settings.home) if embedded else "HOTSPOTS_DATABASE_URL"
        typer.echo(json.dumps({"database": where, "running": is_running, "missing_migrations": missing}))
    else:
        where = f"in {settings.home}" if embedded else "at HOTSPOTS_DATABASE_URL"
        typer.echo(f"The database {where} {'is running' if is_running else 'is not running: hotspots db start'}.")
        if missing is not None:
            lacks = f"It lacks {len(missing)} migrations: hotspots db migrate" if missing else "It is up to date."
            typer.echo(lacks)
    raise typer.Exit(0 if is_running and not missing else 1)


def _is_elsewhere(given: bool) -> bool:
    if given:
        typer.echo("HOTSPOTS_DATABASE_URL names a server, which is started and stopped by its own administrator.")
    return given
