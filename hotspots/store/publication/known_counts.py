"""Counts as known on the day of each delivery, written as changes: work in proportion to what is new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg import sql

from hotspots.store.publication.publication import ALL_VERSIONS
from hotspots.store.publication.rules import Rules
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

NOW, BEFORE = sql.Identifier("version_now"), sql.Identifier("version_before")


def write_all(connection: Connection, rules: Rules, *, end: date) -> None:
    """Write the changes of every delivery anew, for incidents before the day `end`."""
    _queries().delete_changes(connection)
    _add(connection, rules, ALL_VERSIONS, sign=1, end=end)
    _queries().delete_nothings(connection)


def write_changes(connection: Connection, rules: Rules, *, deliveries: Sequence[int], old_end: date, end: date) -> None:
    """Put what the gathered incidents show now in place of what they showed at the last publication, before the day `old_end`."""
    _queries().collect_touched(connection, end=end, old_end=old_end)
    _collect_versions(connection, deliveries)
    _add(connection, rules, BEFORE, sign=-1, end=old_end)
    _add(connection, rules, NOW, sign=1, end=end)
    _queries().delete_nothings(connection)


def forget(
    connection: Connection, rules: Rules, *, keys: Sequence[str], unpublished: Sequence[int], old_end: date
) -> None:
    """Take incidents that are to be erased out of every vintage; before their versions go."""
    _queries().drop_collected(connection)
    _queries().collect_keys(connection, keys=list(keys))
    _collect_versions(connection, unpublished)
    _add(connection, rules, BEFORE, sign=-1, end=old_end)
    _queries().delete_nothings(connection)
    _queries().drop_collected(connection)


def _collect_versions(connection: Connection, deliveries: Sequence[int]) -> None:
    connection.execute("analyze touched")
    _queries().collect_versions_now(connection)
    _queries().collect_versions_before(connection, deliveries=list(deliveries))
    connection.execute("analyze version_now, version_before")


def _add(connection: Connection, rules: Rules, versions: sql.Composable, *, sign: int, end: date) -> None:
    query = sql.SQL(_queries().add_changes.sql).format(versions=versions)
    connection.execute(query, {"sign": sign, "end": end, "kind": rules.coarse_kind, "withhold": list(rules.withhold)})


def _queries() -> Any:
    return load_queries("publication/known_counts")
