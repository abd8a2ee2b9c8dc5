"""Takes incidents out of raw, core and open."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotspots.store.server.connection import Database
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class IdRules:
    """How the agency's id stands in a record."""

    delimiter: str
    columns: tuple[str, ...]
    occurrence_number: bool
    withdrawal_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record as sent, raw or rejected, with the header of its file."""

    delivery_id: int
    line: int
    header: str | None
    record: str


def read_id_rules(connection: Connection) -> IdRules | None:
    """The rules of the city file; None before the first load."""
    found = _queries().read_id_rules(connection)
    if found is None:
        return None
    delimiter, columns, occurrence_number, withdrawal = found
    columns = [columns] if isinstance(columns, str) else columns or []
    return IdRules(delimiter, tuple(columns), occurrence_number, tuple(withdrawal or ()))


def find_keys(connection: Connection, source_id: str, *, occurrence_number: bool) -> list[str]:
    """The ledger's keys of one id of the agency."""
    return [
        key for (key,) in _queries().find_keys(connection, source_id=source_id, occurrence_number=occurrence_number)
    ]


def find_returned_keys(connection: Connection) -> list[str]:
    """Keys that were erased and that a delivery brought back."""
    if not _queries().has_erased(connection):
        return []
    return [key for (key,) in _queries().find_returned_keys(connection)]


def read_erased(connection: Connection) -> tuple[str, frozenset[str]]:
    """The city's secret and the keyed hashes of erased ids, as hexadecimal digits."""
    rows = list(_queries().read_erased(connection))
    return (rows[0][0] if rows else ""), frozenset(key_hash for _, key_hash in rows)


def collect_versions(connection: Connection, keys: Sequence[str]) -> None:
    """Gather every version of the keys; what follows works on them."""
    _queries().collect_versions(connection, keys=list(keys))


def read_addresses(connection: Connection) -> list[str]:
    """The addresses that the gathered versions name."""
    return [address for (address,) in _queries().read_addresses(connection)]


def read_base_keys(connection: Connection) -> list[str]:
    """The names that withdrawing rows give the gathered versions."""
    return [key for (key,) in _queries().read_base_keys(connection)]


def find_records(connection: Connection, parts: Sequence[str]) -> Iterator[KeptRecord]:
    """Records in which every part occurs somewhere."""
    for _, delivery_id, line, header, record in _queries().find_records(connection, parts=list(parts)):
        yield KeptRecord(delivery_id, line, header, record)


def delete_records(connection: Connection, records: Sequence[KeptRecord]) -> int:
    """Purge these records and those of the gathered versions, rejects included; return how many raw ones."""
    return _queries().delete_records(
        connection, deliveries=[record.delivery_id for record in records], lines=[record.line for record in records]
    )


def delete_public_rows(connection: Connection) -> tuple[list[int], set[date]]:
    """Take the gathered incidents out of `open`; return the anchor of each, and their days."""
    gone = list(_queries().delete_public_rows(connection))
    return [anchor for anchor, _ in gone], {day for _, day in gone}


def delete_forecasts(connection: Connection, days: Collection[date]) -> int:
    """Take published forecasts that learnt from these days out of `open`; return how many."""
    return _queries().delete_forecasts(connection, days=sorted(days))


def delete_versions(connection: Connection) -> int:
    """Take the gathered versions out of the ledger, with locations, anchors and blocks that nobody else needs; return how many versions.

    What `open` no longer uses must be out of it before.
    """
    queries = _queries()
    n_versions = queries.delete_versions(connection)
    queries.delete_locations(connection)
    queries.delete_bare_anchors(connection)
    queries.delete_bare_blocks(connection)
    return n_versions


def remember(connection: Connection, keys: Sequence[str]) -> None:
    """Keep a keyed hash of the ids, so that they do not come back with a later delivery."""
    _queries().remember(connection, keys=list(keys))


def vacuum(owner: Database) -> None:
    """Overwrite what the deleted rows left in the tables' files."""
    with owner.connect(autocommit=True) as connection:
        connection.execute(
            "vacuum (truncate false) raw.incident_row, raw.reject, core.incident_version, core.location, "
            "core.anchor_site, core.record, open.incident, open.anchor"
        )


def _queries() -> Any:
    return load_queries("ledger/erasure")
