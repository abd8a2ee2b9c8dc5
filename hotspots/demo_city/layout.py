"""The ground plan: a lattice of streets, bent along a river and a lake shore, and what is inside the city limits.

Positions are lattice coordinates (u, v): u grows eastwards from one avenue to the next, v northwards, both in lines of about
100 m. Avenues run at every whole u, streets at every even v (downtown at every v). `to_decimetres` bends the lattice onto the
ground with the four basic operations only, which every machine rounds alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]

SEED = 20260101
CRS = "EPSG:32614"  # UTM zone 14 north, metres
ORIGIN_X_M, ORIGIN_Y_M = 336_000, 4_699_000  # south-west corner: open hills without a town
LINE_M = 100

N_U, N_V = 72, 76  # lines eastwards, northwards
RIVER_V = 40  # the river fills the row from v = 40 to v = 41
MERIDIAN_U = 44  # west of it streets are W, from it on E
DOWNTOWN = (38, 30, 56, 40)  # u from, v from, u to, v to
WORKS = ((4, 34, 16, 40), (20, 41, 31, 46), (60, 0, 64, 8))  # industry: few addresses
DIAGONAL = (8, 6, 32)  # Old Mill Road: from (8, 6), 32 lines to the north-east
MAIN_AVENUES = tuple(range(4, N_U, 8))
MAIN_STREETS = (8, 16, 24, 32, 48, 56, 64, 72)

_SHORE_M = (
    (0.0, 260.0),
    (0.35, -330.0),
    (0.7, 180.0),
    (1.0, -520.0),
)  # of the lake: share of the way north, shift eastwards
_BENDS_M = (
    (0.0, 520.0),
    (0.3, -380.0),
    (0.65, 330.0),
    (1.0, -120.0),
)  # of the river: share of the way east, shift northwards


def _cubic(points: tuple[tuple[float, float], ...], at: NDArray[np.float64]) -> NDArray[np.float64]:
    total = np.zeros_like(at)
    for i, (here, height) in enumerate(points):
        term = np.full_like(at, height)
        for j, (there, _) in enumerate(points):
            if i != j:
                term = term * (at - there) / (here - there)
        total = total + term
    return total


def to_decimetres(u: ArrayLike, v: ArrayLike) -> tuple[Ints, Ints]:
    """Bend lattice coordinates (n,) onto the ground: (n,) easting and northing, whole decimetres, EPSG:32614.

    Beyond the city the ground is bent as at its edge.
    """
    u, v = np.broadcast_arrays(np.asarray(u, dtype=float), np.asarray(v, dtype=float))
    east, north = np.clip(u / N_U, 0.0, 1.0), np.clip(v / N_V, 0.0, 1.0)
    from_river = (v - (RIVER_V + 0.5)) / 14
    x = ORIGIN_X_M + LINE_M * u + _cubic(_SHORE_M, north) * (east * east * east * east)
    y = ORIGIN_Y_M + LINE_M * v + _cubic(_BENDS_M, east) / (1 + from_river * from_river)
    return np.rint(x * 10).astype(np.int64), np.rint(y * 10).astype(np.int64)


def metres(decimetres: int) -> str:
    """Write a coordinate with its one decimal."""
    return f"{decimetres // 10}.{decimetres % 10}"


def cells() -> NDArray[np.bool_]:
    """(2 N_U, 2 N_V) which squares of half a line are inside the city limits; the river is not."""
    inside = np.ones((2 * N_U, 2 * N_V), dtype=bool)
    inside[:, 2 * RIVER_V : 2 * RIVER_V + 2] = False
    inside[:28, 116:] = False  # the north-west belongs to a township
    inside[:40, 140:] = False
    inside[:20, :20] = False  # so do the hills in the south-west
    inside[:12, 20:40] = False
    inside[124:, :10] = False  # harbour basin
    return inside


def rectangle(u_from: float, v_from: float, u_to: float, v_to: float) -> NDArray[np.bool_]:
    """(2 N_U, 2 N_V) the squares of a lattice rectangle."""
    mask = np.zeros((2 * N_U, 2 * N_V), dtype=bool)
    mask[int(2 * u_from) : int(2 * u_to), int(2 * v_from) : int(2 * v_to)] = True
    return mask


def cell_of(u: ArrayLike, v: ArrayLike) -> tuple[Ints, Ints]:
    """(n,) column and row of the square that holds a position, clipped to the lattice."""
    column = np.clip(np.floor(np.asarray(u, dtype=float) * 2), 0, 2 * N_U - 1).astype(np.int64)
    row = np.clip(np.floor(np.asarray(v, dtype=float) * 2), 0, 2 * N_V - 1).astype(np.int64)
    return column, row


def street_lines() -> tuple[int, ...]:
    """The v of every street that runs east and west through the whole city."""
    return (*range(0, RIVER_V, 2), RIVER_V, RIVER_V + 1, *range(RIVER_V + 2, N_V + 1, 2))
