"""Place records that were loaded with an address and no point anew, when the city's address lists change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.pipeline.load.address_book import ADDRESS, AddressBook
from hotspots.pipeline.load.area_labels import distinct_label_sets, label
from hotspots.sources.locations import Locations, with_points
from hotspots.store.ledger import areas as area_store
from hotspots.store.ledger import city as city_store
from hotspots.store.ledger import locations as location_store

if TYPE_CHECKING:
    import psycopg

NO_MOVE_M = 0.01


def place_anew(connection: psycopg.Connection[Any], book: AddressBook, *, srid: int, precision: str) -> dict[str, int]:
    """Give loaded records the point that the book has for their address, where it is another one.

    The record itself did not change: no version is written, and each keeps its public number.

    Returns
    -------
    Incidents that got a point (`placed`), that moved (`moved`), and by what.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    found = location_store.read_addresses(connection)
    if found.num_rows == 0:
        return {}
    old_m = np.column_stack([pc.cast(found.column(axis), "float64").to_numpy() for axis in ("x", "y")])
    xy_m, placed_by = book.find(found.column("address").to_pylist())
    is_new = np.isfinite(xy_m[:, 0]) & ~np.isclose(xy_m, old_m, rtol=0, atol=NO_MOVE_M).all(axis=1)
    if not is_new.any():
        return {}
    chosen = found.filter(pa.array(is_new))
    xy_m, placed_by, was_placed = xy_m[is_new], placed_by[is_new], np.isfinite(old_m[is_new, 0])
    n = chosen.num_rows
    nowhere = pa.table(
        {
            "address": chosen.column("address"),
            "x": pa.nulls(n, pa.float64()),
            "y": pa.nulls(n, pa.float64()),
            "precision": pa.array(["none"] * n, pa.string()),
            "recorded": pc.cast(chosen.column("recorded"), "string"),
            "era": pc.cast(chosen.column("era"), "date32"),
        }
    )
    placed = with_points(
        Locations(nowhere, np.arange(n), 0),
        xy_m,
        placed_by,
        precision=np.where(np.equal(placed_by, ADDRESS), "exact", precision),
    )
    numbers = _write(connection, placed.frame, srid)
    location_store.move_incidents(
        connection, from_ids=chosen.column("location_id").to_pylist(), to_ids=numbers[placed.same_as].tolist()
    )
    city_store.raise_labels_version(connection)  # the next publication finds the public points of all of them
    counts: Counter[str] = Counter()
    for how, was, incidents in zip(placed_by, was_placed, chosen.column("incidents").to_pylist(), strict=True):
        counts["moved" if was else "placed"] += incidents
        counts[f"by_{how}"] += incidents
    return dict(counts)


def _write(connection: psycopg.Connection[Any], frame: Any, srid: int) -> Any:
    import pyarrow as pa

    areas = area_store.read_areas(connection)
    label_sets, in_study_area = np.zeros(frame.num_rows, np.int64), pa.nulls(frame.num_rows, pa.bool_())
    if areas is not None:
        xy_m = np.column_stack(
            [frame.column(axis).combine_chunks().to_numpy(zero_copy_only=False) for axis in ("x", "y")]
        )
        era = frame.column("era").combine_chunks().to_numpy(zero_copy_only=False).astype("datetime64[D]")
        labels = label(areas, xy_m=xy_m, recorded=frame.column("recorded").combine_chunks(), era=era)
        sets, set_no = distinct_label_sets(labels.area_ids)
        label_sets = location_store.write_label_sets(connection, sets)[set_no]
        in_study_area = labels.in_study_area
    return location_store.write_locations(
        connection, frame, srid=srid, label_sets=label_sets, in_study_area=in_study_area
    )
