"""The outlook of a plan: what is expected in its shift, what it can detect, what holding out costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.act.plan import BLOCK_DAYS, Plan
from hotspots.domain.incident_filter import HourRange
from hotspots.errors import InputError
from hotspots.pipeline.act.boxes import BoxForecast, box_forecast
from hotspots.pipeline.act.design import past_counts
from hotspots.pipeline.act.earlier_origins import coming
from hotspots.store.server.connection import Connection
from hotspots.store.staff import plans as store
from hotspots_models.statistics.effects.crossover import WASH_OUT_DAYS
from hotspots_models.statistics.effects.effect_judgement import judged_alone
from hotspots_models.statistics.effects.effect_power import crossover_power, smallest_crossover_effect

if TYPE_CHECKING:
    from numpy.typing import NDArray

YEAR_DAYS = 364  # whole weeks
TRIED_EFFECTS = (0.2, 0.4, 0.6)
RUNS = 60
COUNTED_SHARE = 1 - 0.75 * WASH_OUT_DAYS / BLOCK_DAYS  # three of four blocks follow a switch
ALL_HOURS = HourRange(0, 24)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The smallest change that a plan can detect, and the cost of holding out.

    expected : incidents on the days that count, `level` times what the stored forecast says
    level : what the quick forecast, held to 12 earlier periods, expects at boxes of these ranks, over what the stored one expects at
        these; None: there are fewer such periods
    expected_off : incidents at boxes while they are OFF
    hours : the plan's own, whose reports alone count; None: those of all hours count
    hours_unknown : share of the newest year's reports whose hour is not known within an hour: they count in no shift
    """

    expected: float
    smallest_effect: float | None
    alone: bool
    power: dict[str, float]
    expected_off: float
    level: float | None = None
    hours: str | None = None
    hours_unknown: float | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The same in sentences."""
        reports = f"About {_number(self.expected)} reports are expected on the days that count, if nothing is done."
        chances = "; ".join(
            f"by {100 * float(effect):.0f} %: {100 * chance:.0f}" for effect, chance in self.power.items()
        )
        return (
            f"{reports} Of 100 such plans so many would show it, if visits lower the reports {chances}. "
            "The others would say: no difference."
            if self.power
            else reports
            if self.expected
            else "Nothing is held out: this plan can show no effect.",
            "It can be judged by itself."
            if self.alone
            else "It is too small and cannot be judged alone: it counts together with the other plans of its tactic.",
            f"Holding out: about {_number(self.expected_off)} reports are expected at boxes while they are OFF. If visits prevent a fifth, "
            f"{_number(self.expected_off / 5)} of them might have been prevented.",
            "Not calibrated: fewer than 12 earlier periods are known, so the forecast may promise too much."
            if self.level is None
            else f"These figures are {100 * self.level:.0f} % of what the stored forecast expects: in 12 earlier periods so much came at "
            "boxes like these.",
            *self._hours_words(),
        )

    def _hours_words(self) -> tuple[str, ...]:
        if self.hours is None:
            return ("Reports of all hours count.",)
        unknown = self.hours_unknown or 0.0
        share = "under 1 %" if 0 < unknown < 0.01 else f"{unknown:.0%}".replace("%", " %") if unknown else "none"
        return (
            f"Only reports that are known to lie in its own hours, {self.hours}, count: of last year's reports {share} had no hour that is "
            "known within an hour, and such reports count in no shift.",
        )

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the plan."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class ShiftForecast:
    """The forecast of the hours that count, beside what was reported in them.

    forecast : of all hours, times the share of last year's reports that were known to lie in these hours; the city's hours, for those of
        single places add nothing (docs/research/forecast_models.md, "Hours of a shift")
    past : (n_boxes, n_days) reports in these hours
    unknown : share of last year's reports whose hour is not known; None where all hours count
    """

    forecast: BoxForecast
    past: NDArray[np.float64]
    unknown: float | None


def _number(expected: float) -> str:
    """A figure that is not rounded to nothing where it is small."""
    return f"{expected:,.0f}" if expected >= 10 else f"{expected:.1f}"


def shift_forecast(connection: Connection, crime_types: Sequence[str], hours: HourRange | None) -> ShiftForecast:
    """Lay the newest forecast on boxes for some hours of the day; None is all of them.

    Raises
    ------
    InputError
        No report of the last year is known to lie in these hours.
    NotFoundError
        No forecast of these crime types is stored.
    """
    forecast = box_forecast(connection, crime_types)
    past = past_counts(connection, forecast, crime_types, hours=hours)
    if hours is None:
        return ShiftForecast(forecast, past, None)
    everything, known = (
        past_counts(connection, forecast, crime_types, hours=these, most_days=YEAR_DAYS).sum()
        for these in (None, ALL_HOURS)
    )
    inside = past[:, -YEAR_DAYS:].sum()
    if not inside:
        raise InputError(
            f"--hours {hours}: no report of {', '.join(crime_types)} of the last year is known to lie in these hours."
        )
    return ShiftForecast(
        replace(forecast, expected_a_day=forecast.expected_a_day * (inside / everything)),
        past,
        float(1 - known / everything),
    )


def outlook(connection: Connection, plan_id: int) -> Outlook:
    """Simulate what a plan can detect, with the calibrated forecast as the base, and count what holding out costs."""
    plan, boxes = store.read_plan(connection, plan_id), store.read_plan_boxes(connection, plan_id)
    base = shift_forecast(connection, plan.crime_types, plan.counted)
    come = coming(
        base.forecast, base.forecast.number_of([box.code for box in boxes]), base.past, days=BLOCK_DAYS * plan.n_blocks
    )
    level = come.calibrated and come.calibrated / come.expected
    on, rate = schedule_of(connection, plan, len(boxes)), np.array([box.expected_a_day for box in boxes]) * (level or 1)
    first = on[:, : plan.n_blocks // 2 * 2]
    mixed = np.repeat(first[:, ::2] != first[:, 1::2], 2, axis=1)
    counted = float((rate[:, None] * mixed).sum() * BLOCK_DAYS * COUNTED_SHARE)
    expected_off = float((rate[:, None] * ~on).sum() * BLOCK_DAYS)
    hours = {"hours": str(plan.counted) if plan.counted else None, "hours_unknown": base.unknown}
    if counted == 0:
        return Outlook(0.0, None, False, {}, expected_off, level, **hours)
    smallest = smallest_crossover_effect(counted)
    power = {
        str(effect): crossover_power(rate, n_blocks=plan.n_blocks, effect=effect, runs=RUNS, seed=plan.seed)
        for effect in (TRIED_EFFECTS if plan.on_share == 0.5 else ())
    }
    alone = judged_alone("crossover", expected=counted, smallest_effect=smallest).alone
    return Outlook(counted, smallest, alone, power, expected_off, level, **hours)


def schedule_of(connection: Connection, plan: Plan, n_boxes: int) -> NDArray[np.bool_]:
    """(n_boxes, n_blocks) the stored draw."""
    days = store.read_box_days(connection, plan.plan_id)
    drawn = np.array([is_on for _, _, is_on, _, _ in days], dtype=bool)
    return drawn.reshape(n_boxes, plan.n_blocks, BLOCK_DAYS)[:, :, 0]
