"""The ranked list of places at risk that a prevention team or a patrol planner takes away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.forecast import StoredForecast
from hotspots.domain.incident_filter import WEEKDAYS
from hotspots.domain.place_list import ListRequest, PlaceList
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.at_risk.descriptions import described
from hotspots.pipeline.at_risk.explanations import give_reasons
from hotspots.pipeline.at_risk.exposure import exposure
from hotspots.pipeline.at_risk.units import CELL, read_units
from hotspots.store import audit
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as staff_lists
from hotspots.store.staff import forecasts as forecast_store
from hotspots.store.staff import grids

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST_RANDOM_SHARE = 0.5


def at_risk(connection: Connection, request: ListRequest) -> PlaceList:
    """Rank the places by expected incidents a square kilometre until their share of the study area is spent, and describe them.

    Reads stored forecasts from true points, so it needs the staff's key. A line in the audit is committed before the list leaves.

    Raises
    ------
    InputError
        An unknown unit or crime type, or a share outside its limits.
    NotFoundError
        No forecast of these crime types is stored.
    """
    city = staff_lists.read_city(connection)
    kinds = staff_lists.read_area_kinds(connection)
    _check(request, kinds)
    forecasts = _stored_forecasts(connection, request)
    newest = forecasts[0]
    cells = grids.read_cells(connection, newest.grid_id)
    stored = [forecast_store.read_expected(connection, one.forecast_id) for one in forecasts]
    units = read_units(
        connection, request, cells, np.sum([expected for expected, _ in stored], axis=0), newest.trained_to
    )
    budget_m2 = request.share * float(cells.area_m2.sum())
    chosen = greedy(units.expected / units.ranked_by_m2, units.area_m2, budget_m2=budget_m2)
    chosen, n_random = with_random(chosen, len(units.unit_id), share=request.random_share, seed=newest.forecast_id)
    before = staff_lists.read_listed(
        connection, unit=request.unit, grid_id=newest.grid_id, crime_types=request.crime_types
    )
    reasons = give_reasons(forecasts, stored, units, budget_m2=budget_m2)
    places = described(
        connection, city, units, reasons, chosen=chosen, n_random=n_random, before=before, on_day=newest.trained_to
    )
    living, exposure_words = exposure(connection, city, cells, units.of_cell, chosen, on_day=newest.trained_to)
    expected_city = float(units.expected_in_cell.sum())
    area_share = float(units.area_m2[chosen].sum() / cells.area_m2.sum())
    made = PlaceList(
        city=city.name,
        invented=bool(city.config["city"].get("invented", False)),
        request=request,
        unit_label=f"cell of {cells.cell_size_m:g} m" if request.unit == CELL else kinds[request.unit],
        places=tuple(places),
        model=" + ".join(dict.fromkeys(f"{one.model} v{one.model_version}" for one in forecasts)),
        forecast_from=newest.trained_to,
        forecast_until=newest.until,
        known_on=newest.known_on,
        review_date=newest.review_date,
        expected_city=expected_city,
        expected_share=float(units.expected[chosen].sum()) / expected_city if expected_city else 0.0,
        area_share=area_share,
        n_units=len(units.unit_id),
        seed=newest.forecast_id,
        exposure=living,
        exposure_words=exposure_words,
        notes=(
            *(note for one in forecasts for note in one.settings.get("notes", ())),
            *(f"risk terrain: {warning}" for warning in reasons.warnings),
            *_share_note(request, area_share),
            *_shift_notes(request),
            _random_note(request, n_random, newest.forecast_id),
        ),
        attribution=city.config["city"].get("attribution", ""),
        disclaimer=city.config["city"].get("disclaimer", ""),
    )
    audit.commit_line(connection, "at_risk", _audit_line(made, forecasts))
    return made


def _check(request: ListRequest, kinds: dict[str, str]) -> None:
    if request.unit != CELL and request.unit not in kinds:
        raise InputError(f"--unit {request.unit} is not one of: cell, {', '.join(kinds)}.")
    if not 0 < request.share <= 1:
        raise InputError(f"--share {request.share:g} is not above 0 and at most 1: 0.01 is one hundredth of the area.")
    if not 0 <= request.random_share <= LARGEST_RANDOM_SHARE:
        raise InputError(
            f"--random-share {request.random_share:g} is not between 0 and {LARGEST_RANDOM_SHARE:g}: 0.03 is three places in a hundred."
        )


def _stored_forecasts(connection: Connection, request: ListRequest) -> list[StoredForecast]:
    together = forecast_store.latest_forecast(connection, crime_types=request.crime_types, model=request.model)
    if together:
        return [together]
    found = [
        forecast_store.latest_forecast(connection, crime_types=[name], model=request.model)
        for name in request.crime_types
    ]
    missing = [name for name, one in zip(request.crime_types, found, strict=True) if one is None]
    if missing:
        stored = sorted(
            {
                ", ".join(types)
                for basis, types, *_ in forecast_store.stored_forecasts(connection)
                if basis == "true points"
            }
        )
        raise NotFoundError(
            f"No forecast{f' by {request.model}' if request.model else ''} is stored for {', '.join(missing)}: run hotspots forecast "
            f"--crime-type {missing[0]!r} first. Stored: {'; '.join(stored) or 'none'}."
        )
    forecasts = [one for one in found if one is not None]
    if len({(one.grid_id, one.trained_to, one.horizon_days) for one in forecasts}) > 1:
        raise InputError(
            "The newest forecasts of these crime types differ in cells, first day or horizon: "
            + "; ".join(f"{one.crime_types[0]} from {one.trained_to}, {one.horizon_days} days" for one in forecasts)
            + ". Make them anew with the same --as-of, --horizon and --cell."
        )
    return forecasts


def greedy(density: NDArray[np.floating[Any]], area_m2: NDArray[np.float64], *, budget_m2: float) -> NDArray[np.int64]:
    """Units by density from the top until the budget is spent, at least one; ties by number."""
    order = np.lexsort((np.arange(len(density)), -density))
    spent = np.cumsum(area_m2[order])
    n = max(1, int(np.searchsorted(spent, budget_m2 * (1 + 1e-9), side="right")))
    return order[:n][density[order[:n]] > 0]


def with_random(chosen: NDArray[np.int64], n_units: int, *, share: float, seed: int) -> tuple[NDArray[np.int64], int]:
    """Put places drawn blindly from all that were not chosen in place of the last ones; return the list and how many were drawn.

    The same seed draws the same places. A list too short for one random place has none.
    """
    others = np.setdiff1d(np.arange(n_units), chosen)
    n_random = min(round(share * len(chosen)), len(others))
    drawn = np.random.default_rng(seed).choice(others, size=n_random, replace=False) if n_random else others[:0]
    return np.concatenate([chosen[: len(chosen) - n_random], drawn]), n_random


def _random_note(request: ListRequest, n_random: int, seed: int) -> str:
    if n_random:
        drawn = "1 place was" if n_random == 1 else f"{n_random} places were"
        return f"{drawn} drawn blindly from all others (seed {seed}), so that what the list finds can be compared with chance."
    if request.random_share == 0:
        return "No place was drawn blindly, as was asked: nothing says what would have been found elsewhere."
    return "No place was drawn blindly: the list is too short for its random share."


def _share_note(request: ListRequest, area_share: float) -> tuple[str, ...]:
    if area_share <= request.share * 1.001:
        return ()
    return (
        f"The place that ranks first alone covers {area_share:.1%} of the area, more than the {request.share:.1%} asked for (--share).",
    )


def _shift_notes(request: ListRequest) -> tuple[str, ...]:
    if not (request.hours or request.weekdays):
        return ()
    days = ", ".join(WEEKDAYS[day - 1] for day in request.weekdays) or "every day"
    return (
        f"For the shift {request.hours or '00-24'} on {days}, hours past midnight counted to the evening's date. A reported window counts "
        f"by the part of it inside the shift; each place has the shift's share of the last year in its surroundings, shrunk to the city's.",
    )


def _audit_line(made: PlaceList, forecasts: Sequence[StoredForecast]) -> dict[str, Any]:
    detail = asdict(made.request)
    detail["hours"] = str(made.request.hours) if made.request.hours else None
    return {
        **detail,
        "forecast_ids": [one.forecast_id for one in forecasts],
        "grid_id": forecasts[0].grid_id,
        "seed": made.seed,
        "places": len(made.places),
        "codes": [place.code for place in made.places],
        "random_codes": [place.code for place in made.places if place.chosen_by == "random"],
    }
