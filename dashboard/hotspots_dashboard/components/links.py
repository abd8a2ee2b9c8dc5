"""Links that are steps: they change the address without loading the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import Area
from hotspots_dashboard.components.html_attributes import data

if TYPE_CHECKING:
    from hotspots_dashboard.state.page_state import PageState


def stay_link(children: Any, href: str, *, focus: str, whole: bool = False, **properties: Any) -> Component:
    """A link that changes the address without loading the page; focus goes to the element named.

    It changes what it says and keeps what was pressed meanwhile, unless the `whole` address is meant.
    """
    return html.A(children, href=href, **data(stay=focus, **({"whole": "true"} if whole else {})), **properties)


def area_address(state: PageState, area: Area) -> str:
    """The page of an area, below the map's own address; it keeps what is asked for beside the place, and the language."""
    asked = state.question.anywhere()
    query = state.search(question=asked, tab=None, anchor=None, page=1, compare=(), forecast=None, by=None, known=None)
    return f"area/{quote(area.kind, safe='')}/{quote(area.code, safe='')}{query}"


def away_from_map(content: Any, url_base: str) -> Any:
    """The same components for a page without the map: steps become links to the map, and links below its address are whole."""
    if isinstance(content, list | tuple):
        return [away_from_map(one, url_base) for one in content]
    if not isinstance(content, Component):
        return content
    href = getattr(content, "href", None)
    if isinstance(content, html.A) and href and not href.startswith(("/", "#", "http")):
        setattr(content, "href", url_base + href)  # noqa: B010  (Dash declares no properties to a type checker)
        for name in [name for name in vars(content) if name in ("data-stay", "data-whole")]:
            delattr(content, name)
    if getattr(content, "children", None) is not None:
        content.children = away_from_map(content.children, url_base)
    return content
