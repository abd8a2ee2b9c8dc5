"""Boosted trees with Poisson loss over cells, started from an offset; zeros are thinned by how little they say and weighted back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class TreeSettings:
    """How the trees grow. Shallow and strongly regularised: cells are many, incidents few."""

    leaves: int = 7
    rounds: int = 150
    learning_rate: float = 0.05
    l2: float = 50.0
    column_share: float = 0.2
    fewest_rows_a_leaf: int = 20
    zeros_kept: float = 0.1
    seed: int = 0

    def thinner(self, *, rows: int) -> TreeSettings:
        """Return the settings for a small table: all zeros are kept where there are few rows."""
        return replace(self, zeros_kept=1.0) if rows < 40_000 else self

    def coarser(self) -> TreeSettings:
        """Return the settings for half the rounds at twice the rate."""
        return replace(self, rounds=max(self.rounds // 2, 1), learning_rate=2 * self.learning_rate)


@dataclass(eq=False)
class TreeTable:
    """Training rows gathered origin by origin: features, counts, log offset, weight."""

    settings: TreeSettings

    def __post_init__(self) -> None:
        """Start empty, with one stream of random numbers for all origins."""
        self._rng = np.random.default_rng(self.settings.seed)
        self._rows: list[tuple[Floats, Floats, Floats, Floats]] = []

    def thin(self, counts: Floats, *, likely: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Return the cells of an origin to learn from, and (n_cells,) the chance with which each was kept, given ``counts (n_cells,)``.

        A cell without incidents pulls the trees by its expectation, so such cells are kept in proportion to ``likely (n_cells,)``, a
        first idea of it, and weighted back: far less noise than keeping the same number blindly.
        """
        hit = counts > 0
        chance = np.clip(likely / likely.mean() * self.settings.zeros_kept, self.settings.zeros_kept / 5, 1.0)
        chance = np.where(hit, 1.0, chance)
        return np.flatnonzero(self._rng.random(len(counts)) < chance), chance

    def add(self, features: Floats, counts: Floats, offset: Floats, chance: Floats) -> None:
        """Add rows of an origin: ``features (n, k)``, counts, expected incidents before the trees, chance of being kept (n,)."""
        self._rows.append((features, counts, np.log(offset), 1 / chance))

    def grow(self) -> Any:
        """Return the boosted trees (a LightGBM booster); raw predictions add to the log offset."""
        import lightgbm

        parameters = {
            "objective": "poisson",
            "num_leaves": self.settings.leaves,
            "learning_rate": self.settings.learning_rate,
            "lambda_l2": self.settings.l2,
            "feature_fraction": self.settings.column_share,
            "min_data_in_leaf": self.settings.fewest_rows_a_leaf,
            "max_bin": 63,
            "bin_construct_sample_cnt": 20_000,
            "seed": self.settings.seed,
            "deterministic": True,
            "force_col_wise": True,  # the same trees as row by row in a third of the time: a fifth of the columns is looked at
            "enable_bundle": False,
            "num_threads": 1,  # the tables are small: on a busy machine threads that wait for one another took three times as long
            "verbose": -1,
        }
        features, counts, offset, weight = zip(*self._rows, strict=True)
        self._rows.clear()
        table = lightgbm.Dataset(
            list(features),  # as they are, for a table in one piece would stand in memory beside them
            label=np.concatenate(counts),
            weight=np.concatenate(weight),
            init_score=np.concatenate(offset),
            params=parameters,
        ).construct()
        del features  # the trees look at their own copy, of a byte a number
        return lightgbm.train(parameters, table, num_boost_round=self.settings.rounds)


def tree_shares(booster: Any, features: Floats, offset_shares: Floats) -> Floats:
    """Return (n_cells,) shares of the city total: the offset times what the trees say, normalised."""
    lifted = offset_shares * np.exp(booster.predict(features, raw_score=True, num_threads=1))
    return lifted / lifted.sum()


def tree_contributions(booster: Any, features: Floats) -> Floats:
    """Return (n, k + 1) Shapley contributions to ln λ of each feature, the last column the trees' base value [Lundberg et al. 2020]."""
    return np.asarray(booster.predict(features, pred_contrib=True, num_threads=1))
