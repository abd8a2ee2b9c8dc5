"""Plain HTML handed to the browser as one component.

Dash subscribes each of its components to every change of the page: a few hundred bars and table cells made a filter change
take half a second longer. What nothing needs to address goes over as a tree that React draws at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash.development.base_component import Component

from hotspots_dashboard.components.browser_components import Markup

DRAWN = "dash_html_components"


def markup(content: Component | Iterable[Component | str] | None) -> Any:
    """Return HTML components of Dash as one component; where some among them live in the browser, everything beside those is packed."""
    try:
        tree = _branches(content)
    except _NeedsAddressError:
        return _around_browser_components(content)
    return Markup(tree=tree) if tree else None


class _NeedsAddressError(Exception):
    """A component that lives in the browser."""


def _around_browser_components(content: Any) -> Any:
    """The same content with every part that needs no address packed."""
    if isinstance(content, list | tuple):
        return [packed for one in content if (packed := markup(one)) is not None]
    if isinstance(content, Component) and content.to_plotly_json()["namespace"] == DRAWN:
        content.children = markup(getattr(content, "children", None))
    return content


def _branches(content: Any) -> list[Any]:
    if content is None or content == "":
        return []
    if isinstance(content, list | tuple):
        return [branch for one in content for branch in _branches(one)]
    if not isinstance(content, Component):
        return [str(content)]
    written = content.to_plotly_json()
    if written["namespace"] != DRAWN:
        raise _NeedsAddressError
    properties = {name: value for name, value in written["props"].items() if name != "children" and value is not None}
    return [[written["type"].lower(), properties, _branches(written["props"].get("children"))]]
