"""Where do high counts stand together? Gi* and local Moran with conditional permutation, and how hot spots come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError
from hotspots_models.statistics.false_discovery import adjusted_p

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspots_models.grid import Grid

NEITHER = "neither"
ENOUGH = 10  # draws as extreme as what was seen: from here on p is known well enough
FINER = (1, 10, 100)
CLASSES = ("persistent", "emerging", "new", "intermittent", "former", "never")


@dataclass(frozen=True, eq=False)
class LocalStatistic:
    """A local statistic of each unit.

    statistic : (n,) z of Gi*, or local Moran's I; 0 without neighbours
    p : (n,) two-sided, from conditional permutation; 1 without neighbours
    adjusted_p : (n,) the same, adjusted for the number of units tested
    kind : (n,) what the unit is at the false discovery rate asked for
    """

    statistic: NDArray[np.float64]
    p: NDArray[np.float64]
    adjusted_p: NDArray[np.float64]
    kind: NDArray[np.str_]


def getis_ord(
    values: ArrayLike, neighbours: Any, *, permutations: int = 999, seed: int = 0, rate: float = 0.05
) -> LocalStatistic:
    """Return Gi* with its kinds, "hot", "cold" and "neither".

    Ord & Getis (1995), "Local spatial autocorrelation statistics", equation 14: the sum over a unit and its neighbours as a z.
    p comes from conditional permutation: the unit keeps its value, its neighbours are drawn from all others; so one busy
    unit in a quiet place is not hot by itself, nor where its neighbours are unusually quiet: a unit is hot (cold) where its sum
    and its neighbours' are both high (low). Kinds hold at a false discovery rate [Castro & Singer 2006].

    Parameters
    ----------
    values : (n,) counts or rates
    neighbours : (n, n) scipy sparse, true where two units are neighbours, without the diagonal
    permutations, seed : draws of the first round and their seed; p can't be below 2 / (100 (permutations + 1))
    rate : false discovery rate
    """
    y, linked = _checked(values, neighbours)
    n, mean, spread = y.size, y.mean(), y.std()
    size = np.diff(linked.indptr) + 1.0
    scale = spread * np.sqrt(np.maximum(n * size - size**2, 0) / max(n - 1, 1))
    z = np.divide(linked @ y + y - mean * size, scale, out=np.zeros(n), where=scale > 0)
    z[size == 1] = 0
    p = _conditional_p(y, linked, permutations, seed)
    adjusted = adjusted_p(p)
    # p tells that the neighbours are unusual, not which way
    around = linked @ y - (size - 1) * (y.sum() - y) / max(n - 1, 1)
    kind = np.select(
        [adjusted > rate, (z > 0) & (around > 0), (z < 0) & (around < 0)], [NEITHER, "hot", "cold"], NEITHER
    )
    return LocalStatistic(z, p, adjusted, kind)


def local_moran(
    values: ArrayLike, neighbours: Any, *, permutations: int = 999, seed: int = 0, rate: float = 0.05
) -> LocalStatistic:
    """Return local Moran's I with its kinds, "high among high", "low among low", "high among low", "low among high", "neither".

    Anselin (1995), "Local indicators of spatial association", equation 12, with n - 1 for n; neighbours count by their mean.

    Parameters as in :func:`getis_ord`.
    """
    y, linked = _checked(values, neighbours)
    away = y - y.mean()
    size = np.diff(linked.indptr)
    around = np.divide(linked @ away, size, out=np.zeros(y.size), where=size > 0)
    total = away @ away
    moran = (y.size - 1) * away * around / total if total > 0 else np.zeros(y.size)
    p = _conditional_p(y, linked, permutations, seed)
    adjusted = adjusted_p(p)
    own = np.where(away > 0, "high", "low")
    kind = np.char.add(np.char.add(own, " among "), np.where(around > 0, "high", "low"))
    return LocalStatistic(moran, p, adjusted, np.where(adjusted > rate, NEITHER, kind))


def hot_spot_classes(hot: ArrayLike, *, persistent_share: float = 0.9) -> NDArray[np.str_]:
    """Return how each unit's hot periods lie in time.

    In the manner of the emerging hot spot analysis of space-time cubes, with five classes that say all there is:
    persistent : hot in the last period and in at least `persistent_share` of all
    new : hot in the last period, never before
    emerging : hot in an unbroken run of two or more that ends now, never before it
    former : hot before, in none of the last quarter of the periods (of the last one, if there are fewer than eight)
    intermittent : hot now and then, lately too
    never : never hot

    Parameters
    ----------
    hot : (n_units, n_periods) bool, oldest first
    """
    held = np.asarray(hot, dtype=bool)
    if held.ndim != 2 or held.shape[1] < 2:
        raise InputError(f"hot has shape {held.shape}: give (n_units, n_periods) with at least 2 periods")
    periods = held.shape[1]
    times = held.sum(axis=1)
    # the first cold period counted backwards ends the last run
    run = np.where(held.all(axis=1), periods, np.argmin(held[:, ::-1], axis=1))
    lately = held[:, -max(1, periods // 4) :].any(axis=1)
    now = held[:, -1]
    return np.select(
        [
            times == 0,
            now & (times >= persistent_share * periods),
            now & (times == 1),
            now & (times == run),
            ~lately,
        ],
        ["never", "persistent", "new", "emerging", "former"],
        default="intermittent",
    )


def queen_neighbours(grid: Grid) -> Any:
    """Return (n_cells, n_cells) scipy sparse: cells that share an edge or a corner."""
    from scipy.sparse import coo_array

    cell = np.full((grid.shape[0] + 2, grid.shape[1] + 2), -1)
    cell[grid.row + 1, grid.col + 1] = np.arange(grid.n_cells)
    ends = []
    for down, along in [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]:
        other = cell[grid.row + 1 + down, grid.col + 1 + along]
        ends.append(np.stack([np.flatnonzero(other >= 0), other[other >= 0]]))
    first, second = np.concatenate(ends, axis=1)
    return coo_array((np.ones(first.size), (first, second)), shape=(grid.n_cells, grid.n_cells)).tocsr()


def neighbours_within(xy_m: NDArray[np.float64], *, distance_m: float) -> Any:
    """Return (n, n) scipy sparse: units whose points (n, 2), metres, lie at most `distance_m` apart."""
    from scipy.sparse import coo_array
    from scipy.spatial import KDTree

    points = np.asarray(xy_m, dtype=float)
    pairs = KDTree(points).query_pairs(distance_m, output_type="ndarray")
    first, second = np.concatenate([pairs, pairs[:, ::-1]]).T
    return coo_array((np.ones(first.size), (first, second)), shape=(len(points), len(points))).tocsr()


def _conditional_p(y: NDArray[np.float64], linked: Any, permutations: int, seed: int) -> NDArray[np.float64]:
    """Return (n,) two-sided p of the sum over each unit's neighbours, drawn anew from all other units.

    Given the unit's own value both statistics rise with that sum, so they share this p. The same draws of places serve every
    unit [as in GeoDa: Anselin, Syabri & Kho 2006]; a unit's own place is stepped over. Units that hardly any draw
    matches are drawn for again, ten and a hundred times as often [Besag & Clifford 1991]: with 25,000 units a p that
    can't go below 0.002 would leave nothing standing at any false discovery rate.
    """
    sizes = np.diff(linked.indptr)
    observed = linked @ y
    rng = np.random.default_rng(seed)
    most = int(sizes.max(initial=0))
    slack = 1e-9 * max(float(np.abs(y).max(initial=0)), 1.0) * max(most, 1)  # sums in another order round apart
    p = np.ones(y.size)
    units = np.flatnonzero(sizes)
    for finer in FINER:
        draws = (permutations + 1) * finer - 1
        places = _places(rng, y.size - 1, most, draws)
        undecided = []
        for unit in units:
            drawn = places[:, : sizes[unit]]
            sums = y[drawn + (drawn >= unit)].sum(axis=1)
            extreme = min(np.sum(sums >= observed[unit] - slack), np.sum(sums <= observed[unit] + slack))
            p[unit] = min(1.0, 2 * (1 + extreme) / (draws + 1))
            if extreme < ENOUGH:
                undecided.append(unit)
        units = np.array(undecided, dtype=np.int64)
        if units.size == 0:
            break
    return p


def _places(rng: np.random.Generator, n: int, k: int, draws: int) -> NDArray[np.int64]:
    """Return (draws, k) places below n, none twice in a draw."""
    if k * k > n:  # doubles are common: deal them out one draw at a time
        return np.array([rng.permutation(n)[:k] for _ in range(draws)]).reshape(draws, k)
    places = rng.integers(n, size=(draws, k))
    while True:
        ordered = np.sort(places, axis=1)
        doubled = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
        if doubled.size == 0:
            return places
        places[doubled] = rng.integers(n, size=(doubled.size, k))


def _checked(values: ArrayLike, neighbours: Any) -> tuple[NDArray[np.float64], Any]:
    from scipy.sparse import csr_array

    y, linked = np.asarray(values, dtype=float), csr_array(neighbours, dtype=float)
    if y.ndim != 1 or linked.shape != (y.size, y.size):
        raise InputError(f"values {y.shape} and neighbours {linked.shape} must be (n,) and (n, n)")
    if not np.isfinite(y).all():
        raise InputError(f"{int((~np.isfinite(y)).sum())} of {y.size} values are not finite")
    if linked.diagonal().any():
        raise InputError("neighbours has a diagonal: a unit is not its own neighbour; Gi* adds it")
    linked.eliminate_zeros()
    linked.data[:] = 1.0
    if y.size and np.diff(linked.indptr).max(initial=0) > y.size - 1:
        raise InputError("a unit has more neighbours than there are other units")
    return y, linked
