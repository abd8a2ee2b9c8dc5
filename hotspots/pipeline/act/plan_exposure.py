"""Whose streets a plan visits: each group's share of visits beside its share of the harm there, with an alarm where they part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from hotspots.domain.act.plan import Plan
from hotspots.pipeline.act.boxes import BoxForecast, box_forecast
from hotspots.pipeline.act.design import past_counts
from hotspots.pipeline.act.plan_outlook import YEAR_DAYS
from hotspots.pipeline.at_risk.exposure import NO_GROUPS, living_by_cell
from hotspots.store.server.connection import Connection
from hotspots.store.staff import grids
from hotspots.store.staff import plans as store
from hotspots.store.staff.at_risk import City, read_city, read_units
from hotspots_models.group_exposure import LEAST_EVENTS, GroupShares, group_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group: its share of visits planned and made (None: none yet), of harm with its interval, and what departs, in words."""

    group: str
    planned: float | None
    made: float | None
    harm: float
    low: float
    high: float
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanExposure:
    """The groups of a plan's ground; `note` says what the figures rest on, or why there are none."""

    groups: tuple[GroupRow, ...]
    note: str

    @property
    def alarms(self) -> tuple[str, ...]:
        """Every departure of visits from harm, in words."""
        return tuple(words for row in self.groups for words in row.alarms)


def plan_exposure(connection: Connection, plan: Plan, *, until: date) -> PlanExposure:
    """Compare the visits of a plan, planned and made before a day, with last year's reports in its hours on its ground."""
    city = read_city(connection)
    forecast = box_forecast(connection, plan.crime_types)
    cells = grids.read_cells(connection, forecast.grid_id)
    living = living_by_cell(connection, city, cells, on_day=plan.starts_on)
    if living is None or not living.groups:
        return PlanExposure((), NO_GROUPS)
    boxes = store.read_plan_boxes(connection, plan.plan_id)
    at = forecast.number_of([box.code for box in boxes])
    planned: dict[int, int] = {}
    for box_no, _day, _on, visits, _change in store.read_box_days(connection, plan.plan_id):
        planned[box_no] = planned.get(box_no, 0) + visits
    made = {
        one.letter: one.visits + one.off_visits for one in store.read_delivery(connection, plan.plan_id, until=until)
    }
    of_kind = np.zeros((2, forecast.boxes.n_boxes))
    of_kind[0, at] = [planned.get(box.box_no, 0) for box in boxes]
    of_kind[1, at] = [made.get(box.letter, 0) for box in boxes]
    weights, unit = _weights(city, plan)
    ground = _ground(connection, forecast, plan)
    counts = [
        past_counts(connection, forecast, [name], hours=plan.counted, most_days=YEAR_DAYS).sum(axis=1) * ground
        for name in plan.crime_types
    ]
    of_boxes = {label: forecast.boxes.sums(of_cell) for label, of_cell in living.groups.items()}
    found = group_shares(of_kind, counts, weights, list(of_boxes.values()), forecast.boxes.sums(living.everybody))
    rows = tuple(_row(label, n, found) for n, label in enumerate(of_boxes)) if found.events else ()
    return PlanExposure(rows, _note(found, unit=unit, kind=living.kind, planned=of_kind[0].sum() > 0))


def _weights(city: City, plan: Plan) -> tuple[list[float], str]:
    """Harm of one report of each type where the city file weighs all of them, else one each; and what is counted."""
    weights = city.harm_weights
    if all(name in weights for name in plan.crime_types) and len(plan.crime_types) > 1:
        return [float(weights[name]) for name in plan.crime_types], "reports weighed by the city's table of harm"
    return [1.0] * len(plan.crime_types), "reports"


def _ground(connection: Connection, forecast: BoxForecast, plan: Plan) -> NDArray[np.bool_]:
    """(n_boxes,) the boxes whose middle lies in the plan's area; all of them for the whole city."""
    if plan.area_kind is None or plan.area_code is None:
        return np.ones(forecast.boxes.n_boxes, dtype=bool)
    units = read_units(connection, kind=plan.area_kind, on_day=plan.starts_on)
    shape = units.geometry[list(units.code).index(plan.area_code)]
    x, y = ((place + 0.5) * forecast.boxes.size_m for place in (forecast.boxes.col, forecast.boxes.row))
    return shapely.contains_xy(shape, x, y)


def _row(label: str, n: int, found: GroupShares) -> GroupRow:
    shares = [None if np.isnan(one) else float(one) for one in found.visits[:, n]]
    harm, low, high = (float(one[n]) for one in (found.harm, found.low, found.high))
    alarms = tuple(
        f"{label}: {share:.0%} of the visits {kind}, {harm:.0%} of the harm ({low:.0%} to {high:.0%})."
        for kind, share, parts in zip(("planned", "made"), shares, found.parts[:, n].tolist(), strict=True)
        if parts and share is not None
    )
    planned, made = shares
    return GroupRow(label, planned, made, harm, low, high, alarms)


def _note(found: GroupShares, *, unit: str, kind: str, planned: bool) -> str:
    if not found.events:
        return "No harm to compare with: in its hours nothing was reported on this ground in a year where anybody is known to live."
    few = "" if found.events >= LEAST_EVENTS else f" Fewer than {LEAST_EVENTS}: too few to raise an alarm."
    nobody = ""
    if planned and found.nobody[0] > 0.005:
        nobody = f" {found.nobody[0]:.0%} of the visits planned lie where nobody is known to live, and are in no share."
    return (
        f"Harm is {found.events:,.0f} {unit} of a year in the plan's hours on its ground; its interval holds for all groups together "
        f"at 95 %. Residents are known by {kind.replace('_', ' ')} and taken as spread evenly within one: a share says where visits "
        f"and harm fall, not whom they meet.{few}{nobody}"
    )


def exposure_words(found: PlanExposure) -> list[str]:
    """The same in lines, for a report: alarms first."""
    return [
        *(f"ALARM {words}" for words in found.alarms),
        *(
            f"{row.group}: {_percent(row.planned)} of the visits planned, {_percent(row.made)} of those made, "
            f"{row.harm:.0%} of the harm ({row.low:.0%} to {row.high:.0%})"
            for row in found.groups
        ),
        found.note,
    ]


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.0%}"


def kept(found: PlanExposure) -> dict[str, Any]:
    """As a frozen design keeps it."""
    return {
        "groups": [[row.group, row.planned, row.harm, row.low, row.high] for row in found.groups],
        "alarms": list(found.alarms),
    }
