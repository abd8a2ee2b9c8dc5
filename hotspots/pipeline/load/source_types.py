"""Keep the agency's words for offences with the crime types that the city file gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.sources.crime_types import crime_types_of, in_columns, in_one_line
from hotspots.store.ledger import source_types as type_store

if TYPE_CHECKING:
    from collections.abc import Collection

    import psycopg

    from hotspots.sources.city_file import CityFile


def write_wordings(connection: psycopg.Connection[Any], city: CityFile, words: Any) -> tuple[Any, Any]:
    """Write the agency's words with their crime types; return the numbers of both for each row of words."""
    lines = in_one_line(words)
    crime_types, named = crime_types_of(city, words)
    numbers = type_store.write_source_types(connection, lines, crime_types, named) if lines else {}
    return np.array([numbers[line][0] for line in lines], np.int64), np.array(
        [numbers[line][1] for line in lines], np.int64
    )


def retype_wordings(connection: psycopg.Connection[Any], city: CityFile, *, were_sensitive: Collection[str]) -> int:
    """Read the words that are known by the city file of today; return how many incidents changed their crime type.

    Parameters
    ----------
    were_sensitive : crime types that the city file called sensitive before: incidents of the others become so now.
    """
    there = type_store.read_source_types(connection)
    words = in_columns(city, [line for _, line, _, _ in there])
    if words is None or not there:
        return 0
    crime_types, named = crime_types_of(city, words)
    sensitive = {entry.name for entry in city.crime_types if entry.sensitive}.difference(were_sensitive)
    changed = [
        (number, line, new, is_named)
        for (number, line, old, was_named), new, is_named in zip(there, crime_types, named, strict=True)
        if (old, was_named) != (new, is_named) or new in sensitive
    ]
    if not changed:
        return 0
    numbers, lines, types, flags = (list(column) for column in zip(*changed, strict=True))
    type_store.write_source_types(connection, lines, types, flags)
    return type_store.retype_incidents(connection, numbers)
