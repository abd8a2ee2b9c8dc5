"""Bodies of the page's callbacks as the browser sends them, made from the page's own list of callbacks."""

import json
from typing import Any

import httpx

VALUES: dict[str, Any] = {"pathname": "/", "open": True}


def callback_bodies(client: httpx.Client, *, search: str, area_kind: str = "beat") -> dict[str, dict[str, Any]]:
    """A body of every callback that the server answers, by its output; `search` is the address bar's search part."""
    return {
        one["output"]: _body(one, search=search, area_kind=area_kind)
        for one in client.get("/_dash-dependencies").json()
        if one["clientside_function"] is None
    }


def _body(callback: dict[str, Any], *, search: str, area_kind: str) -> dict[str, Any]:
    inputs, state = (
        [_value(one, search=search, area_kind=area_kind) for one in callback[name]] for name in ("inputs", "state")
    )
    output = callback["output"]
    names = output.strip(".").split("...")
    outputs = [_named(*name.rsplit(".", 1), area_kind=area_kind) for name in names]
    return {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": inputs,
        "state": state,
        "changedPropIds": [f"{callback['inputs'][0]['id']}.{callback['inputs'][0]['property']}"],
    }


def _named(name: str, prop: str, *, area_kind: str) -> Any:
    if not name.startswith("{"):
        return {"id": name, "property": prop}
    return [{"id": dict.fromkeys(json.loads(name), area_kind), "property": prop}]


def _value(declared: dict[str, Any], *, search: str, area_kind: str) -> Any:
    prop = declared["property"]
    named = _named(declared["id"], prop, area_kind=area_kind)
    if isinstance(named, list):
        return [{**one, "value": one["id"] if prop == "id" else VALUES.get(prop)} for one in named]
    asked = {"number": 1, "search": search, "presses": []}
    return {**named, "value": {**VALUES, "search": search, "query": search, "asked": asked}[prop]}
