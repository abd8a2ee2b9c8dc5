"""Refuse a callback's body that no page of ours sends, before Dash reads it: 400, never 500.

All callbacks are one address, and Dash takes the body as it comes. Here it must name a callback that there is, with its own
inputs, states and outputs in their order; what a value means is read by the callback itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import Dash
from flask import Response, request

CALLBACKS = "_dash-update-component"
REFUSED = "This body is not one that the page sends."


def check_bodies(app: Dash) -> None:
    """Look at the body of every callback of an application."""

    @app.server.before_request
    def refuse_others() -> Response | None:
        if not request.path.endswith(CALLBACKS) or request.method != "POST":
            return None
        try:
            body = request.get_json(silent=True)
        except RecursionError:  # brackets without end
            body = None
        if isinstance(body, dict) and _is_ours(body, app.callback_map):
            return None
        return Response(REFUSED, status=400, mimetype="text/plain")

    # Before any other function that reads the body.
    functions = app.server.before_request_funcs[None]
    functions.insert(0, functions.pop())


def _is_ours(body: Mapping[str, Any], callbacks: Mapping[str, Any]) -> bool:
    output = body.get("output")
    if not isinstance(output, str) or output not in callbacks:
        return False
    callback = callbacks[output]
    changed = body.get("changedPropIds", [])
    return (
        _fit(body.get("inputs", []), callback["inputs"])
        and _fit(body.get("state", []), callback["state"])
        and isinstance(changed, list)
        and all(isinstance(one, str) for one in changed)
        and _are_outputs(body.get("outputs"), output)
    )


def _fit(given: Any, declared: Sequence[Mapping[str, str]]) -> bool:
    """Whether the values are those of the declared components and properties; a pattern stands for a list of them."""
    if not isinstance(given, list) or len(given) != len(declared):
        return False
    for one, ours in zip(given, declared, strict=True):
        is_pattern = ours["id"].startswith("{")
        several = one if isinstance(one, list) else [one]
        if isinstance(one, list) != is_pattern:
            return False
        for value in several:
            if not isinstance(value, dict) or value.get("property") != ours["property"]:
                return False
            if not _is_named(value.get("id"), ours["id"]) or not _is_value(value.get("value"), ours["property"]):
                return False
    return True


def _is_value(value: Any, prop: str) -> bool:
    """Whether a value is of the kind that the browser has for a property."""
    match prop:
        case "pathname" | "search" | "query":
            return value is None or isinstance(value, str)
        case "open":
            return value is None or isinstance(value, bool)
        case "asked":
            return isinstance(value, dict) and _is_value(value.get("search"), "search") and _are_presses(value)
        case _:
            return True


def _are_presses(asked: Mapping[str, Any]) -> bool:
    presses = asked.get("presses")
    return (
        isinstance(asked.get("number"), int)
        and isinstance(presses, list)
        and all(isinstance(one, dict) and _is_press(one) for one in presses)
    )


def _is_press(press: Mapping[str, Any]) -> bool:
    if "to" in press:  # of a link
        return isinstance(press["to"], str) and isinstance(press.get("from"), (str, type(None)))
    return isinstance(press.get("id"), str) and isinstance(press.get("name"), str) and "value" in press


def _is_named(name: Any, declared: str) -> bool:
    if not declared.startswith("{"):
        return name == declared
    pattern = json.loads(declared)
    return (
        isinstance(name, dict) and name.keys() == pattern.keys() and all(isinstance(one, str) for one in name.values())
    )


def _are_outputs(given: Any, output: str) -> bool:
    """Whether the outputs are named as the callback's own name names them."""
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    several = given if output.startswith("..") else [given]
    if not isinstance(several, list) or len(several) != len(names):
        return False
    for one, name in zip(several, names, strict=True):
        for part in one if isinstance(one, list) else [one]:
            if not isinstance(part, dict) or not isinstance(part.get("property"), str):
                return False
            if not isinstance(part.get("id"), (str, dict)) or not name.endswith(f".{part['property']}"):
                return False
    return True
