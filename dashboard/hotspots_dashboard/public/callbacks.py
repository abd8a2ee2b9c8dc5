"""Callbacks translate: read the address, ask once, hand over. No logic lives here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from hotspots.errors import FilterError
from hotspots_dashboard.components.markup import markup
from hotspots_dashboard.public import answers, honest_numbers, ids, layout, pages
from hotspots_dashboard.public.page_state import Controls, PageState, controls_of, question_of, read_state

CONTROLS = (  # component, property, and the field of `Controls` that it fills
    (ids.RADIUS, "value", "radius"),
    (ids.PRESET, "value", "preset"),
    (ids.FIRST_DAY, "value", "first_day"),
    (ids.LAST_DAY, "value", "last_day"),
    (ids.PART_OF_DAY, "value", "part_of_day"),
    (ids.HOUR_FROM, "value", "hour_from"),
    (ids.HOUR_UNTIL, "value", "hour_until"),
    (ids.WEEKDAYS, "value", "weekdays"),
    (ids.TYPES, "value", "types"),
    (ids.LOCATIONS, "value", "locations"),
    (ids.ARREST, "value", "arrest"),
    (ids.MAP, "polygon", "polygon"),
)
VIEWS = (  # component, property, and the field of `View` that it fills
    (ids.TABS, "value", "tab"),
    (ids.FORECAST, "value", "forecast"),
    (ids.MAP, "picked", "anchor"),
)
FIELDS = {f"{component}.{name}": field for component, name, field in (*CONTROLS, *VIEWS)}
VIEW_FIELDS = {field for _, _, field in VIEWS}
Ask = Callable[[Any, PageState], tuple[Any, ...]]
ANY_AREA, ANY_NEAR = {"area": ALL}, {"near": ALL}


def register(app: Dash, reader: Any, *, url_base: str, online_tiles: dict[str, str] | None, alerts: bool) -> None:
    """Register every callback of the public pages."""
    _register_pages(app, reader, url_base, online_tiles)
    _register_address(app, reader)
    _register_answers(app, reader, actions=partial(answers.actions_of, url_base=url_base, alerts=alerts))
    _register_lists(app, reader)


def _register_pages(app: Dash, reader: Any, url_base: str, online_tiles: dict[str, str] | None) -> None:
    @app.callback(
        Output(ids.HEAD, "children"),
        Output(ids.PAGE, "children"),
        Output(ids.FOOT, "children"),
        Input(ids.PATH, "pathname"),
        State(ids.PATH, "search"),
        prevent_initial_call=True,
    )
    def show_page(path: str, search: str | None) -> Any:
        return pages.page(reader, path.removeprefix(url_base), search, url_base=url_base, online_tiles=online_tiles)


def _register_address(app: Dash, reader: Any) -> None:
    @app.callback(
        Output(ids.ADDRESS, "search"),
        Output(ids.SEARCH, "value"),
        *[Output(component, name) for component, name, _ in (*CONTROLS, *VIEWS)],
        Output(ANY_AREA, "value"),
        Output(ANY_NEAR, "value"),
        Output(ids.MAP, "query"),
        Output(ids.MAP, "shape"),
        Output(ids.MAP, "forecast"),
        Output(ids.RADIUS_ROW, "hidden"),
        Output(ids.SHEET, "height"),
        Input(ids.ADDRESS, "search"),
        Input(ids.SEARCH, "value"),
        *[Input(component, name) for component, name, _ in (*CONTROLS, *VIEWS)],
        Input(ANY_AREA, "value"),
        Input(ANY_NEAR, "value"),
        State(ANY_AREA, "id"),
        State(ANY_NEAR, "id"),
    )
    def follow(search: str | None, place: Any, *values: Any) -> Any:
        """Keep address and controls the same: whichever was touched tells the other."""
        if search is None:
            raise PreventUpdate  # the page is new, and the address not read yet
        *plain, areas, nears, area_ids, near_ids = values
        told = dict(zip(FIELDS.values(), plain, strict=True))
        touched = _touched()
        state = read_state(reader, search)
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
        shown = controls_of(
            state,
            place_name=answers.place_name(reader, state.question),
            kind_of_area=answers.kinds_of_areas(reader.choices()),
        )
        anchor = state.view.anchor
        return (
            state.search() if touched else no_update,
            _told(place, shown.place),
            *[_told(told[field], getattr(shown, field)) for _, _, field in CONTROLS],
            _told(told["tab"], state.view.tab),
            _told(told["forecast"], state.view.forecast),
            {"anchor": anchor} if anchor is not None else None,
            [_told(value, shown.areas.get(one["area"], [])) for value, one in zip(areas, area_ids, strict=True)],
            [_told(value, shown.near.get(one["near"])) for value, one in zip(nears, near_ids, strict=True)],
            layout.tile_query(state),
            answers.drawn_shape(reader, state),
            state.view.forecast,
            state.question.around is None,
            "half" if "anchor" in touched and anchor is not None else no_update,
        )


def _touched() -> set[str]:
    """Which controls were touched, several where a person is quick; none where the address changed or the page is new."""
    touched = ctx.triggered_prop_ids
    if f"{ids.ADDRESS}.search" in touched:
        return set()
    return {
        next(iter(component)) if isinstance(component, dict) else FIELDS.get(prop, str(component))
        for prop, component in touched.items()
    }


def _view_value(value: Any) -> Any:
    """What a component of the view tells: the map tells a point as ``{"anchor": 12}``."""
    return value["anchor"] if isinstance(value, dict) else value


def _told(value: Any, shown: Any) -> Any:
    """What a control is told: nothing where it shows that already, since it may have been touched again meanwhile."""
    if isinstance(value, list) and isinstance(shown, list):
        return no_update if sorted(map(str, value)) == sorted(map(str, shown)) else shown
    same = str(value) == str(shown) or not (value or shown)
    return no_update if same else shown


def _register_answers(app: Dash, reader: Any, *, actions: Ask) -> None:
    """What only the address decides: several callbacks, so that the number does not wait for the charts."""
    asked: tuple[tuple[Ask, list[Output]], ...] = (
        (
            answers.answer_parts,
            _children(ids.ANSWER, ids.WAYS_OUT, ids.CHIPS, ids.OTHER_PERIODS, ids.SETTINGS, ids.PROBLEM),
        ),
        (
            answers.counts_beside,
            [Output(ids.TYPES, "counts"), Output(ids.WEEKDAYS, "counts"), *_children(ids.HOURS_CHART, ids.WEEKS)],
        ),
        (honest_numbers.stands_on, _children(ids.CAVEATS)),
        (
            answers.details,
            [*_children(ids.PLACE_CARD, ids.FORECAST_WORDS, ids.TAB_PANEL), Output(ids.TAB_PANEL, "hidden")],
        ),
        (actions, _children(ids.ACTIONS)),
    )
    for ask, outputs in asked:
        app.callback(outputs, Input(ids.ADDRESS, "search"))(_of_address(reader, ask, outputs))


def _children(*names: str) -> list[Output]:
    return [Output(name, "children") for name in names]


def _of_address(reader: Any, ask: Ask, outputs: list[Output]) -> Callable[[str | None], Any]:
    def answer(search: str | None) -> Any:
        if search is None:
            raise PreventUpdate  # the page is new, and the address not read yet
        values = ask(reader, read_state(reader, search))
        return tuple(
            markup(value) if output.component_property == "children" else value
            for value, output in zip(values, outputs, strict=True)
        )

    return answer


def _register_lists(app: Dash, reader: Any) -> None:
    @app.callback(
        Output(ANY_AREA, "counts"),
        Output(ids.LOCATIONS, "counts"),
        Output(ids.MAP, "areas"),
        Output(ids.MAP, "area_kind"),
        Input(ids.ADDRESS, "search"),
        Input(ANY_AREA, "open"),
        Input(ids.LOCATIONS, "open"),
        State(ANY_AREA, "id"),
    )
    def lists(search: str | None, unfolded: list[bool], locations: bool, area_ids: list[dict[str, str]]) -> Any:
        question = read_state(reader, search).question
        kinds = [one["area"] if is_open else None for one, is_open in zip(area_ids, unfolded, strict=True)]
        return (
            [answers.area_counts(reader, question, kind) if kind else no_update for kind in kinds],
            answers.location_counts(reader, question) if locations else no_update,
            *answers.outlined(question, reader.choices(), next(filter(None, kinds), None)),
        )
