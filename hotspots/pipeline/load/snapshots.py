"""Absence from a snapshot means withdrawal, where nothing in its files may be the absent incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotspots.store.ledger import incidents as ledger

if TYPE_CHECKING:
    from datetime import date

    from hotspots.pipeline.load.deliveries import ReadDelivery
    from hotspots.pipeline.load.incident_load import IncidentLoad
    from hotspots.sources.normalise import Incidents


@dataclass(slots=True)
class SnapshotFile:
    """One file of a snapshot, without its rows.

    Attributes
    ----------
    name : of the file.
    is_known : it was loaded before, and changes nothing.
    unreadable : it cannot be read.
    is_empty : it has not even a header.
    without_id : records that tell neither id nor content; each may be any incident.
    known_by_content : records that tell no id; of the day `known_on`.
    has_incidents : some row of it could be one.
    """

    name: str
    is_known: bool = False
    unreadable: bool = False
    is_empty: bool = False
    without_id: int = 0
    has_incidents: bool = False
    known_by_content: int = 0
    known_on: date | None = None

    def add(self, part: ReadDelivery) -> None:
        """Add what a part of the file shows."""
        if part.table is None:
            self.is_known, self.unreadable = part.unreadable is None, part.unreadable is not None
            return
        self.is_empty = part.table.header is None
        self.without_id += part.incidents.without_id if part.incidents else len(part.table.bad)
        self.has_incidents |= part.incidents is not None
        self.known_by_content += part.incidents.notes["known_by_content"] if part.incidents else 0
        self.known_on = part.known_on


def note_present(load: IncidentLoad, incidents: Incidents) -> None:
    """Remember the ids of a snapshot's file, and between which occurrences it speaks."""
    ledger.note_present(load.connection, incidents.present)
    occurred = incidents.rows.column("occurred_from").drop_null()
    if len(occurred):
        import pyarrow.compute as pc

        first, last = pc.min_max(occurred).as_py().values()
        load.period = (min(first, load.period[0]), max(last, load.period[1])) if load.period else (first, last)


def withdraw_absent(load: IncidentLoad, group: Sequence[SnapshotFile]) -> None:
    """Withdraw what the snapshot made of these files no longer has; nothing where they leave a doubt, and the summary says so."""
    scope, period = load.city.incidents.scope, load.period
    load.period = None
    if scope is None or all(file.is_known for file in group):
        return  # all of it was loaded before
    doubts = [_doubt(load, file) for file in group]
    if not any(doubts) and not any(file.has_incidents for file in group):
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
        file=group[0].name if scope == "file" else None,
        period=period if scope == "period" else None,
    )


def _doubt(load: IncidentLoad, file: SnapshotFile) -> str | None:
    """Why an absent incident may yet be in a file; None where it cannot.

    Rows without an id are known by their content; where the city file names an id and no row lacked it before, one may have lost it.
    """
    if file.is_known or file.unreadable:
        return "cannot be read"
    if file.is_empty:
        return "empty"
    n = file.without_id
    if load.city.incidents.id and file.known_by_content and file.known_on:
        usual = ledger.has_rows_without_id(load.connection, before=file.known_on)
        n += 0 if usual else file.known_by_content
    if n:
        return "1 line tells no id" if n == 1 else f"{n:,} lines tell no id"
    return None
