"""The filter panel: controls only, each named in ``public/ids.py``; their values come from the address bar."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from hotspots.domain.filters.declaration import ColumnField, Group
from hotspots.domain.filters.fields import COLUMN_FIELDS
from hotspots.domain.forecasts.published import PublicForecast
from hotspots.domain.period import PRESET_DAYS, Period
from hotspots.domain.public_answer import Choices, Vintage
from hotspots_dashboard.components.browser_components import Choice, Day, OneOf, PickList
from hotspots_dashboard.components.html_attributes import aria
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PARTS_OF_DAY
from hotspots_dashboard.words import forecasts as forecast_words
from hotspots_dashboard.words.filter_words import choice_label, stands_for
from hotspots_dashboard.words.formats import distance, number, weekdays
from hotspots_dashboard.words.language import _, current, translated

# By whether the city measures in miles: 500 and 1,000 feet, quarters and whole miles.
RADII_M = {False: (100, 200, 400, 800, 1600, 3200, 5000), True: (152, 305, 400, 800, 1600, 3200, 4830)}
NEAR_M = {False: (100, 200, 300, 500, 800), True: (152, 305, 400, 800)}


def radius_control() -> Component:
    """How far around the place that was searched."""
    radii = [{"value": metres, "label": distance(metres)} for metres in RADII_M[current().units.miles]]
    return html.Div(
        [
            Choice(id=ids.RADIUS, label=_("Within"), options=radii, value="800"),
            html.P(_("{distance} is about ten minutes on foot.", distance=distance(800)), className="quiet"),
        ],
        className="radius",
        id=ids.RADIUS_ROW,
        hidden=True,
    )


def filter_panel(choices: Choices, vintage: Vintage, period: Period) -> list[Component]:
    """Presets, and the groups When, What, Time of day and Where, each folded behind what it says now."""
    groups: dict[Group, tuple[str, list[Component]]] = {
        "when": (_("When"), _when(vintage, period)),
        "what": (_("What"), []),
        "time of day": (_("Time of day"), _time_of_day()),
        "where": (_("Where"), [*_areas(choices), *_near(choices)]),
    }
    return [
        html.H2(_("Filters"), className="hidden-words"),
        html.Div(id=ids.PRESETS, className="presets", tabIndex=-1),
        html.Div(
            [
                _group(title, [*controls, *_columns(choices, group)], state)
                for (group, (title, controls)), state in zip(groups.items(), ids.FILTER_STATES, strict=True)
            ],
            className="groups",
        ),
    ]


def forecast_panel(choices: Choices, forecasts: tuple[PublicForecast, ...]) -> Component:
    """The forecast to draw, where one is published."""
    return html.Div(
        html.Section(
            [html.H3(_("More on the map")), *_forecast(choices, forecasts)],
            className="more",
            **aria(label=_("More on the map")),
        ),
        hidden=not forecasts,
    )


def _group(title: str, controls: list[Component], state: str) -> Component:
    """A group folded away; its head says what is chosen."""
    head = html.Summary([html.Span(title, className="group-name"), html.Span(id=state, className="group-state")])
    return html.Details([head, html.Section(controls, className="group-body", **aria(label=title))], className="group")


def _when(vintage: Vintage, period: Period) -> list[Component]:
    first = (vintage.first_day or period.start).isoformat()
    last = period.last_day.isoformat()
    presets = [{"value": days, "label": _("{n} days", n=number(days))} for days in PRESET_DAYS]
    return [
        OneOf(id=ids.PRESET, label=_("Last days of data"), options=presets, value=None),
        html.Div(
            [
                Day(id=ids.FIRST_DAY, label=_("From"), first=first, last=last, value=period.start.isoformat()),
                Day(id=ids.LAST_DAY, label=_("To"), first=first, last=last, value=last),
            ],
            className="pair",
        ),
        html.Div(id=ids.OTHER_PERIODS, className="other-periods"),
    ]


def _time_of_day() -> list[Component]:
    return [
        OneOf(id=ids.PART_OF_DAY, label=_("Time of day"), options=_parts_of_day(), value=""),
        html.Div(id=ids.HOURS_CHART, className="hours-chart"),
        html.Div(
            [_hour(ids.HOUR_FROM, _("From hour"), range(24)), _hour(ids.HOUR_UNTIL, _("Until hour"), range(1, 25))],
            className="pair",
        ),
        PickList(
            id=ids.WEEKDAYS,
            label=_("Days of the week"),
            look="chips",
            value=[],
            options=[{"value": at, "label": name} for at, name in enumerate(weekdays(), start=1)],
        ),
    ]


def _parts_of_day() -> list[dict[str, str]]:
    names = (_("Morning"), _("Afternoon"), _("Evening"), _("Night"))
    parts = [{"value": hours, "label": name} for hours, name in zip(PARTS_OF_DAY, names, strict=True)]
    return [{"value": "", "label": _("Any")}, *parts]


def _hour(name: str, label: str, hours: range) -> Component:
    options = [{"value": f"{hour:02}", "label": current().hour(hour)} for hour in hours]
    return Choice(id=name, label=label, value=None, options=[{"value": "", "label": _("Any")}, *options])


def _columns(choices: Choices, group: Group) -> list[Component]:
    """The controls of a group's fields that one column answers; hidden where the city cannot be asked."""
    fields = [field for field in COLUMN_FIELDS if field.group == group]
    return [html.Div(_column(field, choices), hidden=not field.choices(choices)) for field in fields]


