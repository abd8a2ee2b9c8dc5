"""The smallest effect that a design would see: asked before anything is done. Two-sided 5 %, 80 % power throughout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError
from hotspots_models.statistics.effects.crossover import BLOCK_DAYS, CrossoverTrial, crossover_effect, draw_schedule

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Z_TEST, Z_POWER = 1.96, 0.84
BOTH = Z_TEST + Z_POWER  # 2.80
POWER = 0.80
LEAST_CROSSOVER_SPREAD, LEAST_PAIRED_SPREAD = 1.2, 1.5  # variance over mean, where it is not measured
EFFECTS = np.arange(1, 1000) / 1000
RISES = np.arange(1, 1001) / 100


def smallest_rho_effect(expected_treated: float, expected_control: float, *, tau: float) -> float | None:
    """Return the smallest share e by which incidents must fall for rho to see it; None where no fall would do.

    The smallest e with -ln(1 - e) >= 1.96 SE_0 + 0.84 SE_e, SE_0 without an effect and SE_e with it.
    """
    if min(expected_treated, expected_control) <= 0:
        return None
    without, with_effect = _rho_errors(expected_treated, expected_control, tau, 1 - EFFECTS)
    return _first(-np.log1p(-EFFECTS) >= Z_TEST * without + Z_POWER * with_effect)


def smallest_rho_rise(expected: float, expected_control: float, *, tau: float) -> float | None:
    """Return the smallest share by which incidents must rise for rho to see it, as displacement would; None where ten times would not do.

    A rise needs a larger share than a fall: the smallest r with ln(1 + r) >= 1.96 SE_0 + 0.84 SE_r.
    """
    if min(expected, expected_control) <= 0:
        return None
    without, with_rise = _rho_errors(expected, expected_control, tau, 1 + RISES)
    enough = np.log1p(RISES) >= Z_TEST * without + Z_POWER * with_rise
    return float(RISES[np.argmax(enough)]) if enough.any() else None


def rho_rise_power(expected: float, expected_control: float, *, tau: float, rise: float) -> float:
    """Return the chance that rho calls a rise by this share "more", on the normal approximation."""
    from scipy.special import ndtr

    without, with_rise = _rho_errors(expected, expected_control, tau, 1 + rise)
    return float(ndtr((np.log1p(rise) - Z_TEST * without) / with_rise))


def smallest_crossover_effect(expected: float, *, overdispersion: float = LEAST_CROSSOVER_SPREAD) -> float | None:
    """Return the smallest fall that a crossover sees, with `expected` incidents on all its counted days without any effect.

    N e / 2 >= 2.80 sqrt(phi N (1 - e / 2)), phi at least 1.2. Below 100 incidents ask :func:`crossover_power`.
    """
    spread = max(overdispersion, LEAST_CROSSOVER_SPREAD)
    return _first(expected * EFFECTS / 2 >= BOTH * np.sqrt(spread * expected * (1 - EFFECTS / 2)))


def smallest_paired_effect(expected: ArrayLike, *, overdispersion: float = LEAST_PAIRED_SPREAD) -> float | None:
    """Return the smallest fall that a draw of places sees in 80 of 100 draws, by :func:`paired_power`; None where none would do."""
    return _first(np.array([paired_power(expected, effect=e, overdispersion=overdispersion) for e in EFFECTS]) >= POWER)


def rho_power(expected_treated: float, expected_control: float, *, tau: float, effect: float) -> float:
    """Return the chance that rho calls a fall by `effect` "fewer", on the normal approximation."""
    from scipy.special import ndtr

    without, with_effect = _rho_errors(expected_treated, expected_control, tau, 1 - effect)
    return float(ndtr((-np.log1p(-effect) - Z_TEST * without) / with_effect))


def paired_power(expected: ArrayLike, *, effect: float, overdispersion: float = LEAST_PAIRED_SPREAD) -> float:
    """Return the chance that a draw of places calls a fall by `effect` "fewer", where no history says it (:func:`lots_power`).

    The redrawn sums divide the difference of the arms by the root of its pairs' squares, as Student's t does: the chance is that of the
    noncentral t with one degree of freedom less than pairs, at N e - 1 (counts are whole) over sqrt(N v), v as :func:`_paired_variance`
    says. Pairs that are expected to have more differ more under an effect, which widens the divisor.

    Parameters
    ----------
    expected : (n_pairs,) incidents expected in one place of each pair
    overdispersion : variance over mean of a place about the forecast, at least 1
    """
    from scipy import stats

    rate = incident_counts(expected, "expected")
    if rate.ndim != 1 or rate.size < 2 or not 0 <= effect < 1 or not overdispersion >= 1:
        raise InputError(
            f"expected {rate.shape}, effect {effect:g}, overdispersion {overdispersion:g}: give one number a pair, at least two, a share "
            "below 1, and 1 or more"
        )
    total = float(rate.sum())
    variance = total * _paired_variance(effect, overdispersion)
    if not variance > 0:
        return 0.0
    widened = np.sqrt(1 + effect**2 * ((rate - rate.mean()) ** 2).sum() / variance)
    threshold, shift = stats.t.ppf(0.975, rate.size - 1) * widened, (total * effect - 1) / np.sqrt(variance)
    return float(stats.nct.sf(threshold, rate.size - 1, max(shift, 0.0)))


@dataclass(frozen=True, eq=False)
class PairsBefore:
    """Pairs of places at an earlier origin at which nothing was done: (n_pairs, 2) incidents that came, and that were forecast."""

    counts: ArrayLike
    expected: ArrayLike


def lots_power(
    before: Sequence[PairsBefore], *, effects: Sequence[float], lots: int = 8, draws: int = 999, seed: int = 0
) -> list[float]:
    """Return, for each fall, the share of draws at earlier origins that would have called it, thinned into what came there.

    No formula: places that differ, spells and fat tails are those of the record itself.

    Parameters
    ----------
    before : pairs at earlier origins, made as those to be drawn
    effects : falls, such as 0.4
    lots : draws of the lots at each origin
    draws, seed : redrawn lots of each test, seed
    """
    rng = np.random.default_rng(seed)
    called, tried = np.zeros(len(effects)), 0
    for one in before:
        counts, expected = (incident_counts(side, "pairs before") for side in (one.counts, one.expected))
        n = len(counts)
        first = rng.random((lots, n)) < 0.5
        (treated, other), (here, there) = (
            (np.where(first, side[:, 0], side[:, 1]).T, np.where(first, side[:, 1], side[:, 0]).T)
            for side in (counts, expected)
        )
        turned = rng.random((draws + 1, n)) < 0.5
        turned[0] = False
        stay, turn = (~turned).astype(float), turned.astype(float)
        expected_on, expected_off = stay @ here + turn @ there, stay @ there + turn @ here
        half = 1 / (expected_on + expected_off)
        tried += lots
        for at, effect in enumerate(effects):
            left = rng.binomial(treated.astype(np.int64), 1 - effect).astype(float)
            on, off = stay @ left + turn @ other, stay @ other + turn @ left
            ratio = np.log(on / expected_on + half) - np.log(off / expected_off + half)
            p = (1 + (np.abs(ratio[1:]) >= np.abs(ratio[0]) - 1e-9).sum(axis=0)) / (draws + 1)
            called[at] += ((p <= 0.05) & (ratio[0] < 0)).sum()
    return (called / max(tried, 1)).tolist()


def smallest_lots_effect(before: Sequence[PairsBefore], *, seed: int = 0) -> float | None:
    """Return the smallest fall that 80 of 100 draws at earlier origins would have called, between falls in steps of 5 %; None: none."""
    effects = np.arange(5, 100, 5) / 100
    power = np.maximum.accumulate(lots_power(before, effects=effects.tolist(), seed=seed))
    if power[-1] < POWER:
        return None
    at = int(np.argmax(power >= POWER))
    if at == 0:
        return float(effects[0])
    low, high = power[at - 1 : at + 1]
    return round(float(effects[at - 1] + 0.05 * (POWER - low) / (high - low)), 3)


def crossover_power(
    expected_a_day: ArrayLike,
    *,
    n_blocks: int,
    effect: float,
    overdispersion: float = LEAST_CROSSOVER_SPREAD,
    runs: int = 200,
    draws: int = 999,
    seed: int = 0,
) -> float:
    """Return the share of simulated plans in which a fall by `effect` is called "fewer".

    Parameters
    ----------
    expected_a_day : (n_boxes,) incidents, from the calibrated forecast
    n_blocks : blocks of 7 days
    effect : 0.4 for -40 % on ON days
    overdispersion : variance over mean of a box's block: 1 for Poisson
    runs, draws, seed : simulated plans, redrawn schedules each, seed
    """
    rate = incident_counts(expected_a_day, "expected_a_day")
    if not 0 <= effect <= 1 or rate.ndim != 1 or not overdispersion >= 1 or runs < 1:
        raise InputError(
            f"effect {effect:g}, overdispersion {overdispersion:g}: give a share, 1 or more, and one rate a box"
        )
    rng = np.random.default_rng(seed)
    called = 0
    for run in range(runs):
        on = draw_schedule(rate.size, n_blocks, seed=seed * 100_003 + run)
        mean = rate[:, None] * BLOCK_DAYS * np.where(on, 1 - effect, 1.0)
        if overdispersion > 1:
            mean = rng.gamma(np.maximum(mean, 1e-9) / (overdispersion - 1), overdispersion - 1)
        counts = rng.poisson(np.repeat(mean / BLOCK_DAYS, BLOCK_DAYS, axis=1))
        found = crossover_effect([CrossoverTrial(counts, on, rate)], draws=draws, seed=run)
        called += found is not None and found.high < 1
    return called / runs


def _paired_variance(effect: Any, overdispersion: float) -> Any:
    """Variance of the difference of two arms over what is expected in one: phi + (1 - e) + (1 - e)^2 (phi - 1).

    Two places of a pair differ by more than counting. What is left of a rate that falls by e varies by (1 - e) with it, so the part of its
    variance beyond counting falls by the square.
    """
    spread, left = overdispersion, 1 - effect
    return spread + left + left**2 * (spread - 1)


def _rho_errors(expected: float, expected_control: float, tau: float, times: Any) -> tuple[Any, Any]:
    """Standard errors of ln rho without any effect, and where the rate is `times` what it was."""
    others = 1 / expected_control + tau**2
    return np.sqrt(1 / expected + others), np.sqrt(1 / (expected * times) + others)


def _first(enough: np.ndarray) -> float | None:
    return float(EFFECTS[np.argmax(enough)]) if enough.any() else None
