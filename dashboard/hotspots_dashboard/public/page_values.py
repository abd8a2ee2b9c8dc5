"""Map the URL state to every component's value, for the first render and each update."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dash.development.base_component import Component

from hotspots.domain.filters.declaration import ColumnField
from hotspots.domain.filters.fields import COLUMN_FIELDS
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.components.static_html import markup
from hotspots_dashboard.public import layout, result_panels, statistics_panels
from hotspots_dashboard.public.city_view import city_view
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import Controls, PageState, controls_of

Part = tuple[str | dict[str, str], str]  # name of a component, and a property of it
Ask = Callable[[OpenReader, PageState], tuple[Any, ...]]

CONTROLS = (  # component, property, and the field of `Controls` that it fills
    (ids.RADIUS, "value", "radius"),
    (ids.PRESET, "value", "preset"),
    (ids.FIRST_DAY, "value", "first_day"),
    (ids.LAST_DAY, "value", "last_day"),
    (ids.PART_OF_DAY, "value", "part_of_day"),
    (ids.HOUR_FROM, "value", "hour_from"),
    (ids.HOUR_UNTIL, "value", "hour_until"),
    (ids.WEEKDAYS, "value", "weekdays"),
    (ids.MAP, "polygon", "polygon"),
)
VIEWS = (  # component, property, and the field of `View` that it fills
    (ids.TABS, "value", "tab"),
    (ids.FORECAST, "value", "forecast"),
    (ids.MAP, "picked", "anchor"),
)
OUTLINE = ("areas", "area_kind")  # of the map: what an unfolded list is about


def children(*names: str) -> tuple[Part, ...]:
    """The content of each component."""
    return tuple((name, "children") for name in names)


ANSWER_PARTS = (ids.ANSWER, ids.WAYS_OUT, ids.CHIPS, ids.OTHER_PERIODS, ids.SETTINGS, ids.PRESETS, *ids.FILTER_STATES)
# The number and what goes with the address as a whole, such as links.
ANSWER: tuple[tuple[Ask, tuple[Part, ...]], ...] = (
    (
        result_panels.answer_parts,
        children(*ANSWER_PARTS),
    ),
    (
        result_panels.details,
        (*children(ids.PLACE_CARD, ids.FORECAST_WORDS, ids.TAB_PANEL), (ids.TAB_PANEL, "hidden")),
    ),
    (result_panels.done_beside, children(ids.DONE)),
)
# What only the question decides, whatever tab or point is looked at.
BESIDE: tuple[tuple[Ask, tuple[Part, ...]], ...] = (
    (
        result_panels.counts_beside,
        ((ids.TYPES, "counts"), (ids.WEEKDAYS, "counts"), *children(ids.HOURS_CHART, ids.WEEKS)),
    ),
    (statistics_panels.stands_on, children(ids.CAVEATS)),
    (statistics_panels.verdict_of, children(ids.VERDICT)),
)


def told(asked: Iterable[tuple[Ask, tuple[Part, ...]]], reader: OpenReader, state: PageState) -> list[Any]:
    """The value of every part, in order."""
    return [
        markup(value) if name == "children" else value
        for ask, parts in asked
        for value, (_, name) in zip(ask(reader, state), parts, strict=True)
    ]


def parts_of(asked: Iterable[tuple[Ask, tuple[Part, ...]]]) -> list[Part]:
    """Every part, in the order of `told`."""
    return [part for _, parts in asked for part in parts]


def shown_controls(reader: OpenReader, state: PageState) -> Controls:
    """The values of the controls."""
    return controls_of(
        state,
        place_name=result_panels.searched_name(reader, state.question),
        kind_of_area=result_panels.kinds_of_areas(reader.choices()),
    )


def control_value(field: ColumnField, shown: Controls) -> Any:
    """The value of a field's control: the words chosen, or the only one of a control of one; empty for any."""
    words = shown.columns.get(field.parameter.name, [])
    return next(iter(words), "") if field.look == "one of" else words


def controls_told(reader: OpenReader, state: PageState) -> list[tuple[str | dict[str, str], str, Any]]:
    """Every control, and what the map draws: component, property, value."""
    shown, view, choices = shown_controls(reader, state), state.view, reader.choices()
    return [
        (ids.SEARCH, "value", shown.place),
        *[(name, prop, getattr(shown, field)) for name, prop, field in CONTROLS],
        *[(one.parameter.name, "value", control_value(one, shown)) for one in COLUMN_FIELDS],
        *[(ids.area(one.kind), "value", shown.areas.get(one.kind, [])) for one in choices.area_kinds],
        *[(ids.near(one.kind), "value", shown.near.get(one.kind)) for one in choices.place_kinds],
        (ids.TABS, "value", view.tab),
        (ids.FORECAST, "value", view.forecast),
        (ids.MAP, "picked", None if view.anchor is None else {"anchor": view.anchor}),
        (ids.MAP, "query", layout.tile_query(state)),
        (ids.MAP, "levels", city_view(reader, state.question, change=state.view.tab == "change")),
        (ids.MAP, "shape", result_panels.drawn_shape(reader, state)),
        (ids.MAP, "forecast", view.forecast),
        (ids.MAP, "done", result_panels.drawn_actions(reader, state)),
        (ids.RADIUS_ROW, "hidden", state.question.around is None),
    ]


def fill(page: Iterable[Component], reader: OpenReader, state: PageState, actions: Ask) -> None:
    """Tell every component of a new page what the address says, so that nothing is asked for again before the first change."""
    asked = (*ANSWER, *BESIDE, (actions, children(ids.ACTIONS)))
    values: dict[tuple[str, str], Any] = {
        (_key(name), prop): value
        for (name, prop), value in zip(parts_of(asked), told(asked, reader, state), strict=True)
    }
    outlined = result_panels.outlined(state.question, reader.choices(), None)
    values |= {(ids.MAP, name): value for name, value in zip(OUTLINE, outlined, strict=True)}
    values |= {(_key(name), prop): value for name, prop, value in controls_told(reader, state)}
    everything = [one for part in page for one in (part, *part._traverse())]  # noqa: SLF001
    components = {_key(name): one for one in everything if (name := getattr(one, "id", None)) is not None}
    for (name, prop), value in values.items():
        if name in components:
            setattr(components[name], prop, value)


def _key(name: str | Mapping[str, str]) -> str:
    return name if isinstance(name, str) else json.dumps(name)
