"""Did an action work, and did it push incidents elsewhere? Counts before and after, against control areas and the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class AreaCounts:
    """Reported incidents in an area before and after; one number, or one a crime type where harm is weighed.

    `size` is how large the area is beside the treated one: counts are divided by it.
    """

    before: ArrayLike
    after: ArrayLike
    size: float = 1.0


@dataclass(frozen=True)
class Wdd:
    """Incidents averted (negative) or added, in the treated area's size and the after period's length."""

    estimate: float
    local: float
    displaced: float | None
    se: float
    z: float | None
    p: float | None
    low: float
    high: float
    level: float


@dataclass(frozen=True)
class RateRatio:
    """The treated areas' change as a ratio to the controls' change: below 1, fewer than expected."""

    ratio: float
    low: float
    high: float
    p: float
    level: float


@dataclass(frozen=True)
class ForecastComparison:
    """Reports in the treated cells over their forecast; `low` and `high` bound the ratio."""

    observed: float
    expected: float
    difference: float
    ratio: float
    low: float
    high: float
    z: float
    level: float


def wdd(
    treated: AreaCounts,
    control: AreaCounts,
    *,
    displacement: AreaCounts | None = None,
    displacement_control: AreaCounts | None = None,
    periods: tuple[float, float] = (1.0, 1.0),
    harm: ArrayLike | None = None,
    overdispersion: float = 1.0,
    before_ends: date | None = None,
    chosen_from: date | None = None,
    level: float = 0.90,
) -> Wdd:
    """Return the weighted displacement difference.

    (T1 - T0) - (C1 - C0) [+ (D1 - D0) - (DC1 - DC0)], its variance the sum of the counts [Wheeler & Ratcliffe 2018, "A
    simple weighted displacement difference test to evaluate place based crime interventions"]; a count divided by a weight
    w adds y / w^2. Low counts are fine; places chosen for a bad month are not: see :func:`observed_over_forecast`.

    Parameters
    ----------
    treated, control, displacement, displacement_control : AreaCounts
        The last two both or neither: the belt round the treated area, and a like belt elsewhere.
    periods : lengths of the period before and after, in any one unit
    harm : (n_types,) weight of each crime type; the counts are then (n_types,) each
    overdispersion : variance over mean of such counts, 1 for Poisson: :func:`overdispersion` estimates it
    before_ends, chosen_from : the day after the period before, and the first day of the window that the places were chosen
        on. A period before that reaches into that window is refused: what was chosen for a bad spell falls from it by itself.
    level : of the interval
    """
    if before_ends is not None and chosen_from is not None and before_ends > chosen_from:
        raise InputError(
            f"the period before ends on {before_ends}, inside the window from {chosen_from} that the places were chosen on: "
            "end it by that day"
        )
    if (displacement is None) != (displacement_control is None):
        raise InputError("give displacement and displacement_control together: a belt needs a belt to compare with")
    _check(overdispersion, level)
    weight = np.ones(1) if harm is None else np.asarray(harm, dtype=float)
    changes = [_change(area, periods, weight) for area in (treated, control)]
    local, displaced = changes[0][0] - changes[1][0], None
    if displacement is not None and displacement_control is not None:
        changes += [_change(area, periods, weight) for area in (displacement, displacement_control)]
        displaced = changes[2][0] - changes[3][0]
    estimate = local + (displaced or 0.0)
    se = float(np.sqrt(overdispersion * sum(variance for _, variance in changes)))
    z = estimate / se if se > 0 else None
    reach = float(stats.norm.ppf(0.5 + level / 2)) * se
    p = None if z is None else float(2 * stats.norm.sf(abs(z)))
    return Wdd(estimate, local, displaced, se, z, p, estimate - reach, estimate + reach, level)


def rate_ratio(
    treated: AreaCounts, control: AreaCounts, *, overdispersion: float = 1.0, level: float = 0.90
) -> RateRatio | None:
    """Return (T1 / T0) / (C1 / C0) with its interval on the log scale; None where a count is 0.

    The relative effect size of place-based studies [Farrington, Gill, Waples & Argomaniz 2007; Wilson 2022]. Shown beside
    the WDD: one says how many, the other how much.
    """
    _check(overdispersion, level)
    sides = [(area.before, area.after) for area in (treated, control)]
    counts = incident_counts([np.sum(side) for pair in sides for side in pair], "an area")
    if counts.min() == 0:
        return None
    t0, t1, c0, c1 = counts
    log_ratio, se = np.log(t1 * c0 / (t0 * c1)), np.sqrt(overdispersion * np.sum(1 / counts))
    reach = stats.norm.ppf(0.5 + level / 2) * se
    low, ratio, high = (float(np.exp(log_ratio + k * reach)) for k in (-1, 0, 1))
    return RateRatio(ratio, low, high, float(2 * stats.norm.sf(abs(log_ratio) / se)), level)


def smallest_detectable_drop(
    areas: Sequence[AreaCounts],
    *,
    periods: tuple[float, float] = (1.0, 1.0),
    overdispersion: float = 1.0,
    power: float = 0.80,
    alpha: float = 0.05,
) -> float:
    """Return the smallest drop, in incidents, that a WDD over these areas would find: ask before acting.

    (z_(1-alpha/2) + z_power) times the standard error, two-sided: 2.80 sqrt(T0 + T1 + C0 + C1) for 80 % at 5 %. Take the
    counts from the forecast, on both sides of the start: the past of chosen places is too high.

    Parameters
    ----------
    areas : treated, control and any displacement areas
    """
    _check(overdispersion)
    variance = sum(_change(area, periods, np.ones(1))[1] for area in areas)
    return float((stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power)) * np.sqrt(overdispersion * variance))


def overdispersion(counts: ArrayLike) -> float:
    """Return variance over mean of counts about their area and period effects, at least 1.

    Pearson's chi-squared over its degrees of freedom, with row x column / total as what is expected [McCullagh & Nelder
    1989, section 6.2]. Use periods before the action, each as long as the one evaluated if there are enough.

    Parameters
    ----------
    counts : (n_areas, n_periods) incidents
    """
    table = np.atleast_2d(incident_counts(counts, "counts"))
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        raise InputError(f"{rows} areas and {columns} periods hold incidents: over-dispersion needs at least 2 of each")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(max(1.0, ((table - expected) ** 2 / expected).sum() / ((rows - 1) * (columns - 1))))


def observed_over_forecast(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    forecast_sd: float = 0.0,
    overdispersion: float = 1.0,
    level: float = 0.90,
) -> ForecastComparison:
    """Compare the incidents of the treated cells with the forecast that was stored when the action began.

    Sum of (y - lambda): a calibrated forecast already knows that the worst places fall back, so this is the guard against
    regression to the mean. The interval is the exact Poisson one [Garwood 1936], widened on the log scale where the
    forecast's own uncertainty or over-dispersion is given.

    Parameters
    ----------
    observed, expected : (n_cells,) reported and forecast incidents of the treated cells
    forecast_sd : standard deviation of the forecast of their total, incidents
    overdispersion : variance over mean of such totals
    """
    _check(overdispersion, level)
    seen, foreseen = incident_counts(observed, "observed"), incident_counts(expected, "expected")
    if seen.shape != foreseen.shape or not forecast_sd >= 0:
        raise InputError(
            f"observed {seen.shape}, expected {foreseen.shape}, forecast_sd {forecast_sd:g}: give both for the same cells, and 0 or more"
        )
    y, total = float(seen.sum()), float(foreseen.sum())
    if not total > 0:
        raise InputError(f"the forecast of the treated cells is {total:g}: give one above 0")
    tail = (1 - level) / 2
    low = float(stats.chi2.ppf(tail, 2 * y)) / 2 if y > 0 else 0.0
    high = float(stats.chi2.ppf(1 - tail, 2 * y + 2)) / 2
    variance = overdispersion * total + forecast_sd**2
    wider = np.sqrt(variance / total)
    if wider > 1:
        middle = max(y, 0.5)
        low, high = middle * (low / middle) ** wider, middle * (high / middle) ** wider
    z = (y - total) / np.sqrt(variance)
    return ForecastComparison(y, total, y - total, y / total, low / total, high / total, float(z), level)


def _check(overdispersion: float, level: float = 0.5) -> None:
    if not 1 <= overdispersion < np.inf or not 0 < level < 1:
        raise InputError(
            f"overdispersion is {overdispersion:g}, level {level:g}: give 1 (Poisson) or more, and a level between 0 and 1"
        )


def _change(area: AreaCounts, periods: tuple[float, float], harm: np.ndarray) -> tuple[float, float]:
    """Return the weighted change of an area, after less before, and its variance."""
    before, after = (np.atleast_1d(incident_counts(side, "an area")) for side in (area.before, area.after))
    if before.shape != harm.shape or after.shape != harm.shape:
        raise InputError(
            f"counts of shape {before.shape} and {after.shape} with {harm.size} harm weights: "
            "give one count a period, or with harm one a crime type"
        )
    if not area.size > 0 or not min(periods) > 0:
        raise InputError(f"{area}, periods {periods}: sizes and periods are above 0")
    weight_before, weight_after = area.size * periods[0] / periods[1], area.size
    change = harm @ after / weight_after - harm @ before / weight_before
    variance = harm**2 @ after / weight_after**2 + harm**2 @ before / weight_before**2
    return float(change), float(variance)
