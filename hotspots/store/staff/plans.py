"""Patrol plans, their boxes, draws and visits, as stored in `desk`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from hotspots.domain.act.plan import Delivered, DeliveredDay, Entry, Plan, PlanBox, Visit, VisitSource
from hotspots.errors import NotFoundError
from hotspots.store.server.connection import Connection
from hotspots.store.sql.files import load_queries

NAMES = (
    "plan_id", "title", "tactic", "crime_types", "area_kind", "area_code", "hours", "units", "minutes", "starts_on", "n_blocks",
    "on_share", "no_hold_out_reason", "seed", "state", "drafted_by", "approved_by", "closed_reason", "own_hours",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoxDrawing:
    """SVG paths in metres from the middle; `marks` give the middle (x, y) of each box by its number."""

    half_x_m: float
    half_y_m: float
    streets: str
    marks: Mapping[str, Sequence[float]]


def _queries() -> Any:
    return load_queries("staff/plans")


def add_plan(
    connection: Connection,
    *,
    boxes: Sequence[PlanBox],
    draw: Sequence[tuple[int, date, bool, int]],
    size_m: float,
    srid: int,
    **fields: Any,
) -> int:
    """Store a draft with its boxes and its draw (box, day, ON, visits); return its number.

    `fields` are those of desk.plan, and `person`.
    """
    queries = _queries()
    plan_id = queries.insert_plan(connection, **fields)
    queries.insert_plan_boxes(
        connection, plan_id=plan_id, letters=[box.letter for box in boxes], codes=[box.code for box in boxes],
        rows=[box.row for box in boxes], cols=[box.col for box in boxes], nearest=[box.nearest for box in boxes],
        expected=[box.expected_a_day for box in boxes], records=[box.record for box in boxes],
        typical=[box.typical for box in boxes], size_m=size_m, srid=srid,
    )  # fmt: skip
    box_nos, days, is_on, visits = (list(column) for column in zip(*draw, strict=True))
    queries.insert_box_days(connection, plan_id=plan_id, box_nos=box_nos, days=days, is_on=is_on, visits=visits)
    return plan_id


def read_plan(connection: Connection, plan_id: int, *, lock: bool = False, areas: Sequence[str] | None = None) -> Plan:
    """One plan, locked until the transaction ends where it is about to change. Raises NotFoundError, also for one outside of `areas`."""
    if lock:
        _queries().lock_plan(connection, plan_id=plan_id)
    rows = list(_queries().read_plans(connection, plan_id=plan_id, areas=None if areas is None else list(areas)))
    if not rows:
        raise NotFoundError(f"There is no plan {plan_id}: hotspots plan list shows them.")
    return _plan(rows[0])


def read_plans(connection: Connection, *, areas: Sequence[str] | None = None) -> list[Plan]:
    """All plans, oldest first; with `areas` (kind:code) those of the whole city and those that reach into one of them."""
    found = _queries().read_plans(connection, plan_id=None, areas=None if areas is None else list(areas))
    return [_plan(row) for row in found]


def read_plan_boxes(connection: Connection, plan_id: int) -> list[PlanBox]:
    """The boxes of a plan."""
    return [PlanBox(*row) for row in _queries().read_plan_boxes(connection, plan_id=plan_id)]


def read_box_days(
    connection: Connection, plan_id: int, *, day: date | None = None
) -> list[tuple[int, date, bool, int, str | None]]:
    """Box, day, ON as drawn, visits planned, and `added` or `suppressed` where it was changed."""
    return list(_queries().read_box_days(connection, plan_id=plan_id, day=day))


def keep_outlook(connection: Connection, plan_id: int, outlook: Mapping[str, Any]) -> None:
    """Keep what was shown before approval: what the plan can detect, and what holding out costs."""
    _queries().keep_outlook(connection, plan_id=plan_id, outlook=Jsonb(dict(outlook)))


def read_outlook(connection: Connection, plan_id: int) -> Mapping[str, Any] | None:
    """Return the statement shown before approval; None for plans of before it was kept."""
    return _queries().read_outlook(connection, plan_id=plan_id)


def approve_plan(connection: Connection, plan_id: int, *, person: str) -> None:
    """Approve a draft; the database refuses the person who drafted it."""
    _queries().approve_plan(connection, plan_id=plan_id, person=person)


def close_plan(connection: Connection, plan_id: int, *, reason: str) -> None:
    """Close a plan."""
    _queries().close_plan(connection, plan_id=plan_id, reason=reason)


def change_box(
    connection: Connection, plan_id: int, *, box_no: int, day: date, kind: str, reason: str, person: str
) -> None:
    """Add an OFF box or suppress an ON box for a day; the draw stays."""
    _queries().insert_box_change(
        connection, plan_id=plan_id, box_no=box_no, day=day, kind=kind, reason=reason, person=person
    )


def add_visits(connection: Connection, plan_id: int, visits: Sequence[Visit], *, source: VisitSource) -> int:
    """Store visits; return how many are new. The plan is running from its first visit on."""
    new = list(
        _queries().insert_visits(
            connection, plan_id=plan_id, box_nos=[one.box_no for one in visits], started=[one.started_at for one in visits],
            minutes=[one.minutes for one in visits], call_signs=[one.call_sign for one in visits], source=source,
        )
    )  # fmt: skip
    _queries().run_plan(connection, plan_id=plan_id)
    return len(new)


def forget_call_signs(connection: Connection, *, before: datetime) -> None:
    """Take the call signs out of visits that began before a time."""
    _queries().forget_call_signs(connection, before=before)


def add_missed(connection: Connection, plan_id: int, *, box_no: int, day: date, visits: int, reason: str) -> None:
    """Say why planned visits of a box and day were not made."""
    _queries().insert_missed(connection, plan_id=plan_id, box_no=box_no, day=day, visits=visits, reason=reason)


def read_missed(connection: Connection, plan_id: int, *, day: date) -> dict[int, dict[str, int]]:
    """Visits of a day that were not made, by box and reason."""
    return dict(_queries().read_missed(connection, plan_id=plan_id, day=day))


def read_entries(connection: Connection, plan_id: int, *, day: date, start: datetime, until: datetime) -> list[Entry]:
    """All that was entered of a shift, also what was taken back."""
    names = ("box_no", "letter", "visit_id", "started_at", "minutes", "source", "reason", "visits", "why", "by", "at")
    found = _queries().entries(connection, plan_id=plan_id, start=start, until=until, day=day)
    return [Entry(**dict(zip(names, row, strict=True))) for row in found]


def take_back(connection: Connection, plan_id: int, entry: Entry, *, day: date, why: str, person: str) -> None:
    """Let an entry count no more; it stays as it was written."""
    if entry.visit_id is not None:
        _queries().take_back_visit(connection, visit_id=entry.visit_id, why=why, person=person)
    else:
        _queries().take_back_missed(
            connection, plan_id=plan_id, box_no=entry.box_no, day=day, reason=entry.reason, visits=entry.visits, why=why, person=person
        )  # fmt: skip


def read_delivery(connection: Connection, plan_id: int, *, until: date) -> list[Delivered]:
    """Planned against delivered before a day, by box, never by unit."""
    return [Delivered(*row) for row in _queries().read_delivery(connection, plan_id=plan_id, until=until)]


def read_delivery_by_day(connection: Connection, plan_id: int, *, until: date) -> list[DeliveredDay]:
    """Planned against delivered of each day before one, newest first, over all boxes."""
    return [
        DeliveredDay(day, planned, visits, minutes, missed, tuple(changes), not_entered)
        for day, planned, visits, minutes, missed, changes, not_entered in _queries().read_delivery_by_day(
            connection, plan_id=plan_id, until=until
        )
    ]


def read_drawing(connection: Connection, plan_id: int, box_nos: Sequence[int]) -> BoxDrawing | None:
    """Some boxes of a plan among main streets, to be drawn; None without any."""
    row = _queries().drawing(connection, plan_id=plan_id, box_nos=list(box_nos))
    return None if row is None else BoxDrawing(float(row[0]), float(row[1]), row[2], row[3] or {})


def plans_of_day(connection: Connection, day: date, *, areas: Sequence[str] | None = None) -> list[Plan]:
    """Plans with a sheet on a day, those that begin first before the others; `areas` as in `read_plans`."""
    found = [plan for plan in read_plans(connection, areas=areas) if plan.state in ("approved", "running")]
    return sorted((plan for plan in found if plan.starts_on <= day < plan.ends_on), key=lambda plan: plan.starts_on)


def add_log_link(
    connection: Connection, token_hash: bytes, plan_id: int, *, day: date, expires_at: datetime, person: str
) -> None:
    """Keep the hash of a log form's key."""
    _queries().add_log_link(
        connection, token_hash=token_hash, plan_id=plan_id, day=day, expires_at=expires_at, person=person
    )


def find_log_link(connection: Connection, token_hash: bytes) -> tuple[int, date, datetime] | None:
    """Plan, day and end of a log form's key; None where it is dead or never was."""
    return _queries().log_link(connection, token_hash=token_hash)


def read_visits_between(connection: Connection, plan_id: int, *, start: datetime, until: datetime) -> dict[int, int]:
    """Visits that began in [start, until), by box."""
    return dict(_queries().visits_of_day(connection, plan_id=plan_id, start=start, until=until))


def read_judged_plans(connection: Connection, tactic: str) -> list[Mapping[str, Any]]:
    """The designs of all judged plans of a tactic."""
    return [body for (body,) in _queries().judged_plans(connection, tactic=tactic)]


def _plan(row: tuple[Any, ...]) -> Plan:
    fields = dict(zip(NAMES, row, strict=True))
    return Plan(**{**fields, "crime_types": tuple(fields["crime_types"])})
