"""Make a list of boxes from the stored forecast, with the long record of each beside an ordinary box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

import numpy as np
import shapely

from hotspots.domain.incident_filter import HourRange
from hotspots.domain.place_list import ListRequest
from hotspots.errors import InputError
from hotspots.pipeline.act.boxes import box_forecast
from hotspots.pipeline.at_risk.evidence import evidence_for
from hotspots.store.server.connection import Connection
from hotspots.store.staff.desk import lists as store
from hotspots.store.staff.forecasts import latest_forecast
from hotspots_models.boxes import densest_boxes

MOST_BOXES = 20
YEAR_DAYS = 364  # whole weeks
FEWEST_EXPECTED = 0.05  # a box over the forecast: below that a rank is noise
GAP_M = 250.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxQuestion:
    """The question of a list.

    Attributes
    ----------
    hours : of the record beside the boxes; the forecast is of all hours, and so is the order.
    within : an area as ``kind:code``; None is the whole city.
    """

    crime_types: tuple[str, ...]
    boxes: int = 6
    hours: HourRange | None = None
    within: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the list."""
        return {
            "crime_types": list(self.crime_types),
            "boxes": self.boxes,
            "hours": str(self.hours) if self.hours else None,
            "within": self.within,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> BoxQuestion:
        """Read what `to_json` wrote."""
        hours = kept.get("hours")
        return cls(
            crime_types=tuple(kept["crime_types"]),
            boxes=kept["boxes"],
            hours=HourRange.parse(hours) if hours else None,
            within=kept.get("within"),
        )


def make_list(
    reading: Callable[[], AbstractContextManager[Connection]],
    question: BoxQuestion,
    *,
    labels: Mapping[str, str],
    srid: int,
    today: date,
    person: str,
    renews: int | None = None,
) -> str:
    """Choose the boxes with most expected incidents, 250 m apart, describe and keep them as a tried list; its code.

    Parameters
    ----------
    reading : opens a transaction of the person in an opened view.
    labels : of the crime types.

    Raises
    ------
    InputError
        No type, too many boxes, a forecast that has ended, or too little to rank.
    NotFoundError
        No forecast of these types is stored, or there is no such area.
    """
    if not question.crime_types:
        raise InputError("types: choose at least one crime type.")
    if not 1 <= question.boxes <= MOST_BOXES:
        raise InputError(f"boxes: {question.boxes} is not between 1 and {MOST_BOXES}; more cannot be patrolled.")
    with reading() as connection:
        forecast = box_forecast(connection, question.crime_types)
        source = forecast.source
        first = date.fromisoformat(source["trained_to"])
        until = first + timedelta(days=source["horizon_days"])
        if until <= today:
            raise InputError(
                f"The newest forecast of these types ended on {until - timedelta(days=1)}: make a new one first (hotspots forecast)."
            )
        boxes, where = forecast.boxes, None
        centres = (np.column_stack([boxes.col, boxes.row]) + 0.5) * boxes.size_m
        inside = np.ones(boxes.n_boxes, dtype=bool)
        if question.within:
            shape, where = store.read_area(connection, question.within)
            inside = shapely.contains_xy(shape, centres[:, 0], centres[:, 1])
        numbers = np.flatnonzero(inside)
        order = densest_boxes(forecast.expected_a_day[inside], boxes.take(inside), by="expected", min_distance_m=GAP_M)
        chosen = numbers[order[: question.boxes]]
        expected = forecast.expected_a_day * source["horizon_days"]
        if chosen.size == 0 or float(expected[chosen].mean()) < FEWEST_EXPECTED:
            raise InputError(
                "Too few incidents are expected to rank boxes. Choose places by problem, or more crime types."
            )
        names = store.read_nearest_names(connection, centres[chosen, 0].tolist(), centres[chosen, 1].tolist())
        counted = store.read_box_hours(
            connection,
            crime_types=question.crime_types,
            since=first - timedelta(days=YEAR_DAYS),
            until=first,
            size_m=boxes.size_m,
        )
        record = _record(counted)
        typical = median(sum(by_hour.values()) for by_hour in record.values()) if record else 0
        codes = boxes.codes()
        rows = []
        for box, name in zip(chosen.tolist(), names, strict=True):
            at = (int(boxes.row[box]), int(boxes.col[box]))
            detail = {
                "expected": round(float(expected[box]), 3),
                "typical": typical,
                "around": _around(record, *at),
                **_said_of(record.get(at, Counter()), question.hours),
            }
            rows.append((codes[box], name or "no crossing near", detail, *at))
        title = ", ".join(labels.get(one, one) for one in question.crime_types)
        title += f", {question.hours}" if question.hours else ""
        title += f", {where}" if where else ""
        return store.add_list(
            connection,
            title=title[:120],
            question=question.to_json(),
            evidence={
                **source,
                "until": until.isoformat(),
                "record_since": (first - timedelta(days=YEAR_DAYS)).isoformat(),
                "found": _measured(connection, question, len(chosen)),
                "expected_share": float(expected[chosen].sum() / expected.sum()) if expected.sum() else 0.0,
                "ground_share": float(boxes.area_m2[chosen].sum() / boxes.area_m2.sum()),
            },
            boxes=rows,
            size_m=boxes.size_m,
            srid=srid,
            person=person,
            renews=renews,
        )


def _measured(connection: Connection, question: BoxQuestion, n_boxes: int) -> str:
    """The backtest's result for lists of this size, or that none was made. Order and evidence are those of all hours."""
    types = question.crime_types
    together = latest_forecast(connection, crime_types=types)
    each = [together] if together else [latest_forecast(connection, crime_types=[name]) for name in types]
    asked = ListRequest(crime_types=types, places=n_boxes, rank_by="expected", within=question.within)
    _, words = evidence_for(connection, asked, [one for one in each if one], kinds={}, units=n_boxes)
    return words


def _record(counted: list[tuple[int, int, int | None, int]]) -> dict[tuple[int, int], Counter[int | None]]:
    """Incidents by box and hour; hour None where it is not known."""
    record: dict[tuple[int, int], Counter[int | None]] = {}
    for row, col, hour, n in counted:
        record.setdefault((row, col), Counter())[hour] += n
    return record


def _around(record: Mapping[tuple[int, int], Counter[int | None]], row: int, col: int) -> int:
    """The record of a box and of the eight that touch it."""
    return sum(
        sum(record.get((row + down, col + right), Counter()).values()) for down in (-1, 0, 1) for right in (-1, 0, 1)
    )


def _said_of(by_hour: Counter[int | None], hours: HourRange | None) -> dict[str, Any]:
    """The long record of a box: all of it, and of those with a known hour how many lie in the shift."""
    total, unknown = sum(by_hour.values()), by_hour[None]
    in_hours = sum(by_hour[hour] for hour in hours.hours) if hours else None
    return {"record": total, "hour_known": total - unknown, "in_hours": in_hours, "hours": _busiest(by_hour)}


def _busiest(by_hour: Counter[int | None], *, width: int = 3) -> str | None:
    """The three hours in a row with most incidents, as ``20–23``; None below five incidents with a known hour."""
    if sum(n for hour, n in by_hour.items() if hour is not None) < 5:
        return None
    start = max(range(24), key=lambda hour: sum(by_hour[(hour + ahead) % 24] for ahead in range(width)))
    return f"{start:02}–{(start + width) % 24:02}"
