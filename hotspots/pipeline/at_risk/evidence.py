"""The measured result of lists of one unit, size and shift from the newest backtest, or the words that none was made."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from hotspots.domain.forecasts.forecast import StoredForecast
from hotspots.domain.incident_filter import WEEKDAYS, HourRange
from hotspots.domain.place_list import BOX, CELL, Evidence, ListRequest
from hotspots.store.server.connection import Connection
from hotspots.store.staff.backtests import list_evidence

CALIBRATED = (0.9, 1.1)  # observed over expected: outside of it a list says so
NEAR = 0.1  # of the size: lists of 55 boxes may be told by lists of 50 to 60


def evidence_for(
    connection: Connection,
    request: ListRequest,
    forecasts: Sequence[StoredForecast],
    *,
    kinds: dict[str, str],
    units: int,
    weights: Mapping[str, float] | None = None,
) -> tuple[Evidence | None, str]:
    """Return what lists of as many units found, and it in words.

    Parameters
    ----------
    units : boxes, cells or areas on the list by rank.
    weights : harm of an incident by crime type, of a list that ranks by harm.
    """
    if request.within is not None:
        return (
            None,
            "No list within one area has been backtested: what lists of the whole city found says nothing of this one.",
        )
    models = list(dict.fromkeys(one.model for one in forecasts))
    if len(models) > 1:
        return (
            None,
            f"No list by {' and '.join(model.replace('_', ' ') for model in models)} together has been backtested, so nothing says how "
            "much such lists find.",
        )
    one, of_harm = forecasts[0], request.rank_by == "harm"
    shift = shift_key(request.hours, request.weekdays)
    name = {BOX: "boxes", CELL: "cells"}.get(request.unit, kinds.get(request.unit, request.unit) + " areas")
    for end, row in list_evidence(
        connection,
        crime_types=[kind for forecast in forecasts for kind in forecast.crime_types],
        cell_size_m=one.settings.cell_size_m,
        horizon_days=one.horizon_days,
        model=one.model,
        unit=request.unit,
        shift=shift,
        # of one forecast every incident weighs the same, so harm ranks as density does and finds the same share
        rank_by="density" if of_harm and len(forecasts) == 1 else request.rank_by,
        forecasts=len(forecasts),
    ):
        near = [n for n, size in enumerate(row.sizes) if abs(size - units) <= NEAR * units]
        if not near or not row.windows or (row.weights is not None and row.weights != weights):
            continue
        n = min(near, key=lambda n: abs(row.sizes[n] - units))
        found = Evidence(
            units=row.sizes[n],
            found=row.found[n],
            low=row.low[n],
            high=row.high[n],
            claimed=row.claimed[n],
            windows=row.windows,
            incidents=row.incidents,
            held=row.held_at(n),
        )
        in_shift = f" of the shift {shift}" if shift else ""
        return found, (
            f"Lists like this ({found.units:,} {name}{in_shift}) found {100 * found.found:.1f} % "
            f"({100 * found.low:.1f}–{100 * found.high:.1f}) of the {'harm of the ' if of_harm else ''}reported incidents over "
            f"{found.windows} windows of {row.judged_days:g} days up to {end}; the model had expected them to hold "
            f"{100 * found.claimed:.1f} %.{held_in_words(found, of_harm=of_harm)}"
        )
    asked = [f"--crime-type {shlex.quote(kind)}" for forecast in forecasts for kind in forecast.crime_types]
    asked += [f"--hours {request.hours}"] if request.hours else []
    asked += [f"--weekdays {','.join(WEEKDAYS[day - 1] for day in request.weekdays)}"] if request.weekdays else []
    by_harm = " ranked by harm with these weights" if of_harm else ""
    return None, (
        f"No list of {units:,} {name}{f' of the shift {shift}' if shift else ''} by {one.model.replace('_', ' ')}{by_harm} has been "
        f"backtested, so nothing says how much such lists find: hotspots backtest {' '.join(asked)} --models {one.model}."
    )


def held_in_words(found: Evidence, *, of_harm: bool = False) -> str:
    """How many incidents came for each one expected on such lists, and whether that is calibrated; empty where it was not measured."""
    if found.held is None:
        return ""
    ratio, low, high = found.held
    what = "times the harm that was expected" if of_harm else "reported incidents for each one expected"
    said = f" Lists like this held {ratio:.2f} {what} ({low:.2f}–{high:.2f})"
    if low > CALIBRATED[1] or high < CALIBRATED[0]:
        return f"{said}: the numbers expected of single places are too {'low' if ratio > 1 else 'high'}."
    return f"{said}."


def shift_key(hours: HourRange | None, weekdays: tuple[int, ...]) -> str:
    """Return the name of a shift in backtests and lists: ``18-02 fri,sat``; empty for the whole week."""
    days = ",".join(WEEKDAYS[day - 1] for day in sorted(weekdays))
    return " ".join(part for part in (str(hours) if hours else "", days) if part)
