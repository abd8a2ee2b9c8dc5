"""Actions done here: effects that two persons published, written for the public at public points."""

from __future__ import annotations

from datetime import date, timedelta

from hotspots.domain.act.action import effect_sentence
from hotspots.store.server.connection import Connection
from hotspots.store.sql.files import load_queries

PATROL_DELAY_DAYS = 28


def write_done_actions(connection: Connection, *, today: date) -> int:
    """Write all that may be public now in place of what was; return how many."""
    queries = load_queries("publication/done_actions")
    queries.delete_done_actions(connection)
    rows = list(
        queries.read_published_effects(
            connection, ended_by=today, patrol_ended_by=today - timedelta(days=PATROL_DELAY_DAYS)
        )
    )
    queries.number_effects(connection, ids=[effect_id for effect_id, *_ in rows])
    for effect_id, remedy, crime_types, starts_on, ends_on, method, verdict, ratio, low, high, smallest in rows:
        speaks = verdict != "pooled only"
        queries.insert_done_action(
            connection,
            effect_id=effect_id,
            remedy=remedy.replace("_", " "),
            crime_types=crime_types,
            starts_on=starts_on,
            ends_on=ends_on,
            method=method,
            verdict=verdict,
            ratio=round(ratio, 3) if speaks else None,
            low=round(low, 3) if speaks else None,
            high=None if not speaks or high is None else round(high, 3),
            smallest_effect=round(smallest, 3) if verdict == "no difference" else None,
            sentence=effect_sentence(verdict, method=method, smallest_effect=smallest),
        )
    return len(rows)
