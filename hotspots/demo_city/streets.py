"""Streets: every address and every intersection of the invented city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots.demo_city import landmarks, layout, names
from hotspots.demo_city.draws import Draws
from hotspots.demo_city.layout import (
    DIAGONAL,
    MAIN_AVENUES,
    MAIN_STREETS,
    MERIDIAN_U,
    N_U,
    N_V,
    RIVER_V,
    SEED,
    WORKS,
    cell_of,
    cells,
    rectangle,
    street_lines,
    to_decimetres,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

HOUSE, FLATS, SHOP, OFFICE, WORKSHOP = range(5)
USES = ("house", "flats", "shop", "office", "workshop")
SETBACK = 0.14  # from the middle of the street to a door, in lines


@dataclass(frozen=True, eq=False)
class Addresses:
    """Every address, (n,) arrays in one order: along each street, so that neighbours follow one another."""

    number: Ints
    street: NDArray[np.str_]
    u: Floats
    v: Floats
    x_dm: Ints  # easting, decimetres, EPSG:32614
    y_dm: Ints
    use: Ints  # index into USES
    segment: Ints  # the stretch of street between two crossings

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True, eq=False)
class Intersections:
    """Every crossing as a pair of street names; where three streets meet there are three pairs."""

    first: list[str]
    second: list[str]
    u: Floats
    v: Floats
    x_dm: Ints
    y_dm: Ints


def _slots(draws: Draws, lines: Ints, per_line: int, on_even_side: NDArray[np.bool_]) -> tuple[Ints, Floats]:
    """House numbers within each line's hundred and how far along the line they stand (0 to 1)."""
    n = len(lines)
    step = 100 // per_line
    within = (np.arange(n) % per_line) * step + 4 + 2 * draws.below(max(step // 2 - 3, 1), n)
    return within + np.where(on_even_side, 0, 1), within / 100


def _along_avenues(draws: Draws) -> tuple[list[str], Ints, Floats, Floats]:
    per_line = 5
    u, line, side, _ = (
        part.ravel()
        for part in np.meshgrid(np.arange(N_U + 1), np.arange(N_V), (0, 1), np.arange(per_line), indexing="ij")
    )
    within, share = _slots(draws, line, per_line, side == 0)
    south = line < RIVER_V
    # Numbers grow away from the river, on both sides of it; those of main avenues from the south on.
    main = np.isin(u, (*MAIN_AVENUES, N_U))
    v = np.where(south & ~main, line + 1 - share, line + share)
    hundred = np.where(main, line, np.where(south, RIVER_V - 1 - line, line - RIVER_V - 1))
    kept = line != RIVER_V
    streets = [names.avenue(int(a), float(b)) for a, b in zip(u, line, strict=True)]
    at = u + np.where(side == 0, -SETBACK, SETBACK)
    return (
        [name for name, keep in zip(streets, kept, strict=True) if keep],
        (hundred * 100 + within)[kept],
        at[kept],
        v[kept],
    )


def _along_streets(draws: Draws) -> tuple[list[str], Ints, Floats, Floats]:
    per_line = 4
    u_from, v_from, u_to, v_to = layout.DOWNTOWN
    lines = [(v, 0, N_U) for v in MAIN_STREETS] + [
        (v, u_from, u_to) for v in range(v_from, v_to) if v not in MAIN_STREETS
    ]
    streets: list[str] = []
    numbers, us, vs = [], [], []
    for v, first, last in lines:
        line, side, _ = (
            part.ravel() for part in np.meshgrid(np.arange(first, last), (0, 1), np.arange(per_line), indexing="ij")
        )
        within, share = _slots(draws, line, per_line, side == 0)
        # Numbers grow away from the meridian; those of main streets from the west on.
        first_line = 0 if v in MAIN_STREETS else MERIDIAN_U
        west = line < first_line
        us.append(np.where(west, line + 1 - share, line + share))
        numbers.append(np.where(west, first_line - 1 - line, line - first_line) * 100 + within)
        vs.append(v + np.where(side == 0, SETBACK, -SETBACK))
        streets += [names.street(v, float(a)) for a in line]
    return streets, np.concatenate(numbers), np.concatenate(us), np.concatenate(vs)


def _along_diagonal(draws: Draws) -> tuple[list[str], Ints, Floats, Floats]:
    per_line = 5
    u_from, v_from, length = DIAGONAL
    line, side, _ = (
        part.ravel() for part in np.meshgrid(np.arange(length), (0, 1), np.arange(per_line), indexing="ij")
    )
    within, share = _slots(draws, line, per_line, side == 0)
    away = np.where(side == 0, 0.1, -0.1)
    u, v = u_from + line + 1 - share - away, v_from + line + 1 - share + away
    return [names.DIAGONAL_NAME] * len(line), (RIVER_V - 1 - v_from - line) * 100 + within, u, v


def _is_free(u: Floats, v: Floats, on: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where a house can stand: inside the city, not in a park, not on another street than its own (0 avenue, 1 street, 2 diagonal)."""
    column, row = cell_of(u, v)
    free = (cells() & ~landmarks.park_cells())[column, row] & (u > 0) & (u < N_U) & (v < N_V)
    u_from, v_from, length = DIAGONAL
    near_diagonal = (np.abs((u - u_from) - (v - v_from)) < 0.34) & (u > u_from - 0.3) & (u < u_from + length + 0.3)
    free &= (on == 2) | ~near_diagonal
    to_street = np.abs(v - np.rint(v))
    on_main = np.isin(np.rint(v).astype(np.int64), MAIN_STREETS)
    u_from, v_from, u_to, v_to = layout.DOWNTOWN
    in_downtown = (u > u_from) & (u < u_to) & (v > v_from - 0.5) & (v < v_to - 0.5)
    free &= (on != 0) | ~((on_main | in_downtown) & (to_street < 0.3))
    to_avenue = np.abs(u - np.rint(u))
    return free & ((on == 0) | (to_avenue > 0.1))


def _is_built(draws: Draws, u: Floats, v: Floats, on: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Not every plot is built on: fewer far out and in the works, all downtown."""
    from_centre = np.maximum(np.abs(u - 47), np.abs(v - 36))
    percent = np.where(from_centre > 30, 62, np.where(from_centre > 16, 78, 92))
    column, row = cell_of(u, v)
    for area in WORKS:
        percent = np.where(rectangle(*area)[column, row], 14, percent)
    return draws.chance(np.where(on > 0, np.minimum(percent + 10, 95), percent), len(u))


def _uses(draws: Draws, u: Floats, v: Floats, on: NDArray[np.int64]) -> Ints:
    """The building, by the kind of street and quarter."""
    n = len(u)
    column, row = cell_of(u, v)
    downtown = rectangle(*layout.DOWNTOWN)[column, row]
    works = np.logical_or.reduce([rectangle(*area)[column, row] for area in WORKS])
    mall = rectangle(*landmarks.MALL)[column, row]
    main = (on > 0) | np.isin(np.rint(u).astype(np.int64), MAIN_AVENUES)
    inner = np.maximum(np.abs(u - 46), np.abs(v - 36)) < 14
    use = draws.pick((82, 16, 2, 0, 0), n)
    use = np.where(inner, draws.pick((50, 44, 5, 1, 0), n), use)
    use = np.where(main, draws.pick((22, 36, 32, 8, 2), n), use)
    use = np.where(downtown, draws.pick((0, 30, 34, 36, 0), n), use)
    use = np.where(works, draws.pick((8, 4, 6, 12, 70), n), use)
    return np.where(mall, draws.pick((0, 2, 92, 6, 0), n), use).astype(np.int64)


def build_addresses() -> Addresses:
    """Lay out every address of the city."""
    draws = Draws(SEED, "addresses")
    rows = [_along_avenues(draws), _along_streets(draws), _along_diagonal(draws)]
    on = np.repeat(np.arange(3), [len(row[1]) for row in rows])
    street = np.array([name for row in rows for name in row[0]])
    number, u, v = (np.concatenate([row[i] for row in rows]) for i in (1, 2, 3))
    kept = _is_free(u, v, on) & _is_built(draws, u, v, on)
    street, number, u, v, on = street[kept], number[kept], u[kept], v[kept], on[kept]
    use = _uses(draws, u, v, on)
    _, street_no = np.unique(street, return_inverse=True)
    order = np.lexsort((number, street_no))
    street, number, u, v, use, street_no = (
        street[order],
        number[order],
        u[order],
        v[order],
        use[order],
        street_no[order],
    )
    _, segment = np.unique(street_no.astype(np.int64) * 1000 + number // 200, return_inverse=True)
    x_dm, y_dm = to_decimetres(u, v)
    return Addresses(number, street, u, v, x_dm, y_dm, use, segment.astype(np.int64))


def _touches(mask: NDArray[np.bool_], u: int, v: int) -> bool:
    return bool(mask[max(2 * u - 1, 0) : 2 * u + 1, max(2 * v - 1, 0) : 2 * v + 1].any())


def build_intersections() -> Intersections:
    """Name every crossing; where a street changes its name at the meridian, under both."""
    drivable = cells() & ~landmarks.park_cells()
    pairs: list[tuple[str, str, float, float]] = []
    u_from, v_from, u_to, _ = layout.DOWNTOWN
    lines = sorted({*street_lines(), *names.MARKET_STREETS})
    for v in lines:
        for u in range(N_U + 1):
            if not _touches(drivable, u, v) or (v in names.MARKET_STREETS and not u_from <= u <= u_to):
                continue
            pairs.append((names.avenue(u, v), names.street(v, u), u, v))
            if u == MERIDIAN_U and v not in MAIN_STREETS:
                pairs.append((names.avenue(u, v), names.street(v, u - 1), u, v))
    u_from, v_from, length = DIAGONAL
    for step in range(length + 1):
        u, v = u_from + step, v_from + step
        if _touches(drivable, u, v):
            pairs.append((names.DIAGONAL_NAME, names.avenue(u, v), u, v))
            if v in lines and (v not in names.MARKET_STREETS or u >= layout.DOWNTOWN[0]):
                pairs.append((names.DIAGONAL_NAME, names.street(v, u), u, v))
    us, vs = np.array([pair[2] for pair in pairs], dtype=float), np.array([pair[3] for pair in pairs], dtype=float)
    return Intersections([pair[0] for pair in pairs], [pair[1] for pair in pairs], us, vs, *to_decimetres(us, vs))
