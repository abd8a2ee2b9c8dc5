"""The measured result of lists of one unit, size and shift from the newest backtest, or the words that none was made."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from hotspots.domain.forecasts.forecast import StoredForecast
from hotspots.domain.incident_filter import WEEKDAYS, HourRange
from hotspots.domain.language import DEFAULT
from hotspots.domain.place_list import BOX, CELL, Evidence, ListRequest
from hotspots.store.server.connection import Connection
from hotspots.store.staff.backtests import list_evidence
from hotspots.words.language import LANGUAGES, Language

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
    language = LANGUAGES[request.language]
    if request.within is not None:
        return None, language.say(
            "No list within one area has been backtested: what lists of the whole city found says nothing of this one."
        )
    models = list(dict.fromkeys(one.model for one in forecasts))
    if len(models) > 1:
        together = LANGUAGES[request.language].both([model.replace("_", " ") for model in models])
        return None, language.say(
            "No list by {models} together has been backtested, so nothing says how much such lists find.",
            models=together,
        )
    one, of_harm = forecasts[0], request.rank_by == "harm"
    shift = shift_key(request.hours, request.weekdays)
    kind = kinds.get(request.unit, request.unit)
    name = {BOX: language.say("boxes"), CELL: language.say("cells")}.get(request.unit) or language.say(
        "{kind} areas", kind=kind
    )
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
        in_shift = language.say(" of the shift {shift}", shift=shift) if shift else ""
        numbers = {
            "lists": f"{found.units:,} {name}{in_shift}",
            "found": f"{100 * found.found:.1f}",
            "low": f"{100 * found.low:.1f}",
            "high": f"{100 * found.high:.1f}",
            "windows": found.windows,
            "days": f"{row.judged_days:g}",
            "end": end,
            "claimed": f"{100 * found.claimed:.1f}",
        }
        measured = (
            language.say(
                "Lists like this ({lists}) found {found} % ({low}–{high}) of the harm of the reported incidents over {windows} windows "
                "of {days} days up to {end}; the model had expected them to hold {claimed} %.",
                **numbers,
            )
            if of_harm
            else language.say(
                "Lists like this ({lists}) found {found} % ({low}–{high}) of the reported incidents over {windows} windows of {days} "
                "days up to {end}; the model had expected them to hold {claimed} %.",
                **numbers,
            )
        )
        return found, measured + held_in_words(found, of_harm=of_harm, language=language)
    asked = [f"--crime-type {shlex.quote(kind)}" for forecast in forecasts for kind in forecast.crime_types]
    asked += [f"--hours {request.hours}"] if request.hours else []
    asked += [f"--weekdays {','.join(WEEKDAYS[day - 1] for day in request.weekdays)}"] if request.weekdays else []
    by_harm = language.say(" ranked by harm with these weights") if of_harm else ""
    return None, language.say(
        "No list of {lists} by {model} has been backtested, so nothing says how much such lists find: {command}.",
        lists=f"{units:,} {name}" + (language.say(" of the shift {shift}", shift=shift) if shift else ""),
        model=one.model.replace("_", " ") + by_harm,
        command=f"hotspots backtest {' '.join(asked)} --models {one.model}",
    )


def held_in_words(found: Evidence, *, of_harm: bool = False, language: Language = LANGUAGES[DEFAULT.code]) -> str:
    """How many incidents came for each one expected on such lists, and whether that is calibrated; empty where it was not measured."""
    if found.held is None:
        return ""
    numbers = dict(zip(("ratio", "low", "high"), (f"{one:.2f}" for one in found.held), strict=True))
    said = " " + (
        language.say("Lists like this held {ratio} times the harm that was expected ({low}–{high})", **numbers)
        if of_harm
        else language.say(
            "Lists like this held {ratio} reported incidents for each one expected ({low}–{high})", **numbers
        )
    )
    ratio, low, high = found.held
    if low > CALIBRATED[1] or high < CALIBRATED[0]:
        return said + (
            language.say(": the numbers expected of single places are too low.")
            if ratio > 1
            else language.say(": the numbers expected of single places are too high.")
        )
    return f"{said}."


def shift_key(hours: HourRange | None, weekdays: tuple[int, ...]) -> str:
    """Return the name of a shift in backtests and lists: ``18-02 fri,sat``; empty for the whole week."""
    days = ",".join(WEEKDAYS[day - 1] for day in sorted(weekdays))
    return " ".join(part for part in (str(hours) if hours else "", days) if part)
