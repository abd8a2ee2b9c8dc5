"""The windows of a backtest: how many, how long, and what a young record is judged on instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from hotspots.domain.forecasts.forecast import LONGEST_HORIZON_DAYS
from hotspots.errors import InputError
from hotspots_models.backtesting.gate import FEWEST_ORIGINS

if TYPE_CHECKING:
    from hotspots.domain.forecasts.backtest import BacktestRequest
    from hotspots.store.staff.forecasts import Span

LEAST_LEARNT_DAYS, SHORTEST_WINDOW_DAYS = 28, 7
LONGEST_YOUNG_HORIZON_DAYS = 31  # what other young cities found is known of windows of a month


def check_windows(request: BacktestRequest, span: Span) -> None:
    """Raise :class:`InputError` for windows that cannot be judged, whatever the record holds."""
    if not request.models:
        raise InputError("--models names no model: give names with commas between, or all.")
    if request.origins < 1 or min(request.horizons_days) < 1:
        raise InputError("a backtest needs at least one window of at least one day: --origins 12 --horizon 28.")
    if max(request.horizons_days) > LONGEST_HORIZON_DAYS:
        raise InputError(f"a horizon of {max(request.horizons_days)} days is longer than {LONGEST_HORIZON_DAYS}.")
    if span.first_day is None or span.last_day is None:
        return
    if (request.end - span.last_day).days > min(request.horizons_days):
        raise InputError(
            f"--end {request.end}: the last window begins after the newest incident ({span.last_day}); give an earlier day."
        )


def plan_windows(request: BacktestRequest, begin: date, *, horizon_days: int) -> tuple[int, float | None]:
    """Return how many windows are judged, and the days of each where that is less than the horizon.

    A record that holds the windows that were asked for is judged on them. One too young for twelve windows of a month is judged on shorter
    windows, which still touch and never overlap, after a third of it (at least four weeks) to learn from: so many as were asked for, or
    fewer of a week.

    Raises
    ------
    InputError
        Not even one window of a week, or more windows than a record of a year and more holds.
    """
    days = (request.end - begin).days
    if days > request.origins * horizon_days:
        return request.origins, None
    if days > FEWEST_ORIGINS * horizon_days or horizon_days > LONGEST_YOUNG_HORIZON_DAYS:
        raise InputError(
            f"{request.origins} windows of {horizon_days} days before {request.end} reach back to the first incident "
            f"({begin}) or beyond, with nothing to learn from: fewer --origins, or a shorter --horizon."
        )
    rest = days - max(LEAST_LEARNT_DAYS, days // 3)
    length = min(horizon_days, max(SHORTEST_WINDOW_DAYS, rest // request.origins))
    count = min(request.origins, rest // length)
    if count < 1:
        raise InputError(
            f"The record begins on {begin}, {days} days before {request.end}: too few for a window of {SHORTEST_WINDOW_DAYS} days after "
            f"{LEAST_LEARNT_DAYS} to learn from."
        )
    return count, None if length == horizon_days else float(length)


def young_notes(
    request: BacktestRequest, plans: Mapping[int, tuple[int, float | None]], begin: date
) -> tuple[str, ...]:
    """Say of each horizon whose windows were shortened since when there are records, and on what it is judged."""
    return tuple(
        f"the record begins on {begin}, too late for {request.origins} windows of {horizon} days: "
        f"judged on {count} windows of {window_days or horizon:g} days"
        for horizon, (count, window_days) in plans.items()
        if (count, window_days) != (request.origins, None)
    )


def windows_with_data(
    origins: Sequence[float], *, days: float, gaps: Sequence[tuple[float, float]]
) -> tuple[list[float], tuple[str, ...]]:
    """Leave out windows that touch days of which nothing is known, and say how many; what came there is not known.

    Parameters
    ----------
    origins, gaps : days since one epoch; gaps are half-open

    Raises
    ------
    InputError
        None is left.
    """
    kept = [one for one in origins if not any(first < one + days and one < end for first, end in gaps)]
    left = len(origins) - len(kept)
    if not kept:
        raise InputError(
            f"Nothing is known of a part of each of the {left} windows: give a later or an earlier --end, or more --origins."
        )
    return kept, (
        f"{left} of {len(origins)} windows of {days:g} days left out: nothing is known of a part of their days",
    ) if left else ()
