"""``hotspots plan``: patrol plans as trials, from draft to judgement."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hotspots.cli.act import beats, plan_visits
from hotspots.cli.act.person import Person, acting, opened
from hotspots.cli.act.places import kind_and_code
from hotspots.cli.act.plan_visits import Day, Number, acting_on
from hotspots.domain.city_clock import today

plan_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the command group ``plan``."""
    beats.register(plan_app)
    plan_visits.register(plan_app)
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
    units: Annotated[int, typer.Option(help="How many cars, or pairs on foot.")],
    minutes: Annotated[int, typer.Option(help="Minutes that each of them spends on this in a shift.")],
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
