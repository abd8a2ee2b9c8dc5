"""Tell usual weeks from unusual ones by the place's own past, and runs from chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError

OUTSIDE = 0.02  # share of ordinary weeks outside the band: about one week a year
LEVEL_WEEKS, HALF_LIFE_WEEKS = 26, 8.0  # weeks before that make a place's level, the newest weighing most
LEAST_WEEKS = 8
SEASON_WEEKS, LEAST_SEASON_WEEKS = 156, 60  # of the city that its season is learnt from
SEASON_LEAST_MEAN = 10.0  # incidents a week; fewer tell no season
YEAR_WEEKS = 365.25 / 7
USUAL_OVERDISPERSION, WORTH_WEEKS = 1.2, 5.0  # where a place has few weeks yet: what places have, worth so many weeks
SPREAD_WEEKS = 104
DAYS = 7
YEAR_END_DRAWN = (
    13.0  # as if weeks that vary four times as a Poisson said, to 15 %, that the year's last days do nothing
)
YEAR_END_SD = 0.12  # of the last days' counts from year to year, measured: 0.13 of four years of Chicago, 0.12 of two of St. Louis
FARTHEST_SD = 3.0
SPREAD_FREEDOM = 11  # weeks of a place are few and alike: their spread counts as learnt from so many, and its tails are a Student's t


@dataclass(frozen=True)
class WeeklyBand:
    """Weeks with enough weeks before them, each with the band it was expected in.

    first : index of the first such week in the series
    counts, expected, lower, upper : (n_weeks - first,) incidents; `lower` and `upper` are the ends of the band, both inside
    overdispersion : (n_weeks - first,) variance over mean of the place's own weeks round their expectation, at least 1
    outside : (n_weeks - first,) 1 above the band, -1 below, 0 within
    """

    first: int
    counts: NDArray[np.float64]
    expected: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    overdispersion: NDArray[np.float64]
    outside: NDArray[np.int8]


def weekly_band(
    counts: ArrayLike, *, city: ArrayLike | None = None, year_end: ArrayLike | None = None, outside: float = OUTSIDE
) -> WeeklyBand:
    """Return the band in which each week is expected, from the weeks before it alone.

    Expected is the level of the place's last 26 weeks, the newest weighing most, moved by the season of the city: a trend
    and two yearly harmonics fitted to the logarithm of the city's weeks before [Serfling 1963, as log-linear regression], and
    the days from Christmas to the end of the year, as far as earlier years of the city tell what they do. The
    spread is the place's own: a negative binomial whose variance is `overdispersion` times the mean, learnt from how far
    earlier weeks lay from their expectations [Farrington et al. 1996; Noufaily et al. 2013]. What of it is beyond a Poisson is
    widened as a Student's t is: weather and holidays give a whole city heavier tails than its variance tells, and a beat, whose weeks
    are nearly Poisson, hardly notices. A week is outside where its mid-p tail is below half of `outside`, which keeps small counts near
    their promise [Lancaster 1961].

    Parameters
    ----------
    counts : (n_weeks,) incidents a week, oldest first
    city : (n_weeks,) the same weeks of the whole city; without them, or with less than 60 weeks, no season is known
    year_end : (n_weeks, 2) the shares of each week's days at the end of the year, as `year_end_shares` tells them
    outside : share of ordinary weeks that are called unusual
    """
    weekly = incident_counts(counts, "counts")
    whole = None if city is None else incident_counts(city, "city")
    days = np.zeros((weekly.size, 2)) if year_end is None else np.asarray(year_end, dtype=float)
    fits = weekly.ndim == 1 and days.shape == (weekly.size, 2) and (whole is None or whole.shape == weekly.shape)
    if not fits or not 0 < outside < 1:
        shapes = f"counts {weekly.shape}" + ("" if whole is None else f", city {whole.shape}")
        shapes += "" if year_end is None else f", year_end {days.shape}"
        raise InputError(f"{shapes}, outside={outside:g}: give (n_weeks,) for each, and a share between 0 and 1")
    if weekly.size <= LEAST_WEEKS:
        empty = np.empty(0)
        return WeeklyBand(LEAST_WEEKS, empty, empty, empty, empty, empty, np.empty(0, dtype=np.int8))
    expected = np.array([_expected(weekly, whole, days, week) for week in range(LEAST_WEEKS, weekly.size)])
    tested = weekly[LEAST_WEEKS:]
    seasonal = np.array([whole is not None and _tells_season(whole[:week]) for week in range(LEAST_WEEKS, weekly.size)])
    overdispersion = _overdispersion((tested - expected) ** 2 / expected, seasonal)
    # Ends of years differ more from one another than other weeks do: the spread of a tenth and a bit comes on top.
    differing = expected * (YEAR_END_SD * days[LEAST_WEEKS:].sum(axis=1)) ** 2
    lower, upper = _ends(expected, overdispersion, differing, tail=outside / 2)
    beyond = (tested > upper).astype(np.int8) - (tested < lower).astype(np.int8)
    return WeeklyBand(LEAST_WEEKS, tested, expected, lower, upper, overdispersion, beyond)


def _expected(
    weekly: NDArray[np.float64], city: NDArray[np.float64] | None, year_end: NDArray[np.float64], week: int
) -> float:
    """The level of the weeks before, moved by the season between them and this week; never 0."""
    before = weekly[max(0, week - LEVEL_WEEKS) : week]
    n = before.size
    weight = 0.5 ** (np.arange(n, 0, -1) / HALF_LIFE_WEEKS)
    since = max(0, week - SEASON_WEEKS)
    season = np.ones(n + 1) if city is None else _season(city[since:week], year_end[since : week + 1], n)
    level = float(weight @ before / (weight @ season[:n]))
    return max(level * float(season[n]), 0.5 / n)


def _tells_season(city: NDArray[np.float64]) -> bool:
    recent = city[-SEASON_WEEKS:]
    return recent.size >= LEAST_SEASON_WEEKS and recent.mean() >= SEASON_LEAST_MEAN


def _season(city: NDArray[np.float64], year_end: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """How the season and the end of the year move the last `n` weeks and the next one, round 1."""
    if not _tells_season(city):
        return np.ones(n + 1)
    year = 2 * np.pi * np.arange(city.size + 1) / YEAR_WEEKS
    waves = np.stack([np.cos(year), np.sin(year), np.cos(2 * year), np.sin(2 * year)], axis=1)
    # With less than two years a trend cannot be told from a season.
    trend = [np.arange(city.size + 1) / YEAR_WEEKS] if city.size >= 2 * YEAR_WEEKS else []
    moving = np.column_stack([waves, year_end])
    terms = np.column_stack([np.ones(city.size + 1), *trend, moving])
    counted = np.maximum(city, 0.5)
    weight = np.sqrt(counted)
    # Nothing is known of a year's end before there was one, and little where few incidents tell: it is drawn to no effect.
    drawn = np.eye(terms.shape[1])[-2:] * YEAR_END_DRAWN
    rows = np.vstack([terms[:-1] * weight[:, None], drawn])
    fitted = np.linalg.lstsq(rows, np.append(np.log(counted) * weight, np.zeros(2)))[0]
    return np.exp(moving[-n - 1 :] @ fitted[-6:])


def year_end_shares(first_days: ArrayLike) -> NDArray[np.float64]:
    """Return the shares (n_weeks, 2) of each week's seven days that lie from 24 to 26, and from 27 to 31 December.

    Parameters
    ----------
    first_days : (n_weeks,) days, datetime64[D]
    """
    days = np.asarray(first_days, dtype="datetime64[D]")[:, None] + np.arange(DAYS)
    months = days.astype("datetime64[M]")
    of_december = np.where(months.astype(int) % 12 == 11, (days - months).astype(int) + 1, 0)
    christmas = (of_december >= 24) & (of_december <= 26)
    return np.stack([christmas.mean(axis=1), (of_december > 26).mean(axis=1)], axis=1)


def _overdispersion(squares: NDArray[np.float64], seasonal: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean of the squares before each week, over two years at most, drawn to what is usual where they are few.

    A week farther off than three standard deviations counts as three: one festival does not widen the band for two years. Where
    the season is known, weeks that were expected without it do not count: they lay far off because of it.
    """
    counted, found = np.empty(squares.size), np.empty(squares.size)
    for week, square in enumerate(squares):
        since = max(0, week - SPREAD_WEEKS)
        before = counted[since:week][seasonal[since:week] == seasonal[week]]
        drawn = (before.sum() + WORTH_WEEKS * USUAL_OVERDISPERSION) / (before.size + WORTH_WEEKS)
        found[week] = max(drawn, 1.0)
        counted[week] = min(square, FARTHEST_SD**2 * found[week])
    return found


