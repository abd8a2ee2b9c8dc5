"""Problems, actions, designs and effects, as stored in `desk`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from psycopg.types.json import Jsonb

from hotspots.domain.act.action import Action, Design, Method, ProblemState, Verdict
from hotspots.errors import NotFoundError
from hotspots.store.server.connection import Connection
from hotspots.store.sql.files import load_queries

NO_BOUND = 1e9


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as stored."""

    problem_id: int
    title: str
    statement: str
    owner: str
    partners: Sequence[str]
    due: date | None
    state: ProblemState
    closed_reason: str | None


@dataclass(frozen=True, slots=True)
class ActionPlace:
    """A box of an action: its code and its place on the lattice of boxes."""

    code: str
    row: int
    col: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The judgement, made once, and who signed it."""

    evaluation_id: int
    verdict: Verdict
    result: Mapping[str, Any]
    judged_by: str
    judged_at: datetime
    after_the_fact: bool
    method: Method
    signers: Sequence[str]
    published: bool


def _queries() -> Any:
    return load_queries("staff/actions")


def add_problem(
    connection: Connection,
    *,
    title: str,
    statement: str,
    owner: str,
    partners: Sequence[str],
    due: date | None,
    person: str,
) -> int:
    """Open a problem; return its number."""
    return _queries().insert_problem(
        connection, title=title, statement=statement, owner=owner, partners=list(partners), due=due, person=person
    )


def read_problem(connection: Connection, problem_id: int) -> Problem:
    """One problem. Raises NotFoundError."""
    row = _queries().read_problem(connection, problem_id=problem_id)
    if row is None:
        raise NotFoundError(f"There is no problem {problem_id}: hotspots problem list shows them.")
    return _problem(row)


def read_problems(connection: Connection) -> list[Problem]:
    """All problems, oldest first."""
    return [_problem(row) for row in _queries().read_problems(connection)]


def move_problem(connection: Connection, problem_id: int, state: ProblemState, *, reason: str | None) -> None:
    """Bring a problem to a state; `reason` only with `closed`."""
    _queries().move_problem(connection, problem_id=problem_id, state=state, reason=reason)


def add_action(
    connection: Connection, *, places: Sequence[ActionPlace], size_m: float, srid: int, **fields: Any
) -> int:
    """Store a proposed action with its boxes; return its number. `fields` are those of desk.action, and `person`."""
    action_id = _queries().insert_action(connection, **fields)
    _queries().insert_action_places(
        connection,
        action_id=action_id,
        codes=[place.code for place in places],
        rows=[place.row for place in places],
        cols=[place.col for place in places],
        size_m=size_m,
        srid=srid,
    )
    return action_id


def read_action(connection: Connection, action_id: int, *, lock: bool = False) -> Action:
    """One action, locked until the transaction ends where it is about to change. Raises NotFoundError."""
    if lock:
        _queries().lock_action(connection, action_id=action_id)
    rows = list(_queries().read_actions(connection, action_id=action_id, problem_id=None))
    if not rows:
        raise NotFoundError(f"There is no action {action_id}: hotspots action list shows them.")
    return _action(rows[0])


def read_actions(connection: Connection, *, problem_id: int | None = None) -> list[Action]:
    """All actions, or those of a problem."""
    return [_action(row) for row in _queries().read_actions(connection, action_id=None, problem_id=problem_id)]


def read_action_places(connection: Connection, action_id: int) -> list[ActionPlace]:
    """The boxes of an action, in its order."""
    return [ActionPlace(*row) for row in _queries().read_action_places(connection, action_id=action_id)]


def move_action(connection: Connection, action_id: int, state: str, *, reason: str | None = None) -> None:
    """Bring an action to a state; `reason` only with `abandoned`."""
    _queries().move_action(connection, action_id=action_id, state=state, reason=reason)


Subject = Literal["action", "plan", "problem"]


@dataclass(frozen=True, slots=True)
class Work:
    """An action, a plan or an open problem near some other; `ends_on` is the day after the last, None for a problem."""

    kind: Subject
    number: int
    title: str
    starts_on: date | None
    ends_on: date | None


def overlapping_work(
    connection: Connection,
    kind: Subject,
    number: int,
    *,
    within_m: float,
    today: date | None = None,
    point: tuple[float, float] | None = None,
) -> list[Work]:
    """Other actions, approved plans, and for a problem other open problems, near by at the same time.

    Parameters
    ----------
    today : from when on, for a problem
    point : longitude and latitude that counts as a place of the problem
    """
    lon, lat = point or (None, None)
    found = _queries().overlapping_work(
        connection, kind=kind, number=number, within_m=within_m, today=today, lon=lon, lat=lat
    )
    return [Work(*row) for row in found]


def add_dose(connection: Connection, action_id: int, *, day: date, amount: float, unit: str, person: str) -> None:
    """Enter what was delivered on a day."""
    _queries().insert_dose(connection, action_id=action_id, day=day, amount=amount, unit=unit, person=person)


def read_dose(connection: Connection, action_id: int) -> list[tuple[str, float, date, date]]:
    """Delivered in all, by unit, with first and last day."""
    return list(_queries().read_dose(connection, action_id=action_id))


@dataclass(frozen=True, slots=True)
class Dose:
    """One entry of what was delivered; `why` and `taken_back_by` where it was taken back."""

    dose_id: int
    day: date
    amount: float
    unit: str
    entered_by: str
    why: str | None
    taken_back_by: str | None


def read_doses(connection: Connection, action_id: int) -> list[Dose]:
    """Every entry of what was delivered, also what was taken back, in their order."""
    return [Dose(*row) for row in _queries().read_doses(connection, action_id=action_id)]


def take_back_dose(connection: Connection, dose_id: int, *, why: str, person: str) -> None:
    """Let an entry of what was delivered count no more."""
    _queries().take_back_dose(connection, dose_id=dose_id, why=why, person=person)


def add_design(
    connection: Connection,
    *,
    action_id: int | None = None,
    plan_id: int | None = None,
    why: str | None,
    method: Method,
    judgement_day: date,
    after_the_fact: bool,
    body: Mapping[str, Any],
    person: str,
) -> int:
    """Freeze a version of a design; return its number."""
    return _queries().insert_design(
        connection,
        action_id=action_id,
        plan_id=plan_id,
        why=why,
        method=method,
        judgement_day=judgement_day,
        after_the_fact=after_the_fact,
        body=Jsonb(dict(body)),
        person=person,
    )


def read_designs(connection: Connection, *, action_id: int | None = None, plan_id: int | None = None) -> list[Design]:
    """Every version of a design, the newest last."""
    names = (
        "design_id",
        "action_id",
        "plan_id",
        "version",
        "why",
        "method",
        "judgement_day",
        "after_the_fact",
        "body",
        "frozen_by",
        "frozen_at",
    )
    rows = _queries().read_designs(connection, action_id=action_id, plan_id=plan_id)
    return [Design(**dict(zip(names, row, strict=True))) for row in rows]


def add_evaluation(
    connection: Connection, design: Design, *, verdict: Verdict, known_on: date, result: Mapping[str, Any], person: str
) -> int:
    """Store the one look at a design; return its number."""
    return _queries().insert_evaluation(
        connection,
        design_id=design.design_id,
        after_the_fact=design.after_the_fact,
        verdict=verdict,
        known_on=known_on,
        result=Jsonb(dict(result)),
        person=person,
    )


def read_evaluation(
    connection: Connection, *, action_id: int | None = None, plan_id: int | None = None
) -> Evaluation | None:
    """The evaluation of an action or plan, if it was judged."""
    row = _queries().read_evaluation(connection, action_id=action_id, plan_id=plan_id)
    if row is None:
        return None
    number, said, result, *others = row
    return Evaluation(number, said, _bounded(result), *others)


def add_signature(connection: Connection, evaluation_id: int, *, person: str) -> None:
    """Sign an evaluation; a second signature of the same person changes nothing."""
    _queries().insert_signature(connection, evaluation_id=evaluation_id, person=person)


def publish_effect(connection: Connection, evaluation_id: int, *, first: str, second: str) -> None:
    """Store that two persons published an effect."""
    _queries().insert_published_effect(connection, evaluation_id=evaluation_id, first=first, second=second)


@dataclass(frozen=True, slots=True)
class JudgedEffect:
    """One judged action or plan of a remedy; the log ratio and its error are None where its interval has an end without a bound."""

    remedy: str
    action_id: int | None
    plan_id: int | None
    title: str
    method: Method
    verdict: Verdict
    log_ratio: float | None
    se: float | None


def read_judged_effects(connection: Connection) -> list[JudgedEffect]:
    """Everything judged by a design frozen before, null results included."""
    return [JudgedEffect(*row) for row in _queries().read_judged_effects(connection)]


def note_change(
    connection: Connection, thing: str, thing_id: int, *, person: str, verb: str, note: str | None = None
) -> None:
    """Add a line to the history of a problem, action or plan."""
    _queries().note_change(connection, thing=thing, thing_id=thing_id, person=person, verb=verb, note=note)


def read_changes(connection: Connection, thing: str, thing_id: int) -> list[tuple[datetime, str, str, str | None]]:
    """The history of a problem, action or plan."""
    return list(_queries().read_changes(connection, thing=thing, thing_id=thing_id))


def _bounded(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """A result with None for an end without a bound, which evaluations of before keep as a number."""
    pooled = result.get("pooled")
    return {
        **result,
        **({"high": None} if result.get("high") == NO_BOUND else {}),
        **({"pooled": _bounded(pooled)} if pooled else {}),
    }


def _problem(row: tuple[Any, ...]) -> Problem:
    return Problem(*row)


def _action(row: tuple[Any, ...]) -> Action:
    names = (
        "action_id",
        "problem_id",
        "title",
        "remedy",
        "owner",
        "crime_types",
        "starts_on",
        "ends_on",
        "chosen_from",
        "patrol",
        "cost",
        "state",
        "proposed_by",
    )
    fields = dict(zip(names, row, strict=True))
    return Action(**{**fields, "crime_types": tuple(fields["crime_types"])})
