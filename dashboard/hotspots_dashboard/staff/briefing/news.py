"""News of a district: flagged changes, bursts and near repeats. Each expires by itself and then says since when it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import shapely

from hotspots.pipeline.desk.change import Row
from hotspots.pipeline.desk.recent_patterns import Burst, NearRepeats
from hotspots.store.staff import desk_points
from hotspots.store.staff.desk_reader import DeskReader
from hotspots_dashboard.staff import acting
from hotspots_dashboard.staff.change.tables import tables_of
from hotspots_dashboard.staff.desk import Desk
from hotspots_dashboard.staff.districts import Districts
from hotspots_dashboard.staff.recent import bursts_of, near_repeats_of
from hotspots_dashboard.staff.today import BURSTS_DAYS

NEAR_REPEATS_DAYS = 3  # how old the newest day may be before near repeats are not known
MOST_CHANGES = 5


@dataclass(frozen=True, slots=True)
class News:
    """The blocks of what is new; None where it is not known, or not for this role.

    Attributes
    ----------
    changes : flagged lines, and how many were tested.
    bursts : those of the district, and how many boxes and types were searched.
    near_repeats : of each crime type of the list.
    """

    changes: tuple[tuple[Row, ...], int] | None
    bursts: tuple[tuple[Burst, ...], int] | None
    near_repeats: tuple[NearRepeats, ...] | None


def read_news(
    desk: Desk, reader: DeskReader, districts: Districts, *, crime_types: Sequence[str], newest: date, age_days: int
) -> News:
    """Read what is new to the newest day with data, which is `age_days` before yesterday."""
    me, calendar = acting.current(), reader.calendar()
    kinds = [one.kind for one in reader.choices().area_kinds]
    changes = None
    if kinds:
        chosen = districts.chosen
        kind = chosen.kind if chosen else calendar.districts or kinds[0]
        until = calendar.last_whole_week(newest) + timedelta(days=1)
        table = tables_of(
            desk.door,
            reader,
            me.person,
            calendar=calendar,
            until=until,
            kind=kind,
            code=chosen.code if chosen else None,
        ).whole
        flagged = tuple(row for row in table.rows if row.flag in ("more", "fewer"))[:MOST_CHANGES]
        changes = (flagged, table.tested)
    if not me.person.may("points.read"):
        return News(changes, None, None)
    until = newest + timedelta(days=1)
    bursts = near = None
    if age_days <= BURSTS_DAYS:
        searched = bursts_of(desk, reader, until=until)
        bursts = (_in_district(desk, searched.named, districts), searched.searched)
    if age_days <= NEAR_REPEATS_DAYS:
        found = [
            near_repeats_of(desk, reader, name, until=until) for name in crime_types if name in reader.choices().labels
        ]
        near = tuple(one for one in found if one is not None)
    return News(changes, bursts, near)


def _in_district(desk: Desk, named: Sequence[Burst], districts: Districts) -> tuple[Burst, ...]:
    if not districts.chosen or not named:
        return tuple(named)
    with desk.door.acting(acting.current().person) as connection:
        ground = desk_points.read_ground(connection, [districts.asked])
    return tuple(one for one in named if shapely.contains_xy(ground, one.x, one.y))
