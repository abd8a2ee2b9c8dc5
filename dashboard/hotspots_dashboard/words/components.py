"""The words that our own components in the browser say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotspots_dashboard.words.formats import both
from hotspots_dashboard.words.language import _, current


def search_words(kinds: Sequence[str]) -> dict[str, Any]:
    """Of the search for a place; ``details`` translate what a match says about itself, numbers taken out.

    Parameters
    ----------
    kinds : what can be looked for in this city.
    """
    none = [_("No place called “{text}” is known here.")]
    if kinds:
        none.append(_("What can be found: {kinds}.", kinds=both(kinds)))
    return {
        "clear": _("Clear the place"),
        "found": _("{n} places match. Use the arrow keys to choose."),
        "unsure": _("Not found exactly as typed. Did you mean one of these?"),
        "none": " ".join(none),
        "failed": _("The search does not answer just now. The map and the other filters still work; please try again."),
        "near": {
            "button": _("Near me"),
            "asking": _("Asking your device where it is …"),
            "found": _(
                "Where you are stays on this device. It was rounded there to a public point, and only that point is asked about."
            ),
            "refused": _("Your device does not say where it is. Search for a street or a place instead."),
            "outside": _("Your device is outside this city. Search for a street or a place instead."),
        },
        "details": {
            "address": _("address"),
            "block": _("block"),
            "intersection": _("crossing"),
            "place": _("place"),
            "area": _("area"),
            "nearest on record to # on this street": _("nearest on record to # on this street"),
            "block that holds #": _("block that holds #"),
            "address within # to #": _("address within # to #"),
        },
        "street": _("add a house number or a crossing street"),
        "block": _("{number} block of {street}"),
    }


def forecast_levels() -> list[str]:
    """Expected incidents of a cell against the city's average, from least to most."""
    return [
        _("Less than half"),
        _("Half to once"),
        _("Once to twice"),
        _("Twice to four times"),
        _("Four times and more"),
    ]


def map_words(*, true_points: bool = False) -> dict[str, Any]:
    """Of the map, its legend and its buttons."""
    return {
        "map": _(
            "Map of reported incidents. Arrow keys move it, plus and minus zoom, Enter lists the circle nearest to the middle. "
            "“The map in words” below it tells the same."
        ),
        "one": _("{n} reported incident"),
        "many": _("{n} reported incidents"),
        "zoom": _("Several points. Click to come closer."),
        "list": _("Click to list them."),
        "legend": _("Legend"),
        "sizes": _("Reported incidents where they were recorded")
        if true_points
        else _("Reported incidents at a public point"),
        "unknown": _("Not all circles are here"),
        "nothing": _("No reported incidents in sight"),
        "city": _("Reported incidents per square mile, against the city's average")
        if current().units.miles
        else _("Reported incidents per square kilometre, against the city's average"),
        "units": "imperial" if current().units.miles else "metric",
        "change": _("Reported incidents against the same days last year"),
        "changes": [_("Fewer, more than chance explains"), _("Within chance"), _("More than chance explains")],
        "choose": _("Click to look at it alone."),
        "done": _("Something was done here"),
        "mixed": _("Several, none is half"),
        "forecast": _("Incidents expected for the size of a cell, against the city's average"),
        "levels": forecast_levels(),
        "lost": _("A part of the map did not come. The numbers beside it are complete."),
        "again": _("Try again"),
        "failed": _(
            "The map cannot be drawn in this browser. The numbers, the table and the charts below work without it."
        ),
        "drawing": {
            "tools": _("Tools"),
            "draw": _("Draw an area"),
            "view": _("Search this map view"),
            "corners": _("Press the map for each corner. The first corner again, Enter or “Done” closes the outline."),
            "crosses": _("There the outline would cross itself. Draw it as one loop."),
            "finish": _("Done"),
            "leave": _("Cancel"),
        },
        "months": {
            "open": _("Month by month"),
            "slider": _("Month"),
            "before": _("The month before"),
            "after": _("The month after"),
            "play": _("Play"),
            "pause": _("Pause"),
            "close": _("Close the months"),
            "alone": _("This month alone"),
            "city": _("{month}: {n} reported incidents"),
            "points": _("{month}: {n} reported incidents on the map in sight"),
            "unknown": _("{month}: there are no data, so nothing is known"),
            "failed": _("This month did not come. Please try again."),
        },
        "controls": {
            "NavigationControl.ZoomIn": _("Come closer"),
            "NavigationControl.ZoomOut": _("Go further away"),
            "FullscreenControl.Enter": _("Map on the full screen"),
            "FullscreenControl.Exit": _("Leave the full screen"),
            "ScaleControl.Meters": "m",
            "ScaleControl.Kilometers": "km",
            "ScaleControl.Feet": current().say("{n} ft", n="").strip(),
            "ScaleControl.Miles": _("mi"),
        },
    }


def sheet_words() -> dict[str, str]:
    """Of the sheet on a phone, by its height."""
    return {"low": _("Show the filters"), "half": _("Show everything"), "full": _("Show the map")}
