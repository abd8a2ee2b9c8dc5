"""The parts of the desk's map that stand in place of the public head and actions."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import City, Vintage
from hotspots_dashboard.components.html_attributes import aria
from hotspots_dashboard.staff import acting
from hotspots_dashboard.staff.desk import Desk
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState

PATH = "/map/"
INVENTED = "This city is invented. Streets, people and incidents are made up to show the service."


def desk_head(desk: Desk) -> Any:
    """The head of the desk as components, for the page that Dash makes."""

    def head(city: City, _: Vintage, __: PageState) -> tuple[list[Component], list[Component]]:
        person = acting.current().person
        links = [
            html.Li(html.A(label, href=path, **(aria(current="page") if path == PATH else {})))
            for label, path in desk.menu(person)
        ]
        tools = [
            html.A(label, href=path, title="Ctrl K" if path == "/find" else None) for label, path in desk.tools(person)
        ]
        leave = html.Form(html.Button("Sign out", className="link"), method="post", action="/sign-out")
        above = [
            html.A("Skip to the answer", href=f"#{ids.ANSWER}", className="skip"),
            html.Div(
                [
                    html.H1("Map", className="hidden-words"),
                    html.A([city.service, html.Span(" desk")], href="/", className="desk-name"),
                    html.Nav(html.Ul(links, className="menu"), **aria(label="Pages")),
                    html.Div(
                        [
                            *tools,
                            html.Span(f"{person.name} · {person.role}"),
                            leave,
                        ],
                        className="person",
                    ),
                    html.Div(id=ids.SETTINGS, hidden=True),
                ],
                className="desk-head",
            ),
            *([html.P(INVENTED, className="invented")] if city.invented else []),
            *([html.P(_stands_on(desk.fixed_day), className="invented")] if desk.fixed_day else []),
        ]
        return above, []

    return head


def _layers_of(state: PageState) -> str:
    types = ",".join(state.question.crime_types)
    return f"/map/layers?{urlencode({'types': types})}" if types else "/map/layers"


def _stands_on(day: date) -> str:
    return f"This desk stands on {day:%a %d %b %Y}, to train on old data. It is not today."


def desk_actions(_: Any, state: PageState) -> tuple[list[Component]]:
    """The links beside an answer: save its place, take its rows."""
    person, asked = acting.current().person, state.search(question=state.question) or "?"
    links = []
    if person.may("place.write") and (state.question.around or state.question.polygon or state.question.areas):
        links.append(html.A("Save this place", href=f"/places/new{asked}", className="button"))
    links.append(html.A("Hot spots", href=_layers_of(state), className="button"))
    links.append(
        html.A("Save this view", href=f"/views/new?{urlencode({'page': 'map', 'query': asked})}", className="button")
    )
    if person.may("rows.export"):
        links.append(html.A("Export these incidents", href=f"/map/export{asked}", className="button"))
    if person.may("place.write") and not (state.question.around or state.question.polygon or state.question.areas):
        links.append(
            html.P(
                "To save a place: search an address, draw an outline on the map, or choose an area.", className="quiet"
            )
        )
    return (links,)
