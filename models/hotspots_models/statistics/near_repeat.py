"""Near repeats: does an incident make another one near it soon more likely than the place and the season alone would?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

CHUNK = 2_000_000  # pairs compared at once: bounds the memory of a permutation to some 50 MB


@dataclass(frozen=True, eq=False)
class KnoxTable:
    """Pairs of incidents by distance and time between them, against dates dealt out anew.

    distance_edges_m, time_edges_days : edges of the bands; a pair on an edge belongs to the lower band
    observed : (n_distance, n_time) pairs
    expected : (n_distance, n_time) pairs, the exact mean over all permutations of the dates
    ratio : observed / expected; nan where no pair is expected
    p : (n_distance, n_time) one-sided, (1 + draws with as many pairs) / (permutations + 1)
    """

    distance_edges_m: tuple[float, ...]
    time_edges_days: tuple[float, ...]
    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    ratio: NDArray[np.float64]
    p: NDArray[np.float64]
    permutations: int
    incidents: int


@dataclass(frozen=True, eq=False)
class WarmZones:
    """Incidents whose zone is still warm, oldest first.

    incident : (n,) index of the incident
    days_left : (n,) until it cools
    zone : (n,) incidents within reach of each other share one number
    incidents_in_zone : (n,) how many warm incidents share the zone
    """

    incident: NDArray[np.int64]
    days_left: NDArray[np.float64]
    zone: NDArray[np.int64]
    incidents_in_zone: NDArray[np.int64]


def knox(
    xy_m: NDArray[np.float64],
    t_days: NDArray[np.float64],
    *,
    distance_edges_m: Sequence[float] = (0, 1, 100, 200, 300, 400),
    time_edges_days: Sequence[float] = (0, 7, 14, 28, 56),
    permutations: int = 999,
    seed: int = 0,
    most_pairs: int = 20_000_000,
) -> KnoxTable:
    """Count pairs by distance and time, and compare with the same places under permuted dates.

    Knox (1964), "The detection of space-time interactions"; permutation after Besag & Diggle (1977); bands as in Ratcliffe &
    Rengert (2008), "Near-repeat patterns in Philadelphia shootings". Only pairs within the largest distance are held. The
    expected number needs no draws: under any permutation it is (pairs near) x (share of all pairs soon).

    Parameters
    ----------
    xy_m : (n, 2) float, metres, projected CRS
    t_days : (n,) float, days
    distance_edges_m, time_edges_days : rising edges of the bands, the first of them 0
        The default's first band, up to 1 m, is "the same place".
    permutations, seed : number of draws and their seed
    most_pairs : refuse to hold more pairs than this (12 bytes each)
    """
    xy, t = _incidents(xy_m, t_days)
    d_edges, t_edges = _edges(distance_edges_m, "distance_edges_m"), _edges(time_edges_days, "time_edges_days")
    n_d, n_t = d_edges.size - 1, t_edges.size - 1
    first, second, starts = _near_pairs(xy, d_edges, most_pairs)
    clock, lookup = _time_bands(t, t_edges)

    def table(times: NDArray[Any]) -> NDArray[np.int64]:
        found = np.zeros((n_d, n_t), dtype=np.int64)
        for band in range(n_d):
            for low in range(starts[band], starts[band + 1], CHUNK):
                pair = slice(low, min(low + CHUNK, starts[band + 1]))
                soon = lookup(np.abs(times[first[pair]] - times[second[pair]]))
                found[band] += np.bincount(soon, minlength=n_t + 1)[:n_t]
        return found

    observed = table(clock)
    rng = np.random.default_rng(seed)
    as_many = np.ones((n_d, n_t))
    for _ in range(permutations):
        as_many += table(rng.permutation(clock)) >= observed
    near = np.diff(starts)
    expected = near[:, None] * _share_of_pairs(t, t_edges)[None, :]
    ratio = np.divide(observed, expected, out=np.full((n_d, n_t), np.nan), where=expected > 0)
    return KnoxTable(
        tuple(d_edges), tuple(t_edges), observed, expected, ratio, as_many / (permutations + 1), permutations, len(xy)
    )


def roles(
    xy_m: NDArray[np.float64], t_days: NDArray[np.float64], *, distance_m: float, days: float, same_place_m: float = 1.0
) -> NDArray[np.str_]:
    """Return what each incident is: originator, repeat, near repeat or isolated.

    A repeat follows another at the same place within `days`; a near repeat follows one within `distance_m`; an originator
    follows none but is followed; the rest are isolated. Of two at the same instant one is taken
    as the earlier, by its place: they are a pair here as in :func:`knox`.

    Parameters
    ----------
    xy_m, t_days : (n, 2) metres, (n,) days
    distance_m, days : the reach of a near repeat
    same_place_m : incidents no further apart are at the same place
    """
    from scipy.spatial import KDTree

    xy, t = _incidents(xy_m, t_days)
    role = np.full(len(xy), "isolated", dtype="<U11")
    if len(xy) < 2:
        return role
    pairs = KDTree(xy).query_pairs(distance_m, output_type="ndarray")
    gap = t[pairs[:, 1]] - t[pairs[:, 0]]
    pairs = pairs[np.abs(gap) <= days]
    turn = np.empty(len(xy), dtype=np.int64)
    turn[np.lexsort((xy[:, 1], xy[:, 0], t))] = np.arange(len(xy))
    in_order = turn[pairs[:, 0]] < turn[pairs[:, 1]]
    earlier = np.where(in_order, pairs[:, 0], pairs[:, 1])
    later = np.where(in_order, pairs[:, 1], pairs[:, 0])
    same = np.hypot(*(xy[earlier] - xy[later]).T) <= same_place_m
    role[earlier] = "originator"
    role[later] = "near repeat"
    role[later[same]] = "repeat"
    return role


def warm_zones(
    xy_m: NDArray[np.float64], t_days: NDArray[np.float64], *, as_of: float, distance_m: float, days: float
) -> WarmZones:
    """Return the incidents of the last `days` before `as_of`, the zones they warm and how long each stays warm.

    Parameters
    ----------
    xy_m, t_days : (n, 2) metres, (n,) days: nothing at or after `as_of`
    as_of : today, days since the same epoch
    distance_m, days : the reach of a near repeat, as a Knox table found it
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import KDTree

    xy, t = _incidents(xy_m, t_days)
    late = t >= as_of
    if late.any():
        raise InputError(f"{late.sum()} of {t.size} incidents lie at or after as_of {as_of:g}: leave them out")
    warm = np.flatnonzero(as_of - t < days)
    warm = warm[np.argsort(t[warm], kind="stable")]
    if warm.size == 0:
        return WarmZones(warm, np.empty(0), warm.copy(), warm.copy())
    pairs = KDTree(xy[warm]).query_pairs(distance_m, output_type="ndarray")
    joined = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(warm.size, warm.size))
    zone = connected_components(joined, directed=False)[1].astype(np.int64)
    return WarmZones(warm, t[warm] + days - as_of, zone, np.bincount(zone)[zone])


