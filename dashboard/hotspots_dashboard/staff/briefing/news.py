"""News of a district: flagged changes, bursts and near repeats. Each expires by itself and then says since when it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import date, timedelta

import shapely

from hotspots.pipeline.desk.change import Row
from hotspots.pipeline.desk.recent_patterns import Burst, NearRepeats
from hotspots.store.staff.desk import points as desk_points
from hotspots.store.staff.desk.reader import DeskReader
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
    me, until = acting.current(), newest + timedelta(days=1)
    if not me.person.may("points.read"):
        return News(_changes(desk, reader, districts, newest), None, None)
    bursts = near = None
    with ThreadPoolExecutor(1) as beside:  # two questions of a second or two each, once a delivery: side by side
        me_too = copy_context()  # a thread of its own does not know who asks
        searching = (
            beside.submit(me_too.run, lambda: bursts_of(desk, reader, until=until)) if age_days <= BURSTS_DAYS else None
        )
        changes = _changes(desk, reader, districts, newest)
        if age_days <= NEAR_REPEATS_DAYS:
            known = reader.choices().labels
            found = [near_repeats_of(desk, reader, name, until=until) for name in crime_types if name in known]
            near = _zones_in_district(desk, [one for one in found if one is not None], districts)
        if searching:
            searched = searching.result()
            bursts = (_in_district(desk, searched.named, districts), searched.searched)
    return News(changes, bursts, near)


def _changes(desk: Desk, reader: DeskReader, districts: Districts, newest: date) -> tuple[tuple[Row, ...], int] | None:
    calendar, chosen = reader.calendar(), districts.chosen
    kinds = [one.kind for one in reader.choices().area_kinds]
    if not kinds:
        return None
    table = tables_of(
        desk.door, reader, acting.current().person,
        calendar=calendar,
        until=calendar.last_whole_week(newest) + timedelta(days=1),
        kind=chosen.kind if chosen else calendar.districts or kinds[0],
        code=chosen.code if chosen else None,
    ).whole  # fmt: skip
    return tuple(row for row in table.rows if row.flag in ("more", "fewer"))[:MOST_CHANGES], table.tested


def _in_district(desk: Desk, named: Sequence[Burst], districts: Districts) -> tuple[Burst, ...]:
    if not districts.chosen or not named:
        return tuple(named)
    ground = _ground(desk, districts)
    return tuple(one for one in named if shapely.contains_xy(ground, one.x, one.y))


def _zones_in_district(desk: Desk, found: Sequence[NearRepeats], districts: Districts) -> tuple[NearRepeats, ...]:
    if not districts.chosen or not any(one.zones for one in found):
        return tuple(found)
    ground = _ground(desk, districts)
    return tuple(
        replace(one, zones=tuple(zone for zone in one.zones if shapely.intersects(ground, zone.shape))) for one in found
    )


def _ground(desk: Desk, districts: Districts) -> shapely.Geometry:
    with desk.door.acting(acting.current().person) as connection:
        return desk_points.read_ground(connection, [districts.asked])
