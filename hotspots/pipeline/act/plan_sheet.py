"""The printed sheet of one shift, with pocket cards: what a car needs, and nothing of boxes that are OFF."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from hotspots.domain.act.plan import VISIT_MINUTES, Plan, PlanBox
from hotspots.errors import InputError
from hotspots.store.server.connection import Connection
from hotspots.store.staff import plans as store

TEMPLATE = Path(__file__).with_name("plan_sheet.typ")
LONGEST_RADIO_LINE = 160


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit of the sheet: which round of the shift, which box, about when."""

    round: int
    box: PlanBox
    about: datetime


def day_visits(connection: Connection, plan: Plan, day: date) -> list[PlannedVisit]:
    """The visits of a day in their order, drawn anew for every day from the plan's seed.

    The order of boxes holds for all rounds of the day, so that visits of one box lie as far apart as the rounds: two hours or more.

    Raises
    ------
    InputError
        The plan is a draft or closed, or the day is not one of its days.
    """
    if plan.state not in ("approved", "running"):
        raise InputError(f"Plan {plan.plan_id} is {plan.state}: a sheet is printed of an approved plan.")
    today = boxes_of_day(connection, plan, day)
    boxes = [box for box, _ in today]
    most = max((visits for _, visits in today), default=1)
    of_box = {box.box_no: visits for box, visits in today}
    rng = np.random.default_rng([plan.seed, day.toordinal()])
    order = [boxes[n] for n in rng.permutation(len(boxes))]
    if not order:
        raise InputError(f"--day {day}: no box of plan {plan.plan_id} is to be visited.")
    begins = datetime.combine(day, time(plan.shift.start))
    round_minutes = len(plan.shift.hours) * 60 / most
    step = max(VISIT_MINUTES, round_minutes * plan.units / len(order))
    return [
        PlannedVisit(n + 1, box, begins + timedelta(minutes=n * round_minutes + place // plan.units * step))
        for n in range(most)
        for place, box in enumerate(order)
        if n < of_box[box.box_no]
    ]


def boxes_of_day(connection: Connection, plan: Plan, day: date) -> list[tuple[PlanBox, int]]:
    """The boxes to be visited on a day with their visits: ON as drawn, with those added and without those suppressed.

    Raises
    ------
    InputError
        The day is not one of the plan's.
    """
    drawn = store.read_box_days(connection, plan.plan_id, day=day)
    if not drawn:
        raise InputError(
            f"--day {day} is not a day of plan {plan.plan_id}: give one from {plan.starts_on} to before {plan.ends_on}."
        )
    most = max(visits for *_, visits, _ in drawn) or 1
    visits = {
        box_no: most if change == "added" else 0 if change == "suppressed" else planned
        for box_no, _, _, planned, change in drawn
    }
    return [(box, visits[box.box_no]) for box in store.read_plan_boxes(connection, plan.plan_id) if visits[box.box_no]]


def plan_sheet(connection: Connection, plan_id: int, *, day: date, log_form: str | None = None) -> bytes:
    """The sheet and the cards of a day as PDF. Raises InputError or NotFoundError.

    Parameters
    ----------
    log_form : address of the shift's log form, printed as a QR code
    """
    import typst

    page = {**sheet_page(connection, plan_id, day=day), "has_code": log_form is not None}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "sheet.typ").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        if log_form is not None:
            import segno

            segno.make(log_form, error="m").save(str(folder / "code.svg"), scale=4, border=2)
        (folder / "sheet.json").write_text(json.dumps(page), encoding="utf-8")
        return typst.compile(folder / "sheet.typ", pdf_standards=["ua-1"])


def sheet_page(connection: Connection, plan_id: int, *, day: date) -> dict[str, Any]:
    """The content of the sheet and the cards of a day. Raises InputError or NotFoundError."""
    plan = store.read_plan(connection, plan_id)
    visits = day_visits(connection, plan, day)
    boxes = {one.box.letter: one.box for one in visits}
    return {
        "title": f"{plan.title}: {day:%a %-d %b %Y}, {plan.hours}",
        "facts": _facts(plan, len(boxes), len(visits)),
        "foot": f"Plan {plan_id}, day {day}. Other boxes are not on this sheet; calls are answered as ever.",
        "visits": [
            {"round": str(one.round), "letter": one.box.letter, "where": one.box.where, "about": f"{one.about:%H:%M}"}
            for one in visits
        ],
        "cards": [
            {
                "letter": name,
                "where": box.where,
                "visits": "Visits about " + ", ".join(f"{one.about:%H:%M}" for one in visits if one.box.letter == name),
                "radio": f"Box {name}, {box.where}, {VISIT_MINUTES} min"[:LONGEST_RADIO_LINE],
            }
            for name, box in sorted(boxes.items())
        ],
    }


def _facts(plan: Plan, boxes: int, visits: int) -> list[str]:
    return [
        f"{boxes} boxes",
        f"{visits} visits of {VISIT_MINUTES} minutes",
        f"{plan.units} units",
        "order drawn for this day",
    ]
