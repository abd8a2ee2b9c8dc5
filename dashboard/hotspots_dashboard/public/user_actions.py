"""Apply queued user actions to the URL state, in order; no Dash."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from typing import Any

from hotspots.domain.filters.fields import COLUMN_FIELDS
from hotspots.errors import FilterError
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.public.page_values import CONTROLS, VIEWS, shown_controls
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState, at_place, question_of, read_state

Press = Mapping[str, Any]
FIELDS = {(component, name): field for component, name, field in (*CONTROLS, *VIEWS)} | {(ids.SEARCH, "value"): "place"}
COLUMNS = {one.parameter.name for one in COLUMN_FIELDS}
SEVERAL = {"area": "areas", "near": "near"}
MOST = 100  # presses in one question; nobody presses more before an answer comes
VIEW_FIELDS = {field for _, _, field in VIEWS}


def after(reader: OpenReader, search: str | None, presses: Sequence[Press]) -> PageState:
    """The state of an address after presses in their order.

    Parameters
    ----------
    presses : of a control as ``{"id", "name", "value"}``, or of a link as ``{"from", "to"}``: the address that its page was made
        for, and the one that it leads to.
    """
    state = read_state(reader, search)
    for press in presses[-MOST:]:
        # What contradicts the rest, such as a first day after the last, goes back to what is asked.
        with suppress(FilterError, ValueError):
            state = _after_link(reader, state, press) if "to" in press else _after_control(reader, state, press)
    return state


def _after_control(reader: OpenReader, state: PageState, press: Press) -> PageState:
    component, value = press["id"], press["value"]
    field = FIELDS.get((component, press["name"]))
    if field in VIEW_FIELDS:
        # The map tells a point as {"anchor": 12}.
        return read_state(reader, state.search(**{field: value["anchor"] if isinstance(value, dict) else value}))
    if field == "place":  # a new place: what was picked or drawn at the one before goes
        return read_state(reader, state.link(question=at_place(state.question, value), anchor=None))
    shown = shown_controls(reader, state)
    if component in COLUMNS:
        words = [value] if isinstance(value, str) and value else value or []
        field, value = "columns", {**shown.columns, component: words}
    elif field is None:  # one of several: {"area": "beat"}
        ((several, kind),) = json.loads(component).items()
        field = SEVERAL[several]
        value = {**getattr(shown, field), kind: value}
    question = question_of(replace(shown, **{field: value}), changed={field}, default_period=state.default_period)
    return read_state(reader, state.link(question=question))


def _after_link(reader: OpenReader, state: PageState, press: Press) -> PageState:
    """Only what the link changes of the page that it stands on: what was pressed meanwhile stays."""
    before, to = read_state(reader, press["from"]), read_state(reader, press["to"])
    question = replace(state.question, **_changes(state.question, before.question, to.question))
    return read_state(reader, state.search(question=question, **_changes(state.view, before.view, to.view)))


def _changes(now: Any, before: Any, to: Any) -> dict[str, Any]:
    """Field by field what leads from one value to another; of several things those that came and went."""
    changes = {}
    for name in (one.name for one in fields(now)):
        have, had, wanted = getattr(now, name), getattr(before, name), getattr(to, name)
        if wanted == had:
            continue
        if isinstance(had, tuple):
            kept = [one for one in have if one in wanted or one not in had]
            wanted = (*kept, *(one for one in wanted if one not in had and one not in kept))
        changes[name] = wanted
    return changes
