"""Locations of incidents, each combination of point, words and recorded codes once, with the areas that they lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.store.sql.copy import copy_in, copy_out
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa
    from numpy.typing import NDArray


def write_locations(
    connection: psycopg.Connection[Any],
    frame: pa.Table,
    *,
    srid: int,
    label_sets: NDArray[np.int64],
    in_study_area: pa.Array[Any],
) -> NDArray[np.int64]:
    """Write the locations that are new.

    Parameters
    ----------
    frame : key (distinct), address, x, y (metres, city CRS), precision, recorded (array literal), era, placed_by
    label_sets : (n,) int
        Number of the label set of each; 0 where no area is loaded.
    in_study_area : (n,) bool, null where not known

    Returns
    -------
    (n,) int
        Number of each location.
    """
    import pyarrow as pa

    queries = load_queries("ledger/locations")
    numbers = _known(connection, frame)
    new = np.flatnonzero(numbers == 0)
    if len(new) == 0:
        return numbers
    last = queries.reserve_locations(connection, n=len(new))
    numbers[new] = np.arange(last - len(new) + 1, last + 1)
    table = pa.table(
        {name: frame.column(name) for name in ("key", "address")}
        | {"geom": points_of(frame, srid)}
        | {name: frame.column(name) for name in ("precision", "recorded", "era")}
        | {"label_set_id": pa.array(label_sets, pa.int32(), mask=label_sets == 0), "in_study_area": in_study_area}
        | {"placed_by": frame.column("placed_by")}
    )
    table = table.take(pa.array(new)).add_column(0, "location_id", pa.array(numbers[new]))
    copy_in(connection, queries.copy_new_locations.sql, table)
    return numbers


def _known(connection: psycopg.Connection[Any], frame: pa.Table) -> NDArray[np.int64]:
    """Number of each location that is there, 0 for the others."""
    import pyarrow as pa

    queries = load_queries("ledger/locations")
    numbers = np.zeros(frame.num_rows, np.int64)
    queries.clear_incoming_location(connection)
    table = pa.table({"no": pa.array(np.arange(frame.num_rows), pa.int32()), "key": frame.column("key")})
    copy_in(connection, queries.copy_incoming_locations.sql, table)
    queries.analyze_incoming_location(connection)
    known = copy_out(connection, queries.known_locations.sql, {})
    if known.num_rows:
        numbers[known.column("no").to_numpy()] = known.column("location_id").to_numpy()
    return numbers


def points_of(frame: pa.Table, srid: int) -> pa.Array[Any]:
    """The points as the database reads them, null without location."""
    import pyarrow as pa
    import shapely

    x, y = (frame.column(name).combine_chunks().to_numpy(zero_copy_only=False) for name in ("x", "y"))
    nowhere = np.isnan(x)
    points = shapely.set_srid(shapely.points(np.where(nowhere, 0, x), np.where(nowhere, 0, y)), srid)
    return pa.array(shapely.to_wkb(points, hex=True, include_srid=True), pa.string(), mask=nowhere)


def newest_location(connection: psycopg.Connection[Any]) -> int:
    """The largest number of a location; 0 where there is none."""
    return load_queries("ledger/locations").newest_location(connection)


def read_locations(connection: psycopg.Connection[Any]) -> pa.Table:
    """Every location as labels are made from it: location_id, x, y (metres), recorded (array literal), era."""
    return copy_out(connection, load_queries("ledger/locations").copy_locations.sql, {})


def read_addresses(connection: psycopg.Connection[Any]) -> pa.Table:
    """The locations whose point, if they have one, an address list gave.

    location_id, address, x, y (metres), recorded, era, and the incidents that stand there now.
    """
    return copy_out(connection, load_queries("ledger/locations").copy_addresses.sql, {})


def read_placed(connection: psycopg.Connection[Any]) -> dict[str, tuple[float, float, str]]:
    """By address as written, the point (metres) that an address list gave it, and the sort of entry that did."""
    return {address: (x, y, how) for address, x, y, how in load_queries("ledger/locations").read_placed(connection)}


def move_incidents(connection: psycopg.Connection[Any], *, from_ids: list[int], to_ids: list[int]) -> None:
    """Let what stands at some locations stand at others, in all its versions."""
    load_queries("ledger/locations").move_incidents(connection, from_ids=from_ids, to_ids=to_ids)


def write_label_sets(connection: psycopg.Connection[Any], sets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Write combinations of areas that are new.

    Parameters
    ----------
    sets : (n, kinds) int
        Distinct combinations; 0 for no area.

    Returns
    -------
    (n,) int
        Number of each.
    """
    queries = load_queries("ledger/locations")
    words = ["{" + ",".join(str(area) if area else "NULL" for area in row) + "}" for row in sets.tolist()]
    queries.upsert_label_sets(connection, sets=words)
    numbers = {text: number for number, text in queries.read_label_sets(connection)}
    return np.array([numbers[word] for word in words], np.int64)


def relabel_locations(
    connection: psycopg.Connection[Any],
    location_ids: Any,
    *,
    label_sets: NDArray[np.int64],
    in_study_area: pa.Array[Any],
) -> int:
    """Give locations their areas anew; return how many changed."""
    import pyarrow as pa

    queries = load_queries("ledger/locations")
    queries.create_relabelled(connection)
    table = pa.table(
        {"location_id": location_ids, "label_set_id": pa.array(label_sets, pa.int32()), "in_study_area": in_study_area}
    )
    copy_in(connection, queries.copy_relabelled.sql, table)
    queries.analyze_relabelled(connection)
    changed = queries.relabel_locations(connection)
    queries.delete_unused_label_sets(connection)
    return changed
