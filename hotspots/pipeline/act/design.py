"""The design of an action: what it will be judged by, computed from what is known now and frozen when it is agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.act.action import Action, Method
from hotspots.domain.incident_filter import HourRange
from hotspots.errors import InputError
from hotspots.pipeline.act.boxes import BoxForecast, daily_counts
from hotspots.pipeline.act.earlier_origins import coming, earlier_origins, of_ranks, ranks
from hotspots.store.ledger.incidents import newest_record
from hotspots.store.server.connection import Connection
from hotspots.store.staff import forecasts as forecast_store
from hotspots_models.statistics.effects.effect_judgement import judged_alone
from hotspots_models.statistics.effects.effect_power import (
    PairsBefore,
    smallest_lots_effect,
    smallest_paired_effect,
    smallest_rho_effect,
)
from hotspots_models.statistics.effects.paired_draw import LEAST_PAIRS, draw_of_each_pair, pair_places
from hotspots_models.statistics.similar_places import (
    LEAST_GAP_M,
    LEAST_ORIGINS,
    SimilarPlaces,
    similar_places,
    tau_floor,
    tau_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

SETTLE_DAYS = 30  # after the last day: by then late reports have come
CURRENT_DAYS = 60  # a newest delivery older than this belongs to the past: the service's day is then the delivery's
UNMEASURED_TAU = 0.30
MOST_DAYS = 1826  # of the past that is looked at


@dataclass(frozen=True, slots=True)
class Draft:
    """A design before it is frozen."""

    method: Method
    judgement_day: date
    after_the_fact: bool
    body: dict[str, Any]


def draft_design(
    connection: Connection,
    action: Action,
    codes: Sequence[str],
    forecast: BoxForecast,
    *,
    today: date,
    draw: bool = False,
    seed: int = 0,
    without_comparison: str | None = None,
    taken: Sequence[str] = (),
) -> Draft:
    """Choose what stands for "without the action", and what such a design could see.

    Parameters
    ----------
    draw : the boxes are candidates, twice the number to treat; one of each pair is drawn by lot, the other starts after judgement
    seed : of that draw
    without_comparison : why the action is agreed although no similar places exist; it can then not be judged by itself
    taken : boxes of other actions of the same time, which serve as nobody's controls

    Raises
    ------
    InputError
        Too few pairs, no similar places, or a forecast from after the start.
    """
    trained_to = date.fromisoformat(forecast.source["trained_to"])
    if trained_to > action.starts_on:
        raise InputError(
            f"The forecast is from {trained_to}, after the start on {action.starts_on}: store one from before (--as-of)."
        )
    known_to = min(action.starts_on, _day_after_newest(connection))
    counts = past_counts(connection, forecast, action.crime_types, until=known_to)
    cells = forecast.number_of(codes)
    common = {
        "outcome": list(action.crime_types),
        "starts_on": action.starts_on.isoformat(),
        "ends_on": action.ends_on.isoformat(),
        "forecast": forecast.source,
        "count_before_from": (known_to - timedelta(days=action.days)).isoformat(),
        "count_before": float(counts[cells, -action.days :].sum()),
    }
    if draw:
        method, chosen = "paired draw", _drawn(codes, forecast, cells, counts, days=action.days, seed=seed)
    else:
        method = "similar places"
        chosen = _compared(action, forecast, cells, counts, without_comparison, taken)
    return Draft(
        method,
        action.ends_on + timedelta(days=SETTLE_DAYS),
        is_after_the_fact(connection, action.starts_on, today=today),
        {**common, **chosen},
    )


def past_counts(
    connection: Connection,
    forecast: BoxForecast,
    crime_types: Sequence[str],
    *,
    until: date | None = None,
    hours: HourRange | None = None,
    most_days: int = MOST_DAYS,
) -> NDArray[np.float64]:
    """(n_boxes, n_days) what is known of some crime types before a day, at most five years of it. Raises InputError without records."""
    end = min(until or date.max, _day_after_newest(connection))
    first = forecast_store.read_whole_days(connection).first_day or end
    start = max(first, end - timedelta(days=most_days))
    return daily_counts(connection, forecast.boxes, crime_types, start=start, end=end, hours=hours)


def is_after_the_fact(connection: Connection, starts_on: date, *, today: date) -> bool:
    """Whether records of a period that starts on a day can be seen already, or could be were the deliveries not late."""
    known_on = forecast_store.read_span(connection).known_on
    is_current = known_on is not None and (today - known_on).days <= CURRENT_DAYS
    return _day_after_newest(connection) > starts_on or (is_current and today > starts_on)


def _day_after_newest(connection: Connection) -> date:
    newest = newest_record(connection)
    if newest is None:
        raise InputError("There is no incident yet: load some before anything is planned.")
    return newest.date() + timedelta(days=1)


def _places(forecast: BoxForecast, cells: NDArray[np.int64], expected: NDArray[np.float64]) -> list[dict[str, Any]]:
    codes = forecast.boxes.codes()
    return [
        {
            "code": codes[cell],
            "row": int(forecast.boxes.row[cell]),
            "col": int(forecast.boxes.col[cell]),
            "expected": float(expected[cell]),
        }
        for cell in cells.tolist()
    ]


def _drawn(
    codes: Sequence[str],
    forecast: BoxForecast,
    cells: NDArray[np.int64],
    counts: NDArray[np.float64],
    *,
    days: int,
    seed: int,
) -> dict[str, Any]:
    expected, before = forecast.expected_a_day * days, counts[:, -days:].sum(axis=1)
    if len(cells) % 2 or len(cells) < 2 * LEAST_PAIRS:
        raise InputError(f"{len(cells)} candidates: a draw needs an even number, at least {2 * LEAST_PAIRS}.")
    pairs = pair_places(expected[cells], before[cells])
    first = draw_of_each_pair(len(pairs), seed=seed)
    ordered = np.where(first[:, None], pairs, pairs[:, ::-1])
    both = coming(forecast, cells, counts, days=days)
    past = _pairs_before(forecast, cells, counts, days=days)
    by_lots = len(past) >= LEAST_ORIGINS
    at_level = expected[cells][pairs].mean(axis=1) * both.best / max(both.expected, 1e-9)
    smallest = smallest_lots_effect(past, seed=seed) if by_lots else smallest_paired_effect(at_level)
    size = judged_alone("paired draw", expected=both.best / 2, smallest_effect=smallest)
    return {
        "seed": seed,
        "pairs": [
            {
                "treated": codes[on],
                "other": codes[off],
                "expected_treated": float(expected[cells[on]]),
                "expected_other": float(expected[cells[off]]),
            }
            for on, off in ordered.tolist()
        ],
        "coming": both.to_json(),
        "stated_by": f"lots at {len(past)} earlier origins" if by_lots else "formula",
        "smallest_effect": smallest,
        "alone": size.alone,
    }


def _pairs_before(
    forecast: BoxForecast, cells: NDArray[np.int64], counts: NDArray[np.float64], *, days: int
) -> list[PairsBefore]:
    """Pairs of boxes of the same ranks at earlier origins, made as today's are."""
    rank, found = ranks(forecast, cells), []
    for origin in earlier_origins(counts, forecast.boxes, days=days):
        at = of_ranks(origin.expected, rank)
        pairs = at[pair_places(origin.expected[at], origin.before[at])]
        found.append(PairsBefore(origin.after[pairs], origin.expected[pairs]))
    return found


