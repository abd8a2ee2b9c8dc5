"""Places by kind, and risk factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from hotspots.store.sql.copy import copy_in
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg
    from numpy.typing import NDArray


def write_places(
    connection: psycopg.Connection[Any],
    *,
    kind: str,
    label: str,
    names: Sequence[str],
    aliases: Sequence[Sequence[str]],
    postcodes: Sequence[str | None],
    valid: Sequence[str],
    geometry: NDArray[Any],
    srid: int,
) -> int:
    """Bring the places of a kind to what its files hold; return how many rows changed.

    Parameters
    ----------
    aliases, postcodes : (n,) other names, and a postcode or None
    valid : (n,) date ranges such as ``[2012-12-18,)``
    geometry : (n,) shapes, metres, city CRS
    """
    queries = load_queries("ledger/places")
    _copy(connection, names, valid, geometry, srid, aliases, postcodes)
    changed = queries.delete_places(connection, kind=kind) + queries.insert_places(
        connection, kind=kind, kind_label=label
    )
    changed += queries.rename_places(connection, kind=kind)
    return changed + queries.relabel_kind(connection, kind=kind, kind_label=label)


def write_backdrop(
    connection: psycopg.Connection[Any], *, kind: str, names: Sequence[str], geometry: NDArray[Any], srid: int
) -> int:
    """Replace what lies beside the city's ground of one kind; return how many shapes it has."""
    queries = load_queries("ledger/places")
    _copy(connection, names, ["(,)"] * len(names), geometry, srid)
    queries.delete_backdrop(connection, kind=kind)
    return queries.insert_backdrop(connection, kind=kind)


def drop_other_kinds(connection: psycopg.Connection[Any], kinds: Sequence[str]) -> int:
    """Delete places of kinds that the city file no longer names."""
    return load_queries("ledger/places").drop_places_of_other_kinds(connection, kinds=list(kinds))


def write_risk_factor(
    connection: psycopg.Connection[Any], *, name: str, valid: str, geometry: NDArray[Any], srid: int
) -> int:
    """Replace one vintage of a risk factor; return how many shapes it has."""
    queries = load_queries("ledger/places")
    _copy(connection, [name] * len(geometry), [valid] * len(geometry), geometry, srid)
    queries.delete_risk_factor(connection, name=name, valid=valid)
    return queries.insert_risk_factor(connection)


def drop_other_risk_factors(connection: psycopg.Connection[Any], kept: Sequence[tuple[str, str]]) -> int:
    """Delete factors and vintages that the city file no longer names."""
    names, valid = [name for name, _ in kept], [vintage for _, vintage in kept]
    return load_queries("ledger/places").drop_other_risk_factors(connection, names=names, valid=valid)


def write_gazetteer(
    connection: psycopg.Connection[Any],
    *,
    kind: str,
    entries: Mapping[str, Sequence[Any]],
    geometry: NDArray[Any],
    srid: int,
) -> int:
    """Bring the entries of a kind to what its files hold; return how many changed.

    Parameters
    ----------
    entries : name, street, other_street, number_from, number_to
    geometry : (n,) points, metres, city CRS
    """
    import pyarrow as pa

    queries = load_queries("ledger/gazetteer")
    queries.create_incoming_entry(connection)
    columns = {name: pa.array(entries[name], pa.string()) for name in ("name", "street", "other_street")}
    columns |= {name: pa.array(entries[name], pa.int32()) for name in ("number_from", "number_to")}
    table = pa.table(columns | {"geom": pa.array(_hex(geometry, srid), pa.string())})
    copy_in(connection, queries.copy_incoming_entries.sql, table)
    queries.analyze_incoming_entry(connection)
    return queries.delete_entries(connection, kind=kind) + queries.insert_entries(connection, kind=kind)


def drop_gazetteer(connection: psycopg.Connection[Any], kind: str) -> int:
    """Delete all entries of a kind."""
    return load_queries("ledger/gazetteer").drop_kind(connection, kind=kind)


def write_blocks_of_incidents(connection: psycopg.Connection[Any], *, srid: int, after: int) -> int:
    """Add the blocks that incidents name and the gazetteer has not; return how many.

    Locations up to the number `after` are not looked at again where there are blocks at all: a small delivery pays for its own.
    """
    queries = load_queries("ledger/gazetteer")
    return queries.insert_blocks_of_incidents(
        connection, srid=srid, after=after if queries.has_blocks(connection) else 0
    )


def _copy(
    connection: psycopg.Connection[Any],
    names: Sequence[str],
    valid: Sequence[str],
    geometry: NDArray[Any],
    srid: int,
    aliases: Sequence[Sequence[str]] = (),
    postcodes: Sequence[str | None] = (),
) -> None:
    import pyarrow as pa

    queries = load_queries("ledger/places")
    queries.create_incoming_place(connection)
    columns = {"name": list(names), "valid": list(valid), "geom": _hex(geometry, srid)}
    columns |= {"aliases": [";".join(words) for words in aliases] or [""] * len(names)}
    columns |= {"postcode": list(postcodes) or [None] * len(names)}
    table = pa.table({name: pa.array(words, pa.string()) for name, words in columns.items()})
    copy_in(connection, queries.copy_incoming_places.sql, table)


def _hex(geometry: NDArray[Any], srid: int) -> list[str]:
    return (
        shapely.to_wkb(shapely.set_srid(geometry, srid), hex=True, include_srid=True).tolist() if len(geometry) else []
    )
