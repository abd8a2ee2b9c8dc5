"""Counts of sensitive incidents by month: which months are due, and what of them is published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from hotspots.domain.suppression import suppress
from hotspots.store.publication import sensitive_counts
from hotspots.store.publication.publication import Connection
from hotspots.store.publication.rules import Rules

BEGINNING = date.min + timedelta(days=366)  # before any incident, and inside PostgreSQL's calendar


def write_months(connection: Connection, rules: Rules, months: Sequence[date]) -> None:
    """Publish the counts of these months, and take back those of all others."""
    published = {}
    history = sensitive_counts.read_history(connection, months)
    counted = sensitive_counts.count_by_area(connection, rules, months)
    for month in months:
        counts = counted[month]
        order = sensitive_counts.areas_of_month(connection, rules, month=month)
        by_area = {
            area: counts.get(area, 0)
            for area in dict.fromkeys([*order, *(area for area in counts if area is not None)])
        }
        kind, hidden = history.get(month, (rules.sensitive_kind, frozenset()))
        if kind != rules.sensitive_kind:  # two kinds that cut each other would tell of the pieces: the city alone
            hidden |= by_area.keys()
        published[month] = suppress(
            by_area, elsewhere=counts.get(None, 0), order=order, threshold=rules.suppress_below, hidden_before=hidden
        )
    sensitive_counts.replace_months(connection, published)
    sensitive_counts.note_history(connection, rules, published)


def complete_months(months: Collection[date], *, end: date) -> list[date]:
    """The months that end before the day `end`: two counts of one month would tell what happened between two publications."""
    return sorted(month for month in months if (month + timedelta(days=31)).replace(day=1) <= end)
