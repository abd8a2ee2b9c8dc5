"""Patterns of the newest days: bursts that hold against dates dealt out anew, and zones that near repeats warm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely

from hotspots.errors import InputError
from hotspots.pipeline.desk.points import read_incidents_seen
from hotspots.pipeline.statistics.patterns import EPOCH, LEAST_RATIO, patterns_of
from hotspots.pipeline.statistics.reading import Question
from hotspots.store.server.connection import Connection
from hotspots.store.staff.desk import lists as desk_lists
from hotspots.store.staff.desk import points as store
from hotspots_models.boxes import BOX_M
from hotspots_models.statistics.bursts import bursts

WINDOWS = (7, 14)  # days
YEAR_DAYS = 364
REACH_M, REACH_DAYS = 200.0, 14
MOST_ZONES = 10
FEWEST_FOR_KNOX, MOST_FOR_KNOX = 30, 12_000


@dataclass(frozen=True, slots=True)
class Burst:
    """A box with more days of a crime type lately than its own year explains; `expected` is of the window."""

    crime_type: str
    where: str
    days: int
    incidents: int
    window_days: int
    expected: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Searched:
    """The bursts of a morning, and how many boxes and types were searched for them."""

    named: tuple[Burst, ...]
    searched: int


@dataclass(frozen=True, slots=True)
class WarmZone:
    """A zone in which another incident is more likely until a day."""

    where: str
    incidents: int
    newest: date
    warm_until: date
    shape: Any


@dataclass(frozen=True, slots=True)
class NearRepeats:
    """Whether near repeats of a type tell anything here. Zones are shown only where the lower bound of the ratio is at least 1.3."""

    crime_type: str
    ratio: str
    zones: tuple[WarmZone, ...]
    is_shown: bool


def find_bursts(connection: Connection, *, until: date) -> Searched:
    """Search every box and type of the last year for bursts; at most one morning in ten names one by chance. Needs an opened view."""
    short, long = (until - timedelta(days=days) for days in WINDOWS)
    rows = store.read_box_days(
        connection, since=until - timedelta(days=YEAR_DAYS), until=until, short=short, long=long, size_m=BOX_M
    )
    if not rows:
        return Searched((), 0)
    found = bursts(
        [row.total for row in rows],
        [(row.short, row.long) for row in rows],
        [row.crime_type for row in rows],
        seed=until.toordinal(),
    )
    named = [rows[at] for at in found.row]
    xs = [(row.col + 0.5) * BOX_M for row in named]
    ys = [(row.row + 0.5) * BOX_M for row in named]
    names = desk_lists.read_nearest_names(connection, xs, ys) if named else []
    return Searched(
        tuple(
            Burst(
                row.crime_type,
                name or "no crossing near",
                (row.short, row.long)[window],
                (row.short_incidents, row.long_incidents)[window],
                WINDOWS[window],
                float(expected),
                x,
                y,
            )
            for row, name, window, expected, x, y in zip(
                named, names, found.window.tolist(), found.expected, xs, ys, strict=True
            )
        ),
        found.searched,
    )


def find_near_repeats(
    connection: Connection, crime_type: str, *, label: str, until: date, srid: int
) -> NearRepeats | None:
    """The zones that near repeats of a type warm now; None where a year has too few of it to tell. Needs an opened view."""
    question = Question(
        crime_types=(crime_type,), first_day=until - timedelta(days=YEAR_DAYS), last_day=until - timedelta(days=1)
    )
    incidents = read_incidents_seen(connection, question, newest=MOST_FOR_KNOX)
    if len(incidents.xy_m) < FEWEST_FOR_KNOX:
        return None
    if (
        len(incidents.xy_m) == MOST_FOR_KNOX
    ):  # the newest tell as much, and all pairs of a year would take half a minute
        first = int(incidents.day.min()) + 1  # the oldest day is not whole
        incidents = incidents.take(incidents.day >= first)
        question = replace(question, first_day=EPOCH + timedelta(days=first))
    try:
        report = patterns_of(
            incidents, question, [label], srid, show="warm", distance_m=REACH_M, days=REACH_DAYS, permutations=99
        )
    except InputError:  # more pairs than can be compared: too dense to be told from chance
        return None
    rows, shapes = list(report.rows)[:MOST_ZONES], list(report.geometry or ())[:MOST_ZONES]
    names = _names(connection, shapes)
    zones = [
        WarmZone(name or "no crossing near", row["incidents"], row["newest"], row["warm until"], shape)
        for row, shape, name in zip(rows, shapes, names, strict=True)
    ]
    shown = not any(f"below {LEAST_RATIO:g}" in note for note in report.notes)
    return NearRepeats(crime_type, report.question["Ratio within the reach"], tuple(zones), shown)


def _names(connection: Connection, shapes: Sequence[Any]) -> list[str | None]:
    if not shapes:
        return []
    middle = shapely.get_coordinates(shapely.centroid(np.array(shapes, dtype=object)))
    return desk_lists.read_nearest_names(connection, middle[:, 0].tolist(), middle[:, 1].tolist())
