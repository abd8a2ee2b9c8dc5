"""The life of an action: proposed, agreed with a frozen design, under way, done, judged once, signed by two, published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from hotspots.domain.act.action import ActionState, Design, check_step, checked_person, effect_sentence
from hotspots.domain.act.free_text import checked_needed
from hotspots.domain.act.plan import TAKEN_BACK_REASONS
from hotspots.errors import InputError
from hotspots.pipeline.act import signatures
from hotspots.pipeline.act.boxes import BoxForecast, box_forecast
from hotspots.pipeline.act.design import draft_design
from hotspots.pipeline.act.history import note
from hotspots.pipeline.act.judge import check_day, judge_action
from hotspots.pipeline.act.remedies import find_remedy
from hotspots.pipeline.months_only import refuse_without_days
from hotspots.store.server.connection import Connection
from hotspots.store.staff import actions as store
from hotspots.store.staff import effects
from hotspots.store.staff.at_risk import read_city
from hotspots_models.boxes import densest_boxes
from hotspots_models.statistics.similar_places import LEAST_GAP_M


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An action to propose: boxes by their codes, or the `worst` so many, 250 m apart."""

    title: str
    remedy: str
    owner: str
    crime_types: tuple[str, ...]
    starts_on: date
    ends_on: date
    boxes: tuple[str, ...] = ()
    worst: int = 0
    problem_id: int | None = None
    chosen_from: date | None = None
    patrol: bool = False
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgement in one sentence, with the interval and everything described beside it."""

    evaluation_id: int
    sentence: str
    result: dict[str, Any]
    after_the_fact: bool


def propose(connection: Connection, proposal: Proposal, *, person: str, home: Path | None) -> int:
    """Store a proposed action; return its number. Raises InputError or NotFoundError."""
    title = checked_needed(proposal.title, field="--title", longest=120)
    find_remedy(home, proposal.remedy)
    if proposal.ends_on <= proposal.starts_on:
        raise InputError(f"--to {proposal.ends_on} is not after --from {proposal.starts_on}.")
    if bool(proposal.boxes) == bool(proposal.worst):
        raise InputError("Give the boxes (--box, repeated) or how many of the worst (--worst), not both.")
    if proposal.problem_id is not None:
        store.read_problem(connection, proposal.problem_id)
    forecast = box_forecast(connection, proposal.crime_types)
    codes = proposal.boxes or worst_boxes(forecast, proposal.worst)
    if len(set(codes)) < len(codes):
        raise InputError("A box is named twice: name each once.")
    numbers = forecast.number_of(codes).tolist()
    action_id = store.add_action(
        connection,
        places=[
            store.ActionPlace(code, int(forecast.boxes.row[n]), int(forecast.boxes.col[n]))
            for code, n in zip(codes, numbers, strict=True)
        ],
        size_m=forecast.boxes.size_m,
        srid=read_city(connection).srid,
        problem_id=proposal.problem_id,
        title=title,
        remedy=proposal.remedy,
        owner=checked_person(proposal.owner),
        crime_types=list(proposal.crime_types),
        starts_on=proposal.starts_on,
        ends_on=proposal.ends_on,
        chosen_from=proposal.chosen_from,
        patrol=proposal.patrol,
        cost=proposal.cost,
        person=checked_person(person),
    )
    note(connection, "action", action_id, person, "propose")
    return action_id


def worst_boxes(forecast: BoxForecast, n: int) -> tuple[str, ...]:
    """The codes of the n boxes with most expected, at least 250 m apart. Raises InputError where there are fewer."""
    order = densest_boxes(forecast.expected_a_day, forecast.boxes, by="expected", min_distance_m=LEAST_GAP_M)[:n]
    if n < 1 or order.size < n:
        raise InputError(f"--worst {n}: there are {order.size} boxes with anything expected and 250 m between them.")
    codes = np.array(forecast.boxes.codes())
    return tuple(codes[order].tolist())


def freeze_design(
    connection: Connection,
    action_id: int,
    *,
    person: str,
    today: date,
    draw: bool = False,
    seed: int = 0,
    without_comparison: str | None = None,
    why: str | None = None,
) -> Design:
    """Agree to an action and freeze its design; later, freeze a further version of it, with the reason `why`.

    Raises
    ------
    InputError
        No design can be made, a change without a reason, or the action was judged already.
    """
    refuse_without_days(connection, "a design by weeks")
    action = store.read_action(connection, action_id, lock=True)
    earlier = effects.read_designs(connection, action_id=action_id)
    if not earlier:
        check_step(action, "agreed")
        reason = None
    else:
        if action.state in ("assessed", "published", "abandoned"):
            raise InputError(f"Action {action_id} is {action.state}: its design can no longer change.")
        reason = checked_needed(why, field="--why")
    excuse = None if without_comparison is None else checked_needed(without_comparison, field="--without-comparison")
    codes = [place.code for place in store.read_action_places(connection, action_id)]
    taken = [
        place.code
        for other in store.read_actions(connection)
        if other.action_id != action_id
        and other.state != "abandoned"
        and other.starts_on < action.ends_on
        and action.starts_on < other.ends_on
        for place in store.read_action_places(connection, other.action_id)
    ]
    drafted = draft_design(
        connection,
        action,
        codes,
        box_forecast(connection, action.crime_types),
        today=today,
        draw=draw,
        seed=seed,
        without_comparison=excuse,
        taken=taken,
    )
    effects.add_design(
        connection,
        action_id=action_id,
        why=reason,
        method=drafted.method,
        judgement_day=drafted.judgement_day,
        after_the_fact=drafted.after_the_fact,
        body=drafted.body,
        person=checked_person(person),
    )
    if not earlier:
        store.move_action(connection, action_id, "agreed")
    note(connection, "action", action_id, person, "agree" if not earlier else "change design", reason)
    return effects.read_designs(connection, action_id=action_id)[-1]


def move(connection: Connection, action_id: int, to: ActionState, *, person: str, reason: str | None = None) -> None:
    """Begin, finish or abandon an action. Raises InputError."""
    action = store.read_action(connection, action_id, lock=True)
    check_step(action, to)
    words = checked_needed(reason, field="--reason") if to == "abandoned" else None
    store.move_action(connection, action_id, to, reason=words)
    note(connection, "action", action_id, person, to, words)


def enter_dose(connection: Connection, action_id: int, *, day: date, amount: float, unit: str, person: str) -> None:
    """Enter what was delivered on a day, in any unit. Raises InputError."""
    action = store.read_action(connection, action_id, lock=True)
    if action.state != "under way" and action.state != "done":
        raise InputError(
            f"Action {action_id} is {action.state}: what was delivered is entered while it is under way or done."
        )
    if not action.starts_on <= day < action.ends_on or amount < 0:
        raise InputError(
            f"--day {day} and --amount {amount:g}: give a day from {action.starts_on} to before {action.ends_on}, and 0 or more."
        )
    words = checked_needed(unit, field="--unit", longest=40)
    store.add_dose(connection, action_id, day=day, amount=amount, unit=words, person=checked_person(person))
    note(connection, "action", action_id, person, "enter dose")


def take_back_dose(connection: Connection, action_id: int, number: int, *, why: str, person: str) -> None:
    """Take an entry of what was delivered back, by its number among the action's, the first being 1. The record keeps both.

    Raises
    ------
    InputError
        The action was judged already, the reason is none of the list, or there is no such entry that counts.
    """
    action = store.read_action(connection, action_id, lock=True)
    if action.state not in ("under way", "done"):
        raise InputError(
            f"Action {action_id} is {action.state}: what was delivered is corrected while it is under way or done."
        )
    if why not in TAKEN_BACK_REASONS:
        raise InputError(f"--why {why[:30]!r} is not one of {', '.join(TAKEN_BACK_REASONS)}.")
    entries = store.read_doses(connection, action_id)
    if not 1 <= number <= len(entries) or entries[number - 1].why is not None:
        raise InputError(
            f"Entry {number} of action {action_id} is not there, or is taken back already: it has {len(entries)} entries."
        )
    entry = entries[number - 1]
    store.take_back_dose(connection, entry.dose_id, why=why, person=checked_person(person))
    note(connection, "action", action_id, person, "take back", f"{entry.amount:g} {entry.unit}, {entry.day}: {why}")


def judge(connection: Connection, action_id: int, *, person: str) -> Judged:
    """Judge a finished action: once, by its newest design, when the ledger holds its period whole. Raises InputError."""
    action = store.read_action(connection, action_id, lock=True)
    if effects.read_evaluation(connection, action_id=action_id) is not None:
        raise InputError(f"Action {action_id} was judged already: each is judged only once.")
    check_step(action, "assessed")
    design = effects.read_designs(connection, action_id=action_id)[-1]
    known_on = check_day(connection, design)
    said, result = judge_action(connection, action, design, box_forecast(connection, action.crime_types))
    evaluation_id = effects.add_evaluation(
        connection, design, verdict=said, known_on=known_on, result=result, person=checked_person(person)
    )
    store.move_action(connection, action_id, "assessed")
    note(connection, "action", action_id, person, "judge")
    sentence = effect_sentence(said, method=design.method, smallest_effect=result["smallest_effect"])
    return Judged(evaluation_id, sentence, result, design.after_the_fact)


def sign(connection: Connection, action_id: int, *, person: str) -> tuple[str, ...]:
    """Sign an evaluation for publication; return who signed. Raises InputError."""
    store.read_action(connection, action_id)
    signers = signatures.sign(connection, action_id=action_id, person=person)
    note(connection, "action", action_id, person, "sign")
    return signers


def publish(connection: Connection, action_id: int, *, person: str) -> None:
    """Publish an effect that two persons signed. Raises InputError."""
    store.read_action(connection, action_id, lock=True)
    signatures.publish(connection, action_id=action_id)
    store.move_action(connection, action_id, "published")
    note(connection, "action", action_id, person, "publish")
