"""Seals of the audit: each day a hash over its lines and the seal before, so that a line that changes later, or goes, is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a day of UTC."""

    day: date
    lines: int
    hash: bytes


def seal_days(connection: Connection, *, today: date) -> list[Seal]:
    """Seal every whole day of UTC that is not sealed yet, in the transaction of the connection; the new seals.

    Parameters
    ----------
    today : of UTC; it is not over, and not sealed.
    """
    queries = load_queries("audit_seal")
    before, made = queries.newest_hash(connection), []
    for (day,) in list(queries.days_to_seal(connection, today=today)):
        lines, digest = queries.hash_of(connection, day=day, before=before)
        queries.add_seal(connection, day=day, lines=lines, hash=digest)
        made.append(Seal(day, lines, bytes(digest)))
        before = digest
    return made


def broken_days(connection: Connection) -> tuple[int, list[date]]:
    """How many seals there are, and the days whose lines are not those that were sealed."""
    queries = load_queries("audit_seal")
    before: bytes | None = None
    broken, seals = [], list(queries.seals(connection))
    for day, lines, digest in seals:
        found = queries.hash_of(connection, day=day, before=before)
        if (found[0], bytes(found[1])) != (lines, bytes(digest)):
            broken.append(day)
        before = digest  # each day is judged by itself: one that changed does not break those after it
    return len(seals), broken
