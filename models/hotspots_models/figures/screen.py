"""Charts on the screen, with Plotly."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.figures import palette
from hotspots_models.figures.chart import Band, Bars, Chart, Line, Points, Rule, Tiles

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TITLE_CHARACTERS = 62
LOG_TICKS = [0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 10, 20, 50, 100]
FONT = "Inter, system-ui, sans-serif"


def to_plotly(chart: Chart) -> Figure:
    """Return the Plotly figure of a chart."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for layer in chart.layers:
        if isinstance(layer, Line):
            line = {"color": layer.colour, "dash": layer.dash, "width": 2}
            figure.add_scatter(x=layer.x, y=layer.y, mode="lines", name=layer.label, line=line)
        elif isinstance(layer, Band):
            outline = {"color": "rgba(0,0,0,0)"}
            figure.add_scatter(x=layer.x, y=layer.low, mode="lines", line=outline, hoverinfo="skip")
            figure.add_scatter(
                x=layer.x,
                y=layer.high,
                mode="lines",
                line=outline,
                fill="tonexty",
                fillcolor=_see_through(layer.colour),
                name=layer.label,
            )
        elif isinstance(layer, Bars):
            figure.add_bar(x=layer.x, y=layer.y, name=layer.label, marker={"color": layer.colours})
        elif isinstance(layer, Points):
            figure.add_scatter(
                x=layer.x,
                y=layer.y,
                mode="markers",
                name=layer.label,
                marker={"color": layer.colour, "symbol": layer.symbol, "size": 9},
                error_x=_interval(layer.x, layer.x_low, layer.x_high, layer.colour),
                error_y=_interval(layer.y, layer.y_low, layer.y_high, layer.colour),
            )
        elif isinstance(layer, Tiles):
            figure.add_heatmap(**_tiles(layer))
        else:
            _rule(figure, layer, log=chart.x_log)
    _labels(figure, chart)
    _axes(figure, chart)
    return figure


def _see_through(colour: str) -> str:
    """Return a colour that lets bars behind it show: Plotly draws areas over bars, whatever the order."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.55)"


def _interval(middle: Any, low: Any, high: Any, colour: str) -> dict[str, Any] | None:
    if low is None or high is None:
        return None
    centre = np.asarray(middle, dtype=float)
    above, below = np.asarray(high, dtype=float) - centre, centre - np.asarray(low, dtype=float)
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": colour, "thickness": 1.5}


def _tiles(layer: Tiles) -> dict[str, Any]:
    trace: dict[str, Any] = {"x": layer.x, "y": layer.y, "z": layer.z, "name": layer.label, "hoverongaps": False}
    if layer.words:
        n = len(layer.words)
        edges = np.repeat(np.arange(n + 1) / n, 2)[1:-1]
        trace |= {
            "zmin": -0.5,
            "zmax": n - 0.5,
            "colorscale": [[float(e), c] for e, c in zip(edges, np.repeat(layer.colours[:n], 2), strict=True)],
            "colorbar": {
                "title": {"text": layer.label},
                "tickvals": list(range(n)),
                "ticktext": list(layer.words),
                "len": 0.6,
            },
        }
    else:
        stops = np.linspace(0, 1, len(layer.colours))
        trace |= {
            "colorscale": [[float(s), c] for s, c in zip(stops, layer.colours, strict=True)],
            "colorbar": {"title": {"text": layer.label}, "len": 0.6},
            "xgap": 1,
            "ygap": 1,
        }
    if layer.texts is not None:
        trace |= {"text": layer.texts, "texttemplate": "%{text}"}
    return trace


def _rule(figure: Figure, rule: Rule, *, log: bool) -> None:
    style: dict[str, Any] = {"line": {"color": palette.BASELINE, "width": 1, "dash": "dash"}}
    if rule.upright:
        figure.add_vline(x=rule.at, **style)
        # on a logarithmic axis a line stands at the value, but its label at the logarithm
        at = float(np.log10(rule.at)) if log else rule.at
        figure.add_annotation(x=at, y=1, yref="paper", yanchor="bottom", text=rule.label, showarrow=False)
    else:
        figure.add_hline(y=rule.at, annotation_text=rule.label, annotation_position="top right", **style)


def _labels(figure: Figure, chart: Chart) -> None:
    """Name each line where it ends instead of in a legend."""
    for layer in chart.layers:
        if isinstance(layer, Band) and layer.label and len(layer.x):
            figure.add_annotation(
                x=layer.x[-1],
                y=layer.high[-1],
                text=layer.label,
                showarrow=False,
                xanchor="left",
                font={"color": palette.MUTED},
            )
        if isinstance(layer, Line) and layer.label and len(layer.x):
            figure.add_annotation(
                x=layer.x[-1],
                y=layer.y[-1],
                text=layer.label,
                showarrow=False,
                xanchor="left",
                font={"color": layer.colour},
            )


def _axes(figure: Figure, chart: Chart) -> None:
    axis = {"gridcolor": palette.LINE, "zeroline": False, "linecolor": palette.MUTED, "automargin": True}
    several = sum(isinstance(layer, Bars | Points) and bool(layer.label) for layer in chart.layers) > 1
    figure.update_layout(
        title={
            "text": "<br>".join(wrap(chart.title, TITLE_CHARACTERS)),
            "x": 0.01,
            "xanchor": "left",
            "font": {"size": 16},
        },
        font={"family": FONT, "size": 14, "color": palette.TEXT},
        paper_bgcolor=palette.SURFACE,
        plot_bgcolor=palette.SURFACE,
        showlegend=several,
        hovermode="closest",
        bargap=0.15,
        margin={"l": 60, "r": 90, "t": 80, "b": 110},
    )
    figure.update_xaxes(title={"text": chart.x_label, "font": {"size": 14}}, **axis)
    figure.update_yaxes(title={"text": chart.y_label, "font": {"size": 14}}, **axis)
    for update, percent, limits in (
        (figure.update_xaxes, chart.x_percent, chart.x_range),
        (figure.update_yaxes, chart.y_percent, chart.y_range),
    ):
        if percent:
            update(tickformat=".0%")
        if limits is not None:
            update(range=list(np.log10(limits)) if chart.x_log and update == figure.update_xaxes else list(limits))
    if chart.x_log:
        figure.update_xaxes(type="log", tickvals=LOG_TICKS)
    _words(figure.update_xaxes, chart.x_words)
    _words(figure.update_yaxes, chart.y_words)
    if chart.is_map:
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False, scaleanchor="x")
        _scale_bar(figure, chart)
    if chart.caption:
        figure.add_annotation(
            text=chart.caption,
            xref="paper",
            yref="paper",
            x=0,
            y=0,
            yshift=-95,
            showarrow=False,
            xanchor="left",
            font={"size": 12, "color": palette.MUTED},
        )


def _words(update: Any, words: Sequence[str]) -> None:
    if words:
        update(tickvals=list(range(len(words))), ticktext=list(words))


def _scale_bar(figure: Figure, chart: Chart) -> None:
    if chart.scale_bar_m is None:
        return
    tiles = next(layer for layer in chart.layers if isinstance(layer, Tiles))
    left, bottom = float(np.min(tiles.x)), float(np.min(tiles.y))
    figure.add_shape(
        type="line",
        x0=left,
        x1=left + chart.scale_bar_m,
        y0=bottom,
        y1=bottom,
        line={"color": palette.TEXT, "width": 3},
    )
    figure.add_annotation(
        x=left, y=bottom, text=f"{chart.scale_bar_m / 1000:g} km", showarrow=False, xanchor="left", yanchor="bottom"
    )
