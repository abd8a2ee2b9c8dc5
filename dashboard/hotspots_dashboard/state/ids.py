"""Names of the page's elements, in one place: layout, callbacks, style sheets and tests use them."""

from __future__ import annotations

PATH = "path"
ADDRESS = "address"
PAGE = "page"
SETTINGS = "settings"
PROBLEM = "problem"

# Answer
ANSWER = "answer"
CHIPS = "chips"
WAYS_OUT = "ways-out"
RADIUS_ROW = "radius-row"
WEEKS = "weeks"
CAVEATS = "caveats"
VERDICT = "verdict"
PRESETS = "presets"
FILTER_STATES = ("state-when", "state-what", "state-time", "state-where")
ACTIONS = "actions"
PLACE_CARD = "place-card"
DONE = "done"

# Filters
SEARCH = "search"
RADIUS = "radius"
PRESET = "preset"
FIRST_DAY = "first-day"
LAST_DAY = "last-day"
OTHER_PERIODS = "other-periods"
PART_OF_DAY = "part-of-day"
HOUR_FROM = "hour-from"
HOUR_UNTIL = "hour-until"
HOURS_CHART = "hours-chart"
WEEKDAYS = "weekdays"
# Fields of a column have the name of their parameter: see `hotspots/domain/filters/fields.py`.
TYPES = "types"
LOCATIONS = "locations"
FORECAST = "forecast"
FORECAST_WORDS = "forecast-words"

# Map, tabs, sheet
MAP = "map"
TABS = "tabs"
TAB_PANEL = "tab-panel"
SHEET = "sheet"


def area(kind: str) -> dict[str, str]:
    """The pick list of one kind of area."""
    return {"area": kind}


def near(kind: str) -> dict[str, str]:
    """The distance to one kind of place."""
    return {"near": kind}
