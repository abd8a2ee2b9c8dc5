"""``hotspots plan``: patrol plans as trials, from draft to judgement."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hotspots.cli.act.person import Person, acting, opened
from hotspots.cli.act.places import kind_and_code
from hotspots.domain.act.plan import TAKEN_BACK_REASONS
from hotspots.domain.city_clock import now, today

plan_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Number = Annotated[int, typer.Argument(help="Number of the plan.")]
Day = Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="Day; after midnight the evening's.")]
Box = Annotated[str, typer.Option("--box", help="Letter of the box.")]


def register(app: typer.Typer) -> None:
    """Add the command group ``plan``."""
    from hotspots.cli.act import beats

    beats.register(plan_app)
    app.add_typer(plan_app, name="plan", help="Patrol plans: boxes ON and OFF by weeks, drawn by lot.")


@plan_app.command()
def make(
    person: Person,
    title: Annotated[str, typer.Option(help="A short title.")],
    tactic: Annotated[str, typer.Option(help="Name of a remedy: hotspots remedies.")],
    crime_type: Annotated[
        list[str], typer.Option("--crime-type", help="Outcome it is judged by; repeat it for several together.")
    ],
    hours: Annotated[
        str, typer.Option(help="The shift, such as 18-02, or its name, such as night; only its hours count.")
    ],
    units: Annotated[int, typer.Option(help="Cars or pairs on foot.")],
    minutes: Annotated[int, typer.Option(help="Minutes of each in a shift.")],
    start: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    boxes: Annotated[int, typer.Option(help="How many boxes.")] = 20,
    weeks: Annotated[int, typer.Option(help="How many weeks, 12 at most.")] = 12,
    on_share: Annotated[
        float, typer.Option(help="Share of box-weeks that are ON: 0.5 is a trial, 0.8 keeps learning.")
    ] = 0.5,
    no_hold_out: Annotated[str | None, typer.Option(help="Why nothing is held out; needed with --on-share 1.")] = None,
    area: Annotated[
        str | None, typer.Option(help="Kind and code of an area, such as district:18. [default: the whole city]")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
) -> None:
    """Draft a plan: choose boxes, draw ON and OFF, say what it can detect and what holding out costs.

    Example: hotspots plan make --as analyst1 --title "Evening visits" --tactic short_random_visits --crime-type robbery
    --hours 18-02 --units 2 --minutes 90 --from 2018-03-01
    """
    from hotspots.pipeline.act.overlaps import overlaps
    from hotspots.pipeline.act.plans import PlanRequest, draft

    request = PlanRequest(
        title=title, tactic=tactic, crime_types=tuple(dict.fromkeys(crime_type)), hours=hours, units=units, minutes=minutes,
        starts_on=start.date(), n_boxes=boxes, n_blocks=weeks, on_share=on_share, no_hold_out_reason=no_hold_out,
        area=kind_and_code(area), seed=seed,
    )  # fmt: skip
    with acting(person, "plan.draft") as (connection, settings):
        number, outlook = draft(connection, request, person=person, home=settings.home)
        warnings = overlaps(connection, number, kind="plan")
    typer.echo(f"Plan {number} is a draft.")
    for warning in warnings:
        typer.echo(f"  Warning: {warning}")
    for line in outlook.words:
        typer.echo(f"  {line}")


@plan_app.command()
def approve(plan: Number, person: Person) -> None:
    """Approve a draft that another person drew up; its design is frozen.

    Example: hotspots plan approve 1 --as commander1
    """
    from hotspots.pipeline.act.plans import approve as approve_plan
    from hotspots.store.staff.at_risk import read_city

    with acting_on(plan, person, "plan.approve") as (connection, _):
        design = approve_plan(connection, plan, person=person, today=today(read_city(connection).timezone))
    late = " The design was made after the fact: no effect can be published." if design.after_the_fact else ""
    typer.echo(f"Plan {plan} is approved; judged on {design.judgement_day}.{late}")


@plan_app.command()
def sheet(
    plan: Number, day: Day, out: Annotated[Path, typer.Option(help="PDF to write: the sheet and pocket cards.")]
) -> None:
    """Write the sheet of a shift and its pocket cards. Boxes that are OFF stand on neither.

    Example: hotspots plan sheet 1 --day 2018-03-02 --out tonight.pdf
    """
    from hotspots.pipeline.act.plan_sheet import plan_sheet
    from hotspots.pipeline.output_file import check_output, write_whole

    check_output(out, option="--out", endings=[".pdf"])
    with opened() as (connection, _):
        content = plan_sheet(connection, plan, day=day.date())
    write_whole(out, content, option="--out")
    typer.echo(f"Written to {out}.")


@plan_app.command()
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


@plan_app.command()
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


@plan_app.command(name="take-back")
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


@plan_app.command()
def add(plan: Number, person: Person, box: Box, day: Day, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """Add a box that is OFF for a day; it is analysed as drawn.

    Example: hotspots plan add 1 --as analyst1 --box C --day 2018-03-02 --reason "concert"
    """
    _change(plan, person, box, day, "added", reason)


@plan_app.command()
def suppress(
    plan: Number, person: Person, box: Box, day: Day, reason: Annotated[str, typer.Option(help="Why.")]
) -> None:
    """Suppress a box that is ON for a day; it is analysed as drawn.

    Example: hotspots plan suppress 1 --as commander1 --box A --day 2018-03-02 --reason "street closed"
    """
    _change(plan, person, box, day, "suppressed", reason)


@plan_app.command()
def status(plan: Number) -> None:
    """Show planned against delivered by box, with reasons, and whose streets are visited; never by unit.

    Example: hotspots plan status 1
    """
    from hotspots.pipeline.act.plan_exposure import exposure_words, plan_exposure
    from hotspots.store.staff import plans as store
    from hotspots.store.staff.at_risk import read_city

    with opened() as (connection, _):
        one = store.read_plan(connection, plan)
        exposed = plan_exposure(connection, one, until=min(today(read_city(connection).timezone), one.ends_on))
        given = store.read_delivery(connection, plan, until=min(today(read_city(connection).timezone), one.ends_on))
    typer.echo(f"{one.title}: {one.state}, {one.starts_on} to {one.ends_on}, shift {one.hours}")
    typer.echo(f"Visits made {sum(box.visits for box in given)} of {sum(box.planned for box in given)} planned so far")
    for box in given:
        reasons = "".join(f", {reason} {n}" for reason, n in sorted(box.missed.items()))
        off = f", {box.off_visits} on OFF days" if box.off_visits else ""
        typer.echo(f"  {box.letter}  {box.visits} of {box.planned}, {box.minutes} minutes{off}{reasons}")
    for line in exposure_words(exposed):
        typer.echo(line)


@plan_app.command()
def close(
    plan: Number, person: Person, reason: Annotated[str, typer.Option(help="Why it ends.")] = "ran its weeks"
) -> None:
    """Close a plan.

    Example: hotspots plan close 1 --as commander1
    """
    from hotspots.pipeline.act.visits import close as close_plan

    with acting_on(plan, person, "plan.approve") as (connection, _):
        close_plan(connection, plan, reason=reason, person=person)
    typer.echo(f"Plan {plan} is closed.")


@plan_app.command()
def judge(plan: Number, person: Person) -> None:
    """Judge a closed plan by its draw: once, when its period is complete. All judged plans of its tactic are read together.

    Example: hotspots plan judge 1 --as analyst1
    """
    from hotspots.domain.act.effect_words import bounds_words
    from hotspots.pipeline.act.plans import judge as judge_plan

    with acting_on(plan, person, "effect.sign") as (connection, _):
        sentence, result = judge_plan(connection, plan, person=person)
    pooled = result["pooled"]
    if pooled:
        interval = bounds_words(pooled["low"], pooled["high"])
        typer.echo(f"{pooled['plans']} plans of this tactic together: ratio {pooled['ratio']:.2f} ({interval}).")
    if "ratio" in result:
        typer.echo(
            f"This plan: ratio {result['ratio']:.2f}, {result['level']:.0%} interval {bounds_words(result['low'], result['high'])}."
        )
    typer.echo(sentence)


@plan_app.command()
def sign(plan: Number, person: Person) -> None:
    """Sign the evaluation of a plan for publication; it takes two persons.

    Example: hotspots plan sign 1 --as analyst1
    """
    from hotspots.pipeline.act.plans import sign as sign_plan

    with acting_on(plan, person, "effect.sign") as (connection, _):
        signers = sign_plan(connection, plan, person=person)
    typer.echo(f"Signed by {', '.join(signers)}.")


@plan_app.command()
def publish(plan: Number, person: Person) -> None:
    """Publish the effect of a plan that two persons signed, whatever it says.

    Example: hotspots plan publish 1 --as commander1
    """
    from hotspots.pipeline.act.plans import publish as publish_plan

    with acting_on(plan, person, "effect.sign") as (connection, _):
        publish_plan(connection, plan, person=person)
    typer.echo(f"The effect of plan {plan} is published; the public sees it four weeks after its last day.")


@plan_app.command(name="list")
def list_command() -> None:
    """List the plans.

    Example: hotspots plan list
    """
    from hotspots.store.staff.plans import read_plans

    with opened() as (connection, _):
        plans = read_plans(connection)
    for one in plans:
        typer.echo(
            f"{one.plan_id}  {one.title} ({one.tactic}): {one.state}, {one.starts_on} to {one.ends_on}, shift {one.hours}"
        )
    if not plans:
        typer.echo("There is no plan yet: hotspots plan make --help")


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
