"""The anchor of every location, and the anchors in `open`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from psycopg import sql

from hotspots.domain.places.anchor_site import UNNAMED_BLOCK
from hotspots.domain.places.street_name import HouseNumbers, parse_house_numbers, title_case
from hotspots.store.publication.rules import Rules
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray


MANY_ANCHORS = 1000  # after so many new ones the planner must look at the table again
REACH_LATTICES = 1.5  # how many spacings of the lattice an exact incident may be moved to a site of its own areas


def unlink_withheld(connection: Connection) -> None:
    """Let locations that had no anchor near enough, or were outside, look for one again, before all is published anew."""
    _queries().unlink_withheld(connection)


def relabel_anchors(connection: Connection, rules: Rules) -> None:
    """Give every kept anchor the areas that may be shown with it today, and join those of one point that then show the same."""
    queries = _queries()
    kinds = list(rules.label_kinds)
    queries.relabel_block_anchors(connection, label_kinds=kinds)
    queries.relabel_site_anchors(connection, label_kinds=kinds)
    queries.relabel_pointless_anchors(connection, label_kinds=kinds)
    queries.join_equal_anchors(connection)


def collect_due_locations(connection: Connection, rules: Rules, versions: sql.Composable, *, end: date) -> int:
    """Gather the locations that need an anchor; return how many."""
    query = sql.SQL(_queries().collect_due_locations.sql).format(versions=versions)
    parameters = {"end": end, "withhold": list(rules.withhold), "label_kinds": list(rules.label_kinds)}
    n_locations = connection.execute(query, parameters).rowcount
    connection.execute("analyze due_location")
    return n_locations


def place_at_blocks(connection: Connection, rules: Rules) -> None:
    """Stand block points at their blocks; a new block is named and gets its median point."""
    queries = _queries()
    queries.create_site_of_location(connection)
    keys = [key for (key,) in queries.read_new_blocks(connection)]
    if keys:
        queries.create_block_name(connection)
        with connection.cursor() as cursor, cursor.copy(queries.copy_block_names.sql) as copy:
            for key in keys:
                copy.write_row(block_name(key))
        queries.insert_blocks(connection, srid=rules.srid, seed=rules.seed)
    queries.place_at_blocks(connection)


def place_exact(connection: Connection, rules: Rules) -> None:
    """Stand exact points at the group of addresses or the piece of lattice that they lie in, or near it."""
    queries = _queries()
    fits = sql.SQL(queries.fits.sql.rstrip().rstrip(";"))
    for query in (queries.place_at_addresses.sql, queries.place_in_lattice.sql):
        if (
            query is queries.place_in_lattice.sql
            and load_queries("publication/anchor_sites").kind_of_sites(connection) == "addresses"
        ):
            continue
        connection.execute(sql.SQL(query).format(fits=fits))
    connection.execute("analyze site_of_location")
    queries.place_nearby(connection, reach_m=REACH_LATTICES * rules.lattice_m)


def link_anchors(connection: Connection, rules: Rules, versions: sql.Composable, *, end: date) -> int:
    """Make the missing anchors and link every due location to one; return how many located ones have none near, and show no area."""
    queries = _queries()
    if queries.insert_site_anchors(connection, srid=rules.srid, seed=rules.seed) > MANY_ANCHORS:
        connection.execute("analyze core.anchor")
    queries.link_site_anchors(connection)
    queries.create_coarse_labels(connection)
    queries.create_pointless(connection)
    queries.insert_pointless_anchors(connection, seed=rules.seed)
    queries.link_pointless_anchors(connection)
    connection.execute(
        sql.SQL(queries.number_anchors.sql).format(versions=versions),
        {"seed": rules.seed, "end": end, "withhold": list(rules.withhold)},
    )
    return queries.count_withheld(connection)


def write_used_anchors(connection: Connection, *, anew: bool) -> int:
    """Copy the anchors that published incidents use and `open` lacks; return how many."""
    queries = _queries()
    if anew:
        queries.delete_anchors(connection)
        queries.collect_used_anchors(connection)
    else:
        queries.collect_new_anchors(connection)
    written = queries.insert_anchors(connection)
    queries.insert_anchor_areas(connection)
    return written


def take_all_anchors(connection: Connection) -> None:
    """Treat every anchor as new in what follows: the places changed, so every distance does."""
    _queries().collect_all_anchors(connection)


def delete_unused_anchors(connection: Connection, anchors: Sequence[int]) -> int:
    """Take out those anchors that no published incident uses any more; return how many."""
    return _queries().delete_unused_anchors(connection, anchors=sorted(set(anchors)))


def write_distances(connection: Connection) -> None:
    """Write how far each new anchor is from the nearest place of each kind, in metres of the city's CRS."""
    queries = _queries()
    found = list(queries.read_new_points(connection))
    if not found:
        return
    ids = np.array([anchor_id for anchor_id, _ in found])
    points = shapely.from_wkb([bytes(geometry) for _, geometry in found])
    shapes: dict[str, list[bytes]] = {}
    for kind, geometry in queries.read_places(connection):
        shapes.setdefault(kind, []).append(bytes(geometry))
    with connection.cursor() as cursor, cursor.copy(queries.copy_anchor_places.sql) as copy:
        for kind, geometries in shapes.items():
            distance_m = _nearest_m(points, shapely.from_wkb(geometries))
            copy.write(
                "".join(f"{kind}\t{anchor}\t{metres:.1f}\n" for anchor, metres in zip(ids, distance_m, strict=True))
            )


def _nearest_m(points: NDArray[np.object_], shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    index, distance_m = shapely.STRtree(shapes).query_nearest(points, return_distance=True, all_matches=False)
    nearest_m = np.empty(len(points))
    nearest_m[index[0]] = distance_m
    return nearest_m


def block_name(key: str) -> tuple[str, str, str | None, int | None, int | None]:
    """Return the key of a block with its name, its street and its numbers; without an address it has no name of its own."""
    block: HouseNumbers | None = parse_house_numbers(key)
    if block is None:
        return (key, UNNAMED_BLOCK if key.startswith("near ") else title_case(key), None, None, None)
    return (key, block.name, block.street, block.number_from, block.number_to)


def _queries() -> Any:
    return load_queries("publication/anchors")
