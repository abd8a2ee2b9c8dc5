"""Areas by kind and vintage, the study area, population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from hotspots.store.sql.copy import copy_in
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class StoredAreas:
    """Every area with its slot.

    Attributes
    ----------
    area_id : (n,) int, ascending
    position : (n,) int, 1-based slot of the area's kind
    code_key : (n,) str, as recorded codes are matched
    valid_from, valid_to : (n,) datetime64[D], half-open; NaT where open
    geometry : (n,) polygons, metres, city CRS
    study_area : polygon, or None
    kinds : kind of each slot
    """

    area_id: NDArray[np.int64]
    position: NDArray[np.int64]
    code_key: list[str]
    valid_from: NDArray[np.datetime64]
    valid_to: NDArray[np.datetime64]
    geometry: NDArray[np.object_]
    study_area: shapely.Geometry | None
    kinds: list[str]


def write_kinds(connection: psycopg.Connection[Any], kinds: Mapping[str, str]) -> None:
    """Bring the kinds of area, with their labels, into the order of the city file."""
    queries = load_queries("ledger/areas")
    queries.shift_positions(connection)
    for position, (kind, label) in enumerate(kinds.items(), start=1):
        queries.upsert_kind(connection, kind=kind, label=label, position=position)
    queries.drop_areas_of_other_kinds(connection, kinds=list(kinds))
    queries.drop_kinds(connection, kinds=list(kinds))


def write_areas(
    connection: psycopg.Connection[Any],
    *,
    kind: str,
    valid: str,
    codes: Sequence[str],
    code_keys: Sequence[str],
    names: Sequence[str],
    geometry: NDArray[np.object_],
    srid: int,
) -> int:
    """Write one vintage of a kind, and delete what it no longer has; return how many areas changed.

    Parameters
    ----------
    valid : str
        A date range such as ``[2012-12-18,)``.
    geometry : (n,) polygons, metres, city CRS
    """
    import pyarrow as pa

    queries = load_queries("ledger/areas")
    queries.create_incoming_area(connection)
    wkb = shapely.to_wkb(shapely.set_srid(geometry, srid), hex=True, include_srid=True).astype(str)
    table = pa.table({"code": list(codes), "code_key": list(code_keys), "name": list(names), "geom": wkb})
    copy_in(connection, queries.copy_incoming_areas.sql, table)
    deleted = queries.delete_areas(connection, kind=kind, valid=valid)
    return deleted + queries.upsert_areas(connection, kind=kind, valid=valid)


def delete_vintages(connection: psycopg.Connection[Any], *, kind: str, kept: Sequence[str]) -> int:
    """Delete the vintages of a kind other than the kept ones; return how many areas went."""
    return load_queries("ledger/areas").delete_vintages(connection, kind=kind, valid=list(kept))


def write_study_area(connection: psycopg.Connection[Any], kinds: Sequence[str]) -> None:
    """Make the study area: the union of the newest vintage of some kinds."""
    load_queries("ledger/areas").write_study_area(connection, kinds=list(kinds))


def read_areas(connection: psycopg.Connection[Any]) -> StoredAreas | None:
    """Read every area; None where none is loaded."""
    queries = load_queries("ledger/areas")
    rows = list(queries.read_areas(connection))
    if not rows:
        return None
    area_id, position, code_key, start, end, wkb = zip(*rows, strict=True)
    study_area = queries.read_study_area(connection)
    return StoredAreas(
        np.array(area_id, np.int64),
        np.array(position, np.int64),
        list(code_key),
        np.array(start, "datetime64[D]"),
        np.array(end, "datetime64[D]"),
        shapely.from_wkb(np.array(wkb, object)),
        shapely.from_wkb(study_area) if study_area is not None else None,
        [kind for kind, _ in queries.read_positions(connection)],
    )


def read_area_codes(connection: psycopg.Connection[Any]) -> list[str]:
    """The areas of today as ``kind:code``."""
    return [code for (code,) in load_queries("ledger/areas").read_area_codes(connection)]


def read_names(connection: psycopg.Connection[Any]) -> dict[str, dict[str, str]]:
    """Names of areas by kind and code."""
    names: dict[str, dict[str, str]] = {}
    for kind, code, name in load_queries("ledger/areas").read_names(connection):
        names.setdefault(kind, {})[code] = name
    return names


def write_population(
    connection: psycopg.Connection[Any],
    *,
    kind: str,
    rows: Sequence[tuple[str, int, int]],
) -> int:
    """Replace the residents of the areas of a kind by (code key, year, residents); return how many rows found their area."""
    queries = load_queries("ledger/areas")
    queries.delete_population(connection)
    codes, years, residents = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return queries.insert_population(connection, kind=kind, codes=codes, years=years, residents=residents)


def write_population_groups(
    connection: psycopg.Connection[Any],
    *,
    kind: str,
    year: int,
    labels: Sequence[str],
    rows: Sequence[tuple[str, str, int]],
) -> int:
    """Replace the residents by group by (code key, label, residents), in the order of `labels`; return how many found their area."""
    queries = load_queries("ledger/areas")
    queries.delete_population_groups(connection)
    codes, named, residents = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return queries.insert_population_groups(
        connection, kind=kind, year=year, labels=list(labels), codes=codes, named=named, residents=residents
    )
