"""Callbacks translate: read the address, ask once, hand over. No logic lives here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update, set_props

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.public import result_panels
from hotspots_dashboard.public.page_values import ANSWER, BESIDE, OUTLINE, Ask, children, controls_told, parts_of, told
from hotspots_dashboard.public.user_actions import after
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import read_state

ANY_AREA = {"area": ALL}


def register(app: Dash, reader: OpenReader, *, page: Callable[[str, str | None], Any], actions: Ask) -> None:
    """Register every callback of the public pages; `page` makes the one of a path and a search part."""
    _register_pages(app, page)
    _register_address(app, reader)
    _register_answer(app, reader, actions)


def _register_pages(app: Dash, page: Callable[[str, str | None], Any]) -> None:
    @app.callback(
        Output(ids.PAGE, "children"),
        Input(ids.PATH, "pathname"),
        State(ids.PATH, "search"),
        prevent_initial_call=True,
    )
    def show_page(path: str, search: str | None) -> Any:
        """The page with its whole answer: what follows begins with the first change."""
        return page(path, search)


def _register_address(app: Dash, reader: OpenReader) -> None:
    @app.callback(
        Output(ids.ADDRESS, "told"),
        Input(ids.ADDRESS, "asked"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    def follow(asked: dict[str, Any], _: str | None) -> Any:
        """The address after presses, and what it tells every control."""
        search, presses = asked["search"], asked["presses"]
        state = after(reader, search, presses)
        values: list[tuple[Any, str, Any]] = [*controls_told(reader, state)]
        if state.view.anchor is not None and any(one.get("name") == "picked" for one in presses):
            values.append((ids.SHEET, "height", "half"))
        return {"number": asked["number"], "search": state.search() if presses else search, "values": values}


def _register_answer(app: Dash, reader: OpenReader, actions: Ask) -> None:
    """Register the parts that the address decides, and apart those of its question: a click or a tab does not ask for these again."""
    answered = (*ANSWER, (actions, children(ids.ACTIONS)))

    @app.callback(
        [Output(*part) for part in parts_of(answered)],
        Output(ids.ADDRESS, "answered"),
        Input(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    def answer(search: str | None) -> Any:
        set_props(ids.PROBLEM, {"children": None})
        return *told(answered, reader, read_state(reader, search)), search

    @app.callback(
        [Output(*part) for part in parts_of(BESIDE)],
        Output(ANY_AREA, "counts"),
        Output(ids.LOCATIONS, "counts"),
        *[Output(ids.MAP, name) for name in OUTLINE],
        Input(ids.MAP, "query"),
        Input(ANY_AREA, "open"),
        Input(ids.LOCATIONS, "open"),
        State(ids.ADDRESS, "search"),
        State(ANY_AREA, "id"),
        prevent_initial_call=True,
    )
    def beside(query: str, unfolded: list[bool], locations: bool, _: str | None, area_ids: list[dict[str, str]]) -> Any:
        """Counts beside the choices, those of unfolded lists too, and the boundaries that an unfolded list is about."""
        state = read_state(reader, query)
        kind = next((one["area"] for one, is_open in zip(area_ids, unfolded, strict=True) if is_open), None)
        return (
            *told(BESIDE, reader, state),
            *_list_counts(reader, state.question, area_ids, unfolded, locations),
            *result_panels.outlined(state.question, reader.choices(), kind),
        )


def _list_counts(
    reader: OpenReader, question: IncidentFilter, area_ids: list[dict[str, str]], unfolded: list[bool], locations: bool
) -> tuple[list[Any], Any]:
    """The counts at each area and each type of location, where their list is open."""
    return (
        [
            result_panels.area_counts(reader, question, one["area"]) if is_open else no_update
            for one, is_open in zip(area_ids, unfolded, strict=True)
        ],
        result_panels.location_counts(reader, question) if locations else no_update,
    )
