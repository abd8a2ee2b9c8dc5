"""The city's own layers in `open`: areas, places, the search, the base map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hotspots.domain.places.street_name import name_key, street_key, title_case
from hotspots.store.publication.rules import Rules
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

LONGEST_GAP_M = 450.0  # half a mile is two parks' width; a quarter of one is the longest ordinary block


def write_city(connection: Connection) -> None:
    """Write the city's name, words and extent."""
    _queries().write_city(connection)


def write_layers(connection: Connection, rules: Rules, *, newest_day: date) -> None:
    """Write areas, places, search and base map anew. `write_used_anchors` comes before."""
    queries = _queries()
    kinds = list(dict.fromkeys([*rules.label_kinds, rules.sensitive_kind]))
    queries.delete_layers(connection)
    _note_names(connection, kinds)
    queries.write_area_kinds(connection, kinds=kinds, label_kinds=list(rules.label_kinds))
    queries.write_areas(connection, kinds=kinds, newest_day=newest_day)
    queries.write_places(connection, newest_day=newest_day)
    queries.write_land(connection)
    queries.write_parks(connection)
    queries.write_backdrop(connection)
    queries.write_streets(connection, longest_gap_m=LONGEST_GAP_M)


def write_search(connection: Connection, *, blocks_from_incidents: bool) -> None:
    """Write streets, addresses, intersections, places and areas for the search. `write_layers` comes before."""
    queries = _queries()
    queries.delete_gazetteer(connection)
    _note_streets(
        connection, [name for (name,) in queries.read_streets(connection, blocks_from_incidents=blocks_from_incidents)]
    )
    queries.insert_addresses(connection, blocks_from_incidents=blocks_from_incidents)
    queries.insert_intersections(connection)
    queries.insert_places_and_areas(connection)


def add_blocks(connection: Connection, rules: Rules) -> None:
    """Add the blocks of new anchors to the search. `write_used_anchors` comes before."""
    queries = _queries()
    _note_streets(connection, [name for (name,) in queries.read_block_streets(connection)])
    queries.number_blocks(connection, seed=rules.seed)
    queries.insert_blocks(connection)


def add_areas(connection: Connection, rules: Rules, *, newest_day: date) -> None:
    """Add areas of an older boundary vintage that a new anchor is labelled with."""
    queries = _queries()
    kinds = list(dict.fromkeys([*rules.label_kinds, rules.sensitive_kind]))
    _note_names(connection, kinds)
    if queries.write_areas(connection, kinds=kinds, newest_day=newest_day):
        queries.insert_places_and_areas(connection)


def delete_unused_blocks(connection: Connection, anchors: Sequence[int]) -> None:
    """Take out blocks at which these anchors stood and no published incident stands any more, and streets that only they were on."""
    queries = _queries()
    if queries.delete_unused_blocks(connection, anchors=sorted(set(anchors))):
        queries.delete_unused_streets(connection)


def _note_names(connection: Connection, kinds: list[str]) -> None:
    queries = _queries()
    names = [name for (name,) in queries.read_names(connection, kinds=kinds)]
    queries.create_shown_name(connection)
    with connection.cursor() as cursor, cursor.copy(queries.copy_shown_names.sql) as copy:
        for name in names:
            copy.write_row((name, title_case(name), name_key(name)))


def _note_streets(connection: Connection, names: list[str]) -> None:
    queries = _queries()
    queries.create_street_name(connection)
    with connection.cursor() as cursor, cursor.copy(queries.copy_street_names.sql) as copy:
        for name in names:
            copy.write_row((name, title_case(name), street_key(name)))
    queries.insert_streets(connection)


def _queries() -> Any:
    return load_queries("publication/city_layers")
