"""Features of the open data: a page along its key, one by its id, how many there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import asinh, floor, pi, radians, tan
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import sql

from hotspots.domain.feature import ACTIONS, AREAS, FORECASTS, INCIDENTS, PLACES, Collection, occurred, of_city
from hotspots.domain.feature_file import rounded
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.places.extent import ALWAYS, LAST_HOUR, MAX_LATITUDE, Box, Interval
from hotspots.domain.public_answer import Choices
from hotspots.errors import FilterError, NotFoundError
from hotspots.store.public.incident_filter import conditions
from hotspots.store.public.map_tiles.tiles import WORLD_BITS
from hotspots.store.sql.compose import Connection, compose, fetch_all, fetch_one

Key = tuple[date | UUID | str | int, ...]
ShapeFormat = Literal["geojson", "wkt", "wkb"]
TOUCHED = {FORECASTS.name: "in_interval", ACTIONS.name: "done_in_interval"}
TABLES = {AREAS.name: "area", PLACES.name: "place", FORECASTS.name: "forecast_cell", ACTIONS.name: "done_action"}


@dataclass(frozen=True)
class FeatureQuestion:
    """A question to a collection.

    Attributes
    ----------
    incidents : the filter of `incidents`; None in every other collection.
    kind, forecast : of areas and places; of forecasts.
    interval : of forecasts and actions by their days; of incidents the hours at its ends, where it has any.
    """

    collection: Collection
    incidents: IncidentFilter | None = None
    box: Box | None = None
    kind: str | None = None
    forecast: int | None = None
    interval: Interval = ALWAYS

    @property
    def hours_at_ends(self) -> Interval | None:
        """The interval of incidents where one of its ends lies within a day."""
        return self.interval if self.incidents and self.interval.has_hours else None


@dataclass(frozen=True)
class FeaturePage:
    """Rows in the order of the collection's fields, then longitude and latitude of a point, or a shape as asked for.

    Attributes
    ----------
    after : key of the last row where more rows follow, else None.
    """

    collection: Collection
    rows: list[tuple[Any, ...]]
    after: Key | None


def check_question(question: FeatureQuestion, choices: Choices) -> None:
    """Raise FilterError where a question names a kind that the city does not have."""
    if question.kind is None:
        return
    of_areas = question.collection.name == AREAS.name
    kinds = [one.kind for one in (choices.area_kinds if of_areas else choices.place_kinds)]
    if question.kind not in kinds:
        raise FilterError("kind", f"{question.kind!r} is not one of {', '.join(kinds)}")


def page(
    connection: Connection,
    question: FeatureQuestion,
    *,
    choices: Choices,
    limit: int,
    after: Key | None = None,
    shape: ShapeFormat = "geojson",
) -> FeaturePage:
    """At most `limit` features after a key."""
    parts = _conditions(question)
    if after:
        parts.append(_keyed(question.collection, "after", after))
    if question.incidents:
        rows = _newest_rows(connection, question.incidents, parts, choices=choices, limit=limit + 1, after=after)
    else:
        rows = _rows(connection, question.collection, parts, choices=choices, limit=limit + 1, shape=shape)
    collection = of_city(question.collection, choices.area_kinds)
    key = None
    if len(rows) > limit:
        rows = rows[:limit]
        key = tuple(rows[-1][collection.place_of(name)] for name in collection.key)
    return FeaturePage(collection, rows, key)


def one(
    connection: Connection, collection: Collection, feature_id: str, *, choices: Choices, shape: ShapeFormat
) -> FeaturePage:
    """A page of the one feature with that id. Raises NotFoundError."""
    key = _read_id(collection, feature_id)
    rows = []
    if key:
        rows = _rows(connection, collection, [_keyed(collection, "one", key)], choices=choices, limit=1, shape=shape)
    if not rows:
        raise NotFoundError(f"{collection.name}: there is no feature of this id")
    return FeaturePage(of_city(collection, choices.area_kinds), rows, None)


def count(connection: Connection, question: FeatureQuestion) -> int:
    """How many features match on all pages together."""
    return _count(connection, question, _conditions(question))


def count_hour_unknown(connection: Connection, question: FeatureQuestion) -> int:
    """How many incidents may lie inside or outside: of a day that is inside in part, with an hour that is not known."""
    ends = question.hours_at_ends
    if ends is None:
        return 0
    parts = _conditions(replace(question, interval=ALWAYS))
    return _count(connection, question, [*parts, compose("public/features", "hour_unknown_at_ends", **_ends(ends))])


def _count(connection: Connection, question: FeatureQuestion, parts: list[sql.Composable]) -> int:
    where = sql.SQL("\nand ").join(parts)
    if question.collection.name == INCIDENTS.name:
        query = compose("public/features", "count_incidents", where=where)
    else:
        table = sql.Identifier("open", TABLES[question.collection.name])
        query = compose("public/features", "count_features", where=where, table=table)
    return int(fetch_one(connection, query)[0])


def _newest_rows(
    connection: Connection,
    incidents: IncidentFilter,
    parts: list[sql.Composable],
    *,
    choices: Choices,
    limit: int,
    after: Key | None,
) -> list[tuple[Any, ...]]:
    """The first `limit` incidents, looked for among ever more days back from the newest.

    Asked for all days at once, the planner would rather read and sort every incident of a quarter of the city for one page.
    """
    rows: list[tuple[Any, ...]] = []
    n_days = 4 + limit // 250
    first = incidents.period.start.toordinal()
    until = incidents.period.end.toordinal() + 1  # hours past midnight reach into the day after
    if after and isinstance(after[0], date):
        until = min(until, after[0].toordinal() + 1)
    while until > first and len(rows) < limit:
        since = max(first, until - n_days)
        days = compose(
            "public/features", "incidents_of_days", since=date.fromordinal(since), until=date.fromordinal(until)
        )
        missing = limit - len(rows)
        rows += _rows(connection, INCIDENTS, [*parts, days], choices=choices, limit=missing, shape="geojson")
        until, n_days = since, n_days * 4
    return rows


def _rows(
    connection: Connection,
    collection: Collection,
    parts: list[sql.Composable],
    *,
    choices: Choices,
    limit: int,
    shape: ShapeFormat,
) -> list[tuple[Any, ...]]:
    where = sql.SQL("\nand ").join(parts)
    geometry: dict[str, sql.Composable] = {}
    if collection.shape != "point":
        kind = compose("public/features", "one_point" if collection.geometry == "Point" else "many")
        geometry["geometry"] = compose("public/features", f"as_{shape}", shape=kind)
    rows = fetch_all(connection, compose("public/features", collection.name, where=where, limit=limit, **geometry))
    return rows if collection.name != INCIDENTS.name else [_with_areas(row, choices) for row in rows]


def _with_areas(row: tuple[Any, ...], choices: Choices) -> tuple[Any, ...]:
    *words, timezone, area_ids, longitude, latitude = row
    named = {area.kind: area.name for area_id in area_ids if (area := choices.areas.get(area_id))}
    day, hour = (words[INCIDENTS.place_of(name)] for name in ("day", "hour"))
    return (
        *words,
        occurred(day, hour, ZoneInfo(timezone)),
        *(named.get(kind.kind) for kind in choices.area_kinds),
        *rounded(longitude, latitude),
    )


def _conditions(question: FeatureQuestion) -> list[sql.Composable]:
    parts: list[sql.Composable] = [conditions(question.incidents).where] if question.incidents else [sql.SQL("true")]
    if question.kind is not None:
        parts.append(compose("public/features", "of_kind", kind=question.kind))
    if question.forecast is not None:
        parts.append(compose("public/features", "of_forecast", forecast=question.forecast))
    if question.collection.name in TOUCHED and question.interval:
        days = {"first": question.interval.first or date.min, "last": question.interval.last or date.max}
        parts.append(compose("public/features", TOUCHED[question.collection.name], **days))
    if ends := question.hours_at_ends:
        parts.append(compose("public/features", "in_hours_at_ends", **_ends(ends)))
    if question.box:
        boxes = [_in_box(question.collection, part) for part in question.box.parts]
        parts.append(sql.SQL("({})").format(sql.SQL(" or ").join(boxes)))
    return parts


def _ends(interval: Interval) -> dict[str, object]:
    """The first and the last hour of an interval; an open end, or one that a whole day makes, leaves nothing out."""
    return {
        "first": interval.first or date.min,
        "first_hour": 0 if interval.first_hour is None else interval.first_hour,
        "last": interval.last or date.max,
        "last_hour": LAST_HOUR if interval.last_hour is None else interval.last_hour,
    }


def _in_box(collection: Collection, box: Box) -> sql.Composed:
    south, north = (max(-MAX_LATITUDE, min(MAX_LATITUDE, latitude)) for latitude in (box.south, box.north))
    if collection.name != INCIDENTS.name:
        return compose("public/features", "in_box", west=box.west, south=south, east=box.east, north=north)
    side = 2**WORLD_BITS
    return compose(
        "public/features",
        "incidents_in_box",
        west=floor((box.west / 360 + 0.5) * side) - 1,
        east=floor((box.east / 360 + 0.5) * side) + 1,
        north=floor((0.5 - asinh(tan(radians(north))) / (2 * pi)) * side) - 1,
        south=floor((0.5 - asinh(tan(radians(south))) / (2 * pi)) * side) + 1,
    )


def _keyed(collection: Collection, name: str, key: Key) -> sql.Composed:
    names = collection.key if name == "after" or collection.name == FORECASTS.name else (collection.fields[0].name,)
    return compose("public/features", f"{collection.name}_{name}", **dict(zip(names, key, strict=True)))


def _read_id(collection: Collection, text: str) -> Key | None:
    """The key of one feature, None where no feature can have such an id."""
    if collection.name == INCIDENTS.name:
        try:
            return (UUID(text),) if len(text) == 36 else None
        except ValueError:
            return None
    numbers = text.split("-")
    if len(numbers) != len(collection.key) or not all(n.isascii() and n.isdigit() and len(n) <= 18 for n in numbers):
        return None
    return tuple(int(number) for number in numbers)