def _compared(
    action: Action,
    forecast: BoxForecast,
    cells: NDArray[np.int64],
    counts: NDArray[np.float64],
    without_comparison: str | None,
    taken: Sequence[str],
) -> dict[str, Any]:
    expected, before = forecast.expected_a_day * action.days, counts[:, -action.days :].sum(axis=1)
    in_use = np.isin(np.array(forecast.boxes.codes()), list(taken))
    alike = _alike(forecast, expected, before, cells, in_use)
    treated = _places(forecast, cells, expected)
    if alike is None:
        if without_comparison is None:
            raise InputError(
                "No comparable places: these boxes have no equals at least 250 m away. Treat fewer of the very worst, give at least "
                f"{2 * LEAST_PAIRS} candidates and --draw, or agree --without-comparison REASON: it is then not judged by itself."
            )
        return {
            "treated": treated,
            "controls": [],
            "why_no_comparison": without_comparison,
            "smallest_effect": None,
            "alone": False,
        }
    floor = tau_floor(len(cells), shape="box")
    totals = _do_nothing(action, forecast, cells, counts, in_use)
    measured = len(totals) >= LEAST_ORIGINS
    tau = tau_of(*np.array(totals).T, floor=floor) if measured else max(floor, UNMEASURED_TAU)
    both = [coming(forecast, side, counts, days=action.days) for side in (cells, alike.controls)]
    smallest = smallest_rho_effect(both[0].best, both[1].best, tau=tau)
    size = judged_alone("similar places", expected=both[0].best, smallest_effect=smallest)
    return {
        "treated": treated,
        "controls": _places(forecast, alike.controls, expected),
        "risk_ratio": alike.risk_ratio,
        "least_gap_m": LEAST_GAP_M,
        "tau": tau,
        "tau_floor": floor,
        "tau_origins": len(totals),
        "tau_measured": measured,
        "coming": both[0].to_json(),
        "smallest_effect": smallest,
        "alone": size.alone,
    }


def _alike(
    forecast: BoxForecast,
    expected: NDArray[np.float64],
    before: NDArray[np.float64],
    cells: NDArray[np.int64],
    in_use: NDArray[np.bool_],
) -> SimilarPlaces | None:
    eligible = forecast.gap_m(cells) >= LEAST_GAP_M - 1e-6
    return similar_places(expected, before, cells, eligible=eligible & ~in_use & (expected > 0))


def _do_nothing(
    action: Action,
    forecast: BoxForecast,
    cells: NDArray[np.int64],
    counts: NDArray[np.float64],
    in_use: NDArray[np.bool_],
) -> list[tuple[float, float, float, float]]:
    """At each earlier origin what came and was expected at the boxes with the same ranks, and at their controls."""
    rank, totals = ranks(forecast, cells), []
    for origin in earlier_origins(counts, forecast.boxes, days=action.days):
        treated = of_ranks(origin.expected, rank)
        alike = _alike(forecast, origin.expected, origin.before, treated, in_use)
        if alike is not None:
            both = (treated, alike.controls)
            totals.append(
                tuple(float(values[side].sum()) for side in both for values in (origin.after, origin.expected))
            )
    return totals
