"""The measured result of lists of one unit, size and shift from the newest backtest, or the words that none was made."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

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
) -> tuple[Evidence | None, str]:
    """Return what lists of as many units found, and it in words.

    Parameters
    ----------
    units : boxes, cells or areas on the list by rank.
    """
    if request.within is not None:
        return (
            None,
            "No list within one area has been backtested: what lists of the whole city found says nothing of this one.",
        )
    if request.rank_by == "harm":
        return None, "No list ranked by harm has been backtested, so nothing says how much such lists find."
    if len(forecasts) > 1:
        return (
            None,
            "No list of several forecasts together has been backtested, so nothing says how much such lists find.",
        )
    one = forecasts[0]
    shift = shift_key(request.hours, request.weekdays)
    name = {BOX: "boxes", CELL: "cells"}.get(request.unit, kinds.get(request.unit, request.unit) + " areas")
    for end, row in list_evidence(
        connection,
        crime_types=one.crime_types,
        cell_size_m=one.settings.cell_size_m,
        horizon_days=one.horizon_days,
        model=one.model,
        unit=request.unit,
        shift=shift,
        rank_by=request.rank_by,
    ):
        near = [n for n, size in enumerate(row.sizes) if abs(size - units) <= NEAR * units]
        if not near or not row.windows:
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
            f"({100 * found.low:.1f}–{100 * found.high:.1f}) of the reported incidents over {found.windows} windows of {row.judged_days:g} "
            f"days up to {end}; the model had expected them to hold {100 * found.claimed:.1f} %.{held_in_words(found)}"
        )
    asked = [f"--crime-type {shlex.quote(kind)}" for kind in one.crime_types]
    asked += [f"--hours {request.hours}"] if request.hours else []
    asked += [f"--weekdays {','.join(WEEKDAYS[day - 1] for day in request.weekdays)}"] if request.weekdays else []
    return None, (
        f"No list of {units:,} {name}{f' of the shift {shift}' if shift else ''} by {one.model.replace('_', ' ')} has been backtested, "
        f"so nothing says how much such lists find: hotspots backtest {' '.join(asked)} --models {one.model}."
    )


def held_in_words(found: Evidence) -> str:
    """How many incidents came for each one expected on such lists, and whether that is calibrated; empty where it was not measured."""
    if found.held is None:
        return ""
    ratio, low, high = found.held
    said = f" Lists like this held {ratio:.2f} reported incidents for each one expected ({low:.2f}–{high:.2f})"
    if low > CALIBRATED[1] or high < CALIBRATED[0]:
        return f"{said}: the numbers expected of single places are too {'low' if ratio > 1 else 'high'}."
    return f"{said}."


def shift_key(hours: HourRange | None, weekdays: tuple[int, ...]) -> str:
    """Return the name of a shift in backtests and lists: ``18-02 fri,sat``; empty for the whole week."""
    days = ",".join(WEEKDAYS[day - 1] for day in sorted(weekdays))
    return " ".join(part for part in (str(hours) if hours else "", days) if part)
