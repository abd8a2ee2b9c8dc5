"""Figures of risk terrains and of actions: relative risk values, effects with their intervals, leads, placebos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError
from hotspots_models.figures import palette
from hotspots_models.figures.chart import Bars, Chart, Points, Rule

if TYPE_CHECKING:
    from hotspots_models.forecasting.risk_terrain.table import RiskTerrainRow
    from hotspots_models.statistics.effects.difference_in_differences import EffectOnRate
    from hotspots_models.statistics.effects.displacement import ForecastComparison, RateRatio, Wdd
    from hotspots_models.statistics.effects.placebos import PlaceboTest


def relative_risk_values(rows: Sequence[RiskTerrainRow], *, caption: str = "") -> Chart:
    """Show each factor's relative risk value with its interval, strongest on top, and its stability in words."""
    if not rows:
        return Chart(
            title="No factor goes with more reported incidents",
            x_label="Relative risk value",
            y_label="",
            layers=(Rule(1.0, upright=True, label="no difference"),),
            caption=caption,
            x_range=(0.5, 2),
            y_words=("",),
        )
    shown = list(rows)[::-1]
    strongest = rows[0]
    names = tuple(
        row.variable.words + ("" if row.stability is None else f" ({100 * row.stability:.0f} % of resamples)")
        for row in shown
    )
    return Chart(
        title=f"{strongest.relative_risk_value:.1f} times the expected incidents {strongest.variable.words}",
        x_label="Relative risk value, 90 % interval",
        y_label="",
        layers=(
            Rule(1.0, upright=True, label="no difference"),
            Points(
                [row.relative_risk_value for row in shown],
                np.arange(len(shown)),
                x_low=[row.rrv_low for row in shown],
                x_high=[row.rrv_high for row in shown],
            ),
        ),
        caption=caption,
        x_log=True,
        x_range=(0.9 * min(1.0, *(row.rrv_low for row in rows)), 1.1 * max(row.rrv_high for row in rows)),
        y_words=names,
    )


def wdd_forest(effects: Mapping[str, Wdd], *, caption: str = "") -> Chart:
    """Show weighted displacement differences with their intervals, one a row."""
    if not effects:
        raise InputError("effects is empty: give at least one")
    names, found = list(effects)[::-1], list(effects.values())[::-1]
    name, top = next(iter(effects.items()))
    sure = top.high < 0 or top.low > 0
    words = f"{abs(top.estimate):.0f} {'fewer' if top.estimate < 0 else 'more'} reported incidents than the controls suggest"
    return Chart(
        title=f"{name}: {words}"
        + ("" if sure else f", but the interval from {top.low:+.0f} to {top.high:+.0f} includes no effect"),
        x_label=f"Change against the controls, incidents, with {100 * top.level:.0f} % interval",
        y_label="",
        layers=(
            Rule(0.0, upright=True, label="no effect"),
            Points(
                [effect.estimate for effect in found],
                np.arange(len(found)),
                x_low=[effect.low for effect in found],
                x_high=[effect.high for effect in found],
            ),
        ),
        caption=caption,
        y_words=tuple(names),
    )


def rate_ratios(effects: Mapping[str, RateRatio | EffectOnRate | ForecastComparison], *, caption: str = "") -> Chart:
    """Show effects as ratios with their intervals, one a row: to the controls' change, or to the forecast."""
    if not effects:
        raise InputError("effects is empty: give at least one")
    names = list(effects)[::-1]
    found = [effects[name] for name in names]
    ratios = [getattr(effect, "rate_ratio", None) or getattr(effect, "ratio", 0.0) for effect in found]
    top, first = found[-1], ratios[-1]
    sure = top.high < 1 or top.low > 1
    return Chart(
        title=f"{names[-1]}: {100 * (first - 1):+.0f} % reported incidents"
        + (
            ""
            if sure
            else f", but the interval from {100 * (top.low - 1):+.0f} to {100 * (top.high - 1):+.0f} % includes no effect"
        ),
        x_label=f"Ratio to what was to be expected, {100 * top.level:.0f} % interval",
        y_label="",
        layers=(
            Rule(1.0, upright=True, label="no effect"),
            Points(
                ratios,
                np.arange(len(found)),
                x_low=[effect.low for effect in found],
                x_high=[effect.high for effect in found],
            ),
        ),
        caption=caption,
        y_words=tuple(names),
    )


def leads(effect: EffectOnRate, *, caption: str = "") -> Chart:
    """Show how far the treated areas were off before the action, and how far after it, all at the level of the effect."""
    before = sorted(effect.leads, key=lambda lead: -lead.weeks_before[0])
    drifting = effect.leads_p is not None and effect.leads_p < 0.05
    words = (*(f"{lead.weeks_before[0]}–{lead.weeks_before[1]} weeks before" for lead in before), "after")
    middle = np.array([*(lead.log_rate_ratio for lead in before), effect.log_rate_ratio])
    reach_after = np.log(effect.high) - effect.log_rate_ratio
    reach = np.array([*(reach_after / effect.se * lead.se for lead in before), reach_after])
    tested = "no drift shows" if before else "nothing was tested"
    return Chart(
        title="The treated areas were drifting apart before the action"
        if drifting
        else f"After the action {100 * (effect.rate_ratio - 1):+.0f} % against the controls; before it {tested}",
        x_label="Weeks from the start of the action",
        y_label=f"Ratio to the controls, {100 * effect.level:.0f} % interval",
        layers=(
            Rule(1.0, upright=False, label="no difference"),
            Points(np.arange(middle.size), np.exp(middle), y_low=np.exp(middle - reach), y_high=np.exp(middle + reach)),
        ),
        caption=caption,
        x_words=words,
    )


def placebos(test: PlaceboTest, *, caption: str = "") -> Chart:
    """Show the effect among those of the placebos."""
    counts, edges = np.histogram(test.draws, bins=min(40, max(5, test.draws.size // 10)))
    as_large = int(np.sum(test.draws <= test.effect + 1e-9))
    return Chart(
        title=f"{as_large} of {test.draws.size} placebos fell as far as the treated places",
        x_label="Change, incidents",
        y_label="Placebos",
        layers=(
            Bars((edges[:-1] + edges[1:]) / 2, counts, "", palette.SEQUENTIAL[2]),
            Rule(test.effect, upright=True, label=f"treated: {test.effect:+.0f}"),
        ),
        caption=caption,
    )
