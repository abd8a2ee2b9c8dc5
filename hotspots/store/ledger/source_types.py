"""The agency's words for offences and places, and what the city file makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg


def read_sensitive_types(connection: psycopg.Connection[Any]) -> set[str]:
    """Names of the crime types whose incidents are sensitive."""
    return {name for (name,) in load_queries("ledger/incidents").read_sensitive_types(connection)}


def write_crime_types(connection: psycopg.Connection[Any], crime_types: Sequence[Mapping[str, Any]]) -> None:
    """Bring the crime types to what the city file says: name, label, crime_group, initiated_by, sensitive each."""
    queries = load_queries("ledger/incidents")
    for crime_type in crime_types:
        queries.upsert_crime_type(connection, **crime_type)


def drop_other_crime_types(connection: psycopg.Connection[Any], names: Sequence[str]) -> None:
    """Delete crime types that the city file no longer names and nothing refers to."""
    load_queries("ledger/incidents").delete_types_out_of_use(connection, names=list(names))


def read_source_types(connection: psycopg.Connection[Any]) -> list[tuple[int, str, str, bool]]:
    """Every wording known: number, words, name of its crime type, whether the city file names it."""
    return list(load_queries("ledger/incidents").read_source_types(connection))


def write_source_types(
    connection: psycopg.Connection[Any], words: Sequence[str], crime_types: Sequence[str], named: Sequence[bool]
) -> dict[str, tuple[int, int]]:
    """Give wordings their crime types; return number and crime type's number of each."""
    rows = load_queries("ledger/incidents").upsert_source_types(
        connection, words=list(words), crime_types=list(crime_types), named=list(named)
    )
    return {text: (number, crime_type) for number, text, crime_type in rows}


def retype_incidents(connection: psycopg.Connection[Any], source_types: Sequence[int]) -> int:
    """Give the incidents of some wordings the crime type that these now have; return how many changed."""
    return load_queries("ledger/incidents").retype_incidents(connection, source_types=list(source_types))


def write_location_types(connection: psycopg.Connection[Any], names: Sequence[str]) -> dict[str, int]:
    """Add location types that are new; return the number of every one."""
    queries = load_queries("ledger/incidents")
    queries.upsert_location_types(connection, names=sorted(set(names)))
    return {name: number for number, name in queries.read_location_types(connection)}
