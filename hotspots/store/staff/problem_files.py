"""Problems as files: words and version, places, hypotheses, and the terms of actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely

from hotspots.store.server.connection import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class ProblemFile:
    """The version of a problem, which of the four tests it meets, and who opened it."""

    version: int
    tests: Sequence[str]
    opened_by: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class ProblemPlace:
    """A saved place of a problem."""

    code: str
    name: str
    km2: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A cause as somebody thinks it, what the data say, and what would prove it wrong."""

    hypothesis_id: int
    thought: str
    said: str
    wrong_if: str
    factor: str | None
    found: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """Who does an action, and until when."""

    done_by: str
    due: date


def _queries() -> Any:
    return load_queries("staff/problem_files")


def save_problem(connection: Connection, problem_id: int, *, version: int, due: date | None, **fields: Any) -> bool:
    """Keep the words of an open problem over a version; False where somebody saved a newer one, or it is closed."""
    return bool(_queries().save_problem(connection, problem_id=problem_id, version=version, due=due, **fields))


def read_file(connection: Connection, problem_id: int) -> ProblemFile:
    """Version, tests and opener of a problem that exists."""
    return ProblemFile(*_queries().read_file(connection, problem_id=problem_id))


def add_place(connection: Connection, problem_id: int, place_id: int, *, person: str) -> None:
    """Lay a saved place into a file; twice is once."""
    _queries().add_place(connection, problem_id=problem_id, place_id=place_id, person=person)


def read_places(connection: Connection, problem_id: int) -> list[ProblemPlace]:
    """The places of a problem, in the order in which they came."""
    return [ProblemPlace(*row) for row in _queries().read_places(connection, problem_id=problem_id)]


def read_outlines(connection: Connection, problem_id: int) -> list[Any]:
    """The shapes of a problem's places, metres in the city's CRS."""
    return [shapely.from_wkb(wkb) for (wkb,) in _queries().outlines(connection, problem_id=problem_id)]


def add_hypothesis(connection: Connection, problem_id: int, *, person: str, **fields: str | None) -> None:
    """Write a hypothesis: `thought`, `said`, `wrong_if`, `factor`."""
    _queries().add_hypothesis(connection, problem_id=problem_id, person=person, **fields)


def read_hypotheses(connection: Connection, problem_id: int) -> list[Hypothesis]:
    """The hypotheses of a problem, oldest first."""
    return [Hypothesis(*row) for row in _queries().read_hypotheses(connection, problem_id=problem_id)]


def settle_hypothesis(connection: Connection, problem_id: int, hypothesis_id: int, *, found: str) -> bool:
    """Say that a hypothesis holds, is wrong, or is open again; False where there is none."""
    return bool(
        _queries().settle_hypothesis(connection, problem_id=problem_id, hypothesis_id=hypothesis_id, found=found)
    )


def set_terms(connection: Connection, action_id: int, *, done_by: str, due: date | None) -> None:
    """Say who does an action and until when."""
    _queries().set_terms(connection, action_id=action_id, done_by=done_by, due=due)


def read_terms(connection: Connection) -> dict[int, Terms]:
    """Who does each action and until when, by its number."""
    return {number: Terms(done_by, due) for number, done_by, due in _queries().read_terms(connection)}
