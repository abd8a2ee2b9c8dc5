"""The filter panel: controls only, each named in ``public/ids.py``; their values come from the address bar."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from hotspots.domain.period import Period
from hotspots.domain.public_answer import Choices, PublicForecast, Vintage
from hotspots_dashboard.components.attributes import aria
from hotspots_dashboard.components.browser import Choice, Day, OneOf, PickList
from hotspots_dashboard.public import ids, words


def options(pairs: tuple[tuple[object, str], ...]) -> list[dict[str, object]]:
    """Pairs of value and label as a control takes them."""
    return [{"value": value, "label": label} for value, label in pairs]


def radius_control() -> Component:
    """How far around the place that was searched."""
    return html.Div(
        [
            OneOf(id=ids.RADIUS, label=words.RADIUS, options=options(words.RADII), value=800),
            html.P(words.RADIUS_NOTE, className="quiet"),
        ],
        className="radius",
        id=ids.RADIUS_ROW,
        hidden=True,
    )


def filter_panel(
    choices: Choices, vintage: Vintage, period: Period, forecasts: tuple[PublicForecast, ...]
) -> list[Component]:
    """The groups When, What, Where and More."""
    return [
        html.H2(words.FILTERS_TITLE, className="hidden-words"),
        _group(words.WHEN, _when(vintage, period)),
        _group(words.WHAT, [_types(choices)]),
        _group(words.WHERE, [*_areas(choices), *_near(choices), _locations(choices)]),
        html.Div(_group(words.MORE, _forecast(choices, forecasts)), hidden=not forecasts),
    ]


def _group(title: str, controls: list[Component]) -> Component:
    return html.Section([html.H3(title), *controls], className="group", **aria(label=title))


def _when(vintage: Vintage, period: Period) -> list[Component]:
    first = (vintage.first_day or period.start).isoformat()
    last = period.last_day.isoformat()
    hour_options = [{"value": "", "label": words.ANY_HOUR}]
    return [
        OneOf(id=ids.PRESET, label=words.PRESET, options=options(words.PRESETS), value=None),
        html.Div(
            [
                Day(id=ids.FIRST_DAY, label=words.FIRST_DAY, first=first, last=last, value=period.start.isoformat()),
                Day(id=ids.LAST_DAY, label=words.LAST_DAY, first=first, last=last, value=last),
            ],
            className="pair",
        ),
        OneOf(id=ids.PART_OF_DAY, label=words.PART_OF_DAY, options=options(words.PARTS_OF_DAY), value=""),
        html.Div(id=ids.HOURS_CHART, className="hours-chart"),
        html.Div(
            [
                Choice(
                    id=ids.HOUR_FROM,
                    label=words.HOUR_FROM,
                    value=None,
                    options=hour_options + [{"value": f"{hour:02}", "label": f"{hour:02}:00"} for hour in range(24)],
                ),
                Choice(
                    id=ids.HOUR_UNTIL,
                    label=words.HOUR_UNTIL,
                    value=None,
                    options=hour_options + [{"value": f"{hour:02}", "label": f"{hour:02}:00"} for hour in range(1, 25)],
                ),
            ],
            className="pair",
        ),
        PickList(
            id=ids.WEEKDAYS,
            label=words.WEEKDAYS_LABEL,
            look="chips",
            value=[],
            options=[{"value": at + 1, "label": name} for at, name in enumerate(words.WEEKDAYS)],
        ),
    ]


def _types(choices: Choices) -> Component:
    ordered = sorted(choices.crime_types, key=lambda kind: (choices.groups.index(kind.group), kind.label))
    return PickList(
        id=ids.TYPES,
        label=words.TYPES_LABEL,
        look="chips",
        value=[],
        options=[{"value": kind.name, "label": kind.label, "mark": kind.group} for kind in ordered],
    )


def _areas(choices: Choices) -> list[Component]:
    return [
        PickList(
            id=ids.area(kind.kind),
            label=kind.label,
            look="list",
            searchable=len(kind.areas) > 8,
            words=words.PICK,
            value=[],
            open=False,
            options=[{"value": area.area_id, "label": _area_label(area.code, area.name)} for area in kind.areas],
        )
        for kind in choices.area_kinds
    ]


def _area_label(code: str, name: str) -> str:
    return name if code == name or not name else f"{name} ({code})" if not name.endswith(code) else name


def _near(choices: Choices) -> list[Component]:
    distances = [{"value": "", "label": words.NEAR_ANY}]
    distances += [
        {"value": str(metres), "label": f"≤ {words.distance(metres)}"} for metres in (100, 200, 300, 500, 800)
    ]
    return [
        html.Div(
            [
                Choice(id=ids.near(kind.kind), label=words.near_label(kind.label), options=distances, value=None)
                for kind in choices.place_kinds
            ],
            className="pair",
        )
    ]


def _locations(choices: Choices) -> Component:
    return PickList(
        id=ids.LOCATIONS,
        label=words.LOCATIONS_LABEL,
        look="list",
        searchable=True,
        words=words.PICK,
        value=[],
        open=False,
        options=[{"value": name, "label": words.location(name)} for name in choices.location_types],
    )


def _forecast(choices: Choices, forecasts: tuple[PublicForecast, ...]) -> list[Component]:
    layers = [{"value": "", "label": words.FORECAST_NONE}]
    layers += [{"value": str(one.forecast_id), "label": words.forecast_name(one, choices)} for one in forecasts]
    return [
        Choice(id=ids.FORECAST, label=words.FORECAST_LABEL, options=layers, value=None),
        html.Div(id=ids.FORECAST_WORDS, className="quiet"),
    ]
