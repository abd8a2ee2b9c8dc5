"""The rows of a delivery with the database's numbers for words and locations, which are written where they are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.pipeline.load.source_types import write_wordings
from hotspots.sources.city_values import find_crs
from hotspots.sources.crime_types import crime_types_of
from hotspots.store.ledger import locations as location_store
from hotspots.store.ledger import source_types as type_store

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa

    from hotspots.pipeline.load.deliveries import ReadDelivery
    from hotspots.sources.city_file import CityFile
    from hotspots.sources.normalise import Incidents


def in_our_numbers(
    connection: psycopg.Connection[Any], city: CityFile, delivery: ReadDelivery, incidents: Incidents
) -> pa.Table:
    """The rows with the database's numbers in place of the delivery's own."""
    import pyarrow as pa

    rows = incidents.rows
    source_no = rows.column("source_no").to_numpy()
    source_type, crime_type = write_wordings(connection, city, incidents.source_words)
    names = type_store.write_location_types(connection, [name for name in incidents.location_types if name])
    location_type = np.array([names.get(name, 0) for name in incidents.location_types] or [0], np.int64)
    type_no = rows.column("location_type_no")
    locations = _write_locations(connection, city, delivery, incidents)
    location_no = rows.column("location_no")
    sensitive_types = {entry.name for entry in city.crime_types if entry.sensitive}
    is_sensitive = np.array([name in sensitive_types for name in crime_types_of(city, incidents.source_words)[0]], bool)
    columns = {
        "crime_type_id": pa.array(crime_type[source_no], pa.int16()),
        "source_type_id": pa.array(source_type[source_no], pa.int32()),
        "location_type_id": _looked_up(type_no, location_type),
        "location_id": _looked_up(location_no, locations),
        "sensitive": pa.array(rows.column("sensitive").to_numpy() | is_sensitive[source_no]),
    }
    kept = [
        name for name in rows.column_names if name not in ("sensitive", "source_no", "location_type_no", "location_no")
    ]
    return pa.table({name: rows.column(name) for name in kept} | columns)


def _looked_up(numbers: Any, table: Any) -> Any:
    """table[number], null where the number is null."""
    import pyarrow as pa

    missing = numbers.is_null().to_numpy()
    safe = numbers.fill_null(0).to_numpy()
    return pa.array(table[safe] if len(table) else np.zeros(len(safe), np.int64), pa.int64(), mask=missing)


def _write_locations(
    connection: psycopg.Connection[Any], city: CityFile, delivery: ReadDelivery, incidents: Incidents
) -> Any:
    import pyarrow as pa

    frame, labels = incidents.locations.frame, delivery.labels
    if labels is None:
        label_sets, in_study_area = np.zeros(frame.num_rows, np.int64), pa.nulls(frame.num_rows, pa.bool_())
    else:
        label_sets = location_store.write_label_sets(connection, labels.sets)[labels.set_no]
        in_study_area = labels.in_study_area
    srid = find_crs(city.city.crs).to_epsg() or 0
    return location_store.write_locations(
        connection, frame, srid=srid, label_sets=label_sets, in_study_area=in_study_area
    )
