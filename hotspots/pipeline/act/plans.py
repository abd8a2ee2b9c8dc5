"""Patrol plans: drafted with what they can detect, approved by another person, delivered, judged by their draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from hotspots.domain.act.action import Design, checked_person, effect_sentence
from hotspots.domain.act.free_text import checked_needed
from hotspots.domain.act.plan import (
    BLOCK_DAYS,
    HOURS_APART,
    MOST_VISITS,
    VISIT_MINUTES,
    PlanBox,
    letter,
)
from hotspots.domain.calendar import Calendar
from hotspots.domain.incident_filter import HourRange
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.act import signatures
from hotspots.pipeline.act.boxes import BoxForecast, box_forecast, daily_counts
from hotspots.pipeline.act.design import SETTLE_DAYS, is_after_the_fact
from hotspots.pipeline.act.history import note
from hotspots.pipeline.act.judge import check_day, relative, said_of
from hotspots.pipeline.act.plan_exposure import kept, plan_exposure
from hotspots.pipeline.act.plan_outlook import YEAR_DAYS, Outlook, ShiftForecast, outlook, schedule_of, shift_forecast
from hotspots.pipeline.act.remedies import find_remedy
from hotspots.pipeline.months_only import refuse_without_days
from hotspots.store.server.connection import Connection
from hotspots.store.staff import effects
from hotspots.store.staff import plans as store
from hotspots.store.staff.at_risk import read_city, read_units
from hotspots.store.staff.desk.lists import read_nearest_names
from hotspots_models.boxes import densest_boxes
from hotspots_models.statistics.effects.crossover import CrossoverTrial, crossover_effect, draw_schedule
from hotspots_models.statistics.similar_places import LEAST_GAP_M

MOST_BLOCKS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """The request for a plan. `area` is kind and code; None is the whole city."""

    title: str
    tactic: str
    crime_types: tuple[str, ...]
    hours: str  # of the shift, such as 18-02, or its name in the city's calendar
    units: int
    minutes: int
    starts_on: date
    n_boxes: int = 20
    n_blocks: int = MOST_BLOCKS
    on_share: float = 0.5
    no_hold_out_reason: str | None = None
    area: tuple[str, str] | None = None
    seed: int = 0


def draft(connection: Connection, request: PlanRequest, *, person: str, home: Path | None) -> tuple[int, Outlook]:
    """Choose boxes, draw ON and OFF, store the draft; return its number and what it can detect. Raises InputError or NotFoundError."""
    title = checked_needed(request.title, field="--title", longest=120)
    refuse_without_days(connection, "a plan by days")
    find_remedy(home, request.tactic)
    reason = (
        None
        if request.no_hold_out_reason is None
        else checked_needed(request.no_hold_out_reason, field="--no-hold-out")
    )
    hours = Calendar.from_config(read_city(connection).config).hours_of(request.hours)
    visits = _visits_a_box(request, hours, reason)
    base = shift_forecast(connection, request.crime_types, hours if len(hours.hours) < 24 else None)
    boxes = _choose(connection, base, request)
    on = draw_schedule(len(boxes), request.n_blocks, seed=request.seed, on_share=request.on_share)
    draw = [
        (
            box.box_no,
            request.starts_on + timedelta(days=block * BLOCK_DAYS + day),
            bool(on[n, block]),
            visits if on[n, block] else 0,
        )
        for n, box in enumerate(boxes)
        for block in range(request.n_blocks)
        for day in range(BLOCK_DAYS)
    ]
    plan_id = store.add_plan(
        connection, boxes=boxes, draw=draw, size_m=base.forecast.boxes.size_m, srid=read_city(connection).srid,
        title=title, tactic=request.tactic, crime_types=list(request.crime_types),
        area_kind=request.area and request.area[0], area_code=request.area and request.area[1], hours=str(hours),
        units=request.units, minutes=request.minutes, starts_on=request.starts_on, n_blocks=request.n_blocks,
        on_share=request.on_share, no_hold_out_reason=reason, seed=request.seed, person=checked_person(person),
    )  # fmt: skip
    seen = outlook(connection, plan_id)
    store.keep_outlook(connection, plan_id, seen.to_json())
    note(connection, "plan", plan_id, person, "draft")
    return plan_id, seen


def approve(connection: Connection, plan_id: int, *, person: str, today: date) -> Design:
    """Approve a draft, which another person drew up; its design is frozen. Raises InputError."""
    plan = store.read_plan(connection, plan_id, lock=True)
    if plan.state != "draft":
        raise InputError(f"Plan {plan_id} is {plan.state}: only a draft is approved.")
    if plan.drafted_by == checked_person(person):
        raise InputError(f"{person} drafted plan {plan_id}: another person approves it.")
    seen, boxes = outlook(connection, plan_id), store.read_plan_boxes(connection, plan_id)
    store.approve_plan(connection, plan_id, person=person)
    effects.add_design(
        connection, plan_id=plan_id, why=None, method="crossover", judgement_day=plan.ends_on + timedelta(days=SETTLE_DAYS),
        after_the_fact=is_after_the_fact(connection, plan.starts_on, today=today),
        body={
            "outcome": list(plan.crime_types), "starts_on": plan.starts_on.isoformat(), "ends_on": plan.ends_on.isoformat(),
            "seed": plan.seed, "boxes": [{"code": box.code, "expected_a_day": box.expected_a_day} for box in boxes],
            "on": schedule_of(connection, plan, len(boxes)).tolist(),
            "smallest_effect": seen.smallest_effect, "alone": seen.alone, "power": seen.power, "expected": seen.expected,
            "level": seen.level, "hours": str(plan.counted) if plan.counted else None,
            "exposure": kept(plan_exposure(connection, plan, until=plan.starts_on)),
        },
        person=person,
    )  # fmt: skip
    note(connection, "plan", plan_id, person, "approve")
    return effects.read_designs(connection, plan_id=plan_id)[-1]


def judge(connection: Connection, plan_id: int, *, person: str) -> tuple[str, dict[str, Any]]:
    """Judge a plan by its draw: once, when its period is complete; return the sentence and the figures. Raises InputError."""
    plan = store.read_plan(connection, plan_id, lock=True)
    if effects.read_evaluation(connection, plan_id=plan_id) is not None:
        raise InputError(f"Plan {plan_id} was judged already: each is judged only once.")
    designs = effects.read_designs(connection, plan_id=plan_id)
    if plan.state != "closed" or not designs:
        raise InputError(f"Plan {plan_id} is {plan.state}: it is judged after it was closed.")
    design = designs[-1]
    known_on = check_day(connection, design)
    forecast = box_forecast(connection, plan.crime_types)
    own = _trial(connection, forecast, design.body)
    found = relative(crossover_effect([own]))
    others = [_trial(connection, forecast, body) for body in store.read_judged_plans(connection, plan.tactic)]
    pooled = relative(crossover_effect([own, *others])) if others else None
    given = store.read_delivery(connection, plan_id, until=plan.ends_on)
    result = {
        **(found or {}),
        "smallest_effect": design.body["smallest_effect"],
        "dose": [
            {"unit": "visits", "amount": sum(box.visits for box in given), "planned": sum(box.planned for box in given)}
        ],
        "pooled": pooled and {**pooled, "plans": len(others) + 1},
    }
    said = said_of(found, alone=design.body["alone"])
    effects.add_evaluation(
        connection, design, verdict=said, known_on=known_on, result=result, person=checked_person(person)
    )
    note(connection, "plan", plan_id, person, "judge")
    return effect_sentence(said, method="crossover", smallest_effect=result["smallest_effect"]), result


def sign(connection: Connection, plan_id: int, *, person: str) -> tuple[str, ...]:
    """Sign the evaluation of a plan; return who signed. Raises InputError."""
    store.read_plan(connection, plan_id)
    signers = signatures.sign(connection, plan_id=plan_id, person=person)
    note(connection, "plan", plan_id, person, "sign")
    return signers


def publish(connection: Connection, plan_id: int, *, person: str) -> None:
    """Publish the effect of a plan that two persons signed; the public sees it four weeks after its last day. Raises InputError."""
    store.read_plan(connection, plan_id, lock=True)
    signatures.publish(connection, plan_id=plan_id)
    note(connection, "plan", plan_id, person, "publish")


def _trial(connection: Connection, forecast: BoxForecast, body: Any) -> CrossoverTrial:
    start, end = date.fromisoformat(body["starts_on"]), date.fromisoformat(body["ends_on"])
    hours = HourRange.parse(body["hours"]) if body.get("hours") else None  # a design of before it was kept: all hours
    counts = daily_counts(connection, forecast.boxes, body["outcome"], start=start, end=end, hours=hours)
    boxes = forecast.number_of([box["code"] for box in body["boxes"]])
    return CrossoverTrial(
        counts[boxes], np.array(body["on"], dtype=bool), [box["expected_a_day"] for box in body["boxes"]]
    )


def _visits_a_box(request: PlanRequest, shift: HourRange, reason: str | None) -> int:
    """Visits of an ON box in a shift: at most three, two hours apart, as far as the minutes go. Raises InputError."""
    if not 2 <= request.n_blocks <= MOST_BLOCKS:
        raise InputError(f"--weeks {request.n_blocks}: a plan runs 2 to {MOST_BLOCKS} weeks; then it is renewed.")
    if not 0.5 <= request.on_share <= 1:
        raise InputError(f"--on-share {request.on_share:g}: give 0.5 (a trial) to 1 (nothing held out).")
    if request.on_share == 1 and reason is None:
        raise InputError("Nothing would be held out: give the reason with --no-hold-out.")
    if request.n_boxes < 2 or request.units < 1 or request.minutes < VISIT_MINUTES:
        raise InputError(f"Give at least 2 boxes, 1 unit and {VISIT_MINUTES} minutes.")
    visits = request.units * (request.minutes // VISIT_MINUTES)
    on = -(-request.n_boxes // 2) if request.on_share == 0.5 else request.n_boxes
    if visits < on:
        fits = visits * 2 if request.on_share == 0.5 else visits
        raise InputError(
            f"{request.units} units of {request.minutes} minutes make {visits} visits a shift: choose at most {fits} boxes (--boxes)."
        )
    return min(visits // on, MOST_VISITS, max(1, len(shift.hours) // HOURS_APART))


def _choose(connection: Connection, base: ShiftForecast, request: PlanRequest) -> list[PlanBox]:
    """The boxes with most expected in the area, 250 m apart, with the nearest crossing of each."""
    forecast = base.forecast
    order = densest_boxes(forecast.expected_a_day, forecast.boxes, by="expected")
    centres = (np.column_stack([forecast.boxes.col, forecast.boxes.row]) + 0.5) * forecast.boxes.size_m
    inside = np.ones(forecast.boxes.n_boxes, dtype=bool)
    if request.area:
        inside = shapely.contains_xy(_area(connection, request), centres[:, 0], centres[:, 1])
    kept = np.isin(np.arange(inside.size), order) & inside
    within = forecast.boxes.take(kept)
    numbers = np.flatnonzero(kept)
    chosen = numbers[
        densest_boxes(forecast.expected_a_day[kept], within, by="expected", min_distance_m=LEAST_GAP_M)[
            : request.n_boxes
        ]
    ]
    if chosen.size < request.n_boxes:
        raise InputError(
            f"--boxes {request.n_boxes}: there are {chosen.size} with anything expected and 250 m between them."
        )
    names = read_nearest_names(connection, centres[chosen, 0].tolist(), centres[chosen, 1].tolist())
    codes = forecast.boxes.codes()
    record = base.past[:, -YEAR_DAYS:].sum(axis=1)
    typical = float(np.median(record[record > 0])) if (record > 0).any() else 0.0
    return [
        PlanBox(
            n + 1, letter(n), codes[box], int(forecast.boxes.row[box]), int(forecast.boxes.col[box]),
            names[n], float(forecast.expected_a_day[box]), int(record[box]), typical,
        )
        for n, box in enumerate(chosen.tolist())
    ]  # fmt: skip


def _area(connection: Connection, request: PlanRequest) -> Any:
    assert request.area
    kind, code = request.area
    units = read_units(connection, kind=kind, on_day=request.starts_on)
    if code not in units.code:
        raise NotFoundError(f"--area {kind}:{code}: there is no such area.")
    return units.geometry[list(units.code).index(code)]
