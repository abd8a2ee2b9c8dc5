"""Problems: opened, analysed, acted on, assessed, closed with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hotspots.domain.act.action import PROBLEM_STATES, PROBLEM_STEPS, ProblemState, checked_person
from hotspots.domain.act.free_text import checked_needed, checked_text
from hotspots.errors import InputError
from hotspots.pipeline.act.history import note
from hotspots.store.server.connection import Connection
from hotspots.store.staff import actions as store


def open_problem(
    connection: Connection,
    *,
    title: str,
    statement: str,
    owner: str,
    partners: Sequence[str],
    due: date | None,
    person: str,
) -> int:
    """Open a problem; return its number. Raises InputError where a text seems to name a person."""
    problem_id = store.add_problem(
        connection,
        title=checked_needed(title, field="--title", longest=120),
        statement=checked_text(statement, field="--statement"),
        owner=checked_person(owner),
        partners=[checked_needed(partner, field="--partner", longest=60) for partner in partners],
        due=due,
        person=checked_person(person),
    )
    note(connection, "problem", problem_id, person, "open")
    return problem_id


def move_problem(connection: Connection, problem_id: int, to: str, *, person: str, reason: str | None = None) -> None:
    """Bring a problem to its next state; closing needs a reason, or that every action of it was judged. Raises InputError."""
    problem = store.read_problem(connection, problem_id)
    if to not in PROBLEM_STATES:
        raise InputError(f"{to[:20]!r} is not one of {', '.join(PROBLEM_STATES)}.")
    state: ProblemState = to  # pyright: ignore[reportAssignmentType]
    if state not in PROBLEM_STEPS[problem.state]:
        may = " or ".join(PROBLEM_STEPS[problem.state]) or "nothing"
        raise InputError(f"Problem {problem_id} is {problem.state}: from there it goes to {may}, not to {to}.")
    words = None
    if state == "closed":
        actions = store.read_actions(connection, problem_id=problem_id)
        judged = bool(actions) and all(one.state in ("assessed", "published", "abandoned") for one in actions)
        words = checked_needed(reason or ("judged" if judged else ""), field="--reason")
    store.move_problem(connection, problem_id, state, reason=words)
    note(connection, "problem", problem_id, person, state, words)
