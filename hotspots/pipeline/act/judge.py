"""Judge a finished action: once, by its frozen design, when its records are complete."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.act.action import Action, Design, Verdict
from hotspots.domain.period import Period
from hotspots.errors import InputError
from hotspots.pipeline.act.boxes import BoxForecast, daily_counts
from hotspots.store.server.connection import Connection
from hotspots.store.staff import actions as store
from hotspots.store.staff import forecasts as forecast_store
from hotspots.store.staff.at_risk import read_city
from hotspots_models.errors import InputError as ModelInputError
from hotspots_models.statistics.effects.difference_in_differences import difference_in_differences
from hotspots_models.statistics.effects.displacement import AreaCounts, observed_over_forecast, wdd
from hotspots_models.statistics.effects.effect_judgement import verdict
from hotspots_models.statistics.effects.effect_power import rho_rise_power, smallest_rho_rise
from hotspots_models.statistics.effects.log_ratio_test import RelativeEffect
from hotspots_models.statistics.effects.paired_draw import paired_effect
from hotspots_models.statistics.similar_places import rho

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL = 0.95
BELT_M = 500.0
MOVED_SHARE, MOVED_FALL = 0.5, 0.4  # half of a fall by 40 % goes to the ring: how often would that be seen?
WEEKS_BEFORE = 26
Z = 1.959964


def check_day(connection: Connection, design: Design) -> date:
    """Return the day of the newest delivery, which completes the design's period.

    Raises
    ------
    InputError
        The day of judgement has not come, or no delivery from it or later was loaded. Until then there is no look, only the dose.
    """
    known_on = forecast_store.read_span(connection).known_on
    if known_on is None or known_on < design.judgement_day:
        raise InputError(
            f"The day of judgement is {design.judgement_day}, and the newest delivery is of {known_on}: the period is not complete yet. "
            "Until then there is no look at the effect."
        )
    return known_on


def judge_action(
    connection: Connection, action: Action, design: Design, forecast: BoxForecast
) -> tuple[Verdict, dict[str, Any]]:
    """Return what the one method of the design says, and everything described beside it.

    Parameters
    ----------
    forecast : any forecast of the city's boxes; only where they lie is taken from it, what was expected stands in the design
    """
    counts = daily_counts(
        connection, forecast.boxes, action.crime_types, start=action.starts_on, end=action.ends_on
    ).sum(axis=1)
    body = design.body
    if design.method == "paired draw":
        found, described = _paired(body, counts, forecast), {}
    elif body["controls"]:
        found, described = _rho(connection, action, body, counts, forecast)
    else:
        found, described = None, _only_described(body, counts, forecast)
    result = {
        **(found or {}),
        "smallest_effect": body["smallest_effect"],
        "dose": [
            {"unit": unit, "amount": amount} for unit, amount, *_ in store.read_dose(connection, action.action_id)
        ],
        "described": described,
    }
    return said_of(found, alone=body["alone"]), result


def said_of(found: Mapping[str, Any] | None, *, alone: bool) -> Verdict:
    """The sentence that an interval says, where its design may be judged by itself."""
    if not found or not alone:
        return "pooled only"
    return verdict(found["low"], math.inf if found["high"] is None else found["high"])


def relative(found: RelativeEffect | None) -> dict[str, Any] | None:
    """A randomised effect as stored: an end without a bound is None."""
    if found is None:
        return None
    low, high = (None if not math.isfinite(end) else end for end in (found.low, found.high))
    bounded = low and high
    return {
        "ratio": found.ratio,
        "low": found.low,
        "high": high,
        "p": found.p,
        "level": found.level,
        "log_ratio": math.log(found.ratio) if bounded else None,
        "se": (math.log(found.high) - math.log(found.low)) / (2 * Z) if bounded else None,
        "observed_treated": found.observed_on,
        "observed_control": found.observed_off,
        "expected_treated": found.expected_on,
        "expected_control": found.expected_off,
    }


def _paired(body: Any, counts: NDArray[np.float64], forecast: BoxForecast) -> dict[str, Any] | None:
    pairs = body["pairs"]
    sides = [forecast.number_of([pair[side] for pair in pairs]) for side in ("treated", "other")]
    return relative(
        paired_effect(
            counts[sides[0]],
            counts[sides[1]],
            expected_treated=[pair["expected_treated"] for pair in pairs],
            expected_other=[pair["expected_other"] for pair in pairs],
            seed=body["seed"],
            level=LEVEL,
        )
    )


def _rho(
    connection: Connection, action: Action, body: Any, counts: NDArray[np.float64], forecast: BoxForecast
) -> tuple[dict[str, Any], dict[str, Any]]:
    treated, controls = (forecast.number_of([one["code"] for one in body[side]]) for side in ("treated", "controls"))
    expected = [sum(one["expected"] for one in body[side]) for side in ("treated", "controls")]
    observed = [float(counts[side].sum()) for side in (treated, controls)]
    found = rho(observed[0], expected[0], observed[1], expected[1], tau=body["tau"], level=LEVEL)
    described = {
        **_only_described(body, counts, forecast),
        **_wdd(connection, action, forecast, treated, controls),
        "difference_in_differences": _did(connection, action, forecast, treated, controls),
        "displacement": _belt(action, body, forecast, counts, treated, controls),
    }
    return {
        "ratio": found.ratio,
        "low": found.low,
        "high": found.high,
        "level": LEVEL,
        "log_ratio": found.log_ratio,
        "se": found.se,
        "observed_treated": observed[0],
        "observed_control": observed[1],
        "expected_treated": expected[0],
        "expected_control": expected[1],
    }, described


def _only_described(body: Any, counts: NDArray[np.float64], forecast: BoxForecast) -> dict[str, Any]:
    treated = forecast.number_of([one["code"] for one in body["treated"]])
    seen = observed_over_forecast(counts[treated], [one["expected"] for one in body["treated"]], level=LEVEL)
    return {
        "observed_over_forecast": {
            "observed": seen.observed,
            "expected": seen.expected,
            "ratio": seen.ratio,
            "low": seen.low,
            "high": seen.high,
        }
    }


def _wdd(
    connection: Connection,
    action: Action,
    forecast: BoxForecast,
    treated: NDArray[np.int64],
    controls: NDArray[np.int64],
) -> dict[str, Any]:
    """Reports beyond those of the controls (below 0: fewer), and the same by harm where the city weighs several types of the outcome.

    The period before ends where the window begins on which the places were chosen (a year, where nobody said).
    """
    chosen_from = action.chosen_from or action.starts_on - timedelta(days=365)
    start = chosen_from - timedelta(days=action.days)
    if not forecast_store.read_whole_days(connection).coverage(Period(start, chosen_from)).is_whole:
        return {}
    periods = [
        [
            daily_counts(connection, forecast.boxes, [name], start=first, end=end).sum(axis=1)
            for name in action.crime_types
        ]
        for first, end in ((start, chosen_from), (action.starts_on, action.ends_on))
    ]
    sides = [
        AreaCounts(*([of_type[side].sum() for of_type in period] for period in periods), size=side.size / treated.size)
        for side in (treated, controls)
    ]
    city = read_city(connection)
    weights = [city.harm_weights.get(name) for name in action.crime_types]
    asked: dict[str, tuple[list[float], str | None]] = {"wdd": ([1.0] * len(weights), None)}
    if len(weights) > 1 and all(weights):
        asked["wdd_harm"] = ([float(one) for one in weights if one], city.config["harm"]["unit"])
    described = {}
    for name, (harm, unit) in asked.items():
        found = wdd(*sides, harm=harm, before_ends=chosen_from, chosen_from=chosen_from, level=LEVEL)
        described[name] = {
            "estimate": found.estimate,
            "low": found.low,
            "high": found.high,
            "before_from": start.isoformat(),
            "before_ends": chosen_from.isoformat(),
            **({"unit": unit} if unit else {}),
        }
    return described


def _did(
    connection: Connection,
    action: Action,
    forecast: BoxForecast,
    treated: NDArray[np.int64],
    controls: NDArray[np.int64],
) -> dict[str, Any] | None:
    weeks_after = action.days // 7
    start = action.starts_on - timedelta(weeks=WEEKS_BEFORE)
    end = action.starts_on + timedelta(weeks=weeks_after)
    if weeks_after < 2:
        return None
    daily = daily_counts(connection, forecast.boxes, action.crime_types, start=start, end=end)
    both = np.concatenate([treated, controls])
    panel = daily[both].reshape(both.size, -1, 7).sum(axis=2)
    try:
        found = difference_in_differences(
            panel, np.arange(both.size) < treated.size, start=WEEKS_BEFORE, leads=2, level=LEVEL
        )
    except ModelInputError:
        return None  # too few areas or incidents for its errors
    return {"ratio": found.rate_ratio, "low": found.low, "high": found.high, "leads_p": found.leads_p}


def _belt(
    action: Action,
    body: Any,
    forecast: BoxForecast,
    counts: NDArray[np.float64],
    treated: NDArray[np.int64],
    controls: NDArray[np.int64],
) -> dict[str, Any] | None:
    """The incidents within 500 m of the treated boxes, against the controls: an interval with what it could have seen."""
    near = forecast.gap_m(treated) < BELT_M
    near[treated] = False
    near[controls] = False
    expected = float(forecast.expected_a_day[near].sum() * action.days)
    expected_control = sum(one["expected"] for one in body["controls"])
    if not expected > 0:
        return None
    found = rho(
        float(counts[near].sum()),
        expected,
        float(counts[controls].sum()),
        expected_control,
        tau=body["tau"],
        level=LEVEL,
    )
    expected_treated = sum(one["expected"] for one in body["treated"])
    moved = MOVED_SHARE * MOVED_FALL * expected_treated / expected
    return {
        "within_m": BELT_M,
        "ratio": found.ratio,
        "low": found.low,
        "high": found.high,
        "smallest_rise_seen": smallest_rho_rise(expected, expected_control, tau=body["tau"]),
        "half_moved_seen": rho_rise_power(expected, expected_control, tau=body["tau"], rise=moved),
    }
