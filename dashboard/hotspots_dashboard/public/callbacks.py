"""Callbacks translate: read the address, ask once, hand over. No logic lives here."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from hotspots.domain.incident_filter import FilterError
from hotspots_dashboard.public import about, answers, ids, layout, words
from hotspots_dashboard.public.page_state import Controls, controls_of, question_of, read_state

CONTROLS = (
    (ids.RADIUS, "radius"),
    (ids.PRESET, "preset"),
    (ids.FIRST_DAY, "first_day"),
    (ids.LAST_DAY, "last_day"),
    (ids.PART_OF_DAY, "part_of_day"),
    (ids.HOUR_FROM, "hour_from"),
    (ids.HOUR_UNTIL, "hour_until"),
    (ids.WEEKDAYS, "weekdays"),
    (ids.TYPES, "types"),
    (ids.LOCATIONS, "locations"),
)
ANY_AREA, ANY_NEAR = {"area": ALL}, {"near": ALL}


def register(app: Dash, reader: Any, *, url_base: str, online_tiles: dict[str, str] | None) -> None:
    """Register every callback of the public pages."""
    _register_pages(app, reader, url_base, online_tiles)
    _register_address(app, reader)
    _register_answer(app, reader)
    _register_counts(app, reader)


def _register_pages(app: Dash, reader: Any, url_base: str, online_tiles: dict[str, str] | None) -> None:
    pages = {
        url_base: lambda search: layout.map_page(reader, search, url_base=url_base, online_tiles=online_tiles),
        f"{url_base}about": lambda _: about.about_page(reader.city(), reader.vintage(), url_base=url_base),
    }

    @app.callback(
        Output(ids.PAGE, "children"), Input(ids.PATH, "pathname"), State(ids.PATH, "search"), prevent_initial_call=True
    )
    def show_page(path: str, search: str | None) -> Any:
        missing = html.Main(html.P([words.NO_SUCH_PAGE, html.A(words.BACK_TO_MAP, href=url_base)]), className="about")
        return pages[path](search) if path in pages else missing


def _register_address(app: Dash, reader: Any) -> None:
    @app.callback(
        Output(ids.ADDRESS, "search"),
        Output(ids.SEARCH, "value"),
        *[Output(control, "value") for control, _ in CONTROLS],
        Output(ANY_AREA, "value"),
        Output(ANY_NEAR, "value"),
        Output(ids.TABS, "value"),
        Output(ids.FORECAST, "value"),
        Output(ids.MAP, "query"),
        Output(ids.MAP, "picked"),
        Output(ids.MAP, "shape"),
        Output(ids.MAP, "forecast"),
        Output(ids.RADIUS_ROW, "hidden"),
        Output(ids.SHEET, "height"),
        Input(ids.ADDRESS, "search"),
        Input(ids.SEARCH, "value"),
        *[Input(control, "value") for control, _ in CONTROLS],
        Input(ANY_AREA, "value"),
        Input(ANY_NEAR, "value"),
        Input(ids.TABS, "value"),
        Input(ids.FORECAST, "value"),
        Input(ids.MAP, "picked"),
        State(ANY_AREA, "id"),
        State(ANY_NEAR, "id"),
    )
    def follow(search: str | None, place: Any, *values: Any) -> Any:
        """Keep address and controls the same: whichever was touched tells the other."""
        *plain, areas, nears, tab, forecast, picked, area_ids, near_ids = values
        state = read_state(reader, search)
        touched = _touched()
        kinds = answers.kinds_of_areas(reader.choices())
        views = {
            ids.TABS: {"tab": tab},
            ids.FORECAST: {"forecast": forecast},
            ids.MAP: {"anchor": picked and picked["anchor"]},
        }
        changes: dict[str, Any] = {
            name: value for one, change in views.items() if one in touched for name, value in change.items()
        }
        if touched - views.keys():
            controls = Controls(
                place=place,
                areas=dict(zip([one["area"] for one in area_ids], areas, strict=True)),
                near=dict(zip([one["near"] for one in near_ids], nears, strict=True)),
                **dict(zip([name for _, name in CONTROLS], plain, strict=True)),
            )
            # Controls that contradict themselves go back to what is asked.
            with suppress(FilterError, ValueError):
                changes["question"] = question_of(controls, changed=touched, default_period=state.default_period)
        if changes:
            state = read_state(reader, state.link(**changes) if "question" in changes else state.search(**changes))
        shown = controls_of(state, place_name=answers.place_name(reader, state.question), kind_of_area=kinds)
        anchor = state.view.anchor
        return (
            state.search() if touched else no_update,
            _told(place, shown.place),
            *[_told(value, getattr(shown, name)) for value, (_, name) in zip(plain, CONTROLS, strict=True)],
            [_told(value, shown.areas.get(one["area"], [])) for value, one in zip(areas, area_ids, strict=True)],
            [_told(value, shown.near.get(one["near"])) for value, one in zip(nears, near_ids, strict=True)],
            _told(tab, state.view.tab),
            _told(forecast, state.view.forecast),
            layout.tile_query(state),
            {"anchor": anchor} if anchor is not None else None,
            answers.drawn_shape(reader, state.question),
            state.view.forecast,
            state.question.around is None,
            "half" if ids.MAP in touched and anchor is not None else no_update,
        )


def _touched() -> set[str]:
    """Which controls were touched, several where a person is quick; none where the address changed or the page is new."""
    touched = {next(iter(one)) if isinstance(one, dict) else str(one) for one in ctx.triggered_prop_ids.values()}
    names = dict(CONTROLS)
    return set() if ids.ADDRESS in touched else {names.get(one, one) for one in touched}


def _told(value: Any, shown: Any) -> Any:
    """What a control is told: nothing where it shows that already, since it may have been touched again meanwhile."""
    if isinstance(value, list) and isinstance(shown, list):
        return no_update if sorted(map(str, value)) == sorted(map(str, shown)) else shown
    same = str(value) == str(shown) or not (value or shown)
    return no_update if same else shown


def _register_answer(app: Dash, reader: Any) -> None:
    address = Input(ids.ADDRESS, "search")

    @app.callback(
        Output(ids.ANSWER, "children"),
        Output(ids.WAYS_OUT, "children"),
        Output(ids.CHIPS, "children"),
        Output(ids.CAVEATS, "children"),
        Output(ids.PROBLEM, "children"),
        address,
    )
    def answer(search: str | None) -> Any:
        return *answers.answer_parts(reader, read_state(reader, search)), None

    @app.callback(
        Output(ids.PLACE_CARD, "children"),
        Output(ids.FORECAST_WORDS, "children"),
        Output(ids.TAB_PANEL, "children"),
        Output(ids.TAB_PANEL, "hidden"),
        address,
    )
    def details(search: str | None) -> Any:
        state = read_state(reader, search)
        tab = answers.tab_content(reader, state)
        return answers.place_card(reader, state), answers.forecast_words(reader, state.view.forecast), tab, tab is None


def _register_counts(app: Dash, reader: Any) -> None:
    address = Input(ids.ADDRESS, "search")

    @app.callback(
        Output(ids.TYPES, "counts"),
        Output(ids.WEEKDAYS, "counts"),
        Output(ids.HOURS_CHART, "children"),
        Output(ids.WEEKS, "children"),
        address,
    )
    def counts(search: str | None) -> Any:
        state = read_state(reader, search)
        return (
            answers.type_counts(reader, state.question),
            answers.weekday_counts(reader, state.question),
            answers.hours_chart(reader, state.question),
            answers.weeks_figure(reader, state),
        )

    @app.callback(
        Output(ANY_AREA, "counts"),
        Output(ids.LOCATIONS, "counts"),
        Output(ids.MAP, "areas"),
        Output(ids.MAP, "area_kind"),
        address,
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
