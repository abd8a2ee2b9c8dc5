"""Boosted trees on top of the mixture (next window) and beside it (next year)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hotspots_models.base import Explanation
from hotspots_models.forecasting.kernel_mixture import FittedMixture, MixtureFit, family_shares, kde_instead
from hotspots_models.forecasting.preparation import TREE_WINDOWS, YEAR_TARGET_DAYS, Preparation, prepare
from hotspots_models.forecasting.share_model import ShareModel, Spread, Task
from hotspots_models.forecasting.trees import TreeSettings, TreeTable, tree_contributions, tree_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

RESIDUAL = TreeSettings()
YEARLY = TreeSettings(leaves=15, learning_rate=0.065, zeros_kept=0.15)
FEWEST_INCIDENTS = 200  # in the training windows: below that the trees would fit noise


def grow_residual(
    prep: Preparation, mixture: MixtureFit, *, at: float, settings: TreeSettings, every: int = 1
) -> Any | None:
    """Grow trees that lift or lower the mixture, on the last windows that were over at a time; None with too few incidents.

    ``every`` 2 takes every second window.
    """
    origins = prep.windows(at, count=TREE_WINDOWS)[::-every]
    return _grow(prep, mixture, origins, horizon_days=prep.task.horizon_days, from_mixture=True, settings=settings)


def grow_yearly(
    prep: Preparation, mixture: MixtureFit, *, at: float, settings: TreeSettings, every: int = 1
) -> Any | None:
    """Grow trees for the incidents of 365 days, from the uniform forecast; None with too few incidents."""
    origins = prep.yearly(at)[::-every]
    return _grow(prep, mixture, origins, horizon_days=YEAR_TARGET_DAYS, from_mixture=False, settings=settings)


def _grow(
    prep: Preparation,
    mixture: MixtureFit,
    origins: NDArray[np.int64],
    *,
    horizon_days: float,
    from_mixture: bool,
    settings: TreeSettings,
) -> Any | None:
    table, total = TreeTable(settings.thinner(rows=len(origins) * prep.evidence.grid.n_cells)), 0.0
    for origin in origins.tolist():
        outcome, mixed = prep.evidence.counts_after(origin, horizon_days=horizon_days), prep.mixed(origin, mixture)
        total += outcome.sum()
        if outcome.sum() > 0:
            offset = (mixed if from_mixture else prep.uniform) * outcome.sum()
            kept, chance = table.thin(outcome, likely=mixed)
            table.add(prep.features(origin, mixture, cells=kept), outcome[kept], offset[kept], chance[kept])
    return table.grow() if total >= FEWEST_INCIDENTS else None


@dataclass(frozen=True, eq=False)
class FittedTrees(FittedMixture):
    """Trees that can say which features lifted a cell; with the mixture that they started from, if any."""

    booster: Any = field(default=None, repr=False)
    features: NDArray[np.float32] | None = field(default=None, repr=False)  # (n_cells, n_features)
    names: Sequence[str] = field(default=(), repr=False)

    def explain(self, cell: int) -> Explanation:
        """Return the mixture's shares by family and the trees' Shapley contributions to ln λ, the ten largest."""
        base = super().explain(cell)
        if self.booster is None or self.features is None:
            return base
        pieces = tree_contributions(self.booster, self.features[[cell]])[0, :-1]
        top = [int(i) for i in np.argsort(-np.abs(pieces))[:10] if pieces[i] != 0]
        contributions = {self.names[i]: float(pieces[i]) for i in top}
        return replace(base, contributions=contributions, unit="natural logarithm of the expected incidents")


def tree_spread(
    prep: Preparation, shares: Floats, booster: Any | None, mixture: MixtureFit, settings: dict[str, Any]
) -> Spread:
    """Return shares with all that explains them: features now, trees, and the mixture that they look at or started from."""
    parts = prep.parts(prep.now)
    families = family_shares(mixture, parts, prep.uniform)
    fields = {
        "mixture": mixture,
        "parts": parts,
        "booster": booster,
        "features": prep.features(prep.now, mixture),
        "names": prep.table.names,
    }
    announced = {**prep.settings, **mixture.announced(), **settings}
    return Spread(shares, announced, families, FittedTrees, fields)


@dataclass(frozen=True)
class ResidualBoosting(ShareModel):
    """Gradient-boosted trees with Poisson loss that start from ln(mixture) [Ke et al. 2017, LightGBM].

    Trained on past windows with zeros thinned and reweighted; shallow and strongly regularised. Risk factors are looked at only with
    ``use_factors``: in Chicago they added nothing that the incidents of all types had not said (docs/research/forecast_models.md).
    """

    trees: TreeSettings = RESIDUAL
    use_factors: bool = False
    name: ClassVar[str] = "residual_boosting"
    version: ClassVar[str] = "3"

    def spread(self, task: Task) -> Spread:
        """Weigh the mixture, then grow the trees."""
        prep = prepare(task, use_factors=self.use_factors)
        mixture = prep.mixture(task.as_of) if prep else None
        if prep is None or mixture is None:
            return kde_instead(task)
        shares = prep.mixed(prep.now, mixture)
        booster = grow_residual(prep, mixture, at=task.as_of, settings=self.trees)
        if booster is not None:
            shares = tree_shares(booster, prep.features(prep.now, mixture), shares)
        settings = {"trees": vars(self.trees), "trees_grown": booster is not None}
        return tree_spread(prep, shares, booster, mixture, settings)


@dataclass(frozen=True)
class YearlyTrees(ShareModel):
    """The same features without an offset, for the incidents of the next 365 days: what is lasting about a place."""

    trees: TreeSettings = YEARLY
    use_factors: bool = False
    name: ClassVar[str] = "yearly_trees"
    version: ClassVar[str] = "3"

    def spread(self, task: Task) -> Spread:
        """Grow the trees."""
        prep = prepare(task, use_factors=self.use_factors)
        mixture = prep.mixture(task.as_of) if prep else None
        booster = grow_yearly(prep, mixture, at=task.as_of, settings=self.trees) if prep and mixture else None
        if prep is None or mixture is None or booster is None:
            return kde_instead(task)
        shares = tree_shares(booster, prep.features(prep.now, mixture), prep.uniform)
        return tree_spread(prep, shares, booster, mixture, {"trees": vars(self.trees)})
