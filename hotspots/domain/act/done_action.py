"""A past action as the public sees it: what was done, when, what it was judged by, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotspots.domain.act.action import Method, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneAction:
    """A past action with its published effect.

    Attributes
    ----------
    crime_types : labels of the types that it was judged by.
    ends_on : the last day.
    ratio, low, high : reports over those expected, with the 95 % interval; None where it says nothing alone; `high` also without a bound.
    smallest_effect : the smallest change that could have been seen, as a share; None where it is not known.
    points : longitude and latitude of public points; empty where none may be shown.
    """

    effect_id: int
    remedy: str
    crime_types: tuple[str, ...]
    starts_on: date
    ends_on: date
    method: Method
    verdict: Verdict
    ratio: float | None
    low: float | None
    high: float | None
    smallest_effect: float | None
    points: tuple[tuple[float, float], ...]
