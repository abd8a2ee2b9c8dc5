"""``hotspots status``: what is loaded and published, and how fresh it is."""

import json
from typing import Annotated, Any

import typer


def register(app: typer.Typer) -> None:
    """Add the command ``status``."""
    app.command(name="status")(status_command)


def status_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    silences: Annotated[
        bool, typer.Option("--silences", help="Look for days on which a single area or type has hardly any incidents.")
    ] = False,
) -> None:
    """Show freshness, vintages and counts that add up.

    Example: hotspots status --json

    Example: hotspots status --silences
    """
    from dataclasses import asdict

    from hotspots.cli.session import begin_session
    from hotspots.errors import DatabaseError
    from hotspots.store.ledger.status import read_status
    from hotspots.store.server.connection import open_owner
    from hotspots.store.server.migrate import missing_migrations

    database = open_owner(begin_session())
    if missing := missing_migrations(database):
        raise DatabaseError(f"The database lacks {len(missing)} migrations of this version. Run `hotspots db migrate`.")
    with database.connect() as connection:
        status = read_status(connection)
        if silences:
            from hotspots.pipeline.publish.silences import look_for_silences

            found = look_for_silences(connection)
            status["silences"] = [asdict(one) | {"words": one.words} for one in found]
    if as_json:
        typer.echo(json.dumps(status, indent=2, default=str, ensure_ascii=False))
    else:
        for line in _lines(status):
            typer.echo(line)


def _lines(status: dict[str, Any]) -> list[str]:
    if status["city"] is None:
        return ["Nothing is loaded yet. Run `hotspots load CITY.toml --data DIR`."]
    incidents, deliveries, published = status["incidents"], status["deliveries"], status["published"]
    lines = [
        f"{status['city']['name']}",
        f"  incidents     {incidents['current']:>12,}  from {incidents['first_day']} to {incidents['last_day']}",
        f"    in the study area {incidents['inside']:,} + outside {incidents['outside']:,}"
        f" + without location {incidents['without_location']:,}"
        + (f" + study area not loaded {incidents['unplaced']:,}" if incidents["unplaced"] else ""),
        f"  versions      {incidents['versions']:>12,}  = current {incidents['current']:,} + superseded {incidents['superseded']:,}"
        f" + withdrawn {incidents['withdrawn']:,}",
        f"  records read  {deliveries['read']:>12,}  = new {deliveries['new']:,} + changed {deliveries['changed']:,}"
        f" + unchanged {deliveries['unchanged']:,} + withdrawn {deliveries['withdrawn']:,} + rejected {deliveries['rejected']:,}",
        f"  deliveries    {deliveries['deliveries']:>12,}  newest known on {deliveries['known_on']}",
    ]
    if published is None:
        lines.append("  published              no  Run `hotspots publish`.")
    else:
        lines.append(
            f"  published     {published['incidents']:>12,}  up to {published['newest_day']}, known on {published['known_on']}"
            f" (vintage {published['vintage_id']})"
        )
        lines += [f"    no data {gap}" for gap in published["gaps"]]
    lines += [
        f"  {one['kind']:<14}{one['records']:>12,}  from {one['first_day']} to {one['last_day']}, beside the incidents"
        for one in status["record_kinds"]
    ]
    lines += [_feed_line(feed) for feed in status["feeds"]]
    if "silences" in status:
        lines += [f"  look at this: {one['words']}" for one in status["silences"]] or [
            "  no silence of one area or type"
        ]
    return lines + [
        f"  {dataset['dataset']}: {dataset['file']}, known on {dataset['known_on']}" for dataset in status["datasets"]
    ]


def _feed_line(feed: dict[str, Any]) -> str:
    """When a feed last answered, and what stands against it since."""
    success, new = feed["last_success"], feed["last_new"]
    said = f"last answered {success:%Y-%m-%d %H:%M %Z}" if success else "has never answered"
    if new:
        said += f", last brought records {new:%Y-%m-%d}" + (f" ({feed['rows']:,})" if feed["rows"] is not None else "")
    if feed["failures"]:
        said += f"; {feed['failures']} failed since: {feed['failure']}"
    return f"  feed {feed['feed']}: {said}"