def _near_pairs(
    xy: NDArray[np.float64], edges: NDArray[np.float64], most: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return both ends of each pair within the last edge, sorted by band, and where each band starts."""
    from scipy.spatial import KDTree

    tree = KDTree(xy)
    n_pairs = (int(tree.count_neighbors(tree, edges[-1])) - len(xy)) // 2
    if n_pairs > most:
        raise InputError(
            f"{n_pairs} pairs lie within {edges[-1]:g} m, more than most_pairs {most}: "
            "take a shorter distance or period, or raise most_pairs"
        )
    pairs = tree.query_pairs(edges[-1], output_type="ndarray").astype(np.int32)
    band = np.searchsorted(edges[1:], np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T), side="left")
    band = np.minimum(band, edges.size - 2)  # the tree and hypot may round the last edge apart
    order = np.argsort(band, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(band, minlength=edges.size - 1))])
    return pairs[order, 0], pairs[order, 1], starts


def _time_bands(
    t: NDArray[np.float64], edges: NDArray[np.float64]
) -> tuple[NDArray[Any], Callable[[NDArray[Any]], NDArray[np.int64]]]:
    """Return a clock and a function from gaps on it to bands, the last one "later": a table for whole days, else a search."""
    clock = t - t.min() if t.size else t
    if np.array_equal(clock, np.round(clock)) and (clock.size == 0 or clock.max() < 100_000):
        days = np.arange((clock.max() if clock.size else 0) + 1)
        bands = np.searchsorted(edges[1:], days, side="left")
        return clock.astype(np.int32), lambda gap: bands[gap]
    return clock, lambda gap: np.searchsorted(edges[1:], gap, side="left")


def _share_of_pairs(t: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of all pairs, wherever they are, whose time gap lies in each band."""
    ordered = np.sort(t)
    n = t.size
    if n < 2:
        return np.zeros(edges.size - 1)
    within = np.array([_pairs_within(ordered, edge) for edge in edges[1:]])
    return np.diff(np.concatenate([[0], within])) / (n * (n - 1) / 2)


def _pairs_within(ordered: NDArray[np.float64], gap: float) -> int:
    """Return how many pairs of sorted times lie at most `gap` apart."""
    return int(np.sum(np.searchsorted(ordered, ordered + gap, side="right") - np.arange(ordered.size) - 1))


def _incidents(
    xy_m: NDArray[np.float64], t_days: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    xy, t = np.asarray(xy_m, dtype=float).reshape(-1, 2), np.asarray(t_days, dtype=float)
    if t.shape != (len(xy),):
        raise InputError(f"t_days has shape {t.shape}, but there are {len(xy)} points in xy_m: give one time a point")
    if not (np.isfinite(xy).all() and np.isfinite(t).all()):
        raise InputError(
            "xy_m and t_days must be finite: leave unlocated and undated incidents out and count them apart"
        )
    if len(xy) and (np.abs(xy) <= (180, 90)).all():
        raise InputError(f"xy_m looks like longitude and latitude (first point {xy[0]}): project it to metres first")
    return xy, t


def _edges(values: Sequence[float], name: str) -> NDArray[np.float64]:
    edges = np.asarray(values, dtype=float)
    if edges.size < 2 or edges[0] != 0 or not np.all(np.diff(edges) > 0):
        raise InputError(f"{name} is {tuple(values)}: give rising edges that begin with 0")
    return edges
