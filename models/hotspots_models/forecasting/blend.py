"""The default: mixture lifted by trees, blended with yearly trees, and checked for calibration on windows that it had not seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hotspots_models.forecasting.kernel_mixture import MixtureFit, kde_instead
from hotspots_models.forecasting.preparation import YEARLY_WINDOWS, Preparation, prepare
from hotspots_models.forecasting.residual_boosting import RESIDUAL, YEARLY, grow_residual, grow_yearly, tree_spread
from hotspots_models.forecasting.share_model import ShareModel, Spread, Task
from hotspots_models.forecasting.trees import TreeSettings, tree_shares
from hotspots_models.forecasting.uncertainty import cell_dispersion
from hotspots_models.scoring.calibration import Bend, fit_bend
from hotspots_models.scoring.metrics import with_uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

SLOPE_LIMITS = (0.8, 1.25)  # a check on a few windows must not bend the forecast more than this
TAIL_LIMITS = (-0.3, 0.3)
YOUNG_DAYS = (
    365.0  # below a year of history the mixture alone finds as much as with trees (docs/research/forecast_models.md)
)
# The weight of "already calibrated" beside the incidents of the check (docs/research/forecast_models.md).
SLOPE_PRIOR, TAIL_PRIOR = 4000.0, 150.0


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The fitted members of a blend, as known at one time."""

    mixture: MixtureFit
    residual: Any | None
    yearly: Any | None
    exponents: tuple[float, float, float]  # of the mixture, the residual trees and the yearly trees

    def shares(self, prep: Preparation, origin: int) -> Floats:
        """Return (n_cells,) the geometric mean of the members at an origin, summing to 1."""
        mixed = prep.mixed(origin, self.mixture)
        members = [mixed]
        features = prep.features(origin, self.mixture)
        members.append(tree_shares(self.residual, features, mixed) if self.residual is not None else mixed)
        members.append(tree_shares(self.yearly, features, prep.uniform) if self.yearly is not None else members[1])
        area = prep.evidence.grid.area_m2
        log_mean = sum(
            w * np.log(with_uniform(m, area, uniform_share=1e-6)) for w, m in zip(self.exponents, members, strict=True)
        )
        blended = np.exp(log_mean)
        return blended / blended.sum()


@dataclass(frozen=True)
class Blend(ShareModel):
    """Geometric mean of kernel mixture, residual boosting and yearly trees, renormalised and calibrated.

    The exponents were chosen on Chicago windows that end by 31 October 2017 (docs/research/forecast_models.md); the residual trees hold the
    mixture already, so its own exponent is 0 where the yearly trees saw all their windows. The calibration check repeats the recipe
    some windows earlier, forecasts the windows since, and fits ln E[y] = a + b ln λ + c max(0, ln λ − ln knee) to what came, the knee at
    the top 1 % of the cells. Slope and tail are applied as far as so many incidents can tell, with the total kept. The same windows give
    the dispersion between cells that intervals are made of.
    """

    exponents: tuple[float, float, float] = (0.0, 0.85, 0.15)
    residual: TreeSettings = RESIDUAL
    yearly: TreeSettings = YEARLY
    use_factors: bool = False
    calibrate: bool = True
    name: ClassVar[str] = "blend"
    version: ClassVar[str] = "5"

    def spread(self, task: Task) -> Spread:
        """Fit the members, blend, check and correct."""
        prep = prepare(task, use_factors=self.use_factors)
        ensemble = self.gather(prep, at=task.as_of) if prep else None
        if prep is None or ensemble is None:
            return kde_instead(task)
        shares, settings = ensemble.shares(prep, prep.now), self.announced(ensemble)
        if self.calibrate:
            bend, checked = self.check(prep)
            shares, settings = bend.applied(shares), {**settings, **checked}
        return tree_spread(prep, shares, ensemble.residual, ensemble.mixture, settings)

    def gather(self, prep: Preparation, *, at: float, coarse: bool = False) -> Ensemble | None:
        """Fit the members with what was known at a time; None where not even the mixture can be weighed. A young city has no trees.

        Coarse trees take every second window, and half the rounds at twice the rate: near enough for a check.
        """
        mixture = prep.mixture(at)
        if mixture is None:
            return None
        if prep.task.history_days < YOUNG_DAYS:
            return Ensemble(mixture, None, None, (1.0, 0.0, 0.0))
        grown = [settings.coarser() if coarse else settings for settings in (self.residual, self.yearly)]
        every = 2 if coarse else 1
        with ThreadPoolExecutor(1) as beside:  # each member on one thread, so that its digits are the same everywhere
            growing = beside.submit(grow_residual, prep, mixture, at=at, settings=grown[0], every=every)
            yearly = grow_yearly(prep, mixture, at=at, settings=grown[1], every=every)
            residual = growing.result()
        # Yearly trees that saw one window of six have a sixth of their say; the mixture has the rest of it.
        known = len(prep.yearly(at)) / YEARLY_WINDOWS
        of_mixture, of_residual, of_yearly = self.exponents
        exponents = (of_mixture + (1 - known) * of_yearly, of_residual, known * of_yearly)
        return Ensemble(mixture, residual, yearly, exponents)

    def announced(self, ensemble: Ensemble) -> dict[str, Any]:
        """Return what is blended, for the settings."""
        names = ("mixture", "residual_boosting", "yearly_trees")
        return {
            "exponents": {name: round(one, 4) for name, one in zip(names, ensemble.exponents, strict=True)},
            "residual_trees_grown": ensemble.residual is not None,
            "yearly_trees_grown": ensemble.yearly is not None,
        }

    def check(self, prep: Preparation) -> tuple[Bend, dict[str, Any]]:
        """Return the bend to apply and the announcement, from an earlier fit judged on the windows since."""
        origins = prep.check_origins()
        known_at = float(prep.evidence.origins[origins].min(initial=prep.task.as_of))
        earlier = self.gather(prep, at=known_at, coarse=True) if len(origins) else None
        outcomes = [prep.evidence.counts_after(int(o), horizon_days=prep.task.horizon_days) for o in origins]
        seen = float(sum(outcome.sum() for outcome in outcomes))
        if earlier is None or seen == 0:
            return Bend(), {"calibration": "not checked: no window to check it on"}
        windows = [(earlier.shares(prep, int(o)), outcome) for o, outcome in zip(origins, outcomes, strict=True)]
        found = fit_bend(windows, slope_prior=SLOPE_PRIOR, tail_prior=TAIL_PRIOR)
        bend = Bend(float(np.clip(found.slope, *SLOPE_LIMITS)), float(np.clip(found.tail, *TAIL_LIMITS)))
        expected = np.concatenate([bend.applied(shares) * outcome.sum() for shares, outcome in windows])
        checked = {
            "windows": len(origins),
            "incidents": int(seen),
            "slope_applied": round(bend.slope, 4),
            "tail_applied": round(bend.tail, 4),
        }
        return bend, {
            "calibration": checked,
            "cell_dispersion": cell_dispersion(expected, np.concatenate(outcomes)),
        }
