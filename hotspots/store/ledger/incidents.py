"""The incident ledger: deliveries word for word, and versions of incidents with the days on which they were known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from hotspots.store.sql.compose import compose, fetch_one
from hotspots.store.sql.copy import copy_in
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    import psycopg
    import pyarrow as pa

INCIDENTS = "incidents"
# Tables that a first load fills from nothing.
LEDGER = ("raw.incident_row", "core.location", "core.incident_version")
VERSION_COLUMNS = (
    "incident_key", "base_key", "occurred_from", "occurred_to", "reported_at", "time_note", "time_precision",
    "crime_type_id", "source_type_id", "location_type_id", "location_id", "arrest", "sensitive",
)  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """A delivery that was loaded."""

    delivery_id: int
    known_on: date
    file: str
    summary: Mapping[str, Any]


def has_rows_without_id(connection: psycopg.Connection[Any], *, before: date | None = None) -> bool:
    """Whether an incident is known by its content; with a day, whether one was known before it."""
    return load_queries("ledger/incidents").has_rows_without_id(connection, before=before)


def newest_record(connection: psycopg.Connection[Any], *, withheld: Sequence[str] | None = None) -> datetime | None:
    """When the newest incident occurred, a few mistyped dates long after all others left out; None without incidents.

    Parameters
    ----------
    withheld : look only at what may be public; these crime types may not. None: at every record.
    """
    every = sql.SQL("core.record_times()")
    times = every if withheld is None else compose("ledger/incidents", "public_times", withhold=list(withheld))
    return fetch_one(connection, compose("ledger/incidents", "newest_record", times=times))[0]


def tells_months_only(connection: psycopg.Connection[Any]) -> bool:
    """Whether the records tell months and not days."""
    return load_queries("ledger/incidents").tells_months_only(connection)


def read_deliveries(connection: psycopg.Connection[Any], *, dataset: str, reading: str) -> dict[str, Delivery]:
    """The newest delivery of each content (sha256) that was read by these words of the city file."""
    rows = load_queries("ledger/incidents").same_deliveries(connection, dataset=dataset, reading=reading)
    return {sha256: Delivery(number, known_on, file, summary) for sha256, number, known_on, file, summary in rows}


def is_loaded(connection: psycopg.Connection[Any], sha256: str) -> bool:
    """Whether incidents of this content were loaded, by whatever reading."""
    return load_queries("ledger/incidents").is_loaded(connection, sha256=sha256, dataset=INCIDENTS)


def newest_delivery(connection: psycopg.Connection[Any], *, dataset: str) -> Delivery | None:
    """The delivery of a dataset that was known last."""
    row = load_queries("ledger/incidents").newest_delivery(connection, dataset=dataset)
    return Delivery(row[2], row[0], row[1], {}) if row else None


def write_delivery(
    connection: psycopg.Connection[Any], *, dataset: str, file: str, sha256: str, header: str | None, known_on: date
) -> int:
    """Note a delivery and return its number."""
    return load_queries("ledger/incidents").insert_delivery(
        connection, dataset=dataset, file=file, sha256=sha256, header=header, known_on=known_on
    )


def write_summary(connection: psycopg.Connection[Any], delivery_id: int, summary: Mapping[str, Any]) -> None:
    """Keep what became of a delivery."""
    load_queries("ledger/incidents").write_summary(connection, delivery_id=delivery_id, summary=json.dumps(summary))


def write_records(connection: psycopg.Connection[Any], delivery_id: int, *, lines: Any, records: pa.Array[Any]) -> None:
    """Keep a file's records word for word.

    Parameters
    ----------
    lines : (n,) int
        1-based lines of the file.
    records : (n,) string
        As sent, without the line break at the end.
    """
    import pyarrow as pa

    table = pa.table({"delivery": pa.repeat(delivery_id, len(records)), "line": pa.array(lines), "record": records})
    copy_in(connection, load_queries("ledger/incidents").copy_records.sql, table)


def write_rejects(
    connection: psycopg.Connection[Any], delivery_id: int, rejects: Sequence[tuple[int, str]], records: Sequence[str]
) -> None:
    """Keep rejected records with their lines and reasons."""
    import pyarrow as pa

    if rejects:
        table = pa.table(
            {
                "delivery": pa.repeat(delivery_id, len(rejects)),
                "line": pa.array([line for line, _ in rejects], pa.int32()),
                "reason": pa.array([reason for _, reason in rejects], pa.string()),
                "record": pa.array(records, pa.string()),
            }
        )
        copy_in(connection, load_queries("ledger/incidents").copy_rejects.sql, table)


def read_rejects(connection: psycopg.Connection[Any], delivery_id: int) -> list[tuple[int, str, str]]:
    """Line, reason and record of what was rejected of a delivery."""
    return list(load_queries("ledger/incidents").read_rejects(connection, delivery_id=delivery_id))


def prepare_incoming(connection: psycopg.Connection[Any]) -> None:
    """Make the temporary tables of a load; they go with its transaction."""
    load_queries("ledger/incidents").create_incoming(connection)
    prepare_locations(connection)


def prepare_locations(connection: psycopg.Connection[Any]) -> None:
    """Make the temporary table by which locations are found again, where this transaction has none."""
    load_queries("ledger/locations").create_incoming_location(connection)


def write_first_versions(
    connection: psycopg.Connection[Any], delivery_id: int, rows: pa.Table, *, known_on: date
) -> int:
    """Write rows none of whose ids is in the ledger, straight into it; return how many."""
    import pyarrow as pa

    columns = {
        "delivery": pa.repeat(delivery_id, rows.num_rows),
        "line": rows.column("line"),
        "known_from": pa.repeat(pa.scalar(known_on), rows.num_rows),
    } | {name: rows.column(name) for name in VERSION_COLUMNS}
    return copy_in(connection, load_queries("ledger/incidents").copy_first_versions.sql, pa.table(columns))


def write_versions(
    connection: psycopg.Connection[Any], delivery_id: int, rows: pa.Table, *, known_on: date
) -> dict[str, int]:
    """Compare rows with the ledger and write what is new, changed or withdrawn.

    A row that withdraws is matched after the delivery's other rows are written, so it may withdraw one of them.

    Returns
    -------
    dict
        How many rows were new, changed, unchanged, withdrawn and unmatched (withdrawals of nothing).
    """
    queries = load_queries("ledger/incidents")
    order = ("line", "incident_key", "base_key", "withdraws", *VERSION_COLUMNS[2:])
    queries.clear_incoming(connection)
    copy_in(connection, queries.copy_incoming.sql, rows.select(list(order)))
    queries.analyze_incoming(connection)
    queries.judge_incoming(connection)
    queries.find_returned(connection)
    queries.analyze_fate(connection)
    queries.close_changed(connection, delivery_id=delivery_id, known_on=known_on)
    queries.insert_versions(connection, delivery_id=delivery_id, known_on=known_on)
    if rows.column("withdraws").to_numpy().any():
        queries.match_own_withdrawals(connection)
        queries.match_base_withdrawals(connection, same_time=True)
        queries.match_base_withdrawals(connection, same_time=False)
        queries.leave_unmatched(connection)
        queries.close_withdrawn(connection, delivery_id=delivery_id, known_on=known_on)
    counts = dict.fromkeys(("new", "changed", "unchanged", "withdrawn", "unmatched"), 0)
    return counts | dict(queries.count_fates(connection))


def unmatched_lines(connection: psycopg.Connection[Any]) -> list[int]:
    """Lines of the last written rows that withdraw nothing."""
    return [line for (line,) in load_queries("ledger/incidents").unmatched_lines(connection)]


def note_present(connection: psycopg.Connection[Any], keys: pa.Array[Any]) -> None:
    """Remember ids that a snapshot has."""
    import pyarrow as pa

    copy_in(connection, load_queries("ledger/incidents").copy_present.sql, pa.table({"incident_key": keys}))


def forget_present(connection: psycopg.Connection[Any]) -> None:
    """Forget the ids that were present."""
    load_queries("ledger/incidents").clear_present(connection)


def withdraw_absent(
    connection: psycopg.Connection[Any],
    delivery_id: int,
    *,
    known_on: date,
    file: str | None = None,
    period: tuple[datetime, datetime] | None = None,
) -> int:
    """Withdraw what a snapshot no longer has, inside its scope; forget the ids that were present; return how many.

    Parameters
    ----------
    file : str, optional
        Only incidents whose version came with a file of this name.
    period : pair of datetime, optional
        Only incidents that occurred between the two, both included; local wall clock.
    """
    queries = load_queries("ledger/incidents")
    queries.analyze_present(connection)
    first, last = period or (None, None)
    absent = queries.withdraw_absent(
        connection, delivery_id=delivery_id, known_on=known_on, file=file, first=first, last=last
    )
    queries.clear_present(connection)
    return absent
