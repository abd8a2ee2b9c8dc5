"""Signing and publishing what was judged: one rule for actions and plans."""

from __future__ import annotations

from hotspots.domain.act.action import checked_person
from hotspots.errors import InputError
from hotspots.store.server.connection import Connection
from hotspots.store.staff import effects


def judged(connection: Connection, *, action_id: int | None = None, plan_id: int | None = None) -> effects.Evaluation:
    """The evaluation of an action or plan. Raises InputError where it was not judged yet."""
    evaluation = effects.read_evaluation(connection, action_id=action_id, plan_id=plan_id)
    if evaluation is None:
        what, number = ("plan", plan_id) if action_id is None else ("action", action_id)
        raise InputError(f"The {what} {number} was not judged yet: hotspots {what} judge {number} --as NAME.")
    return evaluation


def sign(
    connection: Connection, *, action_id: int | None = None, plan_id: int | None = None, person: str
) -> tuple[str, ...]:
    """Sign an evaluation for publication; return who signed. Raises InputError."""
    evaluation = judged(connection, action_id=action_id, plan_id=plan_id)
    effects.add_signature(connection, evaluation.evaluation_id, person=checked_person(person))
    return tuple(judged(connection, action_id=action_id, plan_id=plan_id).signers)


def publish(connection: Connection, *, action_id: int | None = None, plan_id: int | None = None) -> None:
    """Publish an effect that two persons signed. Raises InputError, also where its design was made after the fact."""
    evaluation = judged(connection, action_id=action_id, plan_id=plan_id)
    what, number = ("plan", plan_id) if action_id is None else ("action", action_id)
    if evaluation.after_the_fact:
        raise InputError(
            f"The design of {what} {number} was made after the fact: records of its period could be seen. "
            "It cannot be published as an effect."
        )
    if evaluation.published:
        raise InputError(f"The effect of {what} {number} is published already.")
    if len(evaluation.signers) < 2:
        raise InputError(
            f"Publishing needs two signatures; {what} {number} has {len(evaluation.signers)}: hotspots {what} sign {number} --as NAME."
        )
    effects.publish_effect(
        connection, evaluation.evaluation_id, first=evaluation.signers[0], second=evaluation.signers[1]
    )
