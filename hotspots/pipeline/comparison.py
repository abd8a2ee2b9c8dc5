"""Compare a place with its past and with the others: changes judged by chance, areas in a funnel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hotspots.domain.honest_number import Change, ChangeCategory, Funnel, FunnelArea
from hotspots_models.statistics.change import FLAG_Z, change_z
from hotspots_models.statistics.funnel import funnel_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from hotspots.domain.incident_filter import IncidentFilter
    from hotspots.domain.period import Period
    from hotspots.store.public.reader import OpenReader


def change_from_before(reader: OpenReader, question: IncidentFilter) -> Change | None:
    """The question's count beside that of the same length of time before; None where whole data do not reach so far."""
    return _change(reader, question, question.period.before())


def change_from_last_year(reader: OpenReader, question: IncidentFilter) -> Change | None:
    """The question's count beside that of the same days last year; None where whole data do not reach so far."""
    return _change(reader, question, question.period.year_before())


def _change(reader: OpenReader, question: IncidentFilter, past_period: Period | None) -> Change | None:
    vintage = reader.vintage()
    first, newest = vintage.data_from or vintage.first_day, vintage.newest_day
    if past_period is None or first is None or newest is None:
        return None
    if not (past_period.is_within(first, newest) and question.period.is_within(first, newest)):
        return None
    now, past = reader.count(question).total, reader.count(question.with_period(past_period)).total
    ratio = question.period.n_days / past_period.n_days
    z = float(change_z(past, now, exposure_ratio=ratio))
    return Change(
        period=question.period,
        past_period=past_period,
        now=now,
        past=past,
        expected=past * ratio,
        z=z,
        category="within" if abs(z) <= FLAG_Z else "higher" if z > 0 else "lower",
    )


def funnel(reader: OpenReader, question: IncidentFilter, kind: str) -> Funnel:
    """Counts of the current areas of a kind against what their residents, or else their ground, would let expect.

    The question's own place is left out: all areas of the city are compared. What is outside the study area is in no rate.

    Raises
    ------
    NotFoundError
        The city publishes no such kind of area.
    """
    rows = [row for row in reader.by_area(question.anywhere(), kind) if row.area is not None and row.area.is_current]
    known = {row.area: row for row in rows if row.area is not None}
    per: Literal["residents", "km2"] = "residents" if any(area.residents for area in known) else "km2"
    exposure = {area: float((area.residents if per == "residents" else area.km2) or 0) for area in known}
    compared = [area for area in known if exposure[area] > 0]
    limits = funnel_limits([known[area].of_rate for area in compared], [exposure[area] for area in compared])
    narrow = [limits.at(sd) for sd in (-3, -2, 2, 3)]
    wide = [limits.at(sd, wide=True) for sd in (-3, -2, 2, 3)]
    return Funnel(
        kind=kind,
        per=per,
        rate=limits.rate,
        overdispersion=limits.overdispersion,
        areas=tuple(
            FunnelArea(
                area=area,
                incidents=known[area].of_rate,
                outside=known[area].outside,
                exposure=exposure[area],
                expected=float(limits.expected[n]),
                limits=_four(narrow, n),
                wide_limits=_four(wide, n),
                category=_category(known[area].of_rate, _four(wide, n)),
            )
            for n, area in enumerate(compared)
        ),
        left_out=tuple(area for area in known if exposure[area] <= 0),
    )


def _four(lines: Sequence[NDArray[np.float64]], n: int) -> tuple[float, float, float, float]:
    first, second, third, fourth = (float(line[n]) for line in lines)
    return first, second, third, fourth


def _category(incidents: int, limits: tuple[float, float, float, float]) -> ChangeCategory:
    return "lower" if incidents < limits[0] else "higher" if incidents > limits[3] else "within"
