"""Charts on paper, with matplotlib; no global state, no window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.figures import palette
from hotspots_models.figures.chart import Band, Bars, Chart, Line, Points, Rule, Tiles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-.", "longdash": (0, (8, 3))}
SYMBOLS = {"circle": "o", "square": "s", "diamond": "D"}


def to_matplotlib(chart: Chart, *, width_inches: float = 6.5, height_inches: float = 4.2) -> Figure:
    """Return the matplotlib figure of a chart; save it with `figure.savefig(path)`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_inches, height_inches), layout="constrained", facecolor=palette.SURFACE)
    axes = figure.add_subplot()
    for layer in chart.layers:
        if isinstance(layer, Line):
            axes.plot(
                layer.x,
                layer.y,
                color=layer.colour,
                linestyle=DASHES[layer.dash],
            )
            if layer.label and len(layer.x):
                axes.annotate(
                    layer.label,
                    (layer.x[-1], layer.y[-1]),
                    color=layer.colour,
                    xytext=(3, 0),
                    textcoords="offset points",
                    fontsize=8,
                    va="center",
                )
        elif isinstance(layer, Band):
            axes.fill_between(
                layer.x, layer.low, layer.high, color=layer.colour, linewidth=0, label=layer.label or None
            )
        elif isinstance(layer, Bars):
            axes.bar(layer.x, layer.y, width=_width(layer.x), color=layer.colours, label=layer.label or None)
        elif isinstance(layer, Points):
            _points(axes, layer)
        elif isinstance(layer, Tiles):
            _tiles(figure, axes, layer)
        else:
            _rule(axes, layer)
    _axes(figure, axes, chart)
    return figure


def _width(x: Any) -> Any:
    """Return the width of bars: most of the step between them, in days where x is dates."""
    at = np.asarray(x)
    step = np.diff(at).min() if at.size > 1 else np.ones(1, dtype=at.dtype)[0]
    return 0.85 * (step / np.timedelta64(1, "D") if at.dtype.kind == "M" else float(step))


def _points(axes: Axes, layer: Points) -> None:
    def reach(middle: Any, low: Any, high: Any) -> Any:
        if low is None or high is None:
            return None
        centre = np.asarray(middle, dtype=float)
        return np.stack([centre - np.asarray(low, dtype=float), np.asarray(high, dtype=float) - centre])

    axes.errorbar(
        layer.x,
        layer.y,
        xerr=reach(layer.x, layer.x_low, layer.x_high),
        yerr=reach(layer.y, layer.y_low, layer.y_high),
        fmt=SYMBOLS.get(layer.symbol, "o"),
        color=layer.colour,
        label=layer.label or None,
    )


def _tiles(figure: Figure, axes: Axes, layer: Tiles) -> None:
    from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap, ListedColormap

    if layer.words:
        n = len(layer.words)
        shown = axes.pcolormesh(
            layer.x,
            layer.y,
            np.ma.masked_invalid(layer.z),
            cmap=ListedColormap(list(layer.colours[:n])),
            norm=BoundaryNorm(np.arange(n + 1) - 0.5, n),
            shading="nearest",
            rasterized=True,
        )
        bar = figure.colorbar(shown, ax=axes, ticks=np.arange(n), shrink=0.6, label=layer.label)
        bar.ax.set_yticklabels(layer.words, fontsize=8)
    else:
        colours = LinearSegmentedColormap.from_list("single hue", list(layer.colours))
        z = np.ma.masked_invalid(layer.z)
        shown = axes.pcolormesh(layer.x, layer.y, z, cmap=colours, shading="nearest", rasterized=True)
        figure.colorbar(shown, ax=axes, shrink=0.6, label=layer.label)
    if layer.texts is not None:
        light = float(np.nanmin(layer.z)) + 0.6 * float(np.nanmax(layer.z) - np.nanmin(layer.z))
        for (row, column), text in np.ndenumerate(np.asarray(layer.texts, dtype=object)):
            colour = palette.SURFACE if layer.z[row, column] > light else palette.TEXT
            axes.text(column, row, text, ha="center", va="center", fontsize=8, color=colour)


def _rule(axes: Axes, rule: Rule) -> None:
    style: dict[str, Any] = {"color": palette.BASELINE, "linewidth": 1, "linestyle": "--"}
    if rule.upright:
        axes.axvline(rule.at, **style)
        axes.annotate(
            rule.label, (rule.at, 1), xycoords=("data", "axes fraction"), fontsize=8, va="top", color=palette.MUTED
        )
    else:
        axes.axhline(rule.at, **style)
        axes.annotate(
            rule.label,
            (1, rule.at),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=8,
            va="center",
            color=palette.MUTED,
        )


def _axes(figure: Figure, axes: Axes, chart: Chart) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter, ScalarFormatter

    axes.set_title(chart.title, loc="left", fontsize=11, color=palette.TEXT, wrap=True, pad=10)
    axes.set_xlabel(chart.x_label, color=palette.TEXT, loc="right" if chart.y_words else "center")
    axes.set_ylabel(chart.y_label, color=palette.TEXT)
    axes.spines[["top", "right"]].set_visible(False)
    if chart.x_log:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.xaxis.set_minor_formatter(ScalarFormatter())
    if any(isinstance(layer, Bars) and np.asarray(layer.x).dtype.kind in "iu" for layer in chart.layers):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))  # no half weeks
    for axis, percent, words in (
        (axes.xaxis, chart.x_percent, chart.x_words),
        (axes.yaxis, chart.y_percent, chart.y_words),
    ):
        if percent:
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        if words:
            axis.set_ticks(np.arange(len(words)), labels=list(words), fontsize=8)
            if axis is axes.xaxis and sum(map(len, words)) > 60:
                axes.tick_params(axis="x", rotation=60)
    if chart.y_words and not any(isinstance(layer, Tiles) for layer in chart.layers):
        axes.set_ylim(-0.5, len(chart.y_words) - 0.5)
    if chart.x_range:
        axes.set_xlim(*chart.x_range)
    if chart.y_range:
        axes.set_ylim(*chart.y_range)
    if sum(isinstance(layer, Bars | Points) and bool(layer.label) for layer in chart.layers) > 1:
        axes.legend(frameon=False, fontsize=8)
    if chart.is_map:
        axes.set_aspect("equal")
        axes.set_axis_off()
        if chart.scale_bar_m is not None:
            tiles = next(layer for layer in chart.layers if isinstance(layer, Tiles))
            left, bottom = float(np.min(tiles.x)), float(np.min(tiles.y))
            axes.plot([left, left + chart.scale_bar_m], [bottom, bottom], color=palette.TEXT, linewidth=3)
            axes.annotate(
                f"{chart.scale_bar_m / 1000:g} km",
                (left, bottom),
                xytext=(0, 4),
                textcoords="offset points",
                fontsize=8,
            )
    if chart.caption:
        figure.supxlabel(chart.caption, fontsize=7, color=palette.MUTED, x=0.01, ha="left")
