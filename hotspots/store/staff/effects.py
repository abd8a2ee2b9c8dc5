"""Effects: frozen designs, evaluations, signatures, and what was published of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from hotspots.domain.act.action import Design, Method, Verdict
from hotspots.store.server.connection import Connection
from hotspots.store.sql.files import load_queries

NO_BOUND = 1e9


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


def _bounded(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """A result with None for an end without a bound, which evaluations of before keep as a number."""
    pooled = result.get("pooled")
    return {
        **result,
        **({"high": None} if result.get("high") == NO_BOUND else {}),
        **({"pooled": _bounded(pooled)} if pooled else {}),
    }


def _queries() -> Any:
    return load_queries("staff/actions")
