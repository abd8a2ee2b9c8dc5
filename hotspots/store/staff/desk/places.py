"""Saved places: outlines, names, owners, history, and what was reported in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import shapely

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.errors import InputError, NotFoundError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

DRAWN_AROUND_M = 250.0


@dataclass(frozen=True, slots=True)
class SavedPlace:
    """A place that somebody saved.

    Attributes
    ----------
    merged_into : code of the place that it leads to, None where it stands by itself.
    ended_at : when somebody withdrew it; it is kept, and in no list of places.
    """

    place_id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    source: str
    owner: str
    made_at: datetime
    version: int
    km2: float
    merged_into: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlaceVersion:
    """One change of a place."""

    version: int
    at: datetime
    by: str
    change: str
    name: str
    owner: str


@dataclass(frozen=True, slots=True)
class CountedHour:
    """Incidents of one day, hour (None where it is not known) and crime type."""

    day: date
    hour: int | None
    crime_type: str
    label: str
    incidents: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """SVG paths in metres from the middle of a square frame of twice `half_m`."""

    half_m: float
    place: str
    main_streets: str
    streets: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment under a place or a list."""

    comment_id: int
    at: datetime
    by: str
    words: str


def outline_of(connection: Connection, question: IncidentFilter, *, srid: int) -> tuple[bytes, float] | None:
    """The ground that a filter names, as WKB in the city's CRS, and its km²; None where it names no place, or parts that do not meet."""
    around = question.around
    row = load_queries("staff/desk/places").question_outline(
        connection,
        srid=srid,
        gazetteer_id=around.gazetteer_id if around else None,
        radius_m=around.radius_m if around else 0,
        polygon=question.polygon.to_wkt() if question.polygon else None,
        area_ids=list(question.areas),
    )
    return None if row is None else (bytes(row[0]), float(row[1]))


def save_place(connection: Connection, *, name: str, source: str, geom: bytes, srid: int, person: str) -> str:
    """Save a place with its first version; its code."""
    queries = load_queries("staff/desk/places")
    place_id = queries.add_place(connection, name=name, source=source, geom=geom, srid=srid, person=person)
    queries.add_version(connection, place_id=place_id, person=person, change="saved")
    return f"P-{place_id:04d}"


def import_places(
    connection: Connection, shapes: Sequence[tuple[str, shapely.Geometry]], *, srid: int, person: str
) -> list[tuple[str, str]]:
    """Save named shapes (metres, city CRS) that are not there already under the same name and on the same ground; code and name of each."""
    queries = load_queries("staff/desk/places")
    saved = []
    for name, shape in shapes:
        geom = shapely.to_wkb(shape)
        if not queries.is_saved(connection, name=name, geom=geom, srid=srid):
            code = save_place(connection, name=name, source="imported", geom=geom, srid=srid, person=person)
            saved.append((code, name))
    return saved


def read_places(connection: Connection, *, area_id: int | None = None) -> list[SavedPlace]:
    """Places that stand by themselves, newest first: of an area and 500 m around it, or all."""
    return [_place(row) for row in load_queries("staff/desk/places").read_places(connection, area_id=area_id)]


def read_place(connection: Connection, code: str) -> SavedPlace:
    """The place of a code. Raises NotFoundError."""
    row = load_queries("staff/desk/places").read_place(connection, code=code)
    if row is None:
        raise NotFoundError(f"There is no place {code[:12]}: the list of places shows those there are.")
    return _place(row)


def read_versions(connection: Connection, place_id: int) -> list[PlaceVersion]:
    """The changes of a place, newest first."""
    return [
        PlaceVersion(*row) for row in load_queries("staff/desk/places").read_versions(connection, place_id=place_id)
    ]


