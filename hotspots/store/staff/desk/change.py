"""Counts by type, area and period for Change, kept packets, and what Data shows of deliveries and backtests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from hotspots.errors import NotFoundError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """Incidents of one crime type, in the city or an area, by period; `area` and `area_code` are None for the whole city.

    A past count is None where not every day of its period is on record: what is not known is not 0.
    """

    area_code: str | None
    area: str | None
    crime_type: str
    label: str
    week: int
    recent: int
    before: int | None
    year_ago: int | None
    to_date: int
    to_date_year_ago: int | None


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet as it was made: what was asked and every figure it shows."""

    packet_id: int
    code: str
    asked: Mapping[str, Any]
    content: Mapping[str, Any]
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery with what became of its rows."""

    delivery_id: int
    dataset: str
    file: str
    known_on: date
    loaded_at: datetime
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AreaTraits:
    """An area's traits, which tell whether it is like another one.

    Attributes
    ----------
    residents : of the newest census; None where it is not known.
    crossings : crossings and blocks of the gazetteer.
    places : places of the city, such as schools and stations.
    park_share : of its ground, 0 to 1.
    past : incidents of a past year.
    """

    code: str
    name: str
    km2: float
    residents: int | None
    crossings: int
    places: int
    park_share: float
    past: int


def read_area_traits(connection: Connection, *, kind: str, since: date, until: date) -> list[AreaTraits]:
    """The traits of every current area of a kind; its past is that of [since, until)."""
    rows = load_queries("staff/desk/change").area_traits(connection, kind=kind, since=since, until=until)
    return [AreaTraits(*row) for row in rows]


def read_periods(
    connection: Connection, *, kind: str, known_on: date | None, days: Mapping[str, date]
) -> list[PeriodCounts]:
    """Count the periods that begin on `days` by crime type and area of a kind; `area` is None for incidents in no area.

    Parameters
    ----------
    known_on : as known on a day; None is now.
    days : week, recent, before, year_recent, year, year_start, last_year_start, until, last_year_until.
    """
    rows = load_queries("staff/desk/change").periods(connection, kind=kind, known_on=known_on, **days)
    return [PeriodCounts(*row) for row in rows]


def add_packet(connection: Connection, *, asked: Mapping[str, Any], content: Mapping[str, Any], person: str) -> str:
    """Keep a packet; its code."""
    number = load_queries("staff/desk/change").add_packet(
        connection, asked=Jsonb(dict(asked)), content=Jsonb(dict(content)), person=person
    )
    return f"C-{number:04d}"


def read_packet(connection: Connection, code: str) -> Packet:
    """A packet by its code. Raises NotFoundError."""
    row = load_queries("staff/desk/change").read_packet(connection, code=code)
    if row is None:
        raise NotFoundError(f"There is no packet {code[:12]}.")
    return Packet(*row)


def read_packets(connection: Connection) -> list[Packet]:
    """The newest packets."""
    return [Packet(*row) for row in load_queries("staff/desk/change").read_packets(connection)]


def read_deliveries(connection: Connection) -> list[Delivery]:
    """The newest deliveries first."""
    return [Delivery(*row) for row in load_queries("staff/desk/change").deliveries(connection)]


def read_rejects(connection: Connection) -> list[tuple[int, int, str, str]]:
    """Rejected rows of the newest deliveries: delivery, line, reason, record; needs an opened view of somebody who reads the whole city."""
    return list(load_queries("staff/desk/change").rejects(connection))


def read_backtests(connection: Connection) -> list[tuple[int, list[str], datetime, str, str, int]]:
    """The newest backtests: number, crime types, made at, up to, basis, decisions."""
    return list(load_queries("staff/desk/change").backtests(connection))
