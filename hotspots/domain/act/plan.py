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
TAKEN_BACK_REASONS = (
    "pressed by mistake",
    "another box",
    "entered twice",
    "wrong figure or time",
    "did not take place",
)
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
    own_hours: bool

    @property
    def ends_on(self) -> date:
        """The day after the last."""
        return self.starts_on + timedelta(days=BLOCK_DAYS * self.n_blocks)

    @property
    def shift(self) -> HourRange:
        """Hours of the shift."""
        return HourRange.parse(self.hours)

    @property
    def counted(self) -> HourRange | None:
        """Hours whose reports it is judged by; None is all hours, as in plans of before this was kept, and those of a shift of 24 hours."""
        return self.shift if self.own_hours and len(self.shift.hours) < 24 else None

    def words(self, today: date) -> str:
        """How far it is, in words."""
        if self.state == "draft":
            return "waits for approval by another person"
        if self.state == "closed":
            return f"closed: {self.closed_reason}"
        if today < self.starts_on:
            return f"approved, begins on {self.starts_on:%a %d %b %Y}"
        if today >= self.ends_on:
            return "its weeks are over: close it"
        return f"week {(today - self.starts_on).days // BLOCK_DAYS + 1} of {self.n_blocks}"

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
    record: int | None = None  # incidents of the 52 weeks before the draft, in the hours that count
    typical: float | None = None  # of the middle box with any incident

    @property
    def where(self) -> str:
        """Where it is in words."""
        return self.nearest or self.code

    @property
    def reason(self) -> str:
        """Why there: its long record beside an ordinary box."""
        return "" if self.record is None else f"{self.record} in 52 weeks, the middle box {self.typical:g}"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it was made; nothing is counted by call sign, and it goes after 14 days."""

    box_no: int
    started_at: datetime
    minutes: int
    call_sign: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a shift: a visit, or visits that were not made; `why`, `by` and `at` say who took it back, and for what reason."""

    box_no: int
    letter: str
    visit_id: int | None
    started_at: datetime | None
    minutes: int | None
    source: VisitSource | None
    reason: str | None
    visits: int | None
    why: str | None
    by: str | None
    at: datetime | None

    @property
    def name(self) -> str:
        """The same for a phone, a page and the shell; no number of the database."""
        return (
            f"{self.letter} {self.reason}"
            if self.started_at is None
            else f"{self.letter} {self.started_at:%Y-%m-%dT%H:%M:%S} {self.source}"
        )

    @property
    def words(self) -> str:
        """The entry in words."""
        if self.started_at is None:
            return f"{self.visits} not made: {self.reason}"
        how = {"form": "by phone", "ticks": "ticked", "positions": "from positions", None: ""}[self.source]
        return f"{self.started_at:%H:%M}, {self.minutes} minutes, {how}"


@dataclass(frozen=True, slots=True)
class Delivered:
    """Planned against made, of one box. `off_visits` were made on OFF days."""

    letter: str
    planned: int
    visits: int
    minutes: int
    off_visits: int
    missed: dict[str, int]


@dataclass(frozen=True, slots=True)
class DeliveredDay:
    """Planned against made, of one day over all boxes.

    `missed` by reason, `changes` are boxes added or suppressed in words, `not_entered` planned visits that were neither made nor explained.
    """

    day: date
    planned: int
    visits: int
    minutes: int
    missed: dict[str, int]
    changes: tuple[str, ...]
    not_entered: int


def letter(n: int) -> str:
    """The n-th letter from 0: A … Z, AA, AB, …"""
    first, second = divmod(n, len(ascii_uppercase))
    return (ascii_uppercase[first - 1] if first else "") + ascii_uppercase[second]
