"""Figures of a forecast and of how good it was: capture curves, calibration, map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError
from hotspots_models.figures import palette
from hotspots_models.figures.chart import Bars, Chart, Line, Points, Rule, Tiles

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspots_models.forecasting.city_total import CityTotal
    from hotspots_models.grid import Grid
    from hotspots_models.scoring.calibration import CalibrationRow
    from hotspots_models.scoring.metrics import CaptureCurve

MAP_SHARES = (0.25, 0.10, 0.05, 0.01)
MAP_WORDS = ("the other 75 %", "top 25 %", "top 10 %", "top 5 %", "top 1 %")
MAP_COLOURS = ("#f4f8fb", "#cfe3f1", "#94c4e0", "#1f6aa5", "#0b3c6f")


def capture_curves(curves: Mapping[str, CaptureCurve], *, at_share: float = 0.05, caption: str = "") -> Chart:
    """Show the share of incidents inside the flagged area against the share of the area, a line a model.

    Parameters
    ----------
    curves : capture curves by model, the one that the figure is about first; the best possible curve is drawn from it
    at_share : the share of the area of which the title tells
    caption : source, vintage, number of origins
    """
    if not curves:
        raise InputError("curves is empty: give at least one model's capture curve")
    held = {name: float(np.interp(at_share, curve.area_share, curve.hit_rate)) for name, curve in curves.items()}
    first = next(iter(curves))
    whole = curves[first]
    drawn = [("best possible", palette.MUTED, palette.LINE, "solid", whole.area_share, whole.best)]
    for k, (name, curve) in enumerate(curves.items()):
        hue, dash = palette.HUES[k % len(palette.HUES)], palette.DASHES[k % len(palette.DASHES)]
        drawn.insert(k, (f"{name} {100 * held[name]:.0f} %", hue, hue, dash, curve.area_share, curve.hit_rate))
    layers = [
        Line(np.array([0.0, 1.0]), np.array([0.0, 1.0]), "", palette.BASELINE, "dot"),
        Line(np.array([0.82]), np.array([0.77]), "chance", palette.BASELINE),
    ]
    # models run close together: their names stand in the corner below the diagonal, each at a piece of its line
    step = min(0.06, 0.55 / len(drawn))
    for k, (name, of_name, hue, dash, area_share, hit_rate) in enumerate(drawn):
        height = 0.04 + step * (len(drawn) - 1 - k)
        layers.append(Line(area_share, hit_rate, "", hue, dash))
        layers.append(Line(np.array([0.56, 0.62]), np.full(2, height), "", hue, dash))
        layers.append(Line(np.array([0.625]), np.array([height]), name, of_name))
    return Chart(
        title=f"The {100 * at_share:g} % of the area that {first} flags held {100 * held[first]:.0f} % of the incidents",
        x_label="Share of the area flagged",
        y_label="Share of the incidents inside (hit rate)",
        layers=tuple(layers),
        caption=caption,
        x_percent=True,
        y_percent=True,
        x_range=(0, 1),
        y_range=(0, 1),
    )


def calibration(rows: Sequence[CalibrationRow], *, caption: str = "") -> Chart:
    """Show observed beside expected in tenths of the area and in its top shares.

    Parameters
    ----------
    rows : as :func:`hotspots_models.scoring.calibration.calibration_table` gives them
    """
    shown = [row for row in rows if row.expected > 0]
    top = next((row for row in shown if row.part == "top 1 %"), None)
    title = "Observed against expected incidents"
    if top is not None and top.ratio is not None:
        title = f"In the top 1 % of the area came {100 * top.ratio:.0f} % of the expected incidents"
    ratio = np.array([row.observed / row.expected for row in shown])
    reach = np.array([1.645 * np.sqrt(max(row.observed, 1.0)) / row.expected for row in shown])
    return Chart(
        title=title,
        x_label="Part of the area, by forecast",
        y_label="Observed over expected (1 = as forecast)",
        layers=(
            Rule(1.0, upright=False, label="as forecast"),
            Points(np.arange(len(shown)), ratio, y_low=np.maximum(ratio - reach, 0), y_high=ratio + reach),
        ),
        caption=caption,
        x_words=tuple(row.part for row in shown),
    )


def city_total(total: CityTotal, before: ArrayLike, *, level: float = 0.9, caption: str = "") -> Chart:
    """Show what is forecast for the whole city, with its interval, after the periods before.

    Parameters
    ----------
    total : CityTotal
    before : (n,) incidents in the periods before, each as long as the horizon, oldest first
    level : of the interval
    """
    counted = incident_counts(before, "before")
    low, high = total.interval(level=level)
    return Chart(
        title=f"{total.mean:.0f} reported incidents expected in the whole city, {low} to {high} with {100 * level:.0f} % chance",
        x_label="Periods before the forecast",
        y_label="Reported incidents",
        layers=(
            Bars(np.arange(-counted.size, 0), counted, "", palette.SEQUENTIAL[2]),
            Points([0.0], [total.mean], "forecast", y_low=[low], y_high=[high]),
        ),
        caption=caption,
        y_range=(0, 1.1 * max(float(counted.max(initial=0)), high, 1)),
    )


def forecast_map(expected: ArrayLike, grid: Grid, *, title: str = "", caption: str = "") -> Chart:
    """Show the forecast as shares of the area: fixed classes in words, one hue.

    Parameters
    ----------
    expected : (n_cells,) expected incidents
    grid : Grid
    """
    values = np.asarray(expected, dtype=float)
    if values.shape != (grid.n_cells,):
        raise InputError(f"expected has shape {values.shape}, the grid has {grid.n_cells} cells")
    density = values / grid.area_m2
    order = np.lexsort((np.arange(values.size), -density))
    before = np.empty(values.size)
    before[order] = np.concatenate([[0.0], np.cumsum(grid.area_m2[order])[:-1]]) / grid.area_m2.sum()
    classes = np.sum([before < share for share in MAP_SHARES], axis=0).astype(float)
    share = values[classes >= 3].sum() / values.sum() if values.sum() > 0 else 0.0
    return Chart(
        title=title or f"5 % of the area holds {100 * share:.0f} % of the {values.sum():.0f} expected incidents",
        x_label="",
        y_label="",
        layers=(map_tiles(classes, grid, label="Expected incidents", words=MAP_WORDS, colours=MAP_COLOURS),),
        caption=caption,
        is_map=True,
        scale_bar_m=scale_bar(grid),
    )


def map_tiles(
    classes: NDArray[np.float64], grid: Grid, *, label: str, words: tuple[str, ...], colours: tuple[str, ...]
) -> Tiles:
    """Return cells as tiles, blank outside the study area."""
    raster = grid.raster(classes)
    raster[~grid.mask] = np.nan
    x, y = (grid.origin_m[axis] + (np.arange(grid.shape[1 - axis]) + 0.5) * grid.cell_size_m for axis in (0, 1))
    return Tiles(x, y, raster, label, colours, words)


def scale_bar(grid: Grid) -> float:
    """Return a round length near a fifth of the width, metres."""
    width = grid.shape[1] * grid.cell_size_m / 5
    step = 10 ** np.floor(np.log10(width))
    return float(step * max(k for k in (1, 2, 5) if k * step <= width))
