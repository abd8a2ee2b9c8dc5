"""Plain HTML handed to the browser as one component.

Dash subscribes each of its components to every change of the page: a few hundred bars and table cells made a filter change
take half a second longer. What nothing needs to address goes over as a tree that React draws at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash.development.base_component import Component

from hotspots_dashboard.components.browser_components import Markup


def markup(content: Component | Iterable[Component | str] | None) -> Any:
    """Return HTML components of Dash, nested as they may be, as one component; as they are where something among them needs addressing."""
    try:
        tree = _branches(content)
    except _NeedsAddressError:
        return content
    return Markup(tree=tree) if tree else None


class _NeedsAddressError(Exception):
    """A component that lives in the browser."""


def _branches(content: Any) -> list[Any]:
    if content is None or content == "":
        return []
    if isinstance(content, list | tuple):
        return [branch for one in content for branch in _branches(one)]
    if not isinstance(content, Component):
        return [str(content)]
    written = content.to_plotly_json()
    if written["namespace"] != "dash_html_components":
        raise _NeedsAddressError
    properties = {name: value for name, value in written["props"].items() if name != "children" and value is not None}
    return [[written["type"].lower(), properties, _branches(written["props"].get("children"))]]
