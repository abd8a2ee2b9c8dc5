"""Figures of every result: a function takes a result and returns a chart, drawn for the screen or for paper.

chart = figures.capture_curves({"blend": curve})
chart.to_plotly()        # on a page
chart.to_matplotlib()    # in print
"""

from hotspots_models.figures.chart import Chart
from hotspots_models.figures.effects import leads, placebos, relative_risk_values, wdd_forest
from hotspots_models.figures.forecasts import calibration, capture_curves, forecast_map
from hotspots_models.figures.statistics import class_map, concentration, hour_of_week, knox_table, weekly_counts

__all__ = [
    "Chart",
    "calibration",
    "capture_curves",
    "class_map",
    "concentration",
    "forecast_map",
    "hour_of_week",
    "knox_table",
    "leads",
    "placebos",
    "relative_risk_values",
    "wdd_forest",
    "weekly_counts",
]
