"""The delivery of a plan: visits, positions of vehicles, changes for a day, why not; and the end of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path

from hotspots.domain.act.action import checked_person
from hotspots.domain.act.free_text import checked_needed
from hotspots.domain.act.plan import (
    MISSED_REASONS,
    TAKEN_BACK_REASONS,
    VISIT_MINUTES,
    Entry,
    Plan,
    PlanBox,
    Visit,
    VisitSource,
)
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.act.history import note
from hotspots.pipeline.act.plan_sheet import PlannedVisit, boxes_of_day, day_visits
from hotspots.store.server.connection import Connection
from hotspots.store.staff import plans as store
from hotspots.store.staff.at_risk import read_city
from hotspots_models.boxes import BOX_M

CALL_SIGN_DAYS = 14
COLUMNS = ("unit", "time", "longitude", "latitude")
SHORTEST_STAY_MINUTES, LONGEST_GAP_MINUTES = 5, 10
GRACE = timedelta(minutes=30)  # a visit may begin so long before or after the shift


@dataclass(frozen=True, slots=True)
class ShiftBox:
    """A box of a day: visits planned and made, and those missed by reason."""

    box: PlanBox
    planned: int
    made: int
    missed: Mapping[str, int]

    @property
    def left(self) -> int:
        """Visits that are not entered yet."""
        return max(0, self.planned - self.made - sum(self.missed.values()))


def change_box(
    connection: Connection, plan_id: int, *, letters: str, day: date, kind: str, reason: str, person: str
) -> None:
    """Add an OFF box, or suppress an ON box, for a day. It is analysed as drawn. Raises InputError or NotFoundError."""
    plan = _live(connection, plan_id)
    box = box_of_letter(connection, plan_id, letters)
    drawn = {box_no: is_on for box_no, _, is_on, _, _ in store.read_box_days(connection, plan_id, day=day)}
    if box.box_no not in drawn:
        raise InputError(
            f"--day {day} is not a day of plan {plan_id}: give one from {plan.starts_on} to before {plan.ends_on}."
        )
    if drawn[box.box_no] == (kind == "added"):
        raise InputError(f"Box {box.letter} is {'ON' if drawn[box.box_no] else 'OFF'} on {day}: it cannot be {kind}.")
    words = checked_needed(reason, field="--reason")
    store.change_box(
        connection, plan_id, box_no=box.box_no, day=day, kind=kind, reason=words, person=checked_person(person)
    )
    note(connection, "plan", plan_id, person, f"box {kind}", words)


def log_visits(
    connection: Connection, plan_id: int, visits: list[Visit], *, source: VisitSource, person: str, now: datetime
) -> int:
    """Store visits made; return how many are new. Raises InputError where one lies outside the plan."""
    plan = _live(connection, plan_id)
    for one in visits:
        if not plan.starts_on <= plan.shift_day(one.started_at) < plan.ends_on:
            raise InputError(
                f"A visit at {one.started_at} is outside of plan {plan_id}, {plan.starts_on} to before {plan.ends_on}."
            )
        if not 1 <= one.minutes <= 240:
            raise InputError(f"A visit of {one.minutes} minutes: give 1 to 240.")
    new = store.add_visits(connection, plan_id, visits, source=source)
    store.forget_call_signs(connection, before=now - timedelta(days=CALL_SIGN_DAYS))
    note(connection, "plan", plan_id, person, "log visits", f"{new} visits")
    return new


def enter_missed(
    connection: Connection, plan_id: int, *, letters: str, day: date, visits: int, reason: str, person: str
) -> None:
    """Say why planned visits were not made. Raises InputError or NotFoundError."""
    _live(connection, plan_id)
    box = box_of_letter(connection, plan_id, letters)
    if reason not in MISSED_REASONS:
        raise InputError(f"--reason {reason[:30]!r} is not one of {', '.join(MISSED_REASONS)}.")
    planned = {box_no: n for box_no, _, _, n, _ in store.read_box_days(connection, plan_id, day=day)}.get(box.box_no, 0)
    if not 1 <= visits <= planned:
        raise InputError(f"--visits {visits}: box {box.letter} had {planned} planned on {day}.")
    store.add_missed(connection, plan_id, box_no=box.box_no, day=day, visits=visits, reason=reason)
    note(connection, "plan", plan_id, person, "missed visits")


def tick(
    connection: Connection,
    plan_id: int,
    day: date,
    ticks: Mapping[int, Sequence[str]],
    *,
    person: str,
    now: datetime,
) -> None:
    """Enter a sergeant's ticks of a day: for each box what became of visits not entered yet, `done` or a reason.

    A visit that is ticked gets the time at which the sheet planned it.

    Raises
    ------
    InputError
        More ticks than visits are left, or a word that is neither.
    """
    plan = _live(connection, plan_id)
    left = {one.box.box_no: one for one in shift_log(connection, plan, day)}
    planned = day_visits(connection, plan, day)
    ticked = [one for one in shift_entries(connection, plan, day) if one.source == "ticks" and one.why is None]
    done: list[Visit] = []
    for box_no, words in ticks.items():
        box = left.get(box_no)
        if box is None or len(words) > box.left:
            raise InputError(f"ticks: box {box_no} has {box.left if box else 0} visits that are not entered yet.")
        made = words.count("done")
        done += [Visit(box_no, at, VISIT_MINUTES) for at in _free_times(planned, box, ticked)[:made]]
        for reason in dict.fromkeys(word for word in words if word != "done"):
            more = words.count(reason) + box.missed.get(reason, 0)
            enter_missed(
                connection, plan_id, letters=box.box.letter, day=day, visits=more, reason=reason, person=person
            )
    if done:
        log_visits(connection, plan_id, done, source="ticks", person=person, now=now)


def _free_times(planned: Sequence[PlannedVisit], box: ShiftBox, ticked: Sequence[Entry]) -> list[datetime]:
    """The planned times of a box for the visits that are left: the last ones that no tick took."""
    taken = {one.started_at for one in ticked if one.box_no == box.box.box_no}
    free = [one.about for one in planned if one.box == box.box and one.about not in taken]
    return free[len(free) - box.left :]


def shift_entries(connection: Connection, plan: Plan, day: date) -> list[Entry]:
    """All that was entered of a day, also what was taken back; a visit after midnight belongs to the evening's day."""
    start = datetime.combine(day, time())
    found = store.read_entries(connection, plan.plan_id, day=day, start=start, until=start + timedelta(days=2))
    return [one for one in found if one.started_at is None or plan.shift_day(one.started_at) == day]


