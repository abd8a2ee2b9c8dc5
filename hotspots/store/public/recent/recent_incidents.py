"""Published incidents as columns in a server's memory: what the public map counts, counted in milliseconds.

The database stays the truth and the only place of geometry: which anchors are inside an area, a radius or a polygon is asked there, by the
same conditions as everywhere, and kept. Fourteen bytes an incident; the newest ones where not all may be held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import sql

from hotspots.domain.filters.declaration import Column
from hotspots.domain.filters.fields import COLUMN_FIELDS, PLACE_FIELDS, asked, column_values
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.store.public.answer_cache import AnswerCache
from hotspots.store.public.incident_filter import conditions_of_place
from hotspots.store.public.work import LONG_INCIDENTS, Lane
from hotspots.store.sql.compose import Connection, compose, fetch_all, fetch_one
from hotspots.store.sql.files import load_queries

MIB = 1024 * 1024
KEPT_PLACES, KEPT_PLACES_BYTES = 100, 16 * MIB  # sets of anchors inside what was asked for
KEPT_POINTS, KEPT_POINTS_BYTES = 50, 64 * MIB  # questions whose points are kept for their next tiles
KEPT_ROWS, KEPT_ROWS_BYTES = 20, 128 * MIB  # questions whose incidents are kept for their other breakdowns
LOCATED, OUTSIDE = 0, 2  # statuses of an anchor, as the query numbers them
UNKNOWN = -1
# Of `open.incident`, held for the fields of the filter that they answer; crime and location types are counted as well.
COLUMNS = {field.column.name: np.int16 if field.column.table else np.int8 for field in COLUMN_FIELDS}
BYTES_EACH = 9 + sum(np.dtype(kind).itemsize for kind in COLUMNS.values())  # day 4, hour 1, anchor 4, and these: 14

Ints = npt.NDArray[np.signedinteger[Any]]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Anchors:
    """Public points in order of their numbers: number, status, and place in units of the world; arrays of equal length."""

    anchor_id: Ints
    status: Ints
    world_x: Ints
    world_y: Ints


@dataclass(frozen=True, eq=False)
class AnchorCounts:
    """Points on the map in order of their numbers, in units of the world, and `counts` by crime group, of shape (points, groups)."""

    anchor_id: Ints
    world_x: Ints
    world_y: Ints
    counts: Ints


class RecentIncidents:
    """`IncidentCounts` of the newest incidents, as one publication has them: whole days from `first_day` on.

    Attributes
    ----------
    vintage_id : number of the publication that was read.
    first_day : from this day on every published incident is here; the first of all days where none is missing.
    anchors : the public points.
    """

    def __init__(self, connection: Connection, *, vintage_id: int, most_bytes: int) -> None:
        """Read as many as `most_bytes` hold, in one transaction of the caller's that sees one publication."""
        queries = load_queries("public/recent_incidents")
        cut_day = queries.day_of_row(connection, n=most_bytes // BYTES_EACH)
        first_day = date.min if cut_day is None else cut_day + timedelta(days=1)
        self.vintage_id, self.first_day = vintage_id, first_day
        anchor_id, status, world_x, world_y = queries.anchors(connection)
        self.anchors = Anchors(
            anchor_id=_column(anchor_id, ">i4"),
            status=_column(status, ">i2"),
            world_x=_column(world_x, ">i4"),
            world_y=_column(world_y, ">i4"),
        )
        day, hour, anchor_id, *columns = fetch_one(connection, _every_column(first_day))
        self._day = _column(day, ">i4")
        self._hour = _column(hour, ">i2").astype(np.int8)
        self._anchor = np.searchsorted(self.anchors.anchor_id, _column(anchor_id, ">i4")).astype(np.int32)
        self._columns = {
            name: _column(sent, ">i2").astype(kind) for (name, kind), sent in zip(COLUMNS.items(), columns, strict=True)
        }
        self._numbers = {
            field.attribute: _numbers_of_words(connection, field.column)
            for field in COLUMN_FIELDS
            if field.column.table
        }
        self._groups = dict(queries.groups(connection))
        self._location_types = {number: name for name, number in queries.location_types(connection)}
        self._inside = AnswerCache(KEPT_PLACES, most_bytes=KEPT_PLACES_BYTES)
        self._areas = AnswerCache(KEPT_PLACES, most_bytes=KEPT_PLACES_BYTES)
        self._at_anchors = AnswerCache(KEPT_POINTS, most_bytes=KEPT_POINTS_BYTES)
        self._found = AnswerCache(KEPT_ROWS, most_bytes=KEPT_ROWS_BYTES)

    @property
    def n_bytes(self) -> int:
        """Memory of the columns."""
        columns = (self._day, self._hour, self._anchor, *self._columns.values())
        return sum(column.nbytes for column in columns)

    def covers(self, question: IncidentFilter) -> bool:
        """Whether all that the question may leave is here."""
        return question.period.start >= self.first_day

    def lane(self, question: IncidentFilter) -> Lane:
        """The lane of a question, by how many incidents its filter is held to; short where those that it leaves are kept."""
        if question in self._found:
            return "short"
        first, last = self._window(question.period.start.toordinal(), question.period.end.toordinal())
        return "long" if last - first > LONG_INCIDENTS else "short"

    # The counts of `IncidentCounts` --------------------------------------------------------------------------------

    def total(self, connection: Connection, question: IncidentFilter) -> int:
        """How many match."""
        return len(self._columns["crime_type_id"][self._left(connection, question)])

    def by_status(self, connection: Connection, question: IncidentFilter) -> tuple[int, int, int]:
        """On the map, without location, outside the study area."""
        status = self.anchors.status[self._anchor[self._left(connection, question)]]
        located, no_location, outside = np.bincount(status, minlength=3).tolist()
        return located, no_location, outside

    def hour_unknown(self, connection: Connection, question: IncidentFilter) -> int:
        """How many match all of a filter but its hours, because the hour is not known."""
        at_any_hour = self._left(connection, replace(question, hours=None))
        return int(np.count_nonzero(self._hour[at_any_hour] == UNKNOWN))

    def by_day(self, connection: Connection, question: IncidentFilter) -> dict[date, int]:
        """Days that an incident counts to, zeros left out."""
        days = self._days(self._left(connection, question), question)
        return {date.fromordinal(day): n for day, n in _counted(days)}

    def by_weekday_hour(self, connection: Connection, question: IncidentFilter) -> list[tuple[int, int | None, int]]:
        """ISO weekday, hour, incidents; zeros left out."""
        left = self._left(connection, question)
        hour = self._hour[left]
        # The hour that is not known comes last, as the database sorts it.
        cells = _counted(25 * _weekday(self._days(left, question)) + np.where(hour == UNKNOWN, 24, hour))
        return [(cell // 25, None if cell % 25 == 24 else cell % 25, n) for cell, n in cells]

    def by_type(self, connection: Connection, question: IncidentFilter) -> dict[int, int]:
        """By number of the crime type, zeros left out."""
        return dict(_counted(self._columns["crime_type_id"][self._left(connection, question)]))

    def by_location_type(self, connection: Connection, question: IncidentFilter) -> list[tuple[str | None, int]]:
        """Most first, zeros left out; None where none is recorded."""
        counted = _counted(self._columns["location_type_id"][self._left(connection, question)])
        named = ((self._location_types.get(number), n) for number, n in counted)
        return sorted(named, key=lambda row: (-row[1], row[0] is None, row[0]))

    def by_area(self, connection: Connection, question: IncidentFilter, kind: str) -> dict[int | None, tuple[int, int]]:
        """All, and of them those outside the study area, by number of the area of a kind, None in none; zeros left out."""
        area_of_anchor = self._areas.get(kind, lambda: self._read_areas(connection, kind))
        anchor = self._anchor[self._left(connection, question)]
        outside = dict(_counted(area_of_anchor[anchor[self.anchors.status[anchor] == OUTSIDE]]))
        counted = _counted(area_of_anchor[anchor])
        return {None if area == UNKNOWN else area: (n, outside.get(area, 0)) for area, n in counted}

    def at_anchors(self, connection: Connection, question: IncidentFilter, groups: tuple[str, ...]) -> AnchorCounts:
        """Points on the map that have incidents, kept for the other tiles of the same question."""
        return self._at_anchors.get((question, groups), lambda: self._count_anchors(connection, question, groups))

    def _count_anchors(self, connection: Connection, question: IncidentFilter, groups: tuple[str, ...]) -> AnchorCounts:
        left = self._left(connection, question)
        anchor = self._anchor[left]
        on_the_map = self.anchors.status[anchor] == LOCATED
        crime_type, anchor = self._columns["crime_type_id"][left][on_the_map], anchor[on_the_map]
        group_of_type = np.zeros(max(self._groups, default=0) + 1, dtype=np.int64)
        for number, group in self._groups.items():
            group_of_type[number] = groups.index(group)
        found = np.flatnonzero(np.bincount(anchor, minlength=1))
        place = np.empty(len(self.anchors.anchor_id), dtype=np.int64)
        place[found] = np.arange(len(found))
        cells = place[anchor] * len(groups) + group_of_type[crime_type]
        return AnchorCounts(
            anchor_id=self.anchors.anchor_id[found],
            world_x=self.anchors.world_x[found],
            world_y=self.anchors.world_y[found],
            counts=np.bincount(cells, minlength=len(found) * len(groups)).reshape(len(found), len(groups)),
        )

    # The filter ----------------------------------------------------------------------------------------------------

    def _left(self, connection: Connection, question: IncidentFilter) -> Ints | slice:
        """Positions of the incidents that a filter leaves; its period must be covered. Kept for its next breakdown."""
        return self._found.get(question, lambda: self._find(connection, question))

    def _find(self, connection: Connection, question: IncidentFilter) -> Ints | slice:
        start, end = question.period.start.toordinal(), question.period.end.toordinal()
        hours = question.hours
        past_midnight = bool(hours and hours.after_midnight)
        first, last = self._window(start, end + past_midnight)
        window = slice(first, last)
        parts: list[Flags] = []
        if hours and past_midnight:
            day, hour = self._day[window], self._hour[window]
            evening = (hour >= hours.start) & (day < end)
            # What comes after midnight belongs to the evening's date.
            parts.append(evening | (hour < hours.end) & (hour != UNKNOWN) & (day > start))
        elif hours:
            parts.append((self._hour[window] >= hours.start) & (self._hour[window] < (hours.end or 24)))
        for field, value in column_values(question):
            column = self._columns[field.column.name][window]
            if field.column.table is None:
                parts.append(column == value)
            else:
                parts.append(_among(column, self._numbers[field.attribute], field.words_of(value)))
        if question.is_spatial:
            parts.append(self._anchors_inside(connection, question)[self._anchor[window]])
        if not parts and not question.weekdays:
            return window
        found = np.flatnonzero(np.logical_and.reduce(parts)) if parts else np.arange(last - first)
        found = (found + first).astype(np.int32)
        if question.weekdays:
            wanted = np.isin(np.arange(8), question.weekdays)
            found = found[wanted[_weekday(self._days(found, question))]]
        return found

    def _window(self, start: int, end: int) -> tuple[int, int]:
        """Positions of the first incident from day `start` on, and of the first from day `end` on."""
        first, last = np.searchsorted(self._day, np.array([start, end], dtype=self._day.dtype)).tolist()
        return first, last

    def _days(self, found: Ints | slice, question: IncidentFilter) -> Ints:
        """The day that each incident counts to: its own, or the evening's when hours pass midnight."""
        hours, day = question.hours, self._day[found]
        return day - (self._hour[found] < hours.end) if hours and hours.after_midnight else day

    def _anchors_inside(self, connection: Connection, question: IncidentFilter) -> Flags:
        place = tuple(value for _, value in asked(question, PLACE_FIELDS))
        return self._inside.get(place, lambda: self._read_inside(connection, question))

    def _read_inside(self, connection: Connection, question: IncidentFilter) -> Flags:
        where = sql.SQL("\nand ").join(conditions_of_place(question))
        found = fetch_all(connection, compose("public/recent_incidents", "anchors_inside", where=where))
        return np.isin(self.anchors.anchor_id, [anchor_id for (anchor_id,) in found])

    def _read_areas(self, connection: Connection, kind: str) -> Ints:
        """Number of the area of each anchor, UNKNOWN where it is in none."""
        found = np.array(list(load_queries("public/recent_incidents").areas_of_anchors(connection, kind=kind))).reshape(
            -1, 2
        )
        areas = np.full(len(self.anchors.anchor_id), UNKNOWN)
        areas[np.searchsorted(self.anchors.anchor_id, found[:, 0])] = found[:, 1]
        return areas


def _column(sent: bytes | None, form: str) -> Ints:
    """Numbers as the database sends them, of this machine's own kind; None where there are none."""
    column = np.frombuffer(sent or b"", dtype=form)
    return column.astype(column.dtype.newbyteorder("="))


def _weekday(day: Ints) -> Ints:
    """ISO weekday of a proleptic ordinal, whose day 1 was a Monday."""
    return (day - 1) % 7 + 1


def _every_column(first_day: date) -> sql.Composed:
    """Make the query of all columns that are held, those of `COLUMNS` last."""
    columns = [sql.Identifier(name) for name in COLUMNS]
    return compose(
        "public/recent_incidents",
        "incidents",
        since=first_day,
        sent=sql.SQL(",\n").join(compose("public/recent_incidents", "sent", column=column) for column in columns),
        columns=sql.SQL(",\n").join(compose("public/recent_incidents", "column", column=column) for column in columns),
    )


def _numbers_of_words(connection: Connection, column: Column) -> dict[str, list[int]]:
    """Return the numbers that each word of a column's table stands for."""
    key, name = sql.Identifier(column.key or ""), sql.Identifier(column.name)
    table = sql.Identifier("open", column.table or "")
    query = compose("public/recent_incidents", "numbers_of_words", key=key, column=name, table=table)
    numbers: dict[str, list[int]] = {}
    for word, number in fetch_all(connection, query):
        numbers.setdefault(word, []).append(number)
    return numbers


def _among(values: Ints, known: dict[str, list[int]], words: tuple[str, ...]) -> Flags:
    """Which values are numbers of the words; no value is more than the largest number that is known."""
    wanted = np.zeros(
        max((max(numbers) for numbers in known.values()), default=0) + 2, dtype=bool
    )  # the last one is for UNKNOWN
    wanted[[number for word in words for number in known.get(word, ())]] = True
    return wanted[values]


def _counted(values: Ints) -> list[tuple[int, int]]:
    """Each value with how often it is there, the smallest first."""
    if not len(values):
        return []
    least = values.min()
    counts = np.bincount(values - least)
    found = np.flatnonzero(counts)
    return list(zip((found + least).tolist(), counts[found].tolist(), strict=True))
