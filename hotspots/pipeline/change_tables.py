"""Hold every type, and every area of a kind, against last year: counts of both times, and whether chance explains the difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from hotspots.domain.honest_number import AreaChange, Change, TypeChange
from hotspots.domain.period import Period
from hotspots.pipeline.comparison import against, change_from_last_year, comparable_past, located_shares, usual_weeks
from hotspots_models.statistics.weekly_band import USUAL_OVERDISPERSION

if TYPE_CHECKING:
    from hotspots.domain.incident_filter import IncidentFilter
    from hotspots.store.public.reader import OpenReader

CHANCE_ALONE = 1.0  # variance over mean of counts that are independent of each other


def year_to_date(question: IncidentFilter) -> IncidentFilter:
    """The same question from 1 January of the period's last day."""
    end = question.period.end
    return question.with_period(Period(date(question.period.last_day.year, 1, 1), end))


def changes_by_type(reader: OpenReader, question: IncidentFilter) -> tuple[TypeChange, ...]:
    """Every type with reports now or then, most now first: these days and the year to date, each against last year.

    The types that the question asks for are left out of account: the table shows what each would leave. The spread is of the
    type's own weeks before the period. A change is None where whole data do not reach so far.
    """
    asked = replace(question, crime_types=())
    recent, to_date = _both_times(reader, asked), _both_times(reader, year_to_date(asked))
    is_known = reader.count(asked).is_known
    found = []
    for kind in reader.by_type(asked):
        weeks = usual_weeks(reader, replace(asked, crime_types=(kind.name,)))
        spread = weeks[0].overdispersion if weeks else USUAL_OVERDISPERSION
        changes = [None if times is None else _change(times, kind.name, spread) for times in (recent, to_date)]
        if kind.incidents or any(one and (one.now or one.past) for one in changes):
            incidents = kind.incidents if is_known else None
            found.append(TypeChange(kind.name, kind.label, kind.group, incidents, *changes))
    return tuple(found)


class _Times:
    """The counts of a question now and in the same days last year, by type."""

    def __init__(self, reader: OpenReader, question: IncidentFilter, past: Period) -> None:
        earlier = question.with_period(past)
        self.period, self.past_period = question.period, past
        self.now = {one.name: one.incidents for one in reader.by_type(question)}
        self.past = {one.name: one.incidents for one in reader.by_type(earlier)}
        self.shares = located_shares(reader, question, earlier)


def _both_times(reader: OpenReader, question: IncidentFilter) -> _Times | None:
    past = comparable_past(reader, question.period, question.areas)
    return _Times(reader, question, past) if past else None


def _change(times: _Times, name: str, overdispersion: float) -> Change:
    return against(
        times.now.get(name, 0),
        times.past.get(name, 0),
        period=times.period,
        past_period=times.past_period,
        overdispersion=overdispersion,
        shares=times.shares,
    )


def changes_by_area(reader: OpenReader, question: IncidentFilter, kind: str) -> tuple[AreaChange, ...]:
    """Every current area of a kind, the rest of the question holding, as the verdict on that area alone; none where that is not known.

    A place's weeks never scatter less than chance alone. So an area that chance alone explains is within what is normal for it, and
    its weeks need not be asked; its interval is then that of chance alone. An area that is not whole on record in both years is left out.

    Raises
    ------
    NotFoundError
        The city publishes no such kind of area.
    """
    asked = question.anywhere()
    past_period = comparable_past(reader, asked.period)
    if past_period is None:
        return ()
    past = {row.area: row.incidents for row in reader.by_area(asked.with_period(past_period), kind)}
    found = []
    for row in reader.by_area(asked, kind):
        if row.area is None or not row.area.is_current:
            continue
        if comparable_past(reader, asked.period, (row.area.area_id,)) is None:
            continue
        by_chance = against(
            row.incidents,
            past.get(row.area, 0),
            period=asked.period,
            past_period=past_period,
            overdispersion=CHANCE_ALONE,
            shares=None,
        )
        alone = replace(asked, areas=(row.area.area_id,))
        by_its_weeks = None if by_chance.category == "within" else change_from_last_year(reader, alone)
        found.append(AreaChange(row.area, by_its_weeks or by_chance))
    return tuple(found)