def take_back(
    connection: Connection, plan_id: int, day: date, names: Sequence[str], *, why: str, person: str
) -> list[Entry]:
    """Take entries of a day back, by their names; return those that counted until now. The record keeps both.

    Raises
    ------
    InputError
        The reason is none of the list, the plan is not approved or is closed, or there is no such entry.
    """
    plan = _live(connection, plan_id)
    found = taken_back(connection, plan, day, names, why=why, person=checked_person(person))
    for one in found:
        note(connection, "plan", plan_id, person, "take back", f"{one.letter} on {day}, {one.words}: {why}")
    return found


def taken_back(
    connection: Connection, plan: Plan, day: date, names: Sequence[str], *, why: str, person: str
) -> list[Entry]:
    """Let entries count no more, for whoever may; see :func:`take_back`, which notes it too. Raises InputError."""
    if why not in TAKEN_BACK_REASONS:
        raise InputError(f"--why {why[:30]!r} is not one of {', '.join(TAKEN_BACK_REASONS)}.")
    entries = shift_entries(connection, plan, day)
    unknown = [name for name in names if name not in {one.name for one in entries}]
    if unknown:
        raise InputError(f"{unknown[0][:40]!r} was not entered for {day}: there is nothing to take back.")
    counting = [one for one in entries if one.name in names and one.why is None]
    for entry in counting:
        store.take_back(connection, plan.plan_id, entry, day=day, why=why, person=person)
    return counting


def shift_log(connection: Connection, plan: Plan, day: date) -> list[ShiftBox]:
    """The boxes of a day with what was planned, made and missed. Raises InputError for a day that is not the plan's."""
    start, until = shift_times(plan, day)
    made = store.read_visits_between(connection, plan.plan_id, start=start - GRACE, until=until + GRACE)
    missed = store.read_missed(connection, plan.plan_id, day=day)
    return [
        ShiftBox(box, planned, made.get(box.box_no, 0), missed.get(box.box_no, {}))
        for box, planned in boxes_of_day(connection, plan, day)
    ]


