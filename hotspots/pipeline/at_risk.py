"""The ranked list of places at risk that a prevention team or a patrol planner takes away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from hotspots.domain.forecast import StoredForecast
from hotspots.domain.incident_filter import WEEKDAYS
from hotspots.domain.place_list import FactorNear, ListRequest, PlaceList, RankedPlace
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.shifts import hour_weights, shift_shares
from hotspots.store import forecasts as forecast_store
from hotspots.store import grids, staff_lists
from hotspots.store.connection import Connection
from hotspots_models.metrics import ranking_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

FACTOR_DISTANCE_M = 150.0
CELL = "cell"


def at_risk(connection: Connection, request: ListRequest) -> PlaceList:
    """Rank the places by expected incidents a square kilometre until their share of the study area is spent, and describe them.

    Reads stored forecasts from true points, so it needs the staff's key; it leaves a line in the audit table.

    Raises
    ------
    InputError
        An unknown unit or crime type, or a share outside (0, 1].
    NotFoundError
        No forecast of these crime types is stored.
    """
    city = staff_lists.read_city(connection)
    kinds = staff_lists.read_area_kinds(connection)
    if request.unit != CELL and request.unit not in kinds:
        raise InputError(f"--unit {request.unit} is not one of: cell, {', '.join(kinds)}.")
    if not 0 < request.share <= 1:
        raise InputError(f"--share {request.share:g} is not above 0 and at most 1: 0.01 is one hundredth of the area.")
    forecasts = _stored_forecasts(connection, request)
    cells = grids.read_cells(connection, forecasts[0].grid_id)
    expected = np.sum([forecast_store.read_expected(connection, one.forecast_id)[0] for one in forecasts], axis=0)
    on_day = forecasts[0].trained_to
    last_year = _last_year(connection, request, cells, on_day)
    if request.hours or request.weekdays:
        expected = expected * shift_shares(last_year.cell, last_year.in_shift, row=cells.row, col=cells.col)
    units = _units(connection, request, cells, expected, last_year, on_day)
    ranked_area = ranking_area(units.area_m2) if request.unit == CELL else units.area_m2
    chosen = greedy(units.expected / ranked_area, units.area_m2, budget_m2=request.share * cells.area_m2.sum())
    places = _described(connection, city, units, chosen, on_day)
    staff_lists.write_audit(connection, verb="at_risk", detail=_audit_line(request, forecasts, len(places)))
    newest = forecasts[0]
    return PlaceList(
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
        expected_city=float(expected.sum()),
        expected_share=float(units.expected[chosen].sum() / expected.sum()) if expected.sum() else 0.0,
        area_share=float(units.area_m2[chosen].sum() / cells.area_m2.sum()),
        n_units=len(units.unit_id),
        notes=(*(note for one in forecasts for note in one.settings.get("notes", ())), *_shift_notes(request)),
        attribution=city.config["city"].get("attribution", ""),
        disclaimer=city.config["city"].get("disclaimer", ""),
    )


@dataclass(frozen=True, eq=False)
class _Units:
    """What is ranked: one entry a cell or an area."""

    unit_id: NDArray[np.int64]
    code: Sequence[str]
    name: Sequence[str | None]
    geometry: NDArray[np.object_]
    area_m2: NDArray[np.float64]
    expected: NDArray[np.floating[Any]]
    count_last_year: NDArray[np.floating[Any]]


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


@dataclass(frozen=True, eq=False)
class LastYear:
    """Incidents of the year before the forecast: their cell (-1 outside), label set, and share inside the shift."""

    cell: NDArray[np.int64]
    label_set: NDArray[np.int64]
    in_shift: NDArray[np.floating[Any]]


def _last_year(connection: Connection, request: ListRequest, cells: grids.StoredCells, on_day: date) -> LastYear:
    known = {kind.name: kind.crime_type_id for kind in forecast_store.read_crime_types(connection)}
    table = staff_lists.read_windows(
        connection,
        start=on_day - timedelta(days=365),
        end=on_day,
        crime_type_ids=[known[name] for name in request.crime_types],
        origin_m=cells.origin_m,
        cell_size_m=cells.cell_size_m,
    )
    row, col, label_set, from_h, to_h = (
        table[name].to_numpy().astype(float) for name in ("row_no", "col_no", "label_set_id", "from_h", "to_h")
    )
    number = np.full(cells.shape[0] * cells.shape[1], -1, dtype=np.int64)
    number[cells.row * cells.shape[1] + cells.col] = np.arange(len(cells.row))
    inside = (row >= 0) & (row < cells.shape[0]) & (col >= 0) & (col < cells.shape[1])
    flat = np.where(inside, row * cells.shape[1] + col, 0).astype(np.int64)
    in_shift = hour_weights(from_h, to_h, hours=request.hours, weekdays=request.weekdays)
    return LastYear(np.where(inside, number[flat], -1), label_set.astype(np.int64), in_shift)


def _units(
    connection: Connection,
    request: ListRequest,
    cells: grids.StoredCells,
    expected: NDArray[np.floating[Any]],
    last_year: LastYear,
    on_day: date,
) -> _Units:
    n_cells = len(cells.row)
    if request.unit == CELL:
        counts = _sums(last_year.cell, last_year.in_shift, n_cells)
        codes = [f"r{row}c{col}" for row, col in zip(cells.row, cells.col, strict=True)]
        return _Units(np.arange(n_cells), codes, [None] * n_cells, cells.geometry, cells.area_m2, expected, counts)
    areas = staff_lists.read_units(connection, kind=request.unit, on_day=on_day)
    slot = {area_id: n for n, area_id in enumerate(areas.unit_id.tolist())}
    area_of_cell = grids.read_cell_areas(connection, cells.grid_id, kind=request.unit, on_day=on_day)
    area_of_labels = staff_lists.read_label_set_areas(connection, kind=request.unit)
    in_cell = np.array([slot.get(area_id, -1) for area_id in area_of_cell.tolist()])
    in_labels = np.array(
        [slot.get(area_of_labels.get(labels, 0), -1) for labels in last_year.label_set.tolist()], dtype=np.int64
    )
    expected_in = _sums(in_cell, expected, len(slot))
    counts = _sums(in_labels, last_year.in_shift, len(slot))
    return _Units(areas.unit_id, areas.code, areas.name, areas.geometry, areas.area_m2, expected_in, counts)


def _sums(unit: NDArray[np.int64], values: NDArray[np.floating[Any]], n_units: int) -> NDArray[np.float64]:
    """Return (n_units,) the sum of the values of each unit; -1 is none."""
    return np.bincount(unit[unit >= 0], weights=values[unit >= 0], minlength=n_units).astype(np.float64)


def greedy(density: NDArray[np.floating[Any]], area_m2: NDArray[np.float64], *, budget_m2: float) -> NDArray[np.int64]:
    """Units by density from the top until the budget is spent, at least one; ties by number."""
    order = np.lexsort((np.arange(len(density)), -density))
    spent = np.cumsum(area_m2[order])
    n = max(1, int(np.searchsorted(spent, budget_m2 * (1 + 1e-9), side="right")))
    return order[:n][density[order[:n]] > 0]


def _described(
    connection: Connection, city: staff_lists.City, units: _Units, chosen: NDArray[np.int64], on_day: date
) -> list[RankedPlace]:
    inside = shapely.point_on_surface(units.geometry[chosen])
    xy = shapely.get_coordinates(inside).reshape(-1, 2)
    where = staff_lists.read_neighbourhoods(connection, xy, srid=city.srid, on_day=on_day)
    to_degrees = pyproj.Transformer.from_crs(city.srid, 4326, always_xy=True)
    longitude, latitude = to_degrees.transform(xy[:, 0], xy[:, 1])
    factors = _factors(_known_factors(connection, on_day), units.geometry, chosen)
    total = units.expected.sum()
    return [
        RankedPlace(
            rank=n + 1,
            unit_id=int(units.unit_id[unit]),
            code=str(units.code[unit]),
            words=_words(units.name[unit], where[n]),
            area_name=where[n].area_name,
            geometry=units.geometry[unit],
            longitude=round(float(longitude[n]), 6),
            latitude=round(float(latitude[n]), 6),
            area_m2=float(units.area_m2[unit]),
            expected=float(units.expected[unit]),
            share_of_city=float(units.expected[unit] / total) if total else 0.0,
            count_last_year=round(float(units.count_last_year[unit]), 1),
            factors=tuple(one[n] for one in factors),
        )
        for n, unit in enumerate(chosen.tolist())
    ]


def _known_factors(connection: Connection, on_day: date) -> dict[str, NDArray[np.object_]]:
    return {
        one.name: one.geometry
        for one in forecast_store.read_risk_factors(connection)
        if (one.valid_from is None or one.valid_from <= on_day) and (one.valid_to is None or on_day < one.valid_to)
    }


def _words(name: str | None, where: staff_lists.Neighbourhood) -> str:
    if name:
        return name
    near = f"near {where.nearest}" if where.nearest else "no named street near"
    return f"{near}, {where.area_label} {where.area_name}" if where.area_name else near


def _factors(
    factors: dict[str, NDArray[np.object_]], geometry: NDArray[np.object_], chosen: NDArray[np.int64]
) -> list[list[FactorNear]]:
    """For each factor, one `FactorNear` a chosen unit; medians are over all units."""
    described = []
    for name, shapes in factors.items():
        tree = shapely.STRtree(shapes)
        hits = tree.query(geometry, predicate="dwithin", distance=FACTOR_DISTANCE_M)[0]
        within = np.bincount(hits, minlength=len(geometry))
        (queried, _), metres = tree.query_nearest(geometry, return_distance=True, all_matches=False)
        nearest = np.full(len(geometry), np.nan)
        nearest[queried] = metres
        described.append(
            [
                FactorNear(
                    name=name,
                    within_150_m=int(within[unit]),
                    nearest_m=round(float(nearest[unit]), 1),
                    city_median_within_150_m=float(np.median(within)),
                    city_median_nearest_m=round(float(np.median(nearest)), 1),
                )
                for unit in chosen.tolist()
            ]
        )
    return described


def _shift_notes(request: ListRequest) -> tuple[str, ...]:
    if not (request.hours or request.weekdays):
        return ()
    days = ", ".join(WEEKDAYS[day - 1] for day in request.weekdays) or "every day"
    return (
        f"For the shift {request.hours or '00-24'} on {days}, hours past midnight counted to the evening's date. A reported window counts "
        f"by the part of it inside the shift; each place has the shift's share of the last year in its surroundings, shrunk to the city's.",
    )


def _audit_line(request: ListRequest, forecasts: Sequence[StoredForecast], n_places: int) -> dict[str, Any]:
    detail = asdict(request)
    detail["hours"] = str(request.hours) if request.hours else None
    return {**detail, "forecast_ids": [one.forecast_id for one in forecasts], "places": n_places}
