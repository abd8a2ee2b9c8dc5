"""A patrol plan: one shift, some boxes, ON and OFF by weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from string import ascii_uppercase
from typing import Literal, get_args

from hotspots.domain.incident_filter import HourRange

VISIT_MINUTES = 15  # Koper 1995: 10 to 16
MOST_VISITS = 3  # of a box and shift
HOURS_APART = 2
BLOCK_DAYS = 7
MissedReason = Literal["calls", "no car", "event", "weather", "decided otherwise"]
MISSED_REASONS: tuple[MissedReason, ...] = get_args(MissedReason)
VisitSource = Literal["form", "ticks", "positions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan as stored."""

    plan_id: int
    title: str
    tactic: str
    crime_types: tuple[str, ...]
    area_kind: str | None
    area_code: str | None
    hours: str
    units: int
    minutes: int
    starts_on: date
    n_blocks: int
    on_share: float
    no_hold_out_reason: str | None
    seed: int
    state: Literal["draft", "approved", "running", "closed"]
    drafted_by: str
    approved_by: str | None
    closed_reason: str | None

    @property
    def ends_on(self) -> date:
        """The day after the last."""
        return self.starts_on + timedelta(days=BLOCK_DAYS * self.n_blocks)

    @property
    def shift(self) -> HourRange:
        """Hours of the shift."""
        return HourRange.parse(self.hours)

    def shift_day(self, at: datetime) -> date:
        """The day that a visit belongs to: after midnight the evening's."""
        return (at - timedelta(days=1)).date() if at.hour in self.shift.after_midnight else at.date()


@dataclass(frozen=True, slots=True)
class PlanBox:
    """A box of a plan, with its letter on sheets and where it is in words."""

    box_no: int
    letter: str
    code: str
    row: int
    col: int
    nearest: str | None
    expected_a_day: float


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it was made; nothing is counted by call sign, and it goes after 14 days."""

    box_no: int
    started_at: datetime
    minutes: int
    call_sign: str | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """Planned against made, of one box. `off_visits` were made on OFF days."""

    letter: str
    planned: int
    visits: int
    minutes: int
    off_visits: int
    missed: dict[str, int]


def letter(n: int) -> str:
    """The n-th letter from 0: A … Z, AA, AB, …"""
    first, second = divmod(n, len(ascii_uppercase))
    return (ascii_uppercase[first - 1] if first else "") + ascii_uppercase[second]
