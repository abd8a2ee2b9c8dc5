"""``hotspots city``: draft a city file, check it against the files, start over."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotspots.domain.city_clock import today

if TYPE_CHECKING:
    from hotspots.pipeline.load.preview import CityCheck, RowAsRead

MOST_LINES = 12  # of a list that may be long

city = typer.Typer(no_args_is_help=True, help="Draft a city file, check it against the agency's files, or start over.")


def register(app: typer.Typer) -> None:
    """Add the group ``city``."""
    app.add_typer(city, name="city")


@city.command(name="init")
def init_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="The agency's files of incidents, with files of areas and of residents where you have them."
        ),
    ],
    name: Annotated[str | None, typer.Option(help="The city's name. [default: the folder's]")] = None,
    out: Annotated[Path, typer.Option(help="City file to write; one that exists is not overwritten.")] = Path(
        "city.toml"
    ),
) -> None:
    """Draft a city file from an agency's files, with a comment at each guess.

    Example: hotspots city init crimes_2025.csv beats.geojson --name Littleton --out littleton.toml
    """
    from hotspots.errors import InputError
    from hotspots.pipeline.output_file import check_output, write_whole
    from hotspots.sources.city_file_reading import read_city_file
    from hotspots.sources.drafting.draft import draft_city
    from hotspots.sources.drafting.files import look_at_files

    check_output(out, option="--out", endings=[".toml"])
    if out.exists():
        raise InputError(f"--out {out} exists already; name another file, or move it away.")
    records, areas = look_at_files(files)
    draft = draft_city(records, areas, name=name or files[0].resolve().parent.name.replace("_", " ").title())
    write_whole(out, draft.text.encode(), option="--out")
    typer.echo(f"Drafted: {out}. Read the comments; each names a guess.")
    if draft.made_file is not None:
        made = files[0].parent / draft.made_file[0]
        if not made.exists():
            write_whole(made, draft.made_file[1].encode(), option="FILES")
        typer.echo(
            f"No file of areas was given: {made} is the rectangle of the points. Put the city's boundary in its place."
        )
    read_city_file(out)
    folder = files[0].parent
    typer.echo(f"Next: hotspots city check {out} --data {folder}")


@city.command(name="check")
def check_command(
    city_file: Annotated[str, typer.Argument(metavar="CITY.toml", help="City file, or the name of a shipped one.")],
    data: Annotated[Path, typer.Option(help="Folder with the city's files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read the files as a load would and show what became of them; writes nothing to the database.

    The exit code is 2 where a load would be refused.

    Example: hotspots city check littleton.toml --data deliveries
    """
    from hotspots.pipeline.load.preview import check_city, raise_where_refused
    from hotspots.sources.city_file_reading import find_city_file, read_city_file

    town = read_city_file(find_city_file(city_file))
    done = check_city(town, data, today=today(town.city.timezone))
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        _print(done)
    raise_where_refused(done)


def _print(done: CityCheck) -> None:
    from hotspots.cli.load_report import record_lines
    from hotspots.sources.city_values import closest

    for row in done.rows:
        _print_row(row)
    typer.echo(f"{done.records:,} records in {done.files:,} files; {done.incidents:,} of them are incidents. Of these:")
    for word, count in (
        ("placed", done.placed),
        ("inside the city", done.inside),
        ("with an hour", done.timed),
        ("with a crime type", done.typed),
    ):
        share = f"{count / done.incidents:.1%}" if done.incidents else "none"
        typer.echo(f"  {word:<18} {count:>9,}  {share}")
    for how, count in done.placed_by.most_common():
        typer.echo(f"  placed by {how:<12} {count:>5,}  {count / done.incidents:.1%} (gazetteer)")
    _print_counts("Addresses that the gazetteer does not have, or has in several places", done.unplaced_addresses)
    _print_counts("Not incidents, by reason", done.rejects)
    for kind, counts in done.unknown_codes.items():
        names = done.area_names.get(kind, {})
        near = {code: closest(code, [*names.values(), *names]).removeprefix("; ") for code in counts}
        told = {f"{code!r}" + (f"  {near[code]}" if near[code] else ""): count for code, count in counts.items()}
        _print_counts(f"Codes of {kind} that the map does not have", told)
    _print_counts(
        'Words that no crime type names; they count as "other", and are withheld unless public.other = "publish"',
        done.other,
    )
    if done.not_kept:
        typer.echo(f"Columns that the city file does not name, and that are not kept: {', '.join(done.not_kept)}")
    for counts in done.record_kinds.values():
        for line in record_lines(counts):
            typer.echo(line)
    for one in done.suspicions:
        typer.echo(f"{'Refused' if one.refuses else 'Look at this'}: {one.text}")
    if not done.suspicions:
        typer.echo("Nothing looks wrong.")


def _print_row(row: RowAsRead) -> None:
    typer.echo(f"{row.file}, line {row.line}")
    typer.echo("  as sent  " + ", ".join(f"{name} = {value!r}" for name, value in row.raw.items()))
    typer.echo(f"  as read  {row.time}; {row.point}; {row.crime_type}; {row.areas}")


def _print_counts(title: str, counts: dict[str, int]) -> None:
    if not counts:
        return
    typer.echo(f"{title} ({sum(counts.values()):,}):")
    for words, count in list(counts.items())[:MOST_LINES]:
        typer.echo(f"  {count:>9,}  {words}")
    if len(counts) > MOST_LINES:
        typer.echo(f"  and {len(counts) - MOST_LINES:,} more; --json lists all")


@city.command(name="reset")
def reset_command(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Start over: remove the city, everything loaded, published and forecast; accounts, staff's own records and the audit stay.

    Example: hotspots city reset --yes
    """
    from hotspots.cli.session import begin_session
    from hotspots.store.ledger.reset import count_all, remove_all
    from hotspots.store.server.setup import prepare_database

    database = prepare_database(begin_session())
    with database.connect() as connection:
        name, incidents = count_all(connection)
    if name is None:
        typer.echo("Nothing is loaded; there is nothing to remove.")
        return
    if not yes:
        typer.confirm(f"Remove {name} with {incidents:,} incidents from the database? The files stay.", abort=True)
    with database.connect() as connection:
        remove_all(connection)
    typer.echo(f"{name} is removed. Load a city with `hotspots load CITY.toml --data DIR`.")
