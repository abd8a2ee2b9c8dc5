"""``hotspots action``: propose, agree (which freezes the design), do, judge once, sign, publish."""

from datetime import datetime
from typing import Annotated, Any

import typer

from hotspots.cli.act import action_reading
from hotspots.cli.act.action_reading import Number, design_words, print_effect
from hotspots.cli.act.person import Person, acting
from hotspots.domain.act.plan import TAKEN_BACK_REASONS
from hotspots.domain.city_clock import today

action_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Draw = Annotated[
    bool,
    typer.Option(
        "--draw",
        help="The boxes are candidates: pair them and draw by lot which of each pair is treated; the others wait.",
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of the draw.")]
WithoutComparison = Annotated[
    str | None,
    typer.Option(help="Why to agree although no similar places exist: the action is then not judged by itself."),
]


def register(app: typer.Typer) -> None:
    """Add the command group ``action``."""
    action_reading.register(action_app)
    app.add_typer(action_app, name="action", help="Actions: each is agreed with a frozen design and judged once.")


@action_app.command()
def propose(
    person: Person,
    title: Annotated[str, typer.Option(help="A short title.")],
    remedy: Annotated[str, typer.Option(help="Name of a remedy: hotspots remedies.")],
    crime_type: Annotated[
        list[str], typer.Option("--crime-type", help="Outcome it is judged by; repeat it for several together.")
    ],
    start: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    end: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The day after the last.")],
    box: Annotated[list[str] | None, typer.Option(help="Code of a box of 250 m; repeat it for several.")] = None,
    worst: Annotated[
        int, typer.Option(help="Take this many boxes: those with most expected incidents, 250 m apart.")
    ] = 0,
    problem: Annotated[int | None, typer.Option(help="Number of the problem it belongs to.")] = None,
    owner: Annotated[str | None, typer.Option(help="Account that owns it. [default: whoever proposes it]")] = None,
    chosen_from: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="First day of the window that the boxes were chosen on. [default: a year before]"
        ),
    ] = None,
    patrol: Annotated[
        bool, typer.Option("--patrol", help="Mark it as patrol: the public sees it four weeks later.")
    ] = False,
    cost: Annotated[float | None, typer.Option(help="What it costs, in the city's money.")] = None,
) -> None:
    """Propose an action at boxes, judged by the incidents of some crime types.

    Example: hotspots action propose --as coordinator1 --title "Repair lights" --remedy street_lighting --crime-type robbery
    --worst 10 --from 2018-03-01 --to 2018-05-24
    """
    from hotspots.pipeline.act.actions import Proposal
    from hotspots.pipeline.act.actions import propose as propose_action
    from hotspots.pipeline.act.overlaps import overlaps

    proposal = Proposal(
        title=title, remedy=remedy, owner=owner or person, crime_types=tuple(dict.fromkeys(crime_type)),
        starts_on=start.date(), ends_on=end.date(), boxes=tuple(box or ()), worst=worst, problem_id=problem,
        chosen_from=chosen_from.date() if chosen_from else None, patrol=patrol, cost=cost,
    )  # fmt: skip
    with acting(person, "problem.write") as (connection, settings):
        number = propose_action(connection, proposal, person=person, home=settings.home)
        warnings = overlaps(connection, number)
    typer.echo(f"Action {number} is proposed.")
    for warning in warnings:
        typer.echo(f"  Warning: {warning}")


@action_app.command()
def agree(
    action: Number, person: Person, draw: Draw = False, seed: Seed = 0, without_comparison: WithoutComparison = None
) -> None:
    """Agree to an action: its design is computed, shown and frozen.

    Example: hotspots action agree 1 --as coordinator1
    """
    _freeze(action, person, draw=draw, seed=seed, without_comparison=without_comparison, why=None)


@action_app.command()
def redesign(
    action: Number,
    person: Person,
    why: Annotated[str, typer.Option(help="Why the design changes; both versions stay visible.")],
    draw: Draw = False,
    seed: Seed = 0,
    without_comparison: WithoutComparison = None,
) -> None:
    """Freeze a further version of the design of an agreed action.

    Example: hotspots action redesign 1 --as coordinator1 --why "a newer forecast"
    """
    _freeze(action, person, draw=draw, seed=seed, without_comparison=without_comparison, why=why)


