"""Counts of records beside the incidents, such as calls for service, by area and whole month, for the public."""

from __future__ import annotations

from datetime import date

from hotspots.domain.suppression import suppress
from hotspots.store.publication import record_counts, sensitive_counts
from hotspots.store.publication.publication import Connection
from hotspots.store.publication.rules import Rules

INITIATORS = ("public", "police", "unknown")


def write_record_months(connection: Connection, rules: Rules, *, end: date) -> int:
    """Publish the counts of every whole month before the day `end`, those of citizens and officers apart; return how many months.

    No sum of the two is published: less the one it would tell a small number of the other. Each is hidden by the rule of sensitive months.
    """
    published = []
    for record_kind, label in record_counts.published_kinds(connection):
        for month in record_counts.whole_months(connection, record_kind, end=end):
            order = sensitive_counts.areas_of_month(connection, rules, month=month)
            first_kind = record_counts.first_kind(connection, record_kind, month=month, kind=rules.sensitive_kind)
            for initiated_by in INITIATORS:
                counts = record_counts.count_by_area(
                    connection, record_kind, initiated_by, month=month, kind=rules.sensitive_kind
                )
                by_area = {
                    area: counts.get(area, 0)
                    for area in dict.fromkeys([*order, *(area for area in counts if area is not None)])
                }
                hidden = record_counts.read_hidden(connection, record_kind, initiated_by, month=month)
                if first_kind != rules.sensitive_kind:  # two kinds that cut each other would tell of the pieces
                    hidden |= by_area.keys()
                shown = suppress(
                    by_area,
                    elsewhere=counts.get(None, 0),
                    order=order,
                    threshold=rules.suppress_below,
                    hidden_before=hidden,
                )
                record_counts.note_hidden(connection, record_kind, initiated_by, month=month, counts=shown)
                published.append((record_kind, label, initiated_by, month, shown))
    record_counts.replace_counts(connection, published)
    return len({(kind, month) for kind, _, _, month, _ in published})
