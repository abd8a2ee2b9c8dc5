"""Evidence for the card of a saved place beyond its own counts; and who follows an object of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import shapely

from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class FactorHere:
    """A risk factor: how many within 50 m of the place, and the share of comparable places with any; None where none can be compared."""

    name: str
    here: int
    elsewhere: float | None


@dataclass(frozen=True, slots=True)
class ListHere:
    """An issued list with a box on a place."""

    code: str
    title: str
    position: int
    review_date: date
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class ActionHere:
    """An action with a box on a place."""

    action_id: int
    title: str
    state: str
    starts_on: date
    ends_on: date
    owner: str
    problem_id: int | None


def city_ground(connection: Connection, *, since: date, until: date) -> tuple[int, float]:
    """Located incidents of the whole city in [since, until), and its square kilometres; both may be 0."""
    incidents, km2 = load_queries("staff/desk/place_evidence").city_ground(connection, since=since, until=until)
    return incidents, float(km2 or 0)


def read_shape(connection: Connection, place_id: int) -> shapely.Geometry:
    """The outline of a place, metres in the city's CRS."""
    return shapely.from_wkb(bytes(load_queries("staff/desk/place_evidence").shape(connection, place_id=place_id)))


def read_factors(connection: Connection, place_id: int, *, on_day: date) -> list[FactorHere]:
    """Every risk factor that holds on a day."""
    return [
        FactorHere(*row)
        for row in load_queries("staff/desk/place_evidence").factors(connection, place_id=place_id, on_day=on_day)
    ]


def read_lists_here(connection: Connection, place_id: int) -> list[ListHere]:
    """The newest issued lists first."""
    return [
        ListHere(*row) for row in load_queries("staff/desk/place_evidence").lists_here(connection, place_id=place_id)
    ]


def read_actions_here(connection: Connection, place_id: int) -> list[ActionHere]:
    """The newest actions first."""
    return [
        ActionHere(*row)
        for row in load_queries("staff/desk/place_evidence").actions_here(connection, place_id=place_id)
    ]


def follow(connection: Connection, on: str, name: str, *, is_wanted: bool) -> None:
    """Follow an object, such as ``place 12``, or follow it no more."""
    queries = load_queries("staff/desk/place_evidence")
    (queries.follow if is_wanted else queries.unfollow)(connection, object=on, name=name)


def read_followers(connection: Connection, on: str) -> list[str]:
    """Who follows an object, by name."""
    return [name for (name,) in load_queries("staff/desk/place_evidence").followers(connection, object=on)]
