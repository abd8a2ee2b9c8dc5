"""Links that are steps: they change the address without loading the page."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from hotspots_dashboard.components.html_attributes import data


def stay_link(children: Any, href: str, *, focus: str, whole: bool = False, **properties: Any) -> Component:
    """A link that changes the address without loading the page; focus goes to the element named.

    It changes what it says and keeps what was pressed meanwhile, unless the `whole` address is meant.
    """
    return html.A(children, href=href, **data(stay=focus, **({"whole": "true"} if whole else {})), **properties)
