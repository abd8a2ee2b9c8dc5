"""Boosted trees on top of the mixture (next window) and beside it (next year)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hotspots_models.base import CellModel, Explanation, FittedModel, Grid, History, RiskFactors
from hotspots_models.city_total import forecast_total
from hotspots_models.kernel_mixture import MixtureFit, explain_mixture, kde_instead, own_count
from hotspots_models.preparation import TREE_WINDOWS, YEAR_TARGET_DAYS, Preparation, prepare
from hotspots_models.trees import TreeSettings, TreeTable, tree_contributions, tree_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

RESIDUAL = TreeSettings()
YEARLY = TreeSettings(leaves=15, learning_rate=0.1, zeros_kept=0.25)
FEWEST_INCIDENTS = 200  # in the training windows: below that the trees would fit noise


def grow_residual(prep: Preparation, mixture: MixtureFit, *, at: float, settings: TreeSettings) -> Any | None:
    """Grow trees that lift or lower the mixture, on the last six windows that were over at a time; None with too few incidents."""
    origins = prep.windows(at, count=TREE_WINDOWS)
    table = TreeTable(settings.thinner(rows=len(origins) * prep.evidence.grid.n_cells))
    total = 0.0
    for origin in origins:
        outcome = prep.evidence.counts_after(int(origin), horizon_days=prep.horizon_days)
        total += outcome.sum()
        if outcome.sum() > 0:
            expected = mixture.shares(prep.parts(int(origin)), prep.uniform) * outcome.sum()
            table.add(prep.features(int(origin)), outcome, expected)
    return table.grow() if total >= FEWEST_INCIDENTS else None


def grow_yearly(prep: Preparation, *, at: float, settings: TreeSettings) -> Any | None:
    """Grow trees for the incidents of 365 days, from the uniform forecast; None with too few incidents."""
    origins = prep.yearly(at)
    table = TreeTable(settings.thinner(rows=len(origins) * prep.evidence.grid.n_cells))
    total = 0.0
    for origin in origins:
        outcome = prep.evidence.counts_after(int(origin), horizon_days=YEAR_TARGET_DAYS)
        total += outcome.sum()
        if outcome.sum() > 0:
            table.add(prep.features(int(origin)), outcome, prep.uniform * outcome.sum())
    return table.grow() if total >= FEWEST_INCIDENTS else None


@dataclass(frozen=True, eq=False)
class FittedTrees(FittedModel):
    """Trees that can say which features lifted a cell; with the mixture that they started from, if any."""

    booster: Any = field(default=None, repr=False)
    prep: Preparation | None = field(default=None, repr=False)
    mixture: MixtureFit | None = field(default=None, repr=False)

    def explain(self, cell: int) -> Explanation:
        """Return the mixture's shares by family and the trees' Shapley contributions to ln λ, the ten largest."""
        self.check_cell(cell)
        if self.booster is None or self.prep is None:
            return super().explain(cell)
        return explain_trees(self.booster, self.prep, self.mixture, cell, expected=float(self.expected_incidents[cell]))


def explain_trees(
    booster: Any, prep: Preparation, mixture: MixtureFit | None, cell: int, *, expected: float
) -> Explanation:
    """Explain a cell: shares by family from the mixture, or from the trees' contributions where there is no mixture."""
    pieces = tree_contributions(booster, prep.features(prep.now)[[cell]])[0, :-1]
    names, families = prep.table.names, prep.table.families
    top = [int(i) for i in np.argsort(-np.abs(pieces))[:10] if pieces[i] != 0]
    contributions = {names[i]: float(pieces[i]) for i in top}
    unit = "natural logarithm of the expected incidents"
    if mixture is not None:
        base = explain_mixture(mixture, prep.parts(prep.now), prep.evidence.grid, cell, expected=expected)
        return Explanation(cell, expected, base.shares, contributions, unit, base.words)
    size: dict[str, float] = {}
    for family, piece in zip(families, np.abs(pieces), strict=True):
        size[family] = size.get(family, 0.0) + float(piece)
    whole = sum(size.values())
    return Explanation(
        cell, expected, {family: value / whole for family, value in size.items()} if whole else {}, contributions, unit
    )


@dataclass(frozen=True)
class ResidualBoosting(CellModel):
    """Gradient-boosted trees with Poisson loss that start from ln(mixture) [Ke et al. 2017, LightGBM].

    Trained on the last 6 windows with zeros thinned and reweighted; shallow and strongly regularised. Risk factors are looked at only with
    ``use_factors``: in Chicago they added nothing that the incidents of all types had not said (docs/methods_forecast.md).
    """

    trees: TreeSettings = RESIDUAL
    use_factors: bool = False
    name: ClassVar[str] = "residual_boosting"
    version: ClassVar[str] = "1"

    def fit(
        self, history: History, grid: Grid, *, as_of: float, horizon_days: float, factors: RiskFactors | None = None
    ) -> FittedModel:
        """Weigh the mixture, then grow the trees. See :meth:`CellModel.fit`."""
        prep = prepare(
            history, grid, as_of=as_of, horizon_days=horizon_days, factors=factors, use_factors=self.use_factors
        )
        mixture = prep.mixture(as_of) if prep else None
        if prep is None or mixture is None:
            return kde_instead(self.name, self.version, history, grid, as_of=as_of, horizon_days=horizon_days)
        shares = mixture.shares(prep.parts(prep.now), prep.uniform)
        booster = grow_residual(prep, mixture, at=as_of, settings=self.trees)
        if booster is not None:
            shares = tree_shares(booster, prep.features(prep.now), shares)
        total = forecast_total(prep.usable.of_target().t_days, as_of=as_of, horizon_days=horizon_days)
        settings = {
            **prep.settings,
            **mixture.announced(),
            "trees": vars(self.trees),
            "trees_grown": booster is not None,
        }
        settings |= {"city_total": total.mean, "city_total_settings": total.settings}
        prep.forget_the_past()
        expected, support = total.mean * shares, own_count(prep.usable, grid)
        return FittedTrees(
            self.name, self.version, grid, horizon_days, expected, settings, support, booster, prep, mixture
        )


@dataclass(frozen=True)
class YearlyTrees(CellModel):
    """The same features without an offset, for the incidents of the next 365 days: what is lasting about a place."""

    trees: TreeSettings = YEARLY
    use_factors: bool = False
    name: ClassVar[str] = "yearly_trees"
    version: ClassVar[str] = "1"

    def fit(
        self, history: History, grid: Grid, *, as_of: float, horizon_days: float, factors: RiskFactors | None = None
    ) -> FittedModel:
        """Grow the trees. See :meth:`CellModel.fit`."""
        prep = prepare(
            history, grid, as_of=as_of, horizon_days=horizon_days, factors=factors, use_factors=self.use_factors
        )
        booster = grow_yearly(prep, at=as_of, settings=self.trees) if prep else None
        if prep is None or booster is None:
            return kde_instead(self.name, self.version, history, grid, as_of=as_of, horizon_days=horizon_days)
        shares = tree_shares(booster, prep.features(prep.now), prep.uniform)
        total = forecast_total(prep.usable.of_target().t_days, as_of=as_of, horizon_days=horizon_days)
        settings = {
            **prep.settings,
            "trees": vars(self.trees),
            "city_total": total.mean,
            "city_total_settings": total.settings,
        }
        prep.forget_the_past()
        expected, support = total.mean * shares, own_count(prep.usable, grid)
        return FittedTrees(self.name, self.version, grid, horizon_days, expected, settings, support, booster, prep)
