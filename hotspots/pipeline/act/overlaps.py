"""The one warning of work that meets other work: effects near by at the same time cannot be told apart."""

from __future__ import annotations

from datetime import date

from hotspots.store.server.connection import Connection
from hotspots.store.staff import actions as store

NEAR_M = 500.0
NAMES = {"action": "Action", "plan": "Plan", "problem": "Problem"}


def overlaps(connection: Connection, number: int, *, kind: store.Subject = "action") -> list[str]:
    """A warning for each other action or approved plan near by at the same time, for an action or a plan."""
    found = store.overlapping_work(connection, kind, number, within_m=NEAR_M)
    return [
        f"{_said(one)} lies within {NEAR_M:g} m at the same time: their effects cannot be told apart. Stagger them, or judge them together."
        for one in found
    ]


def overlaps_of_problem(connection: Connection, problem_id: int, *, today: date) -> list[str]:
    """A warning for each action, approved plan and open problem near the places of a problem, now or later; its own actions are none."""
    found = store.overlapping_work(connection, "problem", problem_id, within_m=NEAR_M, today=today)
    return _of_a_place(found)


def overlaps_of_point(
    connection: Connection, lon: float, lat: float, *, today: date, problem_id: int | None
) -> list[str]:
    """The same for a public point, such as that of a concern; its own problem is none."""
    found = store.overlapping_work(
        connection, "problem", problem_id or 0, within_m=NEAR_M, today=today, point=(lon, lat)
    )
    return _of_a_place(found)


def _of_a_place(found: list[store.Work]) -> list[str]:
    return [
        f"{_said(one)} is open within {NEAR_M:g} m: one file may hold both."
        if one.kind == "problem"
        else f"{_said(one)} lies within {NEAR_M:g} m: the effect of an action here at that time could not be told apart from it. "
        "Begin after it, or judge them together."
        for one in found
    ]


def _said(one: store.Work) -> str:
    days = f", {one.starts_on} to {one.ends_on}" if one.ends_on else ""
    return f"{NAMES[one.kind]} {one.number} ({one.title}{days})"