@action_app.command()
def start(action: Number, person: Person) -> None:
    """Say that an agreed action is under way.

    Example: hotspots action start 1 --as coordinator1
    """
    _move(action, "under way", person)


@action_app.command()
def done(action: Number, person: Person) -> None:
    """Say that an action is done.

    Example: hotspots action done 1 --as coordinator1
    """
    _move(action, "done", person)


@action_app.command()
def abandon(action: Number, person: Person, reason: Annotated[str, typer.Option(help="Why it is abandoned.")]) -> None:
    """Abandon an action; it stays in the record.

    Example: hotspots action abandon 1 --as coordinator1 --reason "no money"
    """
    _move(action, "abandoned", person, reason)


@action_app.command()
def dose(
    action: Number,
    person: Person,
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of delivery.")],
    amount: Annotated[float, typer.Option(help="How much was delivered.")],
    unit: Annotated[str, typer.Option(help="Of what, such as 'lights repaired'.")],
) -> None:
    """Enter what was delivered on a day.

    Example: hotspots action dose 1 --as coordinator1 --day 2018-03-09 --amount 4 --unit "lights repaired"
    """
    from hotspots.pipeline.act.actions import enter_dose

    with acting(person, "problem.write") as (connection, _):
        enter_dose(connection, action, day=day.date(), amount=amount, unit=unit, person=person)
    typer.echo("Entered.")


@action_app.command(name="take-back")
def take_back(
    action: Number,
    person: Person,
    entry: Annotated[int, typer.Option(help="Number of the entry: hotspots action show lists them.")],
    why: Annotated[str, typer.Option(help=", ".join(TAKEN_BACK_REASONS) + ".")],
) -> None:
    """Take an entry of what was delivered back: it counts no more, and the record keeps both.

    Example: hotspots action take-back 1 --as coordinator1 --entry 2 --why "wrong figure or time"
    """
    from hotspots.pipeline.act.actions import take_back_dose

    with acting(person, "problem.write") as (connection, _):
        take_back_dose(connection, action, entry, why=why, person=person)
    typer.echo(f"Entry {entry} of action {action} is taken back.")


@action_app.command()
def judge(action: Number, person: Person) -> None:
    """Judge a finished action: once, by its frozen design, when its period is complete.

    Example: hotspots action judge 1 --as analyst1
    """
    from hotspots.pipeline.act.actions import judge as judge_action

    with acting(person, "effect.sign") as (connection, _):
        judged = judge_action(connection, action, person=person)
    result = judged.result
    typer.echo(judged.sentence)
    print_effect(result)
    if judged.after_the_fact:
        typer.echo("  The design was made after the fact: this cannot be published as an effect.")


@action_app.command()
def sign(action: Number, person: Person) -> None:
    """Sign the evaluation of an action for publication; it takes two persons.

    Example: hotspots action sign 1 --as analyst1
    """
    from hotspots.pipeline.act.actions import sign as sign_action

    with acting(person, "effect.sign") as (connection, _):
        signers = sign_action(connection, action, person=person)
    typer.echo(f"Signed by {', '.join(signers)}.")


@action_app.command()
def publish(action: Number, person: Person) -> None:
    """Publish an effect that two persons signed, whatever it says.

    Example: hotspots action publish 1 --as analyst1
    """
    from hotspots.pipeline.act.actions import publish as publish_action

    with acting(person, "effect.sign") as (connection, _):
        publish_action(connection, action, person=person)
    typer.echo(f"The effect of action {action} is published.")


def _freeze(action: int, person: str, **choices: Any) -> None:
    from hotspots.pipeline.act.actions import freeze_design
    from hotspots.pipeline.act.overlaps import overlaps
    from hotspots.store.staff.at_risk import read_city

    with acting(person, "design.freeze") as (connection, _):
        day = today(read_city(connection).timezone)
        design = freeze_design(connection, action, person=person, today=day, **choices)
        warnings = overlaps(connection, action)
    typer.echo(design_words(design))
    for warning in warnings:
        typer.echo(f"  Warning: {warning}")


def _move(action: int, to: Any, person: str, reason: str | None = None) -> None:
    from hotspots.pipeline.act.actions import move

    with acting(person, "problem.write") as (connection, _):
        move(connection, action, to, person=person, reason=reason)
    typer.echo(f"Action {action} is {to}.")
