"""Words for sorts of place: as what each is published, and the record by which that is judged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from psycopg import sql

from hotspots.domain.places.place_words import PlaceWord
from hotspots.store.publication.publication import Connection
from hotspots.store.publication.rules import Rules
from hotspots.store.sql.copy import copy_out
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    import pyarrow as pa


def number_words(connection: Connection, rules: Rules, versions: sql.Composable, *, end: date) -> None:
    """Give words that a public incident bears for the first time their public numbers."""
    queries = _queries()
    if queries.has_new_words(connection):
        connection.execute(
            sql.SQL(queries.number_words.sql).format(versions=versions),
            {"end": end, "withhold": list(rules.withhold)},
        )


def read_words(connection: Connection) -> tuple[dict[str, PlaceWord], dict[int, str]]:
    """Every word that was ever public as it is published so far, and their names by number."""
    rows = list(_queries().read_words(connection))
    words = {name: PlaceWord(standing, shown or name) for _, name, standing, shown in rows}
    return words, {number: name for number, name, _, _ in rows}


def read_tally(connection: Connection, rules: Rules, *, end: date) -> pa.Table:
    """The public reports of each word at each point: word, site, reports, address_low, address_high, point_low, point_high."""
    return copy_out(connection, _queries().tally.sql, {"end": end, "withhold": list(rules.withhold)})


def write_words(connection: Connection, words: Mapping[str, PlaceWord]) -> None:
    """Write as what words are published, with the groups that they need."""
    if not words:
        return
    queries = _queries()
    groups = sorted({word.shown for word in words.values() if word.standing != "told"})
    queries.add_groups(connection, names=groups)
    queries.number_groups(connection, names=groups)
    queries.write_standings(
        connection,
        names=list(words),
        standings=[word.standing for word in words.values()],
        shown=[word.shown for word in words.values()],
    )
    queries.write_standings(connection, names=groups, standings=["merged"] * len(groups), shown=groups)


def read_coarser(connection: Connection) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    """The groups that are public: name, words that each stands for, incidents."""
    return tuple((name, tuple(members), n) for name, members, n in _queries().read_coarser(connection))


def _queries() -> Any:
    return load_queries("publication/place_words")