def change_place(
    connection: Connection,
    place: SavedPlace,
    *,
    version: int,
    name: str,
    aliases: Sequence[str],
    owner: str,
    person: str,
) -> None:
    """Rename a place or give it to somebody. Raises InputError where somebody else changed it since `version`; neither change is lost."""
    queries = load_queries("staff/desk/places")
    changed = queries.change_place(
        connection, place_id=place.place_id, version=version, name=name, aliases=list(aliases), owner=owner
    )
    if not changed:
        if place.merged_into or place.ended_at:
            raise InputError(f"{place.code} stands by itself no more: bring it back before you change it.")
        newest = read_versions(connection, place.place_id)[0]
        raise InputError(
            f"{newest.by} changed {place.code} meanwhile ({newest.change}): it is now called {newest.name!r}, owner {newest.owner}. "
            f"You wanted {name!r}, owner {owner}. Open the place again and decide."
        )
    said = [f"renamed from {place.name!r}"] if name != place.name else []
    said += [f"given to {owner}"] if owner != place.owner else []
    said += ["other names changed"] if tuple(aliases) != place.aliases else []
    queries.add_version(connection, place_id=place.place_id, person=person, change="; ".join(said) or "saved again")


def merge_place(connection: Connection, place: SavedPlace, into: SavedPlace, *, person: str) -> None:
    """Let a place lead to another one; its code, history and link stay. Raises InputError where that makes a circle."""
    if into.place_id == place.place_id or any(one.merged_into or one.ended_at for one in (place, into)):
        raise InputError(
            f"{place.code} cannot be merged into {into.code}: both must be places that stand by themselves."
        )
    queries = load_queries("staff/desk/places")
    queries.merge_place(connection, place_id=place.place_id, into_id=into.place_id)
    queries.add_version(connection, place_id=place.place_id, person=person, change=f"merged into {into.code}")


def end_place(connection: Connection, place: SavedPlace, *, person: str) -> None:
    """Withdraw a place: its page, code and history stay. Raises InputError where it ended before."""
    queries = load_queries("staff/desk/places")
    if not queries.end_place(connection, place_id=place.place_id):
        raise InputError(f"{place.code} was withdrawn or merged already.")
    queries.add_version(connection, place_id=place.place_id, person=person, change="withdrawn")


def bring_back(connection: Connection, place: SavedPlace, *, person: str) -> None:
    """Let a withdrawn place stand by itself again. Raises InputError where it was not withdrawn."""
    queries = load_queries("staff/desk/places")
    if not queries.bring_back(connection, place_id=place.place_id):
        raise InputError(f"{place.code} is not withdrawn.")
    queries.add_version(connection, place_id=place.place_id, person=person, change="brought back")


def read_counts(connection: Connection, place_id: int, *, since: date, until: date) -> list[CountedHour]:
    """The reports in a place in [since, until); needs an opened view."""
    rows = load_queries("staff/desk/places").counts(connection, place_id=place_id, since=since, until=until)
    return [CountedHour(*row) for row in rows]


def read_drawing(connection: Connection, place_id: int) -> Drawing:
    """The place with the streets around it, to be drawn."""
    row = load_queries("staff/desk/places").drawing(connection, place_id=place_id, reach_m=DRAWN_AROUND_M)
    half, place, main, streets = row
    return Drawing(float(half), place or "", main or "", streets or "")


def add_comment(connection: Connection, *, on: str, person: str, words: str) -> None:
    """Write under an object, such as ``place 12``."""
    load_queries("staff/desk/places").add_comment(connection, object=on, person=person, words=words)


def own_comment(connection: Connection, comment_id: int, *, person: str) -> str:
    """Where a comment of one's own stands, such as ``place 12``. Raises NotFoundError."""
    on = load_queries("staff/desk/places").own_comment(connection, comment_id=comment_id, person=person)
    if on is None:
        raise NotFoundError("There is no such comment of yours: everybody deletes their own.")
    return str(on)


def drop_comment(connection: Connection, comment_id: int, *, person: str) -> None:
    """Delete a comment of one's own."""
    load_queries("staff/desk/places").drop_comment(connection, comment_id=comment_id, person=person)


def read_comments(connection: Connection, on: str) -> list[Comment]:
    """The comments under an object, oldest first."""
    return [Comment(*row) for row in load_queries("staff/desk/places").read_comments(connection, object=on)]


def _place(row: Sequence[object]) -> SavedPlace:
    number, code, name, aliases, *others = row
    return SavedPlace(number, code, name, tuple(aliases), *others)  # type: ignore[arg-type]
