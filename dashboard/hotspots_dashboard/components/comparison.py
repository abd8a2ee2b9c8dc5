"""Two to five places side by side: the same numbers of each, bars on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Choices
from hotspots.domain.public_counts import TypeCount
from hotspots_dashboard.components.html_attributes import HIDDEN, aria
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.components.take_away import taken_chart
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.compared_places import MOST_PLACES
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words.formats import number
from hotspots_dashboard.words.language import _

MOST_LISTED = 100  # areas of a kind that can be added by a press; longer lists are chosen among the filters


@dataclass(frozen=True, slots=True)
class ComparedPlace:
    """One place of a comparison.

    Attributes
    ----------
    token : as in the address bar; None for the place that the filters ask for.
    question : what is asked of it; the head of its column leads there.
    name : "Within 800 m of …", "Police beat 1834", "Drawn area 1", or the whole city.
    incidents : None where nothing is known of the period.
    change : the change against the same days last year, in words.
    rate : incidents per 1,000 residents or per square kilometre, in words.
    """

    token: str | None
    question: IncidentFilter
    name: str
    incidents: int | None
    change: str
    rate: str
    types: tuple[TypeCount, ...]


def comparison(state: PageState, places: Sequence[ComparedPlace], *, own: str | None, choices: Choices) -> Component:
    """The table of places, and what can be added.

    Parameters
    ----------
    own : the question's own place as a token, where it can be kept for the comparison.
    """
    kept = state.view.compare
    add = []
    if own and own not in kept and len(kept) < MOST_PLACES:
        link = state.link(compare=(*kept, own))
        add.append(stay_link(_("Keep this place"), link, focus="comparison", className="button"))
    return html.Section(
        [
            html.H3(_("Places side by side"), id="comparison", tabIndex=-1),
            html.P(
                _(
                    "Keep this place, then search for another, draw an area or choose one, to see them side by side. "
                    "The other filters apply to all of them."
                ),
                className="quiet",
            ),
            html.Div([*add, *([] if len(kept) >= MOST_PLACES else _areas(state, choices))], className="compare-add"),
            _table(state, places) if kept else html.P(_("Nothing is kept yet to compare with.")),
        ],
        className="comparison",
    )


def _areas(state: PageState, choices: Choices) -> list[Component]:
    lists = []
    for kind in choices.area_kinds:
        offered = [area for area in kind.areas if f"a{area.area_id}" not in state.view.compare]
        if not 0 < len(offered) <= MOST_LISTED:
            continue
        links = [
            html.Li(
                stay_link(area.name, state.link(compare=(*state.view.compare, f"a{area.area_id}")), focus="comparison")
            )
            for area in offered
        ]
        lists.append(
            html.Details([html.Summary(_("Add: {kind}", kind=kind.label)), html.Ul(links)], className="compare-areas")
        )
    return lists


def _table(state: PageState, places: Sequence[ComparedPlace]) -> Component:
    measures = [
        _row(
            _("Reported incidents"),
            [html.Strong(_("Not known") if place.incidents is None else number(place.incidents)) for place in places],
        ),
        _row(_("Against the same days last year"), [place.change for place in places]),
        _row(_("Rate"), [place.rate for place in places]),
    ]
    top = max([one.incidents for place in places for one in place.types] + [1])
    by_name = [{one.name: one for one in place.types} for place in places]
    seen = {one.name: one for place in places for one in place.types if one.incidents}
    types = [
        _row(
            [html.Span(className=f"mark mark-{one.group}", **HIDDEN), one.label],
            [_bar(types[name], top) for types in by_name],
        )
        for name, one in seen.items()
    ]
    head = html.Tr([html.Td(), *[html.Th(_head(state, place), scope="col") for place in places]])
    title = _("Places side by side")
    table = html.Table([html.Thead(head), html.Tbody(measures), html.Tbody(types)], className="compare-table")
    return taken_chart([html.Div(table, className="scroll", tabIndex=0, role="region", **aria(label=title))], title)


def _row(name: Any, cells: list[Any]) -> Component:
    return html.Tr([html.Th(name, scope="row"), *[html.Td(cell) for cell in cells]])


def _head(state: PageState, place: ComparedPlace) -> list[Any]:
    if place.token is None:
        return [place.name]
    without = tuple(one for one in state.view.compare if one != place.token)
    remove = stay_link(
        "×",
        state.link(compare=without),
        focus=ids.TAB_PANEL,
        className="close",
        **aria(label=_("Remove: {part}", part=place.name)),
    )
    there = stay_link(place.name, state.link(question=place.question), focus="comparison")
    return [there, remove]


def _bar(one: TypeCount, top: int) -> Component:
    width = {"width": f"{100 * one.incidents / top:.2f}%"}
    bar = html.Span(className=f"bar bar-{one.group}", style=width, **HIDDEN)
    return html.Div([html.Span(number(one.incidents), className="number"), html.Div(bar)], className="compare-bar")
