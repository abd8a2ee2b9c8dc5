"""The log form of a shift: its key opens one plan's boxes of one day, adds visits to them, and is dead 12 hours after the shift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hotspots.domain.act.plan import MISSED_REASONS, Plan, Visit
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.act.visits import GRACE, ShiftBox, shift_log, shift_times
from hotspots.pipeline.door.secrets import hash_token, new_token
from hotspots.store.server.connection import Connection
from hotspots.store.staff import actions as effects
from hotspots.store.staff import plans as store

LIVES_ON = timedelta(hours=12)
MOST_VISITS = 6  # of a box, by the form: a key that went round writes no more
MOST_ENTRIES = 60  # at once
LOG_FORM = "log form"  # who, in the plan's history: nobody is asked


@dataclass(frozen=True, slots=True)
class LinkedShift:
    """The shift that a key opens."""

    plan: Plan
    day: date
    expires_at: datetime
    boxes: Sequence[ShiftBox]


def make_key(connection: Connection, plan_id: int, *, day: date, desk_now: datetime, now: datetime, person: str) -> str:
    """Make a key of a shift's log form; only its hash is kept.

    Parameters
    ----------
    desk_now : local wall clock of the desk, which may stand on another day
    now : the real time, with its zone

    Raises
    ------
    InputError
        The plan is not approved, the day is not its day, or the shift ended 12 hours ago.
    """
    plan = store.read_plan(connection, plan_id)
    if plan.state not in ("approved", "running"):
        raise InputError(f"Plan {plan_id} is {plan.state}: a log form is for an approved plan.")
    shift_log(connection, plan, day)
    lives = shift_times(plan, day)[1] + LIVES_ON - desk_now
    if lives <= timedelta(0):
        raise InputError(
            f"--day {day}: this shift ended more than 12 hours ago. Enter its ticks on the screen of ticks."
        )
    key = new_token()
    store.add_log_link(connection, hash_token(key), plan_id, day=day, expires_at=now + lives, person=person)
    return key


def open_shift(connection: Connection, key: str, *, lock: bool = False) -> LinkedShift:
    """The shift of a key, its plan locked for a write. Raises NotFoundError where the key is dead or never was."""
    found = store.find_log_link(connection, hash_token(key))
    plan = None if found is None else store.read_plan(connection, found[0], lock=lock)
    if found is None or plan is None or plan.state not in ("approved", "running"):
        raise NotFoundError(
            "This code has expired: it counts until 12 hours after its shift. Scan the sheet of this shift."
        )
    return LinkedShift(plan, found[1], found[2], shift_log(connection, plan, found[1]))


def log_entries(connection: Connection, key: str, entries: Sequence[Mapping[str, Any]]) -> int:
    """Add visits (box, at, minutes) and reasons (box, reason) of a shift; the same twice is once. Return how many visits are new.

    Raises
    ------
    InputError
        An entry is of another box or time, or there are too many.
    """
    shift = open_shift(connection, key, lock=True)
    start, until = shift_times(shift.plan, shift.day)
    boxes = {one.box.letter: one for one in shift.boxes}
    if len(entries) > MOST_ENTRIES:
        raise InputError(f"{len(entries)} entries at once: at most {MOST_ENTRIES}.")
    visits: list[Visit] = []
    for entry in entries:
        box = boxes.get(str(entry.get("box")))
        if box is None:
            raise InputError("An entry is of a box that is not on this sheet.")
        if "reason" in entry:
            if entry["reason"] not in MISSED_REASONS:
                raise InputError(f"The reason is not one of {', '.join(MISSED_REASONS)}.")
            if box.left:
                missed = box.left + box.missed.get(entry["reason"], 0)
                store.add_missed(
                    connection, shift.plan.plan_id, box_no=box.box.box_no, day=shift.day, visits=missed, reason=entry["reason"]
                )  # fmt: skip
            continue
        visit = _visit(entry, box)
        if not start - GRACE <= visit.started_at < until + GRACE:
            raise InputError(f"A visit at {visit.started_at:%H:%M} is not in this shift, {shift.plan.hours}.")
        visits.append(visit)
    with connection.transaction():  # a refusal keeps none of them
        new = store.add_visits(connection, shift.plan.plan_id, visits, source="form")
        made = store.read_visits_between(connection, shift.plan.plan_id, start=start - GRACE, until=until + GRACE)
        sent = {one.box_no for one in visits} if new else set()
        for box in shift.boxes:  # counted after the same visit twice was taken once
            if box.box.box_no in sent and made[box.box.box_no] > MOST_VISITS:
                raise InputError(
                    f"Box {box.box.letter} has {box.made} visits already: the form takes at most {MOST_VISITS}."
                )
    effects.note_change(
        connection, "plan", shift.plan.plan_id, person=LOG_FORM, verb="log visits", note=f"{new} visits of {shift.day}"
    )
    return new


def _visit(entry: Mapping[str, Any], box: ShiftBox) -> Visit:
    try:
        at = datetime.fromisoformat(str(entry["at"])[:19])
        minutes = int(entry.get("minutes", 15))
    except (KeyError, TypeError, ValueError):
        raise InputError("An entry holds no time, such as 2026-03-01T18:20.") from None
    if at.tzinfo is not None or not 1 <= minutes <= 240:
        raise InputError("An entry holds no local time, or not 1 to 240 minutes.")
    return Visit(box.box.box_no, at, minutes)
