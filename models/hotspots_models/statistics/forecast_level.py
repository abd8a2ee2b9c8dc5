"""The level of a forecast at the places that a rule chooses: what came there before, over what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

LEAST_ORIGINS = 12


def forecast_level(observed: ArrayLike, expected: ArrayLike) -> float | None:
    """Return the sum of observed over the sum of expected at earlier origins; None below 12 of them: the forecast is uncalibrated.

    A forecast that is right for the city expects too many where its own rule chooses places, since part of what put them on top was
    luck. A statement of power multiplies what it expects by this level.

    Parameters
    ----------
    observed, expected : (n_origins,) totals of origins whose period is over, with the same rule, number of places and horizon
    """
    came, thought = incident_counts(observed, "observed"), incident_counts(expected, "expected")
    if came.ndim != 1 or came.shape != thought.shape:
        raise InputError(f"observed {came.shape}, expected {thought.shape}: give one total an origin")
    if came.size < LEAST_ORIGINS or not thought.sum() > 0:
        return None
    return float(np.sum(came) / np.sum(thought))
