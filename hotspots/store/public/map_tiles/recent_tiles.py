"""The tile of incidents from memory, feature for feature what the database makes of the same question (`tiles.incidents`)."""

from __future__ import annotations

import numpy as np

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Choices
from hotspots.store.public.map_tiles.tiles import ANCHOR_ZOOM, CELL_UNITS, UNIT_BITS, WORLD_BITS
from hotspots.store.public.map_tiles.vector_tile import point_layer
from hotspots.store.public.recent.recent_incidents import Ints, RecentIncidents
from hotspots.store.sql.compose import Connection


def incidents(
    connection: Connection,
    question: IncidentFilter,
    *,
    z: int,
    x: int,
    y: int,
    choices: Choices,
    counts: RecentIncidents,
) -> bytes:
    """Layer ``incidents`` of one tile: points with ``n``, ``n_<group>``, ``top`` and ``anchors``."""
    found = counts.at_anchors(connection, question, choices.groups)
    of_tile = WORLD_BITS - z
    here = (found.world_x >> of_tile == x) & (found.world_y >> of_tile == y)
    anchor_id, by_group = found.anchor_id[here], found.counts[here]
    to_units, in_tile = of_tile - UNIT_BITS, 2**of_tile - 1
    px, py = ((world[here] & in_tile) >> to_units for world in (found.world_x, found.world_y))
    anchors = np.ones(len(anchor_id), dtype=np.int64)
    if z < ANCHOR_ZOOM:
        anchor_id, px, py, by_group, anchors = _gathered(anchor_id, px, py, by_group)
    n = by_group.sum(axis=1)
    most_first = np.lexsort((anchor_id, -n))
    return point_layer(
        "incidents",
        ids=anchor_id[most_first],
        x=px[most_first],
        y=py[most_first],
        numbers={
            "anchors": anchors[most_first],
            "n": n[most_first],
            **{f"n_{group}": by_group[most_first, at] for at, group in enumerate(choices.groups)},
        },
        words={"top": (choices.groups, by_group[most_first].argmax(axis=1))},
    )


def _gathered(anchor_id: Ints, px: Ints, py: Ints, by_group: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Anchors of one cell of a coarser grid as one: the smallest number, the middle of the incidents, their counts, how many anchors."""
    cell = (px // CELL_UNITS) * (2**UNIT_BITS) + py // CELL_UNITS
    _, first, cell = np.unique(cell, return_index=True, return_inverse=True)
    n = by_group.sum(axis=1)
    total = np.bincount(cell, n)
    sums = np.stack([np.bincount(cell, column) for column in by_group.T], axis=1).astype(np.int64)
    middle_x, middle_y = (np.floor(np.bincount(cell, at * n) / total).astype(np.int64) for at in (px, py))
    return anchor_id[first], middle_x, middle_y, sums, np.bincount(cell)
