"""Earlier days at which nothing was done, forecast as today is: how far reports differ from what is expected at places of the same rank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from hotspots.pipeline.act.boxes import BoxForecast
from hotspots_models.boxes import Boxes
from hotspots_models.quick_forecast import quick_forecast
from hotspots_models.statistics.forecast_level import forecast_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORIGIN_STEP_DAYS, MOST_ORIGINS, LEAST_HISTORY_DAYS = 28, 24, 180
LEVEL_ORIGINS = 12  # the newest: a forecast grows better as its history grows longer


@dataclass(frozen=True, eq=False)
class Origin:
    """A day in the past: (n_boxes,) incidents expected in the period after it, come after it, and come in as long a time before."""

    expected: NDArray[np.float64]
    after: NDArray[np.float64]
    before: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coming:
    """Incidents to come at some boxes: as expected, and at the level of boxes of their ranks before (None: too few earlier origins)."""

    expected: float
    calibrated: float | None
    origins: int

    @property
    def best(self) -> float:
        """The calibrated figure where there is one."""
        return self.expected if self.calibrated is None else self.calibrated

    def to_json(self) -> dict[str, float | int | None]:
        """As a frozen design keeps it."""
        return {"expected": self.expected, "calibrated": self.calibrated, "origins": self.origins}


def earlier_origins(counts: NDArray[np.float64], boxes: Boxes, *, days: int) -> Iterator[Origin]:
    """Origins whose period of so many days is over, the newest first; `counts` (n_boxes, n_days) ends today."""
    for step in range(MOST_ORIGINS):
        day = counts.shape[1] - days - step * ORIGIN_STEP_DAYS
        if day < max(LEAST_HISTORY_DAYS, days):
            return
        yield Origin(
            expect(counts[:, :day], boxes, days=days),
            counts[:, day : day + days].sum(axis=1),
            counts[:, day - days : day].sum(axis=1),
        )


def expect(counts: NDArray[np.float64], boxes: Boxes, *, days: int) -> NDArray[np.float64]:
    """(n_boxes,) incidents that the quick forecast expects in the days after the last of `counts`."""
    return quick_forecast(counts, horizon_days=days, row=boxes.row, col=boxes.col, side_m=boxes.size_m)


def ranks(forecast: BoxForecast, cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ranks of some boxes by the stored forecast, from 0."""
    return np.argsort(np.argsort(-forecast.expected_a_day, kind="stable"))[cells]


def of_ranks(expected: NDArray[np.float64], rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """The boxes of these ranks by another forecast."""
    return np.argsort(-expected, kind="stable")[rank]


def coming(forecast: BoxForecast, cells: NDArray[np.int64], counts: NDArray[np.float64], *, days: int) -> Coming:
    """Incidents to come at some boxes in so many days: what boxes of their ranks are expected to have, at the level that held before."""
    rank = ranks(forecast, cells)
    origins = islice(earlier_origins(counts, forecast.boxes, days=days), LEVEL_ORIGINS)
    past = [(one, of_ranks(one.expected, rank)) for one in origins]
    level = forecast_level([one.after[at].sum() for one, at in past], [one.expected[at].sum() for one, at in past])
    now = expect(counts, forecast.boxes, days=days)
    return Coming(
        float(forecast.expected_a_day[cells].sum() * days),
        None if level is None else level * float(now[of_ranks(now, rank)].sum()),
        len(past),
    )
