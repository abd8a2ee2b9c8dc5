"""Vector tiles of the public map, made by the database: incidents by anchor, the base map, areas, forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan, degrees, pi, sinh

from psycopg import sql

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Choices
from hotspots.errors import InputError, NotFoundError
from hotspots.store.public.incident_filter import OPEN, Tables, conditions
from hotspots.store.public.incidents import kind_areas
from hotspots.store.sql.compose import Connection, compose
from hotspots.store.sql.files import load_queries

MAX_ZOOM = 18  # units of 4 cm
SMALL_PART_ZOOM = 11  # from here on a tile is a small part of a city; before, all tiles of a zoom are made at once
ANCHOR_ZOOM = 12  # from here on a feature is one anchor; before, anchors are gathered
CELL_UNITS = 64  # of a tile's 4096: circles 8 pixels apart at the least
STREET_ZOOM = 13  # from here on every street, before only main streets
WORLD_M = 40075016.685578488
WORLD_BITS, UNIT_BITS = 30, 12  # units of the world and of a tile, as powers of two


@dataclass(frozen=True, slots=True)
class Circle:
    """A point on the map: number of its anchor, degrees, incidents in all and by group of types."""

    anchor_id: int
    lon: float
    lat: float
    n: int
    groups: Mapping[str, int]


def incidents(
    connection: Connection,
    question: IncidentFilter,
    *,
    z: int,
    x: int,
    y: int,
    choices: Choices,
    tables: Tables = OPEN,
) -> bytes:
    """Layer ``incidents`` of one tile: points with their counts, ``n`` and ``n_<group>``.

    The feature's id is its anchor's, the smallest where several are gathered.
    """
    size = 2 ** (WORLD_BITS - z)
    inside = compose(
        "public/tiles",
        "only_inside",
        anchor=tables.anchor,
        west=x * size,
        east=(x + 1) * size - 1,
        north=y * size,
        south=(y + 1) * size - 1,
    )
    return _incidents(connection, question, z=z, choices=choices, tables=tables, only_inside=inside).get((x, y), b"")


def incidents_of_city(
    connection: Connection, question: IncidentFilter, *, z: int, choices: Choices, tables: Tables = OPEN
) -> dict[tuple[int, int], bytes]:
    """Layer ``incidents`` of all tiles of a zoom that have something, by column and row: one count serves them all."""
    return _incidents(connection, question, z=z, choices=choices, tables=tables, only_inside=sql.SQL(""))


def _incidents(
    connection: Connection,
    question: IncidentFilter,
    *,
    z: int,
    choices: Choices,
    tables: Tables,
    only_inside: sql.Composable,
) -> dict[tuple[int, int], bytes]:
    groups = [(sql.Identifier(f"n_{group}"), group) for group in choices.groups]
    if not groups:
        return {}
    types = {
        group: [kind.crime_type_id for kind in choices.crime_types if kind.group == group] for group in choices.groups
    }
    counts = [
        compose("public/tiles", "group_count", group=column, crime_type_ids=types[group]) for column, group in groups
    ]
    sums = [compose("public/tiles", "group_sum", group=column) for column, _ in groups]
    attributes = [compose("public/tiles", "group_attribute", group=column) for column, _ in groups]
    cases = [compose("public/tiles", "top_group_case", group=column, name=group) for column, group in groups]
    top = compose(
        "public/tiles",
        "top_group",
        columns=sql.SQL(", ").join([column for column, _ in groups]),
        cases=sql.SQL(" ").join(cases),
    )
    of_tile = WORLD_BITS - z
    query = compose(
        "public/tiles",
        "incidents",
        incident=tables.incident,
        anchor=tables.anchor,
        where=conditions(question, tables).where,
        gathered_by=compose("public/tiles", "by_anchor" if z >= ANCHOR_ZOOM else "by_cell", cell_units=CELL_UNITS),
        group_counts=sql.SQL(", ").join(counts),
        group_sums=sql.SQL(", ").join(sums),
        group_attributes=sql.SQL(", ").join(attributes),
        top=top,
        only_inside=only_inside,
        of_tile=of_tile,
        in_tile=2**of_tile - 1,
        shift=of_tile - UNIT_BITS,
    )
    return {(x, y): bytes(tile) for x, y, tile in connection.execute(query)}


def circles(
    connection: Connection, question: IncidentFilter, *, choices: Choices, tables: Tables = OPEN
) -> tuple[Circle, ...]:
    """Every point on the map that has incidents of a question, most first."""
    if not choices.groups:
        return ()
    counts = [
        compose(
            "public/tiles",
            "group_count",
            group=sql.Identifier(f"n_{group}"),
            crime_type_ids=[kind.crime_type_id for kind in choices.crime_types if kind.group == group],
        )
        for group in choices.groups
    ]
    query = compose(
        "public/tiles",
        "circles",
        where=conditions(question, tables).where,
        group_counts=sql.SQL(", ").join(counts),
        **tables.named(),
    )
    return tuple(
        Circle(anchor_id, *_degrees(x, y), n, dict(zip(choices.groups, by_group, strict=True)))
        for anchor_id, x, y, n, *by_group in connection.execute(query)
    )


def _degrees(world_x: int, world_y: int) -> tuple[float, float]:
    """Longitude and latitude of units of the world, which is a square in web Mercator."""
    part = 2**WORLD_BITS
    return round(360 * world_x / part - 180, 5), round(degrees(atan(sinh(pi * (1 - 2 * world_y / part)))), 5)


def base(connection: Connection, *, z: int, x: int, y: int) -> bytes:
    """Layers ``land``, ``park`` and ``street`` of the city's own base map."""
    check_tile(z, x, y)
    last_rank = 9 if z >= STREET_ZOOM else 1
    return bytes(
        load_queries("public/tiles").base(connection, z=z, x=x, y=y, tolerance_m=_tolerance_m(z), last_rank=last_rank)
    )


def areas(connection: Connection, *, kind: str, z: int, x: int, y: int, choices: Choices) -> bytes:
    """Layer ``area``: the areas of a kind. Raises NotFoundError where the city has no such kind."""
    check_tile(z, x, y)
    kind_areas(choices, kind)
    return bytes(load_queries("public/tiles").areas(connection, kind=kind, z=z, x=x, y=y, tolerance_m=_tolerance_m(z)))


def forecast(connection: Connection, *, forecast_id: int, z: int, x: int, y: int) -> bytes:
    """Layer ``forecast``: cells of a published forecast. Raises NotFoundError where there is none of that number."""
    check_tile(z, x, y)
    queries = load_queries("public/tiles")
    if not queries.has_forecast(connection, forecast_id=forecast_id):
        raise NotFoundError(f"forecast: none is published with the number {forecast_id}")
    return bytes(queries.forecast(connection, forecast_id=forecast_id, z=z, x=x, y=y))


def check_tile(z: int, x: int, y: int) -> None:
    """Raise InputError where the world has no such tile."""
    if not 0 <= z <= MAX_ZOOM:
        raise InputError(f"tile: zoom {z} is not between 0 and {MAX_ZOOM}")
    if not (0 <= x < 2**z and 0 <= y < 2**z):
        raise InputError(f"tile: {x}/{y} is not between 0 and {2**z - 1} at zoom {z}")


def _tolerance_m(z: int) -> float:
    """Half a pixel of a 512 pixel tile."""
    return WORLD_M / 2**z / 512 / 2
