"""Bursts and near repeats of the ground that a person reads: searched once, then kept until the data change."""

from __future__ import annotations

from datetime import date, timedelta

from hotspots.pipeline.desk.recent_patterns import NearRepeats, Searched, find_bursts, find_near_repeats
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff import acting
from hotspots_dashboard.staff.desk import Desk


def bursts_of(desk: Desk, reader: DeskReader, *, until: date) -> Searched:
    """The bursts before a day; opens a view for it."""
    person = acting.current().person

    def search() -> Searched:
        with desk.door.acting(person, view=_view(desk, "bursts", until)) as connection:
            return find_bursts(connection, until=until)

    _view(desk, "bursts", until)
    return reader.remember(("bursts", _ground(), until), search)


def near_repeats_of(desk: Desk, reader: DeskReader, crime_type: str, *, until: date) -> NearRepeats | None:
    """The near repeats of a type before a day, None where a year has too few of it; opens a view for it."""
    person, label, srid = acting.current().person, reader.choices().labels[crime_type], reader.city().srid

    def search() -> NearRepeats | None:
        with desk.door.acting(person, view=_view(desk, crime_type, until)) as connection:
            return find_near_repeats(connection, crime_type, label=label, until=until, srid=srid)

    _view(desk, crime_type, until)
    return reader.remember(("near repeats", crime_type, _ground(), until), search)


def _view(desk: Desk, what: str, until: date) -> int:
    """The view of a search: a line in the audit also where the answer is kept already."""
    asked = {"search": what, "to": (until - timedelta(days=1)).isoformat()}
    return desk.door.open_view(acting.current().person, "patterns", asked)


def _ground() -> tuple[str, ...] | None:
    return acting.current().person.ground
