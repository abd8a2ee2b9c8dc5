"""Read as staff, from true points, the words of a list's places; every such reading leaves an audit line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
import shapely

from hotspots.errors import NotFoundError
from hotspots.store.sql.copy import copy_out
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class City:
    """The loaded city: name, SRID of its projected CRS, and what its file says."""

    name: str
    srid: int
    timezone: str
    config: Mapping[str, Any]

    @property
    def cell_size_m(self) -> float:
        """Side of a cell, metres."""
        return float(self.config["grid"]["cell_m"])

    @property
    def by_month(self) -> bool:
        """Whether the records tell months only."""
        return bool(self.config["incidents"].get("by_month", False))

    @property
    def harm_weights(self) -> Mapping[str, float]:
        """The weight of a crime type by ``[harm]`` of the city file; empty where it has none."""
        return (self.config.get("harm") or {}).get("weights") or {}


@dataclass(frozen=True, eq=False)
class Units:
    """The areas of one kind: ids, codes, names, shapes (metres, city CRS) and areas (m2)."""

    unit_id: NDArray[np.int64]
    code: tuple[str, ...]
    name: tuple[str, ...]
    geometry: NDArray[np.object_]
    area_m2: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Where a point is, in words: the nearest block or intersection, and the area of the city file's first kind."""

    nearest: str | None
    nearest_m: int | None
    area_name: str | None
    area_label: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Since when a place has been on lists, and on how many days one was made that held it."""

    since: date | None
    days: int


def read_city(connection: psycopg.Connection[Any]) -> City:
    """Read the loaded city.

    Raises
    ------
    NotFoundError
        Nothing has been loaded yet.
    """
    row = load_queries("staff/at_risk").read_city(connection)
    if row is None:
        raise NotFoundError("No city is loaded yet: hotspots load CITY.toml --data DIR, or hotspots demo.")
    return City(*row)


def read_area_kinds(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """The kinds of area with their labels, in the city file's order."""
    return dict(load_queries("staff/at_risk").area_kinds(connection))


def read_units(connection: psycopg.Connection[Any], *, kind: str, on_day: date) -> Units:
    """The areas of a kind that hold on a day."""
    rows = list(load_queries("staff/at_risk").read_units(connection, kind=kind, on_day=on_day))
    if not rows:
        raise NotFoundError(f"No area of the kind {kind} holds on {on_day}.")
    ids, codes, names, wkb, area = zip(*rows, strict=True)
    return Units(np.array(ids), codes, names, shapely.from_wkb(np.array(wkb, dtype=object)), np.array(area))


def read_windows(
    connection: psycopg.Connection[Any],
    *,
    start: date,
    end: date,
    crime_type_ids: Sequence[int],
    origin_m: tuple[float, float],
    cell_size_m: float,
) -> pa.Table:
    """The located incidents of [start, end): row_no and col_no of their cell, x and y, from_h and to_h, label_set_id, crime_type_id.

    Points are metres in the city's CRS, windows hours since 1970 of the local wall clock.
    """
    parameters = {
        "start": start,
        "end": end,
        "crime_types": list(crime_type_ids),
        "origin_x": origin_m[0],
        "origin_y": origin_m[1],
        "cell_size_m": cell_size_m,
    }
    return copy_out(connection, load_queries("staff/at_risk").copy_events.sql, parameters)


def read_label_set_areas(connection: psycopg.Connection[Any], *, kind: str) -> dict[int, int]:
    """The area of a kind in each label set that has one."""
    rows = load_queries("staff/at_risk").label_set_areas(connection, kind=kind)
    return {label_set_id: area_id for label_set_id, area_id in rows if area_id is not None}


def read_neighbourhoods(
    connection: psycopg.Connection[Any], xy_m: NDArray[np.float64], *, srid: int, on_day: date
) -> list[Neighbourhood]:
    """Where each of the points `xy_m (n, 2)`, metres in the city's CRS, is in words."""
    rows = load_queries("staff/at_risk").nearest_names(
        connection, xs=xy_m[:, 0].tolist(), ys=xy_m[:, 1].tolist(), srid=srid, on_day=on_day
    )
    return [Neighbourhood(*row[1:]) for row in rows]


def newest_known(connection: psycopg.Connection[Any]) -> date | None:
    """The newest day on which anything of the incidents became known, was corrected or withdrawn; None without any."""
    return load_queries("staff/at_risk").newest_known(connection)


def read_residents(connection: psycopg.Connection[Any], *, kind: str) -> dict[int, int]:
    """The residents of each area of a kind by its newest census."""
    return {
        area_id: residents for area_id, _, residents in load_queries("staff/at_risk").residents(connection, kind=kind)
    }


def read_resident_groups(connection: psycopg.Connection[Any], *, kind: str) -> dict[str, dict[int, int]]:
    """The residents of each group that the city file names, by area of a kind; empty where it names none."""
    groups: dict[str, dict[int, int]] = {}
    for label, area_id, residents in load_queries("staff/at_risk").resident_groups(connection, kind=kind):
        groups.setdefault(label, {})[area_id] = residents
    return groups


def read_listed(
    connection: psycopg.Connection[Any], *, unit: str, grid_id: int, crime_types: Sequence[str]
) -> dict[str, Listed]:
    """By code, since when places have been on lists of this unit and grid that had one of these crime types."""
    rows = load_queries("staff/at_risk").read_listed(
        connection, unit=unit, grid_id=grid_id, crime_types=list(crime_types)
    )
    return {code: Listed(since, days) for code, since, days in rows}


def read_backdrop(connection: psycopg.Connection[Any], *, srid: int, kind: str) -> dict[str, list[Any]]:
    """Shapes (metres, city CRS) behind a printed map, by layer: `study area`, `street` (main ones), `minor street`, `area` (of one kind).

    `street name` holds pairs of name and shape, main streets first.
    """
    layers: dict[str, list[Any]] = {"study area": [], "street": [], "minor street": [], "area": []}
    named: dict[str, list[Any]] = {"street": [], "minor street": []}
    for layer, name, wkb in load_queries("staff/at_risk").read_backdrop(connection, srid=srid, kind=kind):
        shape = shapely.from_wkb(wkb)
        if shape is not None and not shape.is_empty:
            layers[layer].append(shape)
            if name:
                named[layer].append((name, shape))
    return {**layers, "street name": [*named["street"], *named["minor street"]]}
