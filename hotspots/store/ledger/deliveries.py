"""The deliveries that the ledger was built from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from hotspots.store.server.connection import Connection


def read_contents(connection: Connection) -> dict[str, str]:
    """The sha256 of each file of incidents that was loaded, by the file's name; the newest where a name came twice."""
    return dict(load_queries("ledger/deliveries").read_contents(connection))


def read_config(connection: Connection) -> dict[str, Any] | None:
    """The validated city file of the last load; None before the first."""
    text = load_queries("ledger/deliveries").read_config(connection)
    return None if text is None else json.loads(text)
