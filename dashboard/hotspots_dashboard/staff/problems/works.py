"""The page on what works here: every judged action and plan of a remedy on one drawing, and their mean."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from pathlib import Path

from starlette.responses import Response

from hotspots.pipeline.act.remedies import RemedyHere, what_works_here
from hotspots.store.staff.effects import JudgedEffect
from hotspots_dashboard.staff.desk import Asked, Desk

WIDTH, LEAST, MOST = 300.0, 0.2, 5.0  # of the drawing, and the ratios at its ends
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Line:
    """One interval of the drawing: ratio with its bounds, and where they stand."""

    ratio: float
    low: float
    high: float
    x: tuple[float, float, float]


def register(desk: Desk, home: Path | None) -> None:
    """Register the page."""
    door = desk.door

    @desk.page("/problems/works", needs="problem.read")
    def works(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = what_works_here(connection, home)
        drawn = [
            (one, [(each, _of(each)) for each in one.judged], _mean(one), _next(one)) for one in found if one.judged
        ]
        untried = [one.remedy for one in found if not one.judged]
        return desk.render(asked, "problems/works.html", tried=drawn, untried=untried, width=WIDTH, one_at=_at(1.0))


def _of(one: JudgedEffect) -> Line | None:
    if one.log_ratio is None or one.se is None:
        return None
    return _line(exp(one.log_ratio), exp(one.log_ratio - Z * one.se), exp(one.log_ratio + Z * one.se))


def _mean(one: RemedyHere) -> Line | None:
    return one.here and _line(one.here.ratio, one.here.low, one.here.high)


def _next(one: RemedyHere) -> Line | None:
    here = one.here
    if here is None or here.next_low is None or here.next_high is None:
        return None
    return _line(here.ratio, here.next_low, here.next_high)


def _line(ratio: float, low: float, high: float) -> Line:
    return Line(ratio, low, high, (_at(low), _at(ratio), _at(high)))


def _at(ratio: float) -> float:
    """Where a ratio stands, on a log scale; what lies outside stands at the end."""
    return round(WIDTH * (log(min(max(ratio, LEAST), MOST)) - log(LEAST)) / (log(MOST) - log(LEAST)), 1)
