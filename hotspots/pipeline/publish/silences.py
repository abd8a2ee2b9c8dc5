"""Silences of one area or one type inside the data: what may be missing, for somebody who knows to say. No number changes by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from hotspots.domain.period import Period
from hotspots.pipeline.publish.gaps import LEAST_DAYS, SIDE_DAYS
from hotspots.store.ledger import status as store
from hotspots_models.statistics.gaps import FALSE_GAPS, find_gaps

if TYPE_CHECKING:
    from typing import Any

    import psycopg


@dataclass(frozen=True, slots=True)
class Silence:
    """Days on which one area or type has hardly any incidents, though the city has, and its own rate makes that all but impossible.

    kind : a kind of area, or "type". found, expected : incidents of these days, and what its own days around let expect.
    """

    kind: str
    name: str
    period: Period
    found: int
    expected: float

    @property
    def words(self) -> str:
        """The silence in a line."""
        return (
            f"{self.kind} {self.name}: {self.found:,} incidents from {self.period.start} to {self.period.last_day}, "
            f"where about {self.expected:,.0f} would be usual. Were its reports not delivered?"
        )


def look_for_silences(connection: psycopg.Connection[Any]) -> list[Silence]:
    """Look at each area of every kind and at each type, longest silences first."""
    found: list[Silence] = []
    city = store.city_gaps(connection)
    rows = store.days_of_areas_and_types(connection)
    if not rows:
        return []
    of_series: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for kind, name, day, incidents in rows:
        of_series.setdefault((kind, name), []).append((day, incidents))
    span = Period.from_days(min(row[2] for row in rows), max(row[2] for row in rows))
    for (kind, name), days in of_series.items():
        found += silences_of(kind, name, days, span=span, known=city, among=len(of_series))
    return sorted(found, key=lambda one: (-one.period.n_days, one.kind, one.name))


def silences_of(
    kind: str, name: str, days: Iterable[tuple[date, int]], *, span: Period, known: Iterable[Period], among: int
) -> list[Silence]:
    """Find the silences of one series.

    Parameters
    ----------
    days : days with their incidents; others had none
    span : days of the city's data
    known : gaps of the whole city, which are left out of the series
    among : series that are looked at; each has its part of the false alarms of one
    """
    counts = np.zeros(span.n_days)
    for day, incidents in days:
        counts[(day - span.start).days] = incidents
    is_known = np.ones(span.n_days, bool)
    for gap in known:
        is_known[max(0, (gap.start - span.start).days) : max(0, (gap.end - span.start).days)] = False
    kept = np.flatnonzero(is_known)
    gaps = find_gaps(counts[kept], side=SIDE_DAYS, least=LEAST_DAYS, false_gaps=FALSE_GAPS / among)
    return [
        Silence(
            kind,
            name,
            Period.from_days(*(span.start + timedelta(days=int(kept[at])) for at in (gap.first, gap.last))),
            gap.found,
            gap.expected,
        )
        for gap in gaps
    ]
