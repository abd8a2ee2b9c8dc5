"""Boxes of 250 m with what the stored forecast expects in each, and what was reported in each by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.incident_filter import HourRange
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.forecast.study_grid import read_grid
from hotspots.store.server.connection import Connection
from hotspots.store.staff import forecasts as forecast_store
from hotspots_models.boxes import Boxes, boxes_over
from hotspots_models.grid import Grid
from hotspots_models.statistics.similar_places import edge_gap_m

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class BoxForecast:
    """The newest stored forecast of some crime types, laid on boxes.

    expected_a_day : (n_boxes,) incidents
    source : what made it, as a frozen design keeps it
    """

    grid: Grid
    boxes: Boxes
    expected_a_day: NDArray[np.float64]
    model: str
    source: dict[str, Any]
    grid_id: int

    def number_of(self, codes: Sequence[str]) -> NDArray[np.int64]:
        """(k,) the boxes of these codes. Raises NotFoundError."""
        number = {code: box for box, code in enumerate(self.boxes.codes())}
        unknown = [code for code in codes if code not in number]
        if unknown:
            raise NotFoundError(
                f"There is no box {unknown[0][:40]!r} in the study area: a list of boxes shows their codes."
            )
        return np.array([number[code] for code in codes], dtype=np.int64)

    def gap_m(self, cells: NDArray[np.int64]) -> NDArray[np.float64]:
        """(n_boxes,) metres between the edge of each box and that of the nearest of these."""
        corners = np.column_stack([self.boxes.col, self.boxes.row]) * self.boxes.size_m
        return edge_gap_m(corners, cells, side_m=self.boxes.size_m)


def box_forecast(connection: Connection, crime_types: Sequence[str]) -> BoxForecast:
    """Lay the newest forecast of these crime types on boxes: one forecast of all of them, else one of each, added.

    Raises
    ------
    NotFoundError
        No forecast is stored.
    InputError
        No crime type is given, or their forecasts differ in cells, first day or horizon.
    """
    if not any(crime_types):
        raise InputError("Choose at least one crime type.")
    together = forecast_store.latest_forecast(connection, crime_types=crime_types)
    each = [forecast_store.latest_forecast(connection, crime_types=[name]) for name in crime_types]
    found = [together] if together else [one for one in each if one is not None]
    if not together and len(found) < len(crime_types):
        missing = next(name for name, one in zip(crime_types, each, strict=True) if one is None)
        raise NotFoundError(
            f"No forecast is stored for {missing}: run hotspots forecast --crime-type {missing!r} first."
        )
    if len({(one.grid_id, one.trained_to, one.horizon_days) for one in found}) > 1:
        raise InputError(
            "The newest forecasts of these crime types differ in cells, first day or horizon: make them anew together."
        )
    first = found[0]
    grid = read_grid(connection, first.grid_id)
    boxes = boxes_over(grid)
    cells = np.sum([forecast_store.read_expected(connection, one.forecast_id)[0] for one in found], axis=0)
    source = {
        "forecast_ids": [one.forecast_id for one in found],
        "model": first.model,
        "model_version": first.model_version,
        "trained_to": first.trained_to.isoformat(),
        "horizon_days": first.horizon_days,
        "known_on": first.known_on.isoformat(),
    }
    return BoxForecast(grid, boxes, boxes.sums(cells) / first.horizon_days, first.model, source, first.grid_id)


def daily_counts(
    connection: Connection,
    boxes: Boxes,
    crime_types: Sequence[str],
    *,
    start: date,
    end: date,
    hours: HourRange | None = None,
) -> NDArray[np.float64]:
    """(n_boxes, n_days) incidents of these crime types in [start, end), records of one event once.

    With `hours` only those that are known to lie in them, each on the day on which its shift began.
    """
    known = {kind.name: kind.crime_type_id for kind in forecast_store.read_crime_types(connection)}
    ids = [known[name] for name in crime_types]
    number = {place: box for box, place in enumerate(zip(boxes.row.tolist(), boxes.col.tolist(), strict=True))}
    counts = np.zeros((boxes.n_boxes, (end - start).days))
    for row, col, day, incidents in forecast_store.read_box_days(
        connection, crime_type_ids=ids, start=start, end=end, size_m=boxes.size_m, hours=hours
    ):
        box, at = number.get((row, col)), (day - start).days
        if box is not None and 0 <= at < counts.shape[1]:
            counts[box, at] = incidents
    return counts
