"""Balanced beats: held to every division of a small ground, to contiguity by walking, and to refusals."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from hotspots_models.balanced_beats import EMPTY_WEIGHT, balanced_beats
from hotspots_models.errors import InputError


def lattice(rows: int, cols: int) -> tuple[np.ndarray, np.ndarray]:
    """Middles of squares of 500 m, and the pairs that share a side."""
    number = np.arange(rows * cols).reshape(rows, cols)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    row, col = np.mgrid[:rows, :cols]
    return np.column_stack([col.ravel(), -row.ravel()]) * 500.0, np.concatenate([across, down])


def hangs_together(squares: set[int], pairs: np.ndarray) -> bool:
    seen, waiting = set[int](), [min(squares)]
    while waiting:
        one = waiting.pop()
        seen.add(one)
        touching = {int(b) for a, b in np.vstack([pairs, pairs[:, ::-1]]) if a == one}
        waiting += list((touching & squares) - seen)
    return seen == squares


def shortest(xy: np.ndarray, load: np.ndarray, pairs: np.ndarray, tolerance: float) -> float:
    """The least cost over all two middles and all divisions whose pieces hang together and keep the bound, tried one by one."""
    cost = (load + EMPTY_WEIGHT * load.mean())[:, None] * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    share, best = load.sum() / 2, np.inf
    for side in product((0, 1), repeat=len(load)):
        pieces = [{int(n) for n in np.flatnonzero(np.array(side) == one)} for one in (0, 1)]
        if not all(pieces) or not all(
            abs(load[list(piece)].sum() - share) <= tolerance * share + 1e-9 for piece in pieces
        ):
            continue
        if all(hangs_together(piece, pairs) for piece in pieces):
            best = min(
                best, sum(min(cost[np.ix_(list(piece), [middle])].sum() for middle in piece) for piece in pieces)
            )
    return float(best)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_division_of_a_small_ground_is_shorter(seed: int) -> None:
    xy, pairs = lattice(3, 3)
    load = np.random.default_rng(seed).lognormal(0, 0.7, 9)
    found = balanced_beats(xy, load, pairs, 2)
    assert found.tolerance is not None and found.shorter == 0
    cost = (load + EMPTY_WEIGHT * load.mean())[:, None] * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    mine = cost[np.arange(9), found.middles[found.beat]].sum()
    assert mine == pytest.approx(shortest(xy, load, pairs, found.tolerance), rel=1e-6)
    tighter = [one for one in (0.05, 0.1, 0.15, 0.2, 0.3, 0.5) if one < found.tolerance]
    assert not tighter or shortest(xy, load, pairs, tighter[-1]) == np.inf


def test_beats_of_a_larger_ground_hang_together_and_keep_their_bound() -> None:
    xy, pairs = lattice(12, 13)
    load = np.random.default_rng(5).gamma(0.5, 1.0, 156)
    found = balanced_beats(xy, load, pairs, 5, seconds=15)
    assert found.tolerance is not None and found.shorter is None  # too large to prove
    equal = load.sum() / 5
    assert np.allclose(found.loads, [load[found.beat == beat].sum() for beat in range(5)])
    assert (np.abs(found.loads - equal) <= found.tolerance * equal * (1 + 1e-6)).all()
    assert all(hangs_together({int(n) for n in np.flatnonzero(found.beat == beat)}, pairs) for beat in range(5))
    assert [int(beat) for beat in found.beat[found.middles]] == list(range(5))
    assert (np.diff(xy[found.middles, 1]) <= 0).all()  # numbered from north to south


def test_one_square_with_nearly_all_gives_up_the_bound_and_says_so() -> None:
    xy, pairs = lattice(2, 3)
    found = balanced_beats(xy, [100.0, 1, 1, 1, 1, 1], pairs, 2)
    assert found.tolerance is None and found.loads.max() >= 100


@pytest.mark.parametrize(
    ("load", "beats", "drop", "said"),
    [
        ([0.0] * 6, 2, 0, "not all 0"), ([1.0] * 5, 2, 0, "one place and one load"), ([1.0] * 6, 1, 0, "2 or more"),
        ([1.0] * 6, 7, 0, "at most one a square"), ([1.0] * 6, 2, 7, "falls into pieces"),
    ],
)  # fmt: skip
def test_what_cannot_be_cut_is_refused(load: list[float], beats: int, drop: int, said: str) -> None:
    xy, pairs = lattice(2, 3)
    with pytest.raises(InputError, match=said):
        balanced_beats(xy, load, pairs[drop:], beats)


def test_the_pairs_of_a_lattice_are_those_that_share_a_side() -> None:
    xy, pairs = lattice(3, 4)
    apart = {(a, b) for a, b in combinations(range(12), 2) if np.abs(xy[a] - xy[b]).sum() == 500}
    assert {tuple(sorted(pair)) for pair in pairs.tolist()} == apart
