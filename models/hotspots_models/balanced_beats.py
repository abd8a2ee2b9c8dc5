"""Balanced beats: ground cut into contiguous pieces of nearly equal expected load, each close round its own middle."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

TOLERANCES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5)  # how far a beat's load may lie from an equal share
STARTS = 6  # sets of middles that are tried
EMPTY_WEIGHT = 0.05  # of the mean load: a square without any must still lie somewhere
MOST_EXACT = 110  # squares up to which the middles are chosen by the same model as the beats


@dataclass(frozen=True, eq=False)
class Beats:
    """The division that was found.

    Attributes
    ----------
    beat : (n,) number of the beat of each square, from 0, from north to south and then from west to east of their middles
    middles : (n_beats,) the square in the middle of each
    loads : (n_beats,) expected incidents of each
    tolerance : how far each load may lie from an equal share; None: no limit could be kept
    way_m : mean distance of an incident from the middle of its beat, metres
    shorter : by what share a better division could at most be shorter; 0 where it is proven that none is, None where no bound is known
    """

    beat: NDArray[np.int64]
    middles: NDArray[np.int64]
    loads: NDArray[np.float64]
    tolerance: float | None
    way_m: float
    shorter: float | None


def balanced_beats(
    xy_m: ArrayLike, load: ArrayLike, neighbours: ArrayLike, n_beats: int, *, seconds: float = 20.0
) -> Beats:
    """Cut squares into contiguous beats of nearly equal load with short ways to their middles.

    A p-median with bounds on the load of each median [Hakimi 1964; Bozkaya, Erkut & Laporte 2003]. Contiguity: a square may belong to a
    middle only if a neighbour that is fewer steps away from it does too [Zoltners & Sinha 1983], which forbids some winding pieces
    that would be contiguous as well. Beats are solved for some sets of middles in turn, each moved to the middle of its beat until
    nothing is gained; then, for up to 110 squares, middles and beats together. Both by scipy's ``milp`` (HiGHS) within the time that
    is given; the tightest bound on loads for which a division was found is kept.

    Parameters
    ----------
    xy_m : (n, 2) middles of the squares, metres
    load : (n,) expected incidents
    neighbours : (m, 2) int, pairs of squares that touch; the ground must hang together
    n_beats : how many, from 2 to the number of squares
    seconds : of the whole search

    Raises
    ------
    InputError
        Shapes do not fit, there is no load, too many beats, or the ground falls into pieces.
    """
    ground = _Ground(xy_m, load, neighbours, n_beats)
    until = monotonic() + seconds
    found, tolerance = None, None
    for tolerance in (*TOLERANCES, None):
        for middles in ground.starts():
            found = ground.settle(middles, tolerance, until=until)
            if found is not None or (monotonic() > until and tolerance is not None):
                break
        if found is not None:
            break
    if found is None:  # no time for any bound, or none can be kept from these middles
        tolerance = None
        found = ground.settle(next(ground.starts()), None, until=monotonic() + seconds)
    if found is None:
        raise InputError(
            f"No division into {n_beats} beats was found in {seconds:g} seconds: give more time, or fewer beats"
        )
    shorter = None
    if ground.n <= MOST_EXACT and monotonic() < until:
        found, shorter = ground.improve(found, tolerance, seconds=until - monotonic())
    return ground.numbered(found, tolerance, shorter)


class _Ground:
    """Squares, what they hold, how far they lie apart in metres and in steps."""

    def __init__(self, xy_m: ArrayLike, load: ArrayLike, neighbours: ArrayLike, n_beats: int) -> None:
        from scipy import sparse
        from scipy.sparse.csgraph import shortest_path
        from scipy.spatial.distance import cdist

        self.xy, self.load = np.asarray(xy_m, dtype=float), np.asarray(load, dtype=float)
        self.n, self.n_beats = len(self.load), n_beats
        if self.xy.shape != (self.n, 2) or not (self.load >= 0).all() or not self.load.sum() > 0:
            raise InputError(
                f"xy {self.xy.shape}, load {self.load.shape}: give one place and one load from 0 a square, not all 0"
            )
        if not 2 <= n_beats <= self.n:
            raise InputError(f"{n_beats} beats of {self.n} squares: give 2 or more, and at most one a square")
        pairs = np.asarray(neighbours, dtype=np.int64).reshape(-1, 2)
        touching = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(self.n, self.n)).tocsr()
        self.touching: Any = ((touching + touching.T) > 0).tocsr()
        self.steps = shortest_path(self.touching, unweighted=True)
        if np.isinf(self.steps).any():
            raise InputError("the ground falls into pieces: join them, or cut each by itself")
        self.way = cdist(self.xy, self.xy)
        self.cost = (self.load + EMPTY_WEIGHT * self.load.mean())[:, None] * self.way

    def starts(self) -> Iterator[NDArray[np.int64]]:
        """Sets of middles that lie far apart where much is expected."""
        for seed in range(STARTS):
            rng = np.random.default_rng(seed)
            chosen = [int(rng.choice(self.n, p=self.load / self.load.sum()))]
            while len(chosen) < self.n_beats:
                near = self.cost[:, chosen].min(axis=1)
                near[chosen] = -1.0
                chosen.append(int(near.argmax()))
            yield np.array(sorted(chosen))

    def settle(self, middles: NDArray[np.int64], tolerance: float | None, *, until: float) -> NDArray[np.int64] | None:
        """(n,) the middle of each square, after middles moved until nothing is gained; None where no division keeps the bound."""
        best: NDArray[np.int64] | None = None
        for _ in range(20):
            left = until - monotonic()
            if left <= 0:
                break
            found, _bound = self._solve(middles, tolerance, seconds=max(left / 3, 0.5), gap=0.005)
            if found is None or (best is not None and self._total(found) >= self._total(best) * 0.999):
                break
            best = found
            middles = np.array(sorted(self._middle(np.flatnonzero(found == middle)) for middle in np.unique(found)))
        return best

    def improve(
        self, found: NDArray[np.int64], tolerance: float | None, *, seconds: float
    ) -> tuple[NDArray[np.int64], float | None]:
        """Choose middles and beats together; the better division, and by what share one could still be shorter."""
        other, bound = self._solve(np.arange(self.n), tolerance, seconds=seconds, gap=1e-4)
        if other is not None and self._total(other) < self._total(found):
            found = other
        if bound is None:
            return found, None
        shorter = max(0.0, 1 - bound / self._total(found))
        return found, 0.0 if shorter < 1e-3 else shorter

    def numbered(self, found: NDArray[np.int64], tolerance: float | None, shorter: float | None) -> Beats:
        """The division with beats numbered as one reads a map."""
        middles = np.unique(found)
        middles = middles[np.lexsort((self.xy[middles, 0], -self.xy[middles, 1]))]
        beat = np.argsort(middles)[np.searchsorted(np.sort(middles), found)]
        loads: NDArray[np.float64] = np.zeros(len(middles))
        np.add.at(loads, beat, self.load)
        way = float((self.load * self.way[np.arange(self.n), found]).sum() / self.load.sum())
        return Beats(beat, middles, loads, tolerance, way, shorter)

    def _total(self, found: NDArray[np.int64]) -> float:
        return float(self.cost[np.arange(self.n), found].sum())

    def _middle(self, squares: NDArray[np.int64]) -> int:
        return int(squares[self.cost[np.ix_(squares, squares)].sum(axis=0).argmin()])

    def _solve(
        self, middles: NDArray[np.int64], tolerance: float | None, *, seconds: float, gap: float
    ) -> tuple[NDArray[np.int64] | None, float | None]:
        """(n,) the middle of each square, and a bound below every total cost. With more middles than beats the model chooses among them."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array, eye_array, kron, vstack

        n, m = self.n, len(middles)
        chooses = m > self.n_beats
        share = self.load.sum() / self.n_beats
        least, most = (0.0, np.inf) if tolerance is None else (share * (1 - tolerance), share * (1 + tolerance))
        own = coo_array(
            (np.ones(m), (np.arange(m), middles * m + np.arange(m))), shape=(m, n * m)
        )  # x of each middle to itself
        rows: list[tuple[Any, Any, Any]] = [
            (kron(eye_array(n), np.ones((1, m))), 1.0, 1.0),
            (self._contiguous(middles), -np.inf, 0.0),
        ]
        total = kron(self.load[None, :], eye_array(m))
        if chooses:
            rows.append((own.sum(axis=0)[None, :], self.n_beats, self.n_beats))
            rows.append((eye_array(n * m) - vstack([own] * n), -np.inf, 0.0))
            if tolerance is not None:
                rows += [(total - most * own, -np.inf, 0.0), (least * own - total, -np.inf, 0.0)]
        else:
            rows += [(own, 1.0, 1.0), (total, least, most)]
        answer = milp(
            self.cost[:, middles].ravel(), integrality=np.ones(n * m), bounds=Bounds(0, 1),
            constraints=[LinearConstraint(matrix, low, high) for matrix, low, high in rows],
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )  # fmt: skip
        found = None if answer.x is None else middles[answer.x.reshape(n, m).argmax(axis=1)]
        bound = getattr(answer, "mip_dual_bound", None)
        return found, None if bound is None or not np.isfinite(bound) else float(bound)

    def _contiguous(self, middles: NDArray[np.int64]) -> Any:
        """Rows x_ij - sum of x_kj over the neighbours k of i that are nearer to the middle j, which are at most 0."""
        from scipy.sparse import coo_array

        m = len(middles)
        i, j = (one.ravel() for one in np.meshgrid(np.arange(self.n), np.arange(m), indexing="ij"))
        away = i != middles[j]
        i, j = i[away], j[away]
        edges = self.touching.tocoo()
        starts: NDArray[np.int64] = np.searchsorted(edges.row, np.arange(self.n + 1))
        each = starts[i + 1] - starts[i]
        row = np.repeat(np.arange(i.size), each)
        k = edges.col[np.arange(row.size) + np.repeat(starts[i] - (np.cumsum(each) - each), each)]
        nearer = self.steps[k, middles[j[row]]] < self.steps[i[row], middles[j[row]]]
        return coo_array(
            (
                np.concatenate([np.ones(i.size), -np.ones(int(nearer.sum()))]),
                (
                    np.concatenate([np.arange(i.size), row[nearer]]),
                    np.concatenate([i * m + j, k[nearer] * m + j[row[nearer]]]),
                ),
            ),
            shape=(i.size, self.n * m),
        )
