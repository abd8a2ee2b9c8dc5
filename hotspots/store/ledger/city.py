"""The city that a database serves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hotspots.domain.city_clock import today
from hotspots.errors import InputError
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import psycopg

    from hotspots.store.server.connection import Database


def read_config(connection: psycopg.Connection[Any]) -> dict[str, Any] | None:
    """The city file that was loaded last, as it was validated; None before the first load."""
    there = load_queries("ledger/city").read_city(connection)
    return there[3] if there else None


def city_today(database: Database) -> date:
    """The day that it is in the city; before the first load that of the whole world's clock."""
    with database.connect() as connection:
        there = load_queries("ledger/city").read_city(connection)
    return today(there[2] if there else "UTC")


def write_city(
    connection: psycopg.Connection[Any], *, name: str, srid: int, timezone: str, config: Mapping[str, Any]
) -> None:
    """Keep the validated city file.

    Raises
    ------
    InputError
        The database serves another city, or this one in another CRS.
    """
    queries = load_queries("ledger/city")
    there = queries.read_city(connection)
    if there is not None and there[0] != name:
        raise InputError(
            f"This database serves {there[0]}, not {name}: one database a city. Set HOTSPOTS_HOME to another folder."
        )
    if there is not None and there[1] != srid:
        raise InputError(
            f"This database holds EPSG:{there[1]}, the city file says EPSG:{srid}: another CRS needs a new database."
        )
    queries.write_city(connection, name=name, srid=srid, timezone=timezone, config=json.dumps(config))


def raise_labels_version(connection: psycopg.Connection[Any]) -> None:
    """Note that the areas of all locations were found anew."""
    load_queries("ledger/city").raise_labels_version(connection)
