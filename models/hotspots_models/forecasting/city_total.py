"""How many incidents the whole city may expect: a negative-binomial regression on months, with trend and season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError, LeakError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.delay import Delay

YEAR_DAYS = 365.2425
MONTH_DAYS = YEAR_DAYS / 12
LEVEL_MONTHS = 3
LEVEL_CARRIED = 0.8


@dataclass(frozen=True)
class CityTotal:
    """Expected incidents in the horizon; the variance is ``mean + dispersion * mean**2``."""

    mean: float
    dispersion: float
    settings: dict[str, Any]

    def interval(self, *, level: float = 0.9) -> tuple[int, int]:
        """Return the central interval of the count."""
        from scipy.stats import nbinom, poisson

        tails = [(1 - level) / 2, (1 + level) / 2]
        if self.mean <= 0:
            return 0, 0
        if self.dispersion <= 0:
            low, high = poisson.ppf(tails, self.mean)
        else:
            low, high = nbinom.ppf(tails, 1 / self.dispersion, 1 / (1 + self.dispersion * self.mean))
        return int(low), int(high)


def forecast_total(
    t_days: NDArray[np.float64],
    *,
    as_of: float,
    horizon_days: float,
    begin: float | None = None,
    delay: Delay | None = None,
) -> CityTotal:
    """Forecast the number of incidents in [as_of, as_of + horizon_days).

    Parameters
    ----------
    t_days : (n,) float, days since any epoch
        Times of all past incidents of the type(s) in the study area.
    begin : float, optional
        When the records of all types begin; with the first of these incidents if left out.
    delay : Delay, optional
        How complete the newest days are: months end with the newest delivery, and each incident counts for those still to come.

    Notes
    -----
    Counts of months backwards from ``as_of``, negative-binomial variance with the moment estimate of the dispersion, a month counting half
    for every year of age. From two years on: level, slight damped trend and two annual harmonics, with a ridge on all but the level; from
    six months on: level and trend; below that the mean rate since the first incident, which itself counts over the whole record (one
    arson yesterday, in four years, is not one a day). Four fifths of the level by which the last three months stood off the
    regression are carried over: on eight types in Chicago, 20 months to October 2017, that and the small trend brought the mean absolute
    error from 7.1 to 5.1 % (docs/research/forecast_models.md).
    """
    t_days = np.asarray(t_days, dtype=float)
    if not horizon_days > 0 or not np.isfinite(t_days).all():
        raise InputError(
            f"horizon_days {horizon_days:g}, {int((~np.isfinite(t_days)).sum())} times that are not finite: "
            "give a length above 0 and leave undated incidents out"
        )
    if (t_days >= as_of).any():
        raise LeakError(
            f"{int((t_days >= as_of).sum())} incidents lie at or after as_of {as_of:g}: cut the history first"
        )
    if t_days.size == 0:
        return CityTotal(0.0, 0.0, {"method": "no incidents"})
    until, weights = (as_of, None) if delay is None else (delay.until, delay.weights(t_days))
    span = until - float(t_days.min())
    n_months = int(span // MONTH_DAYS)
    if n_months < 6:
        recorded = span if begin is None else max(until - begin, span)
        known = float(t_days.size) if weights is None else float(weights.sum())
        mean = ((known - 1) / max(span, 1.0) + 1 / max(recorded, 1.0)) * horizon_days
        dispersion = 1 / t_days.size  # a rate told by n incidents: Poisson round a gamma of shape n
        return CityTotal(mean, dispersion, {"method": "mean rate", "history_days": span, "dispersion": dispersion})
    edges = until - MONTH_DAYS * np.arange(n_months, -1, -1)
    y = np.histogram(t_days, bins=edges, weights=weights)[0].astype(float)
    seasonal = n_months >= 24
    design = _design((edges[:-1] + edges[1:]) / 2 - as_of, seasonal=seasonal)
    age_years = (as_of - (edges[:-1] + edges[1:]) / 2) / YEAR_DAYS
    beta, dispersion = _fit(design, y, 0.5**age_years)
    newest, fitted = float(y[-LEVEL_MONTHS:].sum()), float(np.exp(design[-LEVEL_MONTHS:] @ beta).sum())
    carried = LEVEL_CARRIED * float(np.log((newest + 1) / (fitted + 1)))
    dispersion += LEVEL_CARRIED**2 * (
        dispersion / LEVEL_MONTHS + 1 / (newest + 1)
    )  # the level itself is only known from three months
    ahead = _design(
        (np.arange(int(np.ceil(horizon_days))) + 0.5) * horizon_days / np.ceil(horizon_days), seasonal=seasonal
    )
    mean = float(np.exp(ahead @ beta + carried).mean() * horizon_days / MONTH_DAYS)
    method = "level, trend and season" if seasonal else "level and trend"
    settings = {"method": method, "months": n_months, "dispersion": dispersion, "last_month": float(y[-1])}
    if delay is not None:
        settings |= {"known_until": delay.until, "known_of_the_last_week": round(float(delay.complete[:7].mean()), 3)}
    return CityTotal(mean, dispersion, settings)


def _design(days_from_as_of: NDArray[np.float64], *, seasonal: bool) -> NDArray[np.float64]:
    """Return (n, p) level, damped trend and, if asked, two annual harmonics."""
    years = days_from_as_of / YEAR_DAYS
    columns = [np.ones_like(years), np.tanh(years)]  # a trend of the last year or so that levels off both ways
    if seasonal:
        columns += [wave(2 * np.pi * k * years) for k in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack(columns)


def _fit(
    design: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Return the coefficients and the dispersion by penalised iteratively reweighted least squares."""
    prior_sd = np.array([10.0, 0.05, 0.2, 0.2, 0.1, 0.1])[: design.shape[1]]
    penalty = np.diag(np.r_[0.0, 1 / prior_sd[1:] ** 2])
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(max(float(np.average(y, weights=weights)), 0.1))
    dispersion = 0.01
    for _ in range(100):
        mean = np.exp(np.clip(design @ beta, -20, 20))
        working = weights * mean / (1 + dispersion * mean)
        gradient = design.T @ (working * (y - mean) / mean) - penalty @ beta
        step = np.linalg.solve(design.T @ (working[:, None] * design) + penalty, gradient)
        beta = beta + step * min(1.0, 1.0 / max(float(np.max(np.abs(step))), 1e-12))
        mean = np.exp(np.clip(design @ beta, -20, 20))
        spare = max(y.size - design.shape[1], 1) / y.size
        excess = np.average(((y - mean) ** 2 / spare - mean) / mean**2, weights=weights)
        dispersion = float(np.clip(excess, 0.0, 1.0))
        if float(np.max(np.abs(step))) < 1e-8:
            break
    return beta, dispersion
