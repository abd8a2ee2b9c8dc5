"""The smallest effect that a design would see: asked before anything is done. Two-sided 5 %, 80 % power throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError
from hotspots_models.statistics.effects.crossover import BLOCK_DAYS, CrossoverTrial, crossover_effect, draw_schedule

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Z_TEST, Z_POWER = 1.96, 0.84
BOTH = Z_TEST + Z_POWER  # 2.80
LEAST_CROSSOVER_SPREAD, LEAST_PAIRED_SPREAD = 1.2, 1.5  # variance over mean
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


def smallest_paired_effect(expected_an_arm: float, *, overdispersion: float = LEAST_PAIRED_SPREAD) -> float | None:
    """Return the smallest fall that a draw of places sees, with so many incidents expected in each arm.

    N e >= 2.80 sqrt(N v), v as :func:`_paired_variance` says.
    """
    return _first(
        expected_an_arm * EFFECTS >= BOTH * np.sqrt(expected_an_arm * _paired_variance(EFFECTS, overdispersion))
    )


def rho_power(expected_treated: float, expected_control: float, *, tau: float, effect: float) -> float:
    """Return the chance that rho calls a fall by `effect` "fewer", on the normal approximation."""
    from scipy.special import ndtr

    without, with_effect = _rho_errors(expected_treated, expected_control, tau, 1 - effect)
    return float(ndtr((-np.log1p(-effect) - Z_TEST * without) / with_effect))


def paired_power(expected_an_arm: float, *, effect: float, overdispersion: float = LEAST_PAIRED_SPREAD) -> float:
    """Return the chance that a draw of places calls a fall by `effect` "fewer", on the normal approximation."""
    from scipy.special import ndtr

    error = np.sqrt(expected_an_arm * _paired_variance(effect, overdispersion))
    return float(ndtr(expected_an_arm * effect / error - Z_TEST))


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
    """Variance of the difference of two arms over what is expected in one: phi + (1 - e) + (1 - e)^2 (phi - 1), phi at least 1.5.

    Two places of a pair differ by more than counting. What is left of a rate that falls by e varies by (1 - e) with it, so the part of its
    variance beyond counting falls by the square: taking phi for both arms promised 5.8 points too little at -60 %.
    """
    spread, left = max(overdispersion, LEAST_PAIRED_SPREAD), 1 - effect
    return spread + left + left**2 * (spread - 1)


def _rho_errors(expected: float, expected_control: float, tau: float, times: Any) -> tuple[Any, Any]:
    """Standard errors of ln rho without any effect, and where the rate is `times` what it was."""
    others = 1 / expected_control + tau**2
    return np.sqrt(1 / expected + others), np.sqrt(1 / (expected * times) + others)


def _first(enough: np.ndarray) -> float | None:
    return float(EFFECTS[np.argmax(enough)]) if enough.any() else None
