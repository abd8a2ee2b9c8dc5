"""Figures of every result: a function takes a result and returns a chart, drawn for the screen or for paper.

chart = figures.capture_curves({"blend": curve})
figures.to_plotly(chart)        # on a page
figures.to_matplotlib(chart)    # in print
"""

from hotspots_models.figures.chart import Chart
from hotspots_models.figures.effects import leads, placebos, rate_ratios, relative_risk_values, wdd_forest
from hotspots_models.figures.forecasts import calibration, capture_curves, city_total, forecast_map
from hotspots_models.figures.paper import to_matplotlib
from hotspots_models.figures.screen import to_plotly
from hotspots_models.figures.statistics import (
    class_map,
    cluster_map,
    concentration,
    funnel,
    hour_of_week,
    knox_table,
    warm_zones,
    weekly_counts,
)

__all__ = [
    "Chart",
    "calibration",
    "capture_curves",
    "city_total",
    "class_map",
    "cluster_map",
    "concentration",
    "forecast_map",
    "funnel",
    "hour_of_week",
    "knox_table",
    "leads",
    "placebos",
    "rate_ratios",
    "relative_risk_values",
    "to_matplotlib",
    "to_plotly",
    "warm_zones",
    "wdd_forest",
    "weekly_counts",
]
