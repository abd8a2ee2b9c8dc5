"""A page's components as the HTML that a browser shows before any script has run."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from dash.development.base_component import Component

VOID = ("br", "hr", "img", "input")
SHOWN = {
    "className": "class",
    "href": "href",
    "lang": "lang",
    "hidden": "hidden",
    "role": "role",
}  # no ids: the page's own come later
DRAWN = "dash_html_components"


def plain_html(content: Component | Iterable[Component | str] | str | None) -> str:
    """HTML of Dash's components; what a script will draw has its label and its room. Styles of single elements are left out."""
    if content is None:
        return ""
    if isinstance(content, list | tuple):
        return "".join(plain_html(one) for one in content)
    if not isinstance(content, Component):
        return escape(str(content))
    written = content.to_plotly_json()
    properties = written["props"]
    if written["namespace"] == DRAWN:
        return _element(written["type"].lower(), properties, plain_html(properties.get("children")))
    return _room(written["type"], properties)


def _room(kind: str, properties: dict[str, Any]) -> str:
    match kind:
        case "Markup":
            return "".join(_branch(one) for one in properties["tree"])
        case "MapView":
            return _box("map", _box("map-holder", ""))
        case "Sheet":
            body = _box("sheet-body", plain_html(properties["children"]))
            return f'<div class="sheet" data-height="{escape(properties["height"])}">{_box("sheet-handle", "")}{body}</div>'
        case "Tabs":
            return _box("tabs", "".join(_box("tab", escape(tab["label"])) for tab in properties["tabs"]))
        case "Search":
            hint = _box("search-box", _box("search-icon", "") + _box("search-input", escape(properties["hint"])))
            return _box("search", _box("field-label", escape(properties["label"])) + hint)
        case _ if "label" in properties:
            return _box("field", _box("field-label", escape(properties["label"])) + _box("waiting-control", ""))
        case _:
            return ""


def _branch(node: Any) -> str:
    """One branch of `markup`: a text, or ``[tag, properties, branches]``."""
    if isinstance(node, str):
        return escape(node)
    tag, properties, branches = node
    return _element(tag, properties, "".join(_branch(one) for one in branches))


def _element(tag: str, properties: dict[str, Any], inside: str) -> str:
    written = "".join(_attribute(SHOWN[name], value) for name, value in properties.items() if name in SHOWN)
    return f"<{tag}{written}>" if tag in VOID else f"<{tag}{written}>{inside}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def _box(name: str, inside: str) -> str:
    return f'<div class="{name}">{inside}</div>'
