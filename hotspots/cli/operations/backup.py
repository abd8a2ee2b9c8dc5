"""``hotspots backup`` and ``hotspots restore``: the whole database as one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands ``backup`` and ``restore``."""
    app.command(name="backup")(backup_command)
    app.command(name="restore")(restore_command)


def backup_command(
    file: Annotated[Path, typer.Argument(help="File to write; a folder gets a file named by the day and time.")],
    keep: Annotated[
        int | None, typer.Option(min=1, help="How many backups to keep in the folder, the newest. [default: all]")
    ] = None,
) -> None:
    """Write the whole database into one file, as it is at one moment, while others read and write.

    The file holds true points, addresses and accounts: only its owner can read it. It appears whole or not at all.

    Example: hotspots backup springfield.backup

    Example: hotspots backup /srv/backups --keep 14
    """
    from hotspots.cli.operations.command_metrics import count_rows
    from hotspots.cli.session import begin_session
    from hotspots.errors import InputError
    from hotspots.pipeline.backup import back_up, remove_older
    from hotspots.store.server.connection import open_owner

    settings = begin_session()
    if keep is not None and not file.is_dir():
        raise InputError(f"--keep {keep} needs a folder, and {file} is a file. Name a folder, or leave --keep out.")
    written, manifest = back_up(open_owner(settings), file, bin_folder=settings.postgres_bin)
    count_rows(sum(manifest.tables.values()))
    typer.echo(
        f"Wrote {written}: {sum(manifest.tables.values()):,} rows of {len(manifest.tables)} tables, "
        f"{written.stat().st_size / 1e6:,.1f} MB."
    )
    if keep is not None:
        for old in remove_older(file, keep=keep):
            typer.echo(f"  removed {old.name}")


def restore_command(
    file: Annotated[Path, typer.Argument(help="File that `hotspots backup` wrote.")],
) -> None:
    """Restore a backup into a new HOTSPOTS_HOME, or into the empty database that HOTSPOTS_DATABASE_URL names.

    Rows, roles and publications are compared with what the backup says it holds. Where anything differs, or the command is killed,
    there is no database afterwards. An older backup is brought to this version.

    Example: HOTSPOTS_HOME=/srv/springfield hotspots restore springfield.backup
    """
    from hotspots.cli.session import begin_session
    from hotspots.store.server.restore import restore

    settings = begin_session()
    manifest, applied = restore(file, settings)
    where = "HOTSPOTS_DATABASE_URL" if settings.database_url is not None else str(settings.home)
    typer.echo(
        f"Restored into {where}: {sum(manifest.tables.values()):,} rows of {len(manifest.tables)} tables, "
        f"publications {', '.join(map(str, manifest.vintages[-3:])) or 'none'}, as of {manifest.made_at}."
    )
    if applied:
        typer.echo(f"  brought from hotspots {manifest.hotspots} to this version: {', '.join(applied)}")