def _column(field: ColumnField, choices: Choices) -> Component:
    options = [
        {
            "value": one.value,
            "label": choice_label(field, one),
            **({"mark": one.mark} if one.mark else {}),
            **({"note": stands_for(one)} if one.stands_for else {}),
        }
        for one in field.choices(choices)
    ]
    name, label = field.parameter.name, translated(field.label)
    if field.look == "one of":
        return OneOf(id=name, label=label, value="", options=[{"value": "", "label": _("Any")}, *options])
    if field.look == "chips":
        return PickList(id=name, label=label, look="chips", value=[], options=options)
    return PickList(
        id=name,
        label=label,
        look="list",
        searchable=True,
        words=_pick_words(),
        value=[],
        open=False,
        options=options,
    )


def _areas(choices: Choices) -> list[Component]:
    return [
        PickList(
            id=ids.area(kind.kind),
            label=kind.label,
            look="list",
            searchable=len(kind.areas) > 8,
            words=_pick_words(),
            value=[],
            open=False,
            options=[{"value": area.area_id, "label": _area_label(area.code, area.name)} for area in kind.areas],
        )
        for kind in choices.area_kinds
    ]


def _pick_words() -> dict[str, str]:
    return {
        "any": _("Any"),
        "chosen": _("{n} chosen"),
        "find": _("Find"),
        "none": _("Nothing here is called that."),
    }


def _area_label(code: str, name: str) -> str:
    return name if code == name or not name else f"{name} ({code})" if not name.endswith(code) else name


def _near(choices: Choices) -> list[Component]:
    distances = [{"value": "", "label": _("Any distance")}]
    distances += [{"value": str(metres), "label": f"≤ {distance(metres)}"} for metres in NEAR_M[current().units.miles]]
    return [
        html.Div(
            [
                Choice(id=ids.near(kind.kind), label=_("Near: {kind}", kind=kind.label), options=distances, value=None)
                for kind in choices.place_kinds
            ],
            className="pair",
        )
    ]


def _forecast(choices: Choices, forecasts: tuple[PublicForecast, ...]) -> list[Component]:
    layers = [{"value": "", "label": _("None")}]
    layers += [
        {"value": str(one.forecast_id), "label": forecast_words.forecast_name(one, choices)} for one in forecasts
    ]
    return [
        Choice(id=ids.FORECAST, label=_("Forecast layer"), options=layers, value=None),
        html.Div(id=ids.FORECAST_WORDS, className="quiet"),
    ]
