"""``hotspots problem``: from a problem to its end, with owner, partners and dates."""

from datetime import datetime
from typing import Annotated

import typer

from hotspots.cli.act.person import Person, acting, opened

problem_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Number = Annotated[int, typer.Argument(help="Number of the problem.")]


def register(app: typer.Typer) -> None:
    """Add the command group ``problem``."""
    app.add_typer(problem_app, name="problem", help="Problems: open, analysed, acting, assessed, closed.")


@problem_app.command(name="open")
def open_command(
    person: Person,
    title: Annotated[str, typer.Option(help="A short title.")],
    statement: Annotated[
        str, typer.Option(help="One sentence: what recurs, whom it harms, and what the public expects.")
    ] = "",
    owner: Annotated[str | None, typer.Option(help="Account that owns it. [default: whoever opens it]")] = None,
    partner: Annotated[
        list[str] | None, typer.Option(help="Partner, such as a department; repeat it for several.")
    ] = None,
    due: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day by which its next step is due.")
    ] = None,
) -> None:
    """Open a problem. Names of persons, plates and telephone numbers are refused.

    Example: hotspots problem open --as coordinator1 --title "Robbery at the late shop" --partner "Streets Dept"
    """
    from hotspots.pipeline.act.problems import open_problem

    with acting(person, "problem.write") as (connection, _):
        number = open_problem(
            connection, title=title, statement=statement, owner=owner or person, partners=partner or [],
            due=due.date() if due else None, person=person,
        )  # fmt: skip
    typer.echo(f"Problem {number} is open.")


@problem_app.command(name="list")
def list_command() -> None:
    """List the problems with their actions.

    Example: hotspots problem list
    """
    from hotspots.store.staff.actions import read_actions, read_problems

    with opened() as (connection, _):
        problems = [(one, read_actions(connection, problem_id=one.problem_id)) for one in read_problems(connection)]
    for problem, actions in problems:
        due = f", due {problem.due}" if problem.due else ""
        typer.echo(f"{problem.problem_id}  {problem.title}: {problem.state}, owner {problem.owner}{due}")
        for action in actions:
            typer.echo(
                f"   action {action.action_id}  {action.title}: {action.state}, {action.starts_on} to {action.ends_on}"
            )
    if not problems:
        typer.echo('There is no problem yet: hotspots problem open --as NAME --title "..."')


@problem_app.command()
def move(
    problem: Number,
    to: Annotated[str, typer.Argument(help="analysed, acting, assessed or closed.")],
    person: Person,
    reason: Annotated[str | None, typer.Option(help="Why it is closed although not every action was judged.")] = None,
) -> None:
    """Bring a problem to its next state.

    Example: hotspots problem move 1 closed --as coordinator1 --reason "moved to another district"
    """
    from hotspots.pipeline.act.problems import move_problem

    with acting(person, "problem.write") as (connection, _):
        move_problem(connection, problem, to, person=person, reason=reason)
    typer.echo(f"Problem {problem} is {to}.")


@problem_app.command()
def remind() -> None:
    """Send the reminders that are due: to each account with an address, once a week at most, how much is overdue or due, and a link.

    Example: hotspots problem remind
    """
    from hotspots.cli.act.mails import mail_round, say
    from hotspots.pipeline.act.reminders import send_reminders

    with mail_round("Reminders") as told:
        found = send_reminders(
            told.owner,
            told.post,
            today=told.today,
            sender=told.sender,
            service=told.service,
            url=told.settings.desk_url(),
        )
        say("Reminders", *found)
