"""``hotspots erase``: take one incident out of everything."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command ``erase``."""
    app.command(name="erase")(erase_command)


def erase_command(
    source_id: Annotated[
        str,
        typer.Option("--source-id", help="The agency's id of the incident; the parts of a composite one joined by |."),
    ],
    reason: Annotated[str, typer.Option(help="Why, for the audit; without the id, a name or an address.")],
    rejects: Annotated[
        list[Path] | None,
        typer.Option(
            help="File that `hotspots load --rejects` wrote; repeat it for several. [default: rejects.csv in HOTSPOTS_HOME]"
        ),
    ] = None,
    record_kind: Annotated[
        str | None,
        typer.Option(
            "--record-kind", help="Erase a record of this [[record_kind]], such as a call, in place of an incident."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Purge one incident from the raw and rejected records, the ledger, rejects files and what is public, for good.

    A line in the audit keeps when, who and why, and nothing of the incident. It does not come back with a later delivery.

    Example: hotspots erase --source-id 10002447 --reason "court order of 3 March"
    """
    import json
    from dataclasses import asdict

    from hotspots.cli.session import begin_session
    from hotspots.pipeline.publish.erase import erase, erase_record
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    if record_kind is not None:
        erase_record(prepare_database(settings), record_kind=record_kind, source_id=source_id, reason=reason)
        told = f"Erased: 1 record of {record_kind}. Run `hotspots publish`, so that its month is counted without it."
        typer.echo(json.dumps({"records": 1}) if as_json else told)
        return
    files = rejects or [settings.home / "rejects.csv"]
    done = erase(prepare_database(settings), source_id=source_id, reason=reason, rejects_files=files)
    if as_json:
        typer.echo(json.dumps(asdict(done), default=str))
        return
    if done.forecasts:
        typer.echo(
            f"{done.forecasts} published forecasts had learnt from it and are gone: run `hotspots forecast` for new ones."
        )
    typer.echo(
        f"Erased: {done.versions} versions, {done.raw_records} raw records, {done.public_rows} public rows, "
        f"{done.rejects_lines} lines of rejects files. The audit keeps the reason and nothing else. "
        "Backups made before still hold it: docs/operations.md says what to do with them."
    )
