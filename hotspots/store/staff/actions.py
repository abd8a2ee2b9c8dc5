"""Problems, actions, designs and effects, as stored in `desk`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from hotspots.domain.act.action import Action, ProblemState
from hotspots.errors import NotFoundError
from hotspots.store.server.connection import Connection
from hotspots.store.sql.files import load_queries


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


def note_change(
    connection: Connection, thing: str, thing_id: int, *, person: str, verb: str, note: str | None = None
) -> None:
    """Add a line to the history of a problem, action or plan."""
    _queries().note_change(connection, thing=thing, thing_id=thing_id, person=person, verb=verb, note=note)


def read_changes(connection: Connection, thing: str, thing_id: int) -> list[tuple[datetime, str, str, str | None]]:
    """The history of a problem, action or plan."""
    return list(_queries().read_changes(connection, thing=thing, thing_id=thing_id))


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
