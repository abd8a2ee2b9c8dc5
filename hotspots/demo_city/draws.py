"""Random choices that come out the same on every machine: whole numbers from PCG64's raw words, nothing rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]

LIMIT = 1 << 32  # a draw uses 32 bits, so weights may add up to this


class Draws:
    """One stream of choices; each purpose has its own, so that a change in one leaves the others as they were.

    numpy promises the words of its bit generators for good, but neither the distributions built on them nor the last digit
    of its logarithms: therefore only these words and whole-number arithmetic are used.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._words = np.random.PCG64(np.random.SeedSequence([seed, crc32(purpose.encode())]))

    def below(self, high: ArrayLike, n: int) -> Ints:
        """(n,) whole numbers from 0 up to, but without, `high` (one bound or one for each)."""
        if n == 0:
            return np.zeros(0, dtype=np.int64)
        words = np.atleast_1d(self._words.random_raw(n)) >> np.uint64(32)
        return ((words * np.asarray(high, dtype=np.uint64)) >> np.uint64(32)).astype(np.int64)

    def chance(self, percent: ArrayLike, n: int) -> NDArray[np.bool_]:
        """(n,) true with a chance of `percent` in a hundred (one chance or one for each); two decimals count."""
        return self.below(10_000, n) < np.rint(np.asarray(percent, dtype=float) * 100).astype(np.int64)

    def pick(self, weights: ArrayLike, n: int) -> Ints:
        """(n,) indexes into `weights`, whole numbers, each as often as its weight says."""
        until = np.cumsum(np.asarray(weights, dtype=np.int64))
        total = int(until[-1])
        if not 0 < total < LIMIT:
            raise ValueError(f"weights add up to {total}: they must add up to more than 0 and less than {LIMIT}")
        return np.searchsorted(until, self.below(total, n), side="right").astype(np.int64)

    def order(self, n: int) -> Ints:
        """(n,) the numbers 0 … n−1 in random order."""
        return np.argsort(np.atleast_1d(self._words.random_raw(n)), kind="stable").astype(np.int64)
