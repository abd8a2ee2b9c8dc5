"""``hotspots plan log`` and its like: what of a plan was visited, missed, added and left out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hotspots.cli.act.person import Person, acting
from hotspots.domain.act.plan import TAKEN_BACK_REASONS
from hotspots.domain.city_clock import now

Number = Annotated[int, typer.Argument(help="Number of the plan.")]


Day = Annotated[
    datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="Day of the visit; after midnight, the day before.")
]


Box = Annotated[str, typer.Option("--box", help="Letter of the box.")]


def register(plan_app: typer.Typer) -> None:
    """Add the commands of visits to ``plan``."""
    for command in (log, missed, add, suppress):
        plan_app.command()(command)
    plan_app.command(name="take-back")(take_back)


def log(
    plan: Number,
    person: Person,
    box: Annotated[str | None, typer.Option("--box", help="Letter of the box.")] = None,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], help="When the visit began.")
    ] = None,
    minutes: Annotated[int, typer.Option(help="How long it lasted.")] = 15,
    positions: Annotated[
        Path | None, typer.Option(help="CSV of vehicle positions: unit, time, longitude, latitude.")
    ] = None,
) -> None:
    """Log a visit, or all stays in boxes from a file of vehicle positions.

    Example: hotspots plan log 1 --as sergeant1 --box A --at 2018-03-02T18:20

    Example: hotspots plan log 1 --as analyst1 --positions positions.csv
    """
    from hotspots.domain.act.plan import Visit
    from hotspots.errors import InputError
    from hotspots.pipeline.act.visits import box_of_letter, log_visits, visits_of_positions
    from hotspots.store.staff.at_risk import read_city

    if positions is not None and (box or at):
        raise InputError("Give --box and --at, or --positions, not both.")
    with acting_on(plan, person, "visits.log") as (connection, _):
        if positions is not None:
            visits = visits_of_positions(connection, plan, positions)
        elif box is not None and at is not None:
            visits = [Visit(box_of_letter(connection, plan, box).box_no, at, minutes)]
        else:
            raise InputError("Give --box and --at, or --positions.")
        new = log_visits(
            connection, plan, visits, source="positions" if positions else "ticks", person=person, now=now(read_city(connection).timezone),
        )  # fmt: skip
    typer.echo(f"{new} new visits, {len(visits) - new} known already.")


def missed(
    plan: Number,
    person: Person,
    box: Box,
    day: Day,
    reason: Annotated[str, typer.Option(help="calls, no car, event, weather or decided otherwise.")],
    visits: Annotated[int, typer.Option(help="How many.")] = 1,
) -> None:
    """Say why planned visits were not made.

    Example: hotspots plan missed 1 --as sergeant1 --box A --day 2018-03-02 --reason calls
    """
    from hotspots.pipeline.act.visits import enter_missed

    with acting_on(plan, person, "visits.log") as (connection, _):
        enter_missed(connection, plan, letters=box, day=day.date(), visits=visits, reason=reason, person=person)
    typer.echo("Entered.")


def take_back(
    plan: Number,
    person: Person,
    day: Day,
    why: Annotated[str, typer.Option(help=", ".join(TAKEN_BACK_REASONS) + ".")],
    entry: Annotated[
        list[str] | None,
        typer.Option("--entry", help="Name of an entry; repeat it. Without one the entries are listed."),
    ] = None,
) -> None:
    """Take entries of a day back: they count no more, and the record keeps both.

    Example: hotspots plan take-back 1 --as sergeant1 --day 2018-03-02 --why "entered twice"

    Example: hotspots plan take-back 1 --as sergeant1 --day 2018-03-02 --entry "A 2018-03-02T18:20:00 ticks" --why "entered twice"
    """
    from hotspots.pipeline.act.visits import shift_entries
    from hotspots.pipeline.act.visits import take_back as take_entries_back
    from hotspots.store.staff.plans import read_plan

    with acting_on(plan, person, "visits.log") as (connection, _):
        taken = take_entries_back(connection, plan, day.date(), entry or (), why=why, person=person)
        entries = shift_entries(connection, read_plan(connection, plan), day.date())
    typer.echo(f"{len(taken)} entries are taken back.")
    for one in entries:
        typer.echo(f"  {one.name}: {one.words}{f' (taken back by {one.by}: {one.why})' if one.why else ''}")


def add(plan: Number, person: Person, box: Box, day: Day, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """Add a box that is OFF for a day; it is analysed as drawn.

    Example: hotspots plan add 1 --as analyst1 --box C --day 2018-03-02 --reason "concert"
    """
    _change(plan, person, box, day, "added", reason)


def suppress(
    plan: Number, person: Person, box: Box, day: Day, reason: Annotated[str, typer.Option(help="Why.")]
) -> None:
    """Suppress a box that is ON for a day; it is analysed as drawn.

    Example: hotspots plan suppress 1 --as commander1 --box A --day 2018-03-02 --reason "street closed"
    """
    _change(plan, person, box, day, "suppressed", reason)


@contextmanager
def acting_on(plan: int, person: str, needs: Any) -> Iterator[tuple[Any, Any]]:
    """Act for an account on a plan of its own ground. Raises NotFoundError in the same words where there is none."""
    from hotspots.store.staff.accounts import read_ground
    from hotspots.store.staff.plans import read_plan

    with acting(person, needs) as (connection, settings):
        read_plan(connection, plan, areas=read_ground(connection, person))
        yield connection, settings


def _change(plan: int, person: str, box: str, day: datetime, kind: str, reason: str) -> None:
    from hotspots.pipeline.act.visits import change_box

    # Whoever sends cars sees no OFF box, so an analyst adds one; suppressing one on the own sheet is a commander's too.
    with acting_on(plan, person, "plan.draft" if kind == "added" else "visits.log") as (connection, _):
        change_box(connection, plan, letters=box, day=day.date(), kind=kind, reason=reason, person=person)
    typer.echo(f"Box {box.upper()} is {kind} on {day.date()}. It is analysed as drawn.")
