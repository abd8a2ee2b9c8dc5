"""The audit: who did what. The database says who and when, so a line can be added but neither backdated nor signed by another."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


def write_line(connection: Connection, verb: str, detail: Mapping[str, object]) -> None:
    """Add a line in the transaction that does what it says: both are kept, or neither.

    Parameters
    ----------
    verb : load, publish, erase, at_risk, incidents.
    detail : counts, codes and choices; never an address, never a typed text.
    """
    load_queries("audit").write_line(connection, verb=verb, detail=json.dumps(dict(detail), default=str))


def tell(connection: Connection, verb: str, detail: Mapping[str, object]) -> None:
    """Add a line of whose session the transaction carries; with the owner's key, of the person that `detail` says was claimed."""
    load_queries("audit").tell(connection, verb=verb, detail=json.dumps(dict(detail), default=str))


def commit_line(connection: Connection, verb: str, detail: Mapping[str, object]) -> None:
    """Add a line and commit it before what it tells of leaves the database: a reader who breaks off leaves it all the same.

    Raises
    ------
    psycopg.ProgrammingError
        Inside ``connection.transaction()``, where nothing can be committed yet.
    """
    write_line(connection, verb, detail)
    connection.commit()
