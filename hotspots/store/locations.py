"""Locations of incidents, each combination of point, words and recorded codes once, with the areas that they lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.store.copying import copy_in, copy_out
from hotspots.store.sqlfiles import load_queries

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
    frame : address, x, y (metres, city CRS), precision, recorded (array literal), era
    label_sets : (n,) int
        Number of the label set of each; 0 where no area is loaded.
    in_study_area : (n,) bool, null where not known

    Returns
    -------
    (n,) int
        Number of each location.
    """
    import pyarrow as pa

    queries = load_queries("locations")
    queries.clear_incoming_location(connection)
    table = pa.table(
        {"no": pa.array(np.arange(frame.num_rows), pa.int32())}
        | {name: frame.column(name) for name in ("address", "x", "y", "precision", "recorded", "era")}
        | {"label_set_id": pa.array(label_sets, pa.int32(), mask=label_sets == 0), "in_study_area": in_study_area}
    )
    copy_in(connection, queries.copy_incoming_locations.sql, table)
    queries.key_incoming_locations(connection)
    connection.execute("analyze incoming_location")
    queries.insert_locations(connection, srid=srid)
    if frame.num_rows == 0:
        return np.zeros(0, np.int64)
    return copy_out(connection, queries.copy_location_ids.sql, {}).column("location_id").to_numpy()


def read_locations(connection: psycopg.Connection[Any]) -> pa.Table:
    """Every location as labels are made from it: location_id, x, y (metres), recorded (array literal), era."""
    return copy_out(connection, load_queries("locations").copy_locations.sql, {})


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
    queries = load_queries("locations")
    words = ["{" + ",".join(str(area) if area else "NULL" for area in row) + "}" for row in sets.tolist()]
    queries.upsert_label_sets(connection, sets=words)
    numbers = {text: number for number, text in queries.read_label_sets(connection)}
    return np.array([numbers[word] for word in words], np.int64)


def relabel_locations(
    connection: psycopg.Connection[Any], location_ids: Any, *, label_sets: NDArray[np.int64], in_study_area: pa.Array[Any]
) -> int:
    """Give locations their areas anew; return how many changed."""
    import pyarrow as pa

    queries = load_queries("locations")
    queries.create_relabelled(connection)
    table = pa.table(
        {"location_id": location_ids, "label_set_id": pa.array(label_sets, pa.int32()), "in_study_area": in_study_area}
    )
    copy_in(connection, queries.copy_relabelled.sql, table)
    connection.execute("analyze relabelled")
    changed = queries.relabel_locations(connection)
    queries.delete_unused_label_sets(connection)
    return changed
