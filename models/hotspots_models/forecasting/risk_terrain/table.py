"""The table of a risk terrain, a factor a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from hotspots_models.forecasting.risk_terrain.spatial_influence import Variable


def relative_risk_value(coefficient: float) -> float:
    """Return e^beta: how many times as many incidents a cell with the factor has; 3.0617 is 21.36."""
    return float(np.exp(coefficient))


@dataclass(frozen=True)
class RiskTerrainRow:
    """A factor of the final model.

    variable : its form and distance
    coefficient, standard_error : of the regression
    relative_risk_value, rrv_low, rrv_high : e^beta and its interval at 90 %
    cell_share : share of cells for which the variable is true
    stability : share of resamples in which the factor was selected in any form
    same_form : share of resamples in which it was selected in this form
    resampled_rrv : (low, high) middle 80 % of the relative risk values over the resamples that selected it
    """

    variable: Variable
    coefficient: float
    standard_error: float
    relative_risk_value: float
    rrv_low: float
    rrv_high: float
    cell_share: float
    stability: float | None = None
    same_form: float | None = None
    resampled_rrv: tuple[float, float] | None = None

    def as_record(self) -> dict[str, Any]:
        """Return a flat, JSON-able row for a table or a file."""
        low, high = self.resampled_rrv or (None, None)
        return {
            "factor": self.variable.factor,
            "form": self.variable.form,
            "distance_m": self.variable.distance_m,
            "coefficient": self.coefficient,
            "standard_error": self.standard_error,
            "relative_risk_value": self.relative_risk_value,
            "rrv_low": self.rrv_low,
            "rrv_high": self.rrv_high,
            "cell_share": self.cell_share,
            "stability": self.stability,
            "same_form": self.same_form,
            "resampled_rrv_low": low,
            "resampled_rrv_high": high,
        }


@dataclass(frozen=True)
class ProxyWarning:
    """Two factors that these data can't tell apart.

    factor, other : the one in the model, and the one that it may stand for (or that may stand for it)
    correlation : phi of the two variables
    bic_difference : BIC with the other one in its place less BIC of the model; None where both are in the model
    kept : share of the log likelihood that the factor adds and the other one keeps in its place; None likewise
    """

    factor: str
    other: str
    correlation: float
    bic_difference: float | None
    kept: float | None

    @property
    def words(self) -> str:
        """Say it in words."""
        if self.bic_difference is None or self.kept is None:
            return (
                f"{self.factor} and {self.other} mark much the same cells (correlation {self.correlation:.2f}): "
                "their values are to be read together"
            )
        return (
            f"{self.factor} may stand for {self.other}: with {self.other} in its place the model keeps {self.kept:.0%} of "
            f"what {self.factor} adds (BIC {self.bic_difference:+.1f}, correlation {self.correlation:.2f})"
        )
