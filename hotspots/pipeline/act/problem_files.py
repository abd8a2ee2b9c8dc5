"""The file of a problem: its words by version, hypotheses with what would prove them wrong, places, and the boxes that these cover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from hotspots.domain.act.action import checked_person
from hotspots.domain.act.free_text import checked_needed, checked_text
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.act.boxes import box_forecast
from hotspots.pipeline.act.history import note
from hotspots.pipeline.act.remedies import remedies
from hotspots.sources.remedies import Remedy
from hotspots.store.server.connection import Connection
from hotspots.store.staff import actions
from hotspots.store.staff import problem_files as store
from hotspots.store.staff.desk import places as desk_places

TESTS = ("similar", "recurring", "harmful", "expected by the public")
FOUND = ("open", "holds", "wrong")
LEAST_SHARE = 0.1  # of a box that a place must cover, or of the place that lies in the box
MOST_BOXES = 60


def save_problem(
    connection: Connection,
    problem_id: int,
    *,
    version: int,
    title: str,
    statement: str,
    tests: Sequence[str],
    owner: str,
    partners: Sequence[str],
    due: date | None,
    person: str,
) -> None:
    """Keep a problem's words. Raises InputError where somebody saved it since `version`: both are shown and neither is lost."""
    words = {
        "title": checked_needed(title, field="--title", longest=120),
        "statement": checked_text(statement, field="--statement"),
        "tests": [one for one in TESTS if one in tests],
        "owner": checked_person(owner),
        "partners": [checked_needed(one, field="--partner", longest=60) for one in partners],
    }
    before = actions.read_problem(connection, problem_id)
    if not store.save_problem(connection, problem_id, version=version, due=due, **words):
        if before.state == "closed":
            raise InputError(f"Problem {problem_id} is closed: it is kept as it was.")
        raise InputError(
            f"Somebody saved problem {problem_id} meanwhile. It now says: {before.title!r}, {before.statement!r}, owner {before.owner}. "
            f"You wanted: {words['title']!r}, {words['statement']!r}, owner {words['owner']}. Open it again and decide."
        )
    note(connection, "problem", problem_id, person, "save", f"version {version + 1}")


def add_place(connection: Connection, problem_id: int, code: str, *, person: str) -> None:
    """Lay a saved place into the file. Raises NotFoundError."""
    actions.read_problem(connection, problem_id)
    place = desk_places.read_place(connection, code.strip().upper())
    store.add_place(connection, problem_id, place.place_id, person=checked_person(person))
    note(connection, "problem", problem_id, person, "add place", place.code)


def add_hypothesis(
    connection: Connection, problem_id: int, *, thought: str, said: str, wrong_if: str, factor: str, person: str
) -> None:
    """Write what somebody thinks is the cause, what the data say, and how one would know that it is wrong. Raises InputError."""
    actions.read_problem(connection, problem_id)
    store.add_hypothesis(
        connection,
        problem_id,
        thought=checked_needed(thought, field="--thought", longest=300),
        said=checked_text(said, field="--data", longest=300),
        wrong_if=checked_needed(wrong_if, field="--wrong-if", longest=300),
        factor=checked_text(factor, field="--factor", longest=60) or None,
        person=checked_person(person),
    )
    note(connection, "problem", problem_id, person, "add hypothesis")


def settle_hypothesis(connection: Connection, problem_id: int, hypothesis_id: int, found: str, *, person: str) -> None:
    """Say that a hypothesis holds or is wrong. Raises InputError or NotFoundError."""
    if found not in FOUND:
        raise InputError(f"--found {found[:20]!r} is not one of {', '.join(FOUND)}.")
    if not store.settle_hypothesis(connection, problem_id, hypothesis_id, found=found):
        raise NotFoundError(f"Problem {problem_id} has no hypothesis {hypothesis_id}.")
    note(connection, "problem", problem_id, person, f"hypothesis {found}")


def remedies_that_fit(connection: Connection, problem_id: int, home: Path | None) -> list[tuple[Remedy, str]]:
    """The remedies for the factors of hypotheses that are not wrong, each with the factor that it is for."""
    factors = [
        one.factor.lower()
        for one in store.read_hypotheses(connection, problem_id)
        if one.factor and one.found != "wrong"
    ]
    return [
        (remedy, factor)
        for remedy in remedies(home).values()
        for factor in factors
        if any(factor in name.lower() or name.lower() in factor for name in remedy.factors)
    ]


def boxes_of_places(connection: Connection, problem_id: int, crime_types: Sequence[str]) -> tuple[str, ...]:
    """The codes of the boxes that a problem's places cover, a tenth of the box or of the place at least.

    Raises
    ------
    InputError
        The problem has no place, or its places cover more boxes than one action treats.
    """
    shapes = store.read_outlines(connection, problem_id)
    if not shapes:
        raise InputError(f"Problem {problem_id} has no place yet: lay one into the file, or name boxes.")
    boxes = box_forecast(connection, crime_types).boxes
    squares = boxes.squares()
    tree = shapely.STRtree(squares)
    found: list[int] = []
    for shape in shapes:
        near = tree.query(shape, predicate="intersects")
        covered = shapely.area(shapely.intersection(squares[near], shape))
        enough = covered >= LEAST_SHARE * min(boxes.size_m**2, shapely.area(shape))
        found += near[enough].tolist()
    chosen = np.unique(found)
    if not 0 < chosen.size <= MOST_BOXES:
        raise InputError(
            f"The places of problem {problem_id} cover {chosen.size} boxes: an action treats 1 to {MOST_BOXES}. Name boxes, or the worst."
        )
    codes = boxes.codes()
    return tuple(codes[int(box)] for box in chosen)
