"""Callbacks translate: read the address, ask once, hand over. No logic lives here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.errors import FilterError
from hotspots_dashboard.public import answers, ids
from hotspots_dashboard.public.page_state import Controls, PageState, controls_of, question_of, read_state
from hotspots_dashboard.public.told import ANSWER, BESIDE, CONTROLS, MAP, VIEWS, Ask, children, map_told, parts_of, told

FIELDS = {f"{component}.{name}": field for component, name, field in (*CONTROLS, *VIEWS)}
VIEW_FIELDS = {field for _, _, field in VIEWS}
ANY_AREA, ANY_NEAR = {"area": ALL}, {"near": ALL}


def register(app: Dash, reader: Any, *, page: Callable[[str, str | None], Any], actions: Ask) -> None:
    """Register every callback of the public pages; `page` makes the one of a path and a search part."""
    _register_pages(app, page)
    _register_address(app, reader)
    _register_answer(app, reader, actions)
    _register_lists(app, reader)


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


def _register_address(app: Dash, reader: Any) -> None:
    @app.callback(
        Output(ids.ADDRESS, "search"),
        Output(ids.SEARCH, "value"),
        *[Output(component, name) for component, name, _ in (*CONTROLS, *VIEWS)],
        Output(ANY_AREA, "value"),
        Output(ANY_NEAR, "value"),
        *[Output(ids.MAP, name) for name in MAP],
        Output(ids.RADIUS_ROW, "hidden"),
        Output(ids.SHEET, "height"),
        Input(ids.ADDRESS, "search"),
        Input(ids.SEARCH, "value"),
        *[Input(component, name) for component, name, _ in (*CONTROLS, *VIEWS)],
        Input(ANY_AREA, "value"),
        Input(ANY_NEAR, "value"),
        State(ANY_AREA, "id"),
        State(ANY_NEAR, "id"),
        State(ANY_AREA, "open"),
        State(ids.MAP, "query"),
        prevent_initial_call=True,
    )
    def follow(search: str | None, place: Any, *values: Any) -> Any:
        """Keep address and controls the same: whichever was touched tells the other."""
        *plain, areas, nears, area_ids, near_ids, unfolded, query = values
        told = dict(zip(FIELDS.values(), plain, strict=True))
        touched, state = _touched(), read_state(reader, search)
        if touched:
            touched |= _unanswered(told, _shown(reader, state), state)
        changes = {field: _view_value(told[field]) for field in touched & VIEW_FIELDS}
        if touched - VIEW_FIELDS:
            controls = Controls(
                place=place,
                areas=dict(zip([one["area"] for one in area_ids], areas, strict=True)),
                near=dict(zip([one["near"] for one in near_ids], nears, strict=True)),
                **{field: value for field, value in told.items() if field not in VIEW_FIELDS},
            )
            # Controls that contradict themselves go back to what is asked.
            with suppress(FilterError, ValueError):
                changes["question"] = question_of(controls, changed=touched, default_period=state.default_period)
        if changes:
            state = read_state(reader, state.link(**changes) if "question" in changes else state.search(**changes))
        shown, anchor = _shown(reader, state), state.view.anchor
        drawn = map_told(reader, state, _open_kind(area_ids, unfolded))
        return (
            state.search() if touched else no_update,
            _told(place, shown.place),
            *[_told(told[field], getattr(shown, field)) for _, _, field in CONTROLS],
            _told(told["tab"], state.view.tab),
            _told(told["forecast"], state.view.forecast),
            {"anchor": anchor} if anchor is not None else None,
            [_told(value, shown.areas.get(one["area"], [])) for value, one in zip(areas, area_ids, strict=True)],
            [_told(value, shown.near.get(one["near"])) for value, one in zip(nears, near_ids, strict=True)],
            *[drawn[name] if name != "query" else _told(query, drawn[name]) for name in MAP],
            state.question.around is None,
            "half" if "anchor" in touched and anchor is not None else no_update,
        )


def _touched() -> set[str]:
    """Which controls were touched, several where a person is quick; none where only the address changed."""
    return {
        next(iter(component)) if isinstance(component, dict) else FIELDS.get(prop, str(component))
        for prop, component in ctx.triggered_prop_ids.items()
        if prop != f"{ids.ADDRESS}.search"
    }


def _unanswered(told: dict[str, Any], shown: Controls, state: PageState) -> set[str]:
    """Controls that were touched before, and whose answer this change came before: they show what the address does not say."""
    said = {field: getattr(state.view if field in VIEW_FIELDS else shown, field) for field in told}
    return {field for field, value in told.items() if _told(_view_value(value), said[field]) is not no_update}


def _shown(reader: Any, state: PageState) -> Controls:
    return controls_of(
        state,
        place_name=answers.place_name(reader, state.question),
        kind_of_area=answers.kinds_of_areas(reader.choices()),
    )


def _view_value(value: Any) -> Any:
    """What a component of the view tells: the map tells a point as ``{"anchor": 12}``."""
    return value["anchor"] if isinstance(value, dict) and "anchor" in value else value


def _told(value: Any, shown: Any) -> Any:
    """What a control is told: nothing where it shows that already, since it may have been touched again meanwhile."""
    if isinstance(value, list) and isinstance(shown, list):
        return no_update if sorted(map(str, value)) == sorted(map(str, shown)) else shown
    same = str(value) == str(shown) or not (value or shown)
    return no_update if same else shown


def _open_kind(area_ids: list[dict[str, str]], unfolded: list[bool]) -> str | None:
    return next((one["area"] for one, is_open in zip(area_ids, unfolded, strict=True) if is_open), None)


def _register_answer(app: Dash, reader: Any, actions: Ask) -> None:
    """What the address decides, and beside it what only its question decides: a click or a tab does not ask for that again."""
    answered = (*ANSWER, (actions, children(ids.ACTIONS)))

    @app.callback(
        [Output(*part) for part in parts_of(answered)], Input(ids.ADDRESS, "search"), prevent_initial_call=True
    )
    def answer(search: str | None) -> Any:
        set_props(ids.PROBLEM, {"children": None})
        return told(answered, reader, read_state(reader, search))

    @app.callback(
        [Output(*part) for part in parts_of(BESIDE)],
        Output(ANY_AREA, "counts"),
        Output(ids.LOCATIONS, "counts"),
        Input(ids.MAP, "query"),
        State(ids.ADDRESS, "search"),
        State(ANY_AREA, "open"),
        State(ids.LOCATIONS, "open"),
        State(ANY_AREA, "id"),
        prevent_initial_call=True,
    )
    def beside(query: str, _: str | None, unfolded: list[bool], locations: bool, area_ids: list[dict[str, str]]) -> Any:
        state = read_state(reader, query)
        return *told(BESIDE, reader, state), *_list_counts(reader, state.question, area_ids, unfolded, locations)


def _register_lists(app: Dash, reader: Any) -> None:
    @app.callback(
        Output(ANY_AREA, "counts", allow_duplicate=True),
        Output(ids.LOCATIONS, "counts", allow_duplicate=True),
        Output(ids.MAP, "areas", allow_duplicate=True),
        Output(ids.MAP, "area_kind", allow_duplicate=True),
        Input(ANY_AREA, "open"),
        Input(ids.LOCATIONS, "open"),
        State(ids.ADDRESS, "search"),
        State(ANY_AREA, "id"),
        prevent_initial_call=True,
    )
    def lists(unfolded: list[bool], locations: bool, search: str | None, area_ids: list[dict[str, str]]) -> Any:
        """Counts of a list that was unfolded, and the boundaries that it is about."""
        question = read_state(reader, search).question
        return (
            *_list_counts(reader, question, area_ids, unfolded, locations),
            *answers.outlined(question, reader.choices(), _open_kind(area_ids, unfolded)),
        )


def _list_counts(
    reader: Any, question: IncidentFilter, area_ids: list[dict[str, str]], unfolded: list[bool], locations: bool
) -> tuple[list[Any], Any]:
    """What each area and each type of location would leave, where their list is open."""
    return (
        [
            answers.area_counts(reader, question, one["area"]) if is_open else no_update
            for one, is_open in zip(area_ids, unfolded, strict=True)
        ],
        answers.location_counts(reader, question) if locations else no_update,
    )
