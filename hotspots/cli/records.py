"""``hotspots records``: records beside the incidents, such as calls for service, for staff."""

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer

_DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the command ``records``."""
    app.command(name="records")(records_command)


def records_command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Kind of records, as the city file names it.")],
    area_kind: Annotated[
        str | None, typer.Option("--area-kind", help="Kind of area to count by. [default: the first]")
    ] = None,
    first_day: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day.")] = None,
    last_day: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last day, inside.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Count other records by area, such as calls for service: those of citizens and those of officers apart.

    Reads as staff, and leaves a line in the audit.

    Example: hotspots records calls --area-kind beat --from 2025-01-01 --to 2025-01-31
    """
    from hotspots.cli.session import begin_session
    from hotspots.errors import InputError
    from hotspots.sources.city_values import closest
    from hotspots.store import audit
    from hotspots.store.ledger import records as record_store
    from hotspots.store.ledger.city import read_config
    from hotspots.store.server.connection import open_staff

    database = open_staff(begin_session())
    with database.connect() as connection:
        config = read_config(connection)
        if config is None:
            raise InputError("Nothing is loaded yet. Run `hotspots load CITY.toml --data DIR`.")
        names = [one["name"] for one in config.get("record_kind", [])]
        if kind not in names:
            raise InputError(
                f"{kind!r} is no [[record_kind]] of this city{closest(kind, names)}; there are: {', '.join(names) or 'none'}."
            )
        area_kinds = list(dict.fromkeys(one["kind"] for one in config["area"]))
        by = area_kind or area_kinds[0]
        if by not in area_kinds:
            raise InputError(
                f"--area-kind {by!r} is no kind of area{closest(by, area_kinds)}; there are: {', '.join(area_kinds)}."
            )
        start = first_day.date() if first_day else None
        end = last_day.date() + timedelta(days=1) if last_day else None
        if start and end and end <= start:
            raise InputError(f"--to {last_day:%Y-%m-%d} is before --from {start}.")
        first, last, total = record_store.read_extent(connection, record_kind=kind)
        rows = record_store.count_records(connection, record_kind=kind, kind=by, start=start, end=end)
        audit.write_line(connection, "records", {"kind": kind, "area_kind": by, "from": start, "to": end})
    lines = [
        {"area": code, "name": name, "from_public": public, "from_police": police, "not_known": unknown}
        for code, name, public, police, unknown in rows
    ]
    if as_json:
        said = {"kind": kind, "first_day": first, "last_day": last, "records": total, "by_area": lines}
        typer.echo(json.dumps(said, default=str, ensure_ascii=False))
        return
    typer.echo(
        f"{total:,} records of {kind}" + (f", {first} to {last}" if first else "") + "; in no count of incidents"
    )
    typer.echo(f"{by:<24} {'citizens':>10} {'officers':>10} {'not known':>10}")
    for line in lines:
        named = "no known area" if line["area"] is None else f"{line['area']} {line['name']}"
        typer.echo(f"{named[:24]:<24} {line['from_public']:>10,} {line['from_police']:>10,} {line['not_known']:>10,}")