def _ends(
    expected: NDArray[np.float64], overdispersion: NDArray[np.float64], differing: NDArray[np.float64], *, tail: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the most that lie inside: whose mid-p tail is at least `tail`."""
    uncertain = (stats.t.isf(tail, SPREAD_FREEDOM) / stats.norm.isf(tail)) ** 2
    excess = np.maximum((overdispersion - 1) * uncertain + differing, 1e-6)  # a Poisson is the limit
    counted = expected / excess, 1 / (1 + excess)
    lower, upper = stats.nbinom.ppf(tail, *counted), stats.nbinom.isf(tail, *counted)
    lower = lower + (stats.nbinom.cdf(lower, *counted) - stats.nbinom.pmf(lower, *counted) / 2 < tail)
    upper = upper + 1  # above it no more than `tail` is left; a step back is one too many
    for _ in range(2):
        upper = upper - (stats.nbinom.sf(upper, *counted) + stats.nbinom.pmf(upper, *counted) / 2 < tail)
    return lower, upper


def chance_of_a_run(most: int, *, mean_per_window: float, windows: float) -> float:
    """Return the chance that some moving window holds at least `most` incidents, if nothing but chance is at work.

    Naus (1982), "Approximations for distributions of scan statistics", for a Poisson process: 1 - Q2 (Q3/Q2)^(L-2) over a
    period of L windows, exact for L = 2 and 3. A spell of seven days that starts on any day is found far more easily than
    a fixed week: with one a week, six in some seven days that begin in 260 weeks have a chance of 0.487, not 0.15.

    Parameters
    ----------
    most : incidents in the densest window
    mean_per_window : incidents expected in one window
    windows : length, in windows, of the period in which the run may *begin*, at least 1; it may end up to one window later,
        so L = windows + 1. For a history cut off at both ends give one less than its length.
    """
    if most < 1 or not mean_per_window >= 0 or not windows >= 1:
        raise ValueError(
            f"most={most}, mean_per_window={mean_per_window:g}, windows={windows:g}: "
            "need at least 1 incident, a mean of 0 or more, and a period of at least 1 window"
        )
    if most == 1:
        return float(-np.expm1(-mean_per_window * (windows + 1)))
    q2, q3 = _no_run_in_two(most, mean_per_window), _no_run_in_three(most, mean_per_window)
    if q2 <= 0:
        return 1.0
    ratio = min(max(q3 / q2, 0.0), 1.0)
    return float(min(max(1 - q2 * ratio ** (windows - 1), 0.0), 1.0))


def _no_run_in_two(k: int, mean: float) -> float:
    p, f = _poisson(mean)
    return f(k - 1) ** 2 - (k - 1) * p(k) * p(k - 2) - (k - 1 - mean) * p(k) * f(k - 3)


def _no_run_in_three(k: int, mean: float) -> float:
    p, f = _poisson(mean)
    a1 = 2 * p(k) * f(k - 1) * ((k - 1) * f(k - 2) - mean * f(k - 3))
    a2 = 0.5 * p(k) ** 2 * ((k - 1) * (k - 2) * f(k - 3) - 2 * (k - 2) * mean * f(k - 4) + mean**2 * f(k - 5))
    a3 = sum(p(2 * k - r) * f(r - 1) ** 2 for r in range(1, k))
    a4 = sum(p(2 * k - r) * p(r) * ((r - 1) * f(r - 2) - mean * f(r - 3)) for r in range(2, k))
    return f(k - 1) ** 3 - a1 + a2 + a3 - a4


def _poisson(mean: float) -> tuple[Callable[[int], float], Callable[[int], float]]:
    return lambda k: float(stats.poisson.pmf(k, mean)), lambda k: float(stats.poisson.cdf(k, mean))
