"""Components that our own scripts in ``assets/`` draw with React: what a browser has natively, kept light and accessible.

Dash's own ``dcc`` bundle would add 120 kB to the first view; these do what the public page needs in a tenth of that.
Their properties are plain data. Words come from Python, so that a page speaks one language throughout.
"""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component


class _Browser(Component):
    _namespace = "hotspots_dashboard"
    _children_props: list[str] = []
    _base_nodes = ["children"]
    _prop_names: list[str] = []
    _valid_wildcard_attributes = ["data-", "aria-"]
    available_properties: list[str] = []
    available_wildcard_properties = ["data-", "aria-"]

    def __init__(self, children: Any = None, **properties: Any) -> None:
        super().__init__(**({} if children is None else {"children": children}), **properties)


def _component(name: str, properties: str, words: str) -> type[_Browser]:
    names = ["id", *properties.split()]
    return type(
        name,
        (_Browser,),
        {"__module__": __name__, "__doc__": words, "_type": name, "_prop_names": names, "available_properties": names},
    )


Markup = _component(
    "Markup",
    "tree",
    """Plain HTML: ``tree`` is a list of texts and of ``[tag, properties, branches]``. Made by ``markup``.""",
)
Path = _component("Path", "pathname search", """Which page was asked for, and how; told once.""")
Address = _component(
    "Address",
    "search answered asked told",
    """The address bar. A link with ``data-stay`` changes it without loading the page; back and forward change it too.

    ``answered``: the address that the links on the page were made for. ``asked``: {"number", "search", "presses"}; ``told``: its answer
    {"number", "search", "values"}, the values as a list of component, property, value.""",
)
Search = _component(
    "Search",
    "url label hint value words near",
    """Search for an address or place as the ARIA combobox with a list; what is typed is posted to ``url`` and goes nowhere else.

    ``near``: {"points": address of the public points, "script": …} for the button "Near me", or None.
    ``value``: None, or ``{"id": gazetteer id, "name": …}``.""",
)
PickList = _component(
    "PickList",
    "label options value counts look searchable words open",
    """Several of many, as native check boxes.

    ``options``: list of ``{"value", "label", "mark"?, "note"?}``. ``counts``: incidents by value, shown beside each. ``look``: "chips", or
    "list" (folded away, with a search field). ``open``: whether a list is unfolded.""",
)
Choice = _component(
    "Choice", "label options value", """One of many, as the browser's own select: on a phone its own wheel."""
)
OneOf = _component("OneOf", "label options value", """One of a few, side by side, as radio buttons.""")
Day = _component("Day", "label value first last", """A day, as the browser's own date field.""")
Tabs = _component(
    "Tabs",
    "label tabs value panel",
    """Tabs over the panel with the id ``panel``. ``value``: name of the open tab, or None where all are folded away.""",
)
Sheet = _component(
    "Sheet",
    "children height label words",
    """On a phone a sheet from below in three heights (``height``: low, half, full); elsewhere it is not there.""",
)
Copy = _component(
    "Copy", "label path before after words", """A text to copy; ``path`` gets the page's own origin before it."""
)
Subscribe = _component(
    "Subscribe",
    "url place types lang words",
    """The form that asks for mails about ``place``: {"at": entry} or {"area": number}.""",
)
Funnel = _component(
    "Funnel",
    "areas rate label x_label y_label",
    """Areas in a funnel plot. ``areas``: {"name", "title", "exposure", "rate", "limits" (four, lowest first), "category"}.""",
)
MapView = _component(
    "MapView",
    "tiles query box levels shape areas area_kind forecast done picked polygon groups words base_url library months plain",
    """The map of public points, drawn by MapLibre from vector tiles.

    ``levels``: areas to colour where the whole city is in sight, as ``public.city_view`` makes them, or None: then points at every zoom.
    ``query``: the filter's URL parameters. ``box``: west, south, east, north in degrees. ``shape``: geometries drawn round the place
    searched. ``areas``: ids to outline, of ``area_kind``. ``forecast``: id of a forecast to draw, or None. ``picked``: the point that
    was clicked. ``done``: past actions to mark, each with its words and its points, or None.
    ``months``: {"first", "last", "script"} of the whole months to go through, or None.
    ``plain``: without tools, for other pages' frames. ``polygon``: the outline drawn on the map, ``lon lat,lon lat,…``.""",
)
