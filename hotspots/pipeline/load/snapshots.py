"""Absence from a snapshot means withdrawal, where nothing in its files may be the absent incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspots.store.ledger import incidents as ledger

if TYPE_CHECKING:
    from hotspots.pipeline.load.deliveries import ReadDelivery
    from hotspots.pipeline.load.incident_load import IncidentLoad
    from hotspots.sources.normalise import Incidents


def note_present(load: IncidentLoad, incidents: Incidents) -> None:
    """Remember the ids of a snapshot's file, and between which occurrences it speaks."""
    ledger.note_present(load.connection, incidents.present)
    occurred = incidents.rows.column("occurred_from").drop_null()
    if len(occurred):
        import pyarrow.compute as pc

        first, last = pc.min_max(occurred).as_py().values()
        load.period = (min(first, load.period[0]), max(last, load.period[1])) if load.period else (first, last)


def withdraw_absent(load: IncidentLoad, group: list[ReadDelivery]) -> None:
    """Withdraw what the snapshot made of these files no longer has; nothing where they leave a doubt, and the summary says so."""
    scope, period = load.city.incidents.scope, load.period
    load.period = None
    if scope is None or all(delivery.table is None and delivery.unreadable is None for delivery in group):
        return  # all of it was loaded before
    doubts = [_doubt(delivery) for delivery in group]
    if not any(doubts) and all(delivery.incidents is None for delivery in group):
        doubts = ["no incident in it"] * len(group)
    for entry, doubt in zip(load.summary.files[-len(group) :], doubts, strict=True):
        if doubt:
            entry["note"] = f"{entry.get('note', doubt)}, so nothing is withdrawn by absence"
    newest = ledger.newest_delivery(load.connection, dataset=ledger.INCIDENTS)
    if any(doubts) or newest is None or (scope == "period" and period is None):
        ledger.forget_present(load.connection)
        return
    load.summary.withdrawn_by_absence += ledger.withdraw_absent(
        load.connection,
        newest.delivery_id,
        known_on=newest.known_on,
        file=group[0].file.name if scope == "file" else None,
        period=period if scope == "period" else None,
    )


def _doubt(delivery: ReadDelivery) -> str | None:
    """Why an absent incident may yet be in a file; None where it cannot."""
    if delivery.table is None:
        return "cannot be read"
    if delivery.table.header is None:
        return "empty"
    without_id = delivery.incidents.without_id if delivery.incidents else len(delivery.table.bad)
    if without_id:
        return "1 line tells no id" if without_id == 1 else f"{without_id:,} lines tell no id"
    return None
