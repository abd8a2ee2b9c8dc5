"""Places residents search by, risk factors, and how many people live where."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hotspots.demo_city import landmarks, layout, names
from hotspots.demo_city.draws import Draws
from hotspots.demo_city.layout import MAIN_AVENUES, MAIN_STREETS, SEED, cell_of, cells, to_decimetres
from hotspots.demo_city.streets import FLATS, HOUSE, SHOP, Addresses

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots.demo_city.areas import Areas

    Ints = NDArray[np.int64]

N_BARS, N_VACANT = 130, 420
RESIDENTS = (2, 9, 1, 0, 0)  # people at an address, by its use


@dataclass(frozen=True, eq=False)
class Points:
    """Named points: (n,) easting and northing in decimetres, EPSG:32614."""

    names: list[str]
    x_dm: Ints
    y_dm: Ints


def _points(titles: tuple[str, ...] | list[str], at: tuple[tuple[float, float], ...]) -> Points:
    return Points(list(titles), *to_decimetres([u for u, _ in at], [v for _, v in at]))


def build_stations() -> Points:
    """The railway's stations."""
    return _points(names.STATIONS, landmarks.STATION_AT)


def build_police_stations() -> Points:
    """A police station in each district."""
    return _points([f"{name} District police station" for name in names.DISTRICTS], landmarks.POLICE_STATION_AT)


def build_schools(addresses: Addresses) -> Points:
    """Schools spread over the city: each at the address farthest from the ones before it."""
    x, y = addresses.x_dm, addresses.y_dm
    candidates = np.flatnonzero((addresses.use == HOUSE) | (addresses.use == FLATS))
    chosen = [int(candidates[Draws(SEED, "schools").below(len(candidates), 1)[0]])]
    nearest = np.full(len(candidates), np.iinfo(np.int64).max)
    while len(chosen) < len(names.SCHOOLS):
        last = chosen[-1]
        squared = (x[candidates] - x[last]) ** 2 + (y[candidates] - y[last]) ** 2
        nearest = np.minimum(nearest, squared)
        # Half as far as possible is far enough: schools stand among people, not at the city limits.
        good = np.flatnonzero(nearest * 4 >= nearest.max())
        chosen.append(int(candidates[good[len(good) // 2]]))
    picked = np.array(chosen)
    return Points(list(names.SCHOOLS), x[picked] + 40, y[picked] + 40)


def choose_bars(addresses: Addresses) -> Ints:
    """Addresses of bars: shops, more of them near the bar strips and downtown."""
    weight = np.where(addresses.use == SHOP, 2, 0)
    for u, v in landmarks.BAR_STRIPS:
        away = np.abs(addresses.u - u) + np.abs(addresses.v - v)
        weight += np.where((addresses.use == SHOP) & (away < 3), 30, 0)
    column, row = cell_of(addresses.u, addresses.v)
    weight += np.where((addresses.use == SHOP) & layout.rectangle(*layout.DOWNTOWN)[column, row], 6, 0)
    return _some(weight, N_BARS, "bars")


def choose_vacant(addresses: Addresses) -> Ints:
    """Addresses of vacant buildings: mostly where the quarter is in decline."""
    home = (addresses.use == HOUSE) | (addresses.use == FLATS)
    weight = np.where(home, 1, 0)
    for u, v, reach in landmarks.DECLINE:
        weight += np.where(home & (np.maximum(np.abs(addresses.u - u), np.abs(addresses.v - v)) < reach), 14, 0)
    return _some(weight, N_VACANT, "vacant")


def _some(weight: Ints, n: int, purpose: str) -> Ints:
    """`n` different addresses, sorted, drawn by weight."""
    drawn = Draws(SEED, purpose).pick(weight, 4 * n)
    _, first = np.unique(drawn, return_index=True)
    return np.sort(drawn[np.sort(first)][:n])


def build_bus_stops() -> Points:
    """Stops along the main streets and avenues, at every second crossing."""
    inside = cells()
    at: list[tuple[str, float, float]] = []
    at += [
        (f"{names.avenue(u, v)} at {names.street(v, u)}", u + 0.1, v + 0.15)
        for u in MAIN_AVENUES
        for v in range(2, 76, 4)
        if v != 40
    ]
    at += [
        (f"{names.street(v, u)} at {names.avenue(u, v)}", u + 0.15, v - 0.1)
        for v in MAIN_STREETS
        for u in range(2, 72, 2)
    ]
    column, row = cell_of([u for _, u, _ in at], [v for _, _, v in at])
    kept = [stop for stop, ok in zip(at, inside[column, row], strict=True) if ok]
    return _points([name for name, _, _ in kept], tuple((u, v) for _, u, v in kept))


def ring_of(u_from: float, v_from: float, u_to: float, v_to: float) -> tuple[Ints, Ints]:
    """A lattice rectangle's outline on the ground, bent with it, closed, counter-clockwise."""
    us, vs = _side(u_from, u_to), _side(v_from, v_to)
    u = np.concatenate([us, np.full(len(vs), u_to), us[::-1], np.full(len(vs), u_from)])
    v = np.concatenate([np.full(len(us), v_from), vs, np.full(len(us), v_to), vs[::-1]])
    return to_decimetres(u, v)


def _side(start: float, end: float) -> NDArray[np.float64]:
    steps = max(int((end - start) * 2), 1)
    return start + (end - start) * np.arange(steps + 1) / steps


def line_of(stops: tuple[tuple[float, float], ...]) -> tuple[Ints, Ints]:
    """A line through lattice positions, bent with the ground: a vertex about every line."""
    u, v = [], []
    for (u0, v0), (u1, v1) in pairwise(stops):
        steps = max(int(max(abs(u1 - u0), abs(v1 - v0))), 1)
        share = np.arange(steps) / steps
        u.append(u0 + (u1 - u0) * share)
        v.append(v0 + (v1 - v0) * share)
    return to_decimetres(np.append(np.concatenate(u), stops[-1][0]), np.append(np.concatenate(v), stops[-1][1]))


def residents(addresses: Addresses, areas: Areas) -> tuple[Ints, Ints]:
    """Residents by area: (n_areas,) in the census of 2010 and of 2020."""
    people = np.asarray(RESIDENTS)[addresses.use] + Draws(SEED, "residents").below(3, len(addresses)) * (
        addresses.use == FLATS
    )
    of_address = areas.of_cell[cell_of(addresses.u, addresses.v)]
    new = np.zeros(len(areas.codes), dtype=np.int64)
    np.add.at(new, of_address, people)
    percent = 91 + Draws(SEED, "residents of 2010").below(21, len(areas.codes))
    return new * percent // 100, new


def folks(new: Ints, areas: Areas) -> tuple[Ints, Ints]:
    """Riverfolk and Hillfolk of each area, of the residents of the newest census: two peoples of no place on earth, mostly apart."""
    drawn = Draws(SEED, "folks").below(1000, len(areas.codes))
    riverfolk = np.where(drawn % 2 == 0, 72 + drawn % 18, 8 + drawn % 14)  # per cent: two kinds of quarters
    river = new * riverfolk // 100
    return river, new - river
