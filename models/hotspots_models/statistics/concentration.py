"""How concentrated are incidents? The share of them in the top share of cells, streets or areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class ConcentrationCurve:
    """The share of incidents held by the units with the most incidents for their size.

    order : (n_units,) units from the densest
    unit_share, incident_share : (n_units + 1,) from 0 to 1; with no incidents at all, `incidents` is 0 and the shares mean nothing
    """

    order: NDArray[np.int64]
    unit_share: NDArray[np.float64]
    incident_share: NDArray[np.float64]
    incidents: float

    def share_held_by(self, top_share: float) -> float | None:
        """Return the share of incidents in the top share (0 to 1) of units; None without incidents."""
        if self.incidents == 0:
            return None
        return float(np.interp(top_share, self.unit_share, self.incident_share))

    def units_that_hold(self, incident_share: float) -> int | None:
        """Return how few units hold a share of the incidents, 0.5 for half; None without incidents."""
        if self.incidents == 0:
            return None
        return int(np.searchsorted(self.incident_share, incident_share - 1e-12))


def concentration_curve(counts: ArrayLike, *, size: ArrayLike | None = None) -> ConcentrationCurve:
    """Return the concentration curve of incidents over units of analysis.

    Weisburd (2015), "The law of crime concentration and the criminology of place".

    Parameters
    ----------
    counts : (n_units,) incidents
    size : (n_units,) area or length of each unit; equal units if left out. Units are ranked by incidents per size
    """
    held = incident_counts(counts, "counts")
    extent = np.ones_like(held) if size is None else np.asarray(size, dtype=float)
    if held.ndim != 1 or held.shape != extent.shape or held.size == 0:
        raise InputError(f"counts {held.shape} and size {extent.shape} must both be (n_units,), with at least one unit")
    if not 0 < extent.min() <= extent.max() < np.inf:
        raise InputError("every size must be finite and above 0")
    order = np.lexsort((np.arange(held.size), -held / extent))
    total = held.sum()
    cumulative = np.concatenate([[0.0], np.cumsum(held[order])])
    covered = np.concatenate([[0.0], np.cumsum(extent[order])])
    return ConcentrationCurve(order, covered / covered[-1], cumulative / total if total else cumulative, float(total))


def generalised_gini(counts: ArrayLike) -> float | None:
    """Return the Gini coefficient adjusted for fewer incidents than units, 0 (as even as can be) to 1; None without incidents.

    Bernasco & Steenbeek (2017), "More places than crimes", equation 6: with n incidents in N > n units the most even spread
    possible has n units of one, and concentration is measured against that.

    Parameters
    ----------
    counts : (n_units,) incidents
    """
    held = np.sort(incident_counts(counts, "counts"))
    total, units = held.sum(), held.size
    if total == 0:
        return None
    rank = np.arange(1, units + 1)
    gini = 2 * float(rank @ held) / (units * total) - (units + 1) / units
    room = max(units / total, 1.0)
    return room * gini - room + 1