def shift_times(plan: Plan, day: date) -> tuple[datetime, datetime]:
    """Begin and end of a plan's shift of a day, local wall clock."""
    start = datetime.combine(day, time(plan.shift.start))
    return start, start + timedelta(hours=len(plan.shift.hours))


def close(connection: Connection, plan_id: int, *, reason: str, person: str) -> None:
    """Close a plan. Raises InputError."""
    plan = store.read_plan(connection, plan_id, lock=True)
    if plan.state == "closed":
        raise InputError(f"Plan {plan_id} is closed already.")
    if plan.state == "draft":
        raise InputError(f"Plan {plan_id} is a draft: there is nothing to close.")
    store.close_plan(connection, plan_id, reason=checked_needed(reason, field="--reason"))
    note(connection, "plan", plan_id, person, "close")


def _live(connection: Connection, plan_id: int) -> Plan:
    plan = store.read_plan(connection, plan_id, lock=True)
    if plan.state not in ("approved", "running"):
        raise InputError(f"Plan {plan_id} is {plan.state}: this is for an approved plan.")
    return plan


def box_of_letter(connection: Connection, plan_id: int, letters: str) -> PlanBox:
    """The box of a plan with that letter. Raises NotFoundError."""
    found = {box.letter: box for box in store.read_plan_boxes(connection, plan_id)}
    if letters.upper() not in found:
        raise NotFoundError(f"--box {letters[:8]!r}: plan {plan_id} has the boxes {', '.join(found)}.")
    return found[letters.upper()]


def visits_of_positions(connection: Connection, plan_id: int, file: Path) -> list[Visit]:
    """Read a CSV of vehicle positions (unit, time, longitude, latitude) and return the stays of five minutes or more in the plan's boxes.

    A stay ends where a unit leaves the box or says nothing for ten minutes; positions outside of the plan's days are passed over.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or a line holds no time or position; the message names the line.
    """
    from pyproj import Transformer

    plan = store.read_plan(connection, plan_id)
    number = {(box.row, box.col): box.box_no for box in store.read_plan_boxes(connection, plan_id)}
    to_metres = Transformer.from_crs(4326, read_city(connection).srid, always_xy=True)
    seen = []
    for unit, at, lon, lat in _positions(file):
        x, y = to_metres.transform(lon, lat)
        seen.append((unit, at, number.get((int(y // BOX_M), int(x // BOX_M)))))
    seen.sort(key=lambda one: one[:2])
    visits = []
    for unit, positions in groupby(seen, key=lambda one: one[0]):
        stay: list[tuple[datetime, int]] = []
        for _, at, box in [*positions, (unit, datetime(9999, 1, 1), None)]:
            if stay and (box != stay[0][1] or at - stay[-1][0] > timedelta(minutes=LONGEST_GAP_MINUTES)):
                minutes = round((stay[-1][0] - stay[0][0]).total_seconds() / 60)
                if minutes >= SHORTEST_STAY_MINUTES:
                    visits.append(Visit(stay[0][1], stay[0][0], min(minutes, 240), unit))
                stay = []
            if box is not None:
                stay.append((at, box))
    return [one for one in visits if plan.starts_on <= plan.shift_day(one.started_at) < plan.ends_on]


def _positions(file: Path) -> Iterator[tuple[str, datetime, float, float]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise InputError(f"{file.name}: the column {missing[0]} is missing; needed are {', '.join(COLUMNS)}.")
            for line, row in enumerate(rows, start=2):
                try:
                    at = datetime.fromisoformat(row["time"]).replace(tzinfo=None)
                    lon, lat = float(row["longitude"]), float(row["latitude"])
                except (TypeError, ValueError):
                    raise InputError(
                        f"{file.name}, line {line}: time, longitude and latitude are not all there."
                    ) from None
                if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                    raise InputError(f"{file.name}, line {line}: {lon:g}, {lat:g} is not a longitude and a latitude.")
                yield row["unit"] or "", at, lon, lat
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file.name} cannot be read: {error}.") from None
