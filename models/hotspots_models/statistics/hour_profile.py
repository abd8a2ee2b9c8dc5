"""The hours of the week of a hot spot: its own where it has many incidents, the city's where it has few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError
from hotspots_models.statistics.aoristic import HOURS_OF_WEEK

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def hour_profile(
    counts: ArrayLike, city: ArrayLike, *, prior_incidents: float, bandwidth_hours: float = 1.5
) -> NDArray[np.float64]:
    """Return the share of a place's incidents in each hour of the week.

    The posterior mean under a Dirichlet prior centred on the city, (y + k c) / (n + k) [Gelman et al., "Bayesian Data
    Analysis", section 3.4], of counts that are first smoothed round the week.

    Parameters
    ----------
    counts : (168,) incidents of the place by hour of the week, whole or aoristic
    city : (168,) incidents, or shares, of the city
    prior_incidents : k, how many incidents the city's profile is worth: :func:`prior_strength` estimates it
    bandwidth_hours : standard deviation of the smoothing on the circle; 0 for none

    Returns
    -------
    (168,) float, shares that sum to 1
    """
    own, whole = _week(counts, "counts"), _week(city, "city")
    if whole.sum() <= 0:
        raise InputError("city holds no incidents: a profile can't be drawn to it")
    if not 0 <= prior_incidents < np.inf or own.sum() + prior_incidents == 0:
        raise InputError(f"prior_incidents is {prior_incidents:g}: give a number above 0, or a place with incidents")
    share = smooth_on_the_circle(whole, bandwidth_hours=bandwidth_hours) / whole.sum()
    smooth = smooth_on_the_circle(own, bandwidth_hours=bandwidth_hours)
    return (smooth + prior_incidents * share) / (own.sum() + prior_incidents)


def prior_strength(counts: ArrayLike, city: ArrayLike, *, most: float = 1e5) -> float:
    """Return how many incidents the city's profile is worth, from how unlike the groups' profiles are.

    The maximum of the Dirichlet-multinomial likelihood over k, with the city's shares as centre [Minka 2000, "Estimating a
    Dirichlet distribution"]. Groups that differ no more than by chance give a k near `most`.

    Parameters
    ----------
    counts : (n_groups, 168) incidents by group and hour of the week
    city : (168,) incidents, or shares, of the city
    most : the largest k considered
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    groups = np.array([_week(group, "counts") for group in np.atleast_2d(np.asarray(counts, dtype=float))])
    whole = _week(city, "city") + 1e-3  # an hour without any incident must not forbid one
    share = whole / whole.sum()
    totals = groups.sum(axis=1)

    def loss(log_k: float) -> float:
        k = np.exp(log_k)
        each = gammaln(k) - gammaln(k + totals) + (gammaln(groups + k * share) - gammaln(k * share)).sum(axis=1)
        return -float(each.sum())

    best: Any = minimize_scalar(loss, bounds=(np.log(0.1), np.log(most)), method="bounded")
    return float(np.exp(best.x))


def smooth_on_the_circle(values: ArrayLike, *, bandwidth_hours: float) -> NDArray[np.float64]:
    """Return (168,) values smoothed by a Gaussian that runs from Sunday night on into Monday; the sum stays."""
    week = _week(values, "values")
    if bandwidth_hours <= 0:
        return week
    hours = np.arange(HOURS_OF_WEEK)
    away = np.minimum(hours, HOURS_OF_WEEK - hours)
    kernel = np.exp(-0.5 * (away / bandwidth_hours) ** 2)
    circulant = (kernel / kernel.sum())[(hours[:, None] - hours[None, :]) % HOURS_OF_WEEK]
    return circulant @ week


def _week(values: ArrayLike, name: str) -> NDArray[np.float64]:
    week = incident_counts(values, name)
    if week.shape != (HOURS_OF_WEEK,):
        raise InputError(f"{name} has shape {week.shape}: give one value for each of the 168 hours of the week")
    return week


def city_share(in_shift: ArrayLike) -> float:
    """Return the share of the city's incidents that falls into a shift: what every place is given.

    A place's own hours of the last year, shrunk to the city's, did not foretell better where a shift's incidents fall
    (docs/research/forecast_models.md).

    Parameters
    ----------
    in_shift : (n,) float, the share of each incident inside the shift
    """
    shares = np.asarray(in_shift, dtype=float)
    return float(shares.mean()) if len(shares) else 0.0
