"""The log form of a shift: its key opens one plan's boxes of one day, adds visits to them, and is dead 12 hours after the shift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hotspots.domain.act.plan import MISSED_REASONS, Entry, Plan, Visit
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.act.visits import GRACE, ShiftBox, shift_entries, shift_log, shift_times, taken_back
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
    """Add visits (box, at, minutes) and reasons (box, reason) of a shift, and take entries back (take_back, why), in their order.

    The same twice is once. Return how many visits are new.

    Raises
    ------
    InputError
        An entry is of another box or time, or there are too many.
    """
    shift = open_shift(connection, key, lock=True)
    if len(entries) > MOST_ENTRIES:
        raise InputError(f"{len(entries)} entries at once: at most {MOST_ENTRIES}.")
    with connection.transaction():  # a refusal keeps none of them
        new = sum(_entered(connection, shift, entry) for entry in entries)
        for box in shift_log(connection, shift.plan, shift.day):  # counted after the same visit twice was taken once
            before = next(one.made for one in shift.boxes if one.box == box.box)
            if box.made > max(before, MOST_VISITS):
                raise InputError(
                    f"Box {box.box.letter} has {before} visits already: the form takes at most {MOST_VISITS}."
                )
    effects.note_change(
        connection, "plan", shift.plan.plan_id, person=LOG_FORM, verb="log visits", note=f"{new} visits of {shift.day}"
    )
    return new


def form_entries(connection: Connection, shift: LinkedShift) -> list[Entry]:
    """The entries that the form shows and may take back: a phone's visits, and visits not made, of the boxes on this sheet."""
    on_sheet = {one.box.box_no for one in shift.boxes}
    return [
        one
        for one in shift_entries(connection, shift.plan, shift.day)
        if one.box_no in on_sheet and one.source in (None, "form")
    ]


def _entered(connection: Connection, shift: LinkedShift, entry: Mapping[str, Any]) -> int:
    """Take one entry in; return how many visits are new."""
    if "take_back" in entry:
        mine, name = form_entries(connection, shift), str(entry["take_back"])
        if name not in {one.name for one in mine}:
            raise InputError("An entry to take back was not made with this form.")
        if sum(one.why is not None for one in mine) >= MOST_ENTRIES:
            raise InputError(f"{MOST_ENTRIES} entries were taken back already: tell the sergeant.")
        for one in taken_back(connection, shift.plan, shift.day, [name], why=str(entry.get("why")), person=LOG_FORM):
            words = f"{one.letter} on {shift.day}, {one.words}: {entry['why']}"
            effects.note_change(connection, "plan", shift.plan.plan_id, person=LOG_FORM, verb="take back", note=words)
        return 0
    boxes = {one.box.letter: one for one in shift.boxes}
    box = boxes.get(str(entry.get("box")))
    if box is None:
        raise InputError("An entry is of a box that is not on this sheet.")
    if "reason" in entry:
        if entry["reason"] not in MISSED_REASONS:
            raise InputError(f"The reason is not one of {', '.join(MISSED_REASONS)}.")
        now = next(one for one in shift_log(connection, shift.plan, shift.day) if one.box == box.box)
        if now.left:
            missed = now.left + now.missed.get(entry["reason"], 0)
            store.add_missed(
                connection, shift.plan.plan_id, box_no=box.box.box_no, day=shift.day, visits=missed, reason=entry["reason"]
            )  # fmt: skip
        return 0
    visit = _visit(entry, box)
    start, until = shift_times(shift.plan, shift.day)
    if not start - GRACE <= visit.started_at < until + GRACE:
        raise InputError(f"A visit at {visit.started_at:%H:%M} is not in this shift, {shift.plan.hours}.")
    return store.add_visits(connection, shift.plan.plan_id, [visit], source="form")


def _visit(entry: Mapping[str, Any], box: ShiftBox) -> Visit:
    try:
        at = datetime.fromisoformat(str(entry["at"])[:19])
        minutes = int(entry.get("minutes", 15))
    except (KeyError, TypeError, ValueError):
        raise InputError("An entry holds no time, such as 2026-03-01T18:20.") from None
    if at.tzinfo is not None or not 1 <= minutes <= 240:
        raise InputError("An entry holds no local time, or not 1 to 240 minutes.")
    return Visit(box.box.box_no, at, minutes)
