"""Areas: districts, beats, community areas and neighbourhoods, cut out of the lattice.

A boundary runs along a street for a stretch and then across the blocks, as real ones do: the city is halved again and again by
a line that jumps sideways halfway. All outlines use the corners of the same squares, so that neighbours share every vertex.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots.demo_city import names
from hotspots.demo_city.draws import Draws
from hotspots.demo_city.layout import N_U, N_V, RIVER_V, SEED, cell_of, cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots.demo_city.streets import Addresses

    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Areas:
    """One kind of area: a code and a name each, and the area's index of every square; −1 outside the city."""

    kind: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    of_cell: Ints  # (2 N_U, 2 N_V)


def _halve(weights: Ints, mask: NDArray[np.bool_], share: float, draws: Draws) -> NDArray[np.bool_]:
    """The part of `mask` that holds about `share` of the weight: west of, or south of, a line with a jump."""
    columns, rows = np.nonzero(mask)
    across = 0 if np.ptp(columns) >= np.ptp(rows) else 1
    position, other = (columns, rows) if across == 0 else (rows, columns)
    weight = weights[columns, rows]
    until = np.cumsum(np.bincount(position, weights=weight).astype(np.int64))
    cut = int(np.searchsorted(until, int(until[-1] * share))) + 1
    street = 2 if across == 0 else 4  # an avenue every 2 squares, a street every 4
    cut = cut - cut % street
    jump = int(draws.below(7, 1)[0]) - 3
    middle = int(np.median(other))
    chosen = position < np.where(other < middle, cut, cut + jump)
    part = np.zeros_like(mask)
    part[columns[chosen], rows[chosen]] = True
    return part


def _divide(weights: Ints, mask: NDArray[np.bool_], n: int, draws: Draws) -> list[NDArray[np.bool_]]:
    """Cut `mask` into `n` parts of about the same weight."""
    if n == 1:
        return [mask]
    first = n // 2
    part = _halve(weights, mask, first / n, draws)
    return [*_divide(weights, part, first, draws), *_divide(weights, mask & ~part, n - first, draws)]


def _numbered(parts: list[NDArray[np.bool_]]) -> Ints:
    of_cell = np.full((2 * N_U, 2 * N_V), -1, dtype=np.int64)
    for index, part in enumerate(parts):
        of_cell[part] = index
    return of_cell


def build_areas(addresses: Addresses) -> dict[str, Areas]:
    """Cut the city, each bank of the river for itself, into the four kinds of area."""
    weights = np.ones((2 * N_U, 2 * N_V), dtype=np.int64)
    np.add.at(weights, cell_of(addresses.u, addresses.v), 1)
    inside = cells()
    north, south = inside.copy(), inside.copy()
    north[:, : 2 * RIVER_V + 1] = False
    south[:, 2 * RIVER_V :] = False

    draws = Draws(SEED, "police areas")
    districts = _divide(weights, north, 2, draws) + _divide(weights, south, 2, draws)
    beats: list[NDArray[np.bool_]] = []
    beat_codes: list[str] = []
    for number, (district, n) in enumerate(zip(districts, (5, 5, 7, 7), strict=True), start=1):
        beats += _divide(weights, district, n, draws)
        beat_codes += [f"{number:02}{beat:02}" for beat in range(11, 11 + n)]

    draws = Draws(SEED, "community areas")
    community = _divide(weights, north, 5, draws) + _divide(weights, south, 8, draws)
    parts = [part for area in community for part in _divide(weights, area, 3, draws)]
    part_names = [f"{name} {part}" for name in names.COMMUNITY_AREAS for part in names.NEIGHBOURHOOD_PARTS]
    return {
        "beat": Areas("beat", tuple(beat_codes), tuple(f"Beat {code}" for code in beat_codes), _numbered(beats)),
        "district": Areas("district", ("1", "2", "3", "4"), names.DISTRICTS, _numbered(districts)),
        "community_area": Areas(
            "community_area", tuple(str(i) for i in range(1, 14)), names.COMMUNITY_AREAS, _numbered(community)
        ),
        "neighbourhood": Areas(
            "neighbourhood", tuple(f"N{i:02}" for i in range(1, 40)), tuple(part_names), _numbered(parts)
        ),
    }


def outline(mask: NDArray[np.bool_]) -> list[list[tuple[int, int]]]:
    """Closed rings around the squares of `mask`, counter-clockwise, as corners in half lines; a hole runs clockwise.

    Where two squares touch at a corner only, the ring turns so that they stay apart.
    """
    padded = np.pad(mask, 1)
    following: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (column, row), step, start in (
        ((0, -1), (1, 0), (0, 0)),  # nothing below: walk east along the lower side
        ((1, 0), (0, 1), (1, 0)),
        ((0, 1), (-1, 0), (1, 1)),
        ((-1, 0), (0, -1), (0, 1)),
    ):
        edge = padded & ~np.roll(padded, (-column, -row), axis=(0, 1))
        for i, j in zip(*np.nonzero(edge), strict=True):
            corner = (int(i) - 1 + start[0], int(j) - 1 + start[1])
            following.setdefault(corner, []).append((corner[0] + step[0], corner[1] + step[1]))
    rings = []
    while following:
        start_corner = min(following)
        ring, before = [start_corner], None
        while True:
            here = ring[-1]
            choices = following[here]
            nxt = (
                choices[0]
                if len(choices) == 1 or before is None
                else max(choices, key=lambda to: _left_turn(before, here, to))
            )
            choices.remove(nxt)
            if not choices:
                del following[here]
            ring.append(nxt)
            before = here
            if nxt == start_corner:
                break
        rings.append(ring)
    return rings


def _left_turn(before: tuple[int, int] | None, here: tuple[int, int], to: tuple[int, int]) -> int:
    assert before is not None
    return (here[0] - before[0]) * (to[1] - here[1]) - (here[1] - before[1]) * (to[0] - here[0])
