"""Records beside the incidents, such as calls for service: the newest word of each, in tables of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hotspots.store.ledger.incidents import Delivery
from hotspots.store.sql.copy import copy_in, copy_out
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import psycopg
    import pyarrow as pa


def read_deliveries(connection: psycopg.Connection[Any], *, record_kind: str, reading: str) -> dict[str, Delivery]:
    """The newest delivery of each content (sha256) of a kind that was read by these words of the city file."""
    rows = _queries().same_deliveries(connection, record_kind=record_kind, reading=reading)
    return {sha256: Delivery(number, known_on, file, summary) for sha256, number, known_on, file, summary in rows}


def write_delivery(
    connection: psycopg.Connection[Any], *, record_kind: str, file: str, sha256: str, reading: str, known_on: date
) -> int:
    """Note a delivery and return its number."""
    return _queries().insert_delivery(
        connection, record_kind=record_kind, file=file, sha256=sha256, reading=reading, known_on=known_on
    )


def write_summary(connection: psycopg.Connection[Any], number: int, summary: Mapping[str, Any]) -> None:
    """Keep what became of a delivery."""
    _queries().write_summary(connection, record_delivery_id=number, summary=json.dumps(summary))


def keep_only(connection: psycopg.Connection[Any], names: Sequence[str]) -> None:
    """Drop the records of kinds that the city file no longer names."""
    _queries().delete_other_records(connection, names=list(names))
    _queries().delete_other_deliveries(connection, names=list(names))


def delete_record(connection: psycopg.Connection[Any], *, record_kind: str, source_id: str) -> bool:
    """Take one record out; return whether there was one."""
    return bool(_queries().delete_record(connection, record_kind=record_kind, record_key=source_id))


def prepare_incoming(connection: psycopg.Connection[Any]) -> None:
    """Make the temporary table of a load; it goes with its transaction."""
    _queries().create_incoming_record(connection)


def write_records(
    connection: psycopg.Connection[Any], rows: pa.Table, *, record_kind: str, number: int, known_on: date
) -> tuple[int, int]:
    """Write what is new or says something else; return how many of each.

    Parameters
    ----------
    rows : line, record_key (distinct), occurred_from, occurred_to, time_precision, initiated_by, geom (hexadecimal), recorded, era,
        area_ids (array literals), in_study_area
    """
    queries = _queries()
    queries.clear_incoming_record(connection)
    copy_in(connection, queries.copy_incoming_records.sql, rows)
    ((new, changed),) = queries.write_records(
        connection, record_kind=record_kind, record_delivery_id=number, known_on=known_on
    )
    return new, changed


def read_points(connection: psycopg.Connection[Any]) -> pa.Table | None:
    """Every record as labels are made from it: record_kind, record_key, x, y (metres), recorded (array literal), era; None without any."""
    if not _queries().has_records(connection):
        return None
    return copy_out(connection, _queries().copy_records.sql, {})


def relabel(connection: psycopg.Connection[Any], rows: pa.Table) -> None:
    """Give records their areas anew: record_kind, record_key, area_ids (array literal), in_study_area."""
    _queries().create_relabelled_record(connection)
    copy_in(connection, _queries().copy_relabelled_records.sql, rows)
    _queries().relabel_records(connection)


def count_records(
    connection: psycopg.Connection[Any], *, record_kind: str, kind: str, start: date | None, end: date | None
) -> list[tuple[str | None, str | None, int, int, int]]:
    """Count records by area of one kind: code and name (None for no known area), begun by citizens, by officers, not known by whom."""
    return list(_queries().count_records(connection, record_kind=record_kind, kind=kind, start=start, end=end))


def read_extent(connection: psycopg.Connection[Any], *, record_kind: str) -> tuple[date | None, date | None, int]:
    """First and last day of a kind's records, and how many there are."""
    return _queries().read_extent(connection, record_kind=record_kind)


def _queries() -> Any:
    return load_queries("ledger/records")
