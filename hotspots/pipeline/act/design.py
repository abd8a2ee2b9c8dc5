"""The design of an action: what it will be judged by, computed from what is known now and frozen when it is agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.act.action import Action, Method
from hotspots.errors import InputError
from hotspots.pipeline.act.boxes import BoxForecast, daily_counts
from hotspots.pipeline.forecast.training_data import choose_types, days_since_epoch, learn
from hotspots.store.ledger.incidents import newest_record
from hotspots.store.server.connection import Connection
from hotspots.store.staff import forecasts as forecast_store
from hotspots_models import registry
from hotspots_models.statistics.effect_judgement import judged_alone
from hotspots_models.statistics.effect_power import smallest_paired_effect, smallest_rho_effect
from hotspots_models.statistics.paired_draw import LEAST_PAIRS, draw_of_each_pair, pair_places
from hotspots_models.statistics.similar_places import (
    LEAST_GAP_M,
    LEAST_ORIGINS,
    SimilarPlaces,
    edge_gap_m,
    similar_places,
    tau_floor,
    tau_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

SETTLE_DAYS = 30  # after the last day: by then late reports have come
CURRENT_DAYS = 60  # a newest delivery older than this belongs to the past: the service's day is then the delivery's
ORIGIN_STEP_DAYS, MOST_ORIGINS, LEAST_HISTORY_DAYS = 28, 24, 180
QUICK_MODELS = ("long_run_count", "recent_count", "kde", "promap", "mixture_own")
UNMEASURED_TAU = 0.30


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
    span = forecast_store.read_span(connection)
    known_to = min(action.starts_on, _day_after_newest(connection))
    counts = daily_counts(
        connection, forecast.boxes, action.crime_types, start=span.first_day or known_to, end=known_to
    )
    before = counts[:, -action.days :].sum(axis=1)
    expected = forecast.expected_a_day * action.days
    cells = forecast.number_of(codes)
    common = {
        "outcome": list(action.crime_types),
        "starts_on": action.starts_on.isoformat(),
        "ends_on": action.ends_on.isoformat(),
        "forecast": forecast.source,
        "count_before_from": (known_to - timedelta(days=action.days)).isoformat(),
    }
    if draw:
        method, chosen = "paired draw", _drawn(codes, cells, expected, before, seed=seed)
    else:
        method = "similar places"
        chosen = _compared(connection, action, forecast, cells, counts, before, without_comparison, taken, known_to)
    return Draft(
        method,
        action.ends_on + timedelta(days=SETTLE_DAYS),
        is_after_the_fact(connection, action.starts_on, today=today),
        {**common, **chosen},
    )


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
    cells: NDArray[np.int64],
    expected: NDArray[np.float64],
    before: NDArray[np.float64],
    *,
    seed: int,
) -> dict[str, Any]:
    if len(cells) % 2 or len(cells) < 2 * LEAST_PAIRS:
        raise InputError(f"{len(cells)} candidates: a draw needs an even number, at least {2 * LEAST_PAIRS}.")
    pairs = pair_places(expected[cells], before[cells])
    first = draw_of_each_pair(len(pairs), seed=seed)
    ordered = np.where(first[:, None], pairs, pairs[:, ::-1])
    an_arm = float(expected[cells].sum() / 2)
    smallest = smallest_paired_effect(an_arm)
    size = judged_alone("paired draw", expected=an_arm, smallest_effect=smallest)
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
        "smallest_effect": smallest,
        "alone": size.alone,
    }


def _compared(
    connection: Connection,
    action: Action,
    forecast: BoxForecast,
    cells: NDArray[np.int64],
    counts: NDArray[np.float64],
    before: NDArray[np.float64],
    without_comparison: str | None,
    taken: Sequence[str],
    known_to: date,
) -> dict[str, Any]:
    expected = forecast.expected_a_day * action.days
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
    totals, model = _do_nothing(connection, action, forecast, cells, counts, in_use, known_to)
    measured = len(totals) >= LEAST_ORIGINS
    tau = tau_of(*np.array(totals).T, floor=floor) if measured else max(floor, UNMEASURED_TAU)
    expected_treated, expected_control = float(expected[cells].sum()), float(expected[alike.controls].sum())
    smallest = smallest_rho_effect(expected_treated, expected_control, tau=tau)
    size = judged_alone("similar places", expected=expected_treated, smallest_effect=smallest)
    return {
        "treated": treated,
        "controls": _places(forecast, alike.controls, expected),
        "risk_ratio": alike.risk_ratio,
        "least_gap_m": LEAST_GAP_M,
        "tau": tau,
        "tau_floor": floor,
        "tau_origins": len(totals),
        "tau_measured": measured,
        "tau_model": model,
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
    centres = np.column_stack([forecast.boxes.col, forecast.boxes.row]) * forecast.boxes.size_m
    eligible = edge_gap_m(centres, cells, side_m=forecast.boxes.size_m) >= LEAST_GAP_M - 1e-6
    return similar_places(expected, before, cells, eligible=eligible & ~in_use & (expected > 0))


def _do_nothing(
    connection: Connection,
    action: Action,
    forecast: BoxForecast,
    cells: NDArray[np.int64],
    counts: NDArray[np.float64],
    in_use: NDArray[np.bool_],
    known_to: date,
) -> tuple[list[tuple[float, float, float, float]], str]:
    """Totals of the boxes with the same ranks at earlier origins, and of their controls; and the model that forecast there."""
    model = forecast.model if forecast.model in QUICK_MODELS else "mixture_own"
    rank = np.argsort(np.argsort(-forecast.expected_a_day, kind="stable"))[cells]
    learnt = learn(
        connection,
        choose_types(connection, action.crime_types, police_initiated_reason="judged, not forecast"),
        basis="true points",
        as_of=known_to,
    )
    totals = []
    for step in range(MOST_ORIGINS):
        day = counts.shape[1] - action.days - step * ORIGIN_STEP_DAYS  # of the origin, in counts
        origin = known_to - timedelta(days=counts.shape[1] - day)
        if (origin - learnt.trained_from).days < LEAST_HISTORY_DAYS or day < action.days:
            break
        as_of = days_since_epoch(origin)
        fitted = registry.get(model).fit(
            learnt.history.before(as_of), forecast.grid, as_of=as_of, horizon_days=action.days
        )
        expected = forecast.boxes.sums(fitted.expected())
        treated = np.argsort(-expected, kind="stable")[rank]
        alike = _alike(forecast, expected, counts[:, day - action.days : day].sum(axis=1), treated, in_use)
        if alike is not None:
            after = counts[:, day : day + action.days].sum(axis=1)
            both = (treated, alike.controls)
            totals.append(tuple(float(values[side].sum()) for side in both for values in (after, expected)))
    return totals, model
