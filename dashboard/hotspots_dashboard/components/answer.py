"""The answer: the number, its sentence, what is active, where the incidents are, and what to do when nothing matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from dash import html
from dash.development.base_component import Component

from hotspots.domain.incident_filter import MAX_RADIUS_M, IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Anchor, Choices, Counts, IncidentRow
from hotspots_dashboard.components.attributes import HIDDEN, aria, data
from hotspots_dashboard.public import ids, words
from hotspots_dashboard.public.page_state import PageState

T = TypeVar("T")


def stay_link(children: Any, href: str, *, focus: str, **properties: Any) -> Component:
    """A link that changes the address without loading the page; focus goes to the element named."""
    return html.A(children, href=href, **data(stay=focus), **properties)


def answer_sentence(state: PageState, counts: Counts, choices: Choices, place: str | None) -> list[Component]:
    """The number and the sentence; the live region of the page."""
    said = words.sentence(state.question, counts, choices, place)
    if counts.total == 0:
        said = "No reported incidents match: none " + said.split(" ", 2)[2] if said.count(" ") > 2 else said
        return [html.Span(said, className="answer-none"), *_problem(state)]
    return [html.Strong(words.number(counts.total), className="answer-number"), html.Span(" " + said), *_problem(state)]


def _problem(state: PageState) -> list[Component]:
    return (
        [html.Span(" " + words.NOT_READ.format(reason=state.problem), className="answer-problem")]
        if state.problem
        else []
    )


def ways_out(state: PageState) -> list[Component]:
    """What would change an empty answer: a wider radius, a longer period, no filter at all."""
    question = state.question
    links = []
    if question.around and question.around.radius_m < MAX_RADIUS_M:
        radius = min(question.around.radius_m * 2, MAX_RADIUS_M)
        wider = replace(question, around=replace(question.around, radius_m=radius))
        links.append((words.WIDER.format(radius=words.distance(radius)), wider))
    n_days = max(question.period.n_days * 4, 90) if question.period.n_days < 365 else question.period.n_days * 2
    longer = question.with_period(Period.last_days(state.default_period.last_day, n_days))
    links.append((words.LONGER.format(n=words.number(n_days)), longer))
    links.append((words.EVERYTHING, IncidentFilter(state.default_period)))
    return [stay_link(name, state.link(question=asked), focus=ids.ANSWER, className="button") for name, asked in links]


def active_chips(state: PageState, choices: Choices, place: str | None) -> list[Component]:
    """One chip for each part of the filter; a press takes the part away."""
    parts = list(_parts(state, choices, place))
    chips = [
        stay_link(
            [name, html.Span("×", className="chip-cross", **HIDDEN)],
            state.link(question=without),
            focus=ids.ANSWER,
            className="chip",
            **aria(label=words.remove(name)),
        )
        for name, without in parts
    ]
    everything = stay_link(
        words.CLEAR_ALL,
        state.link(question=IncidentFilter(state.default_period)),
        focus=ids.ANSWER,
        className="clear-all",
    )
    return [*chips, everything] if parts else []


def _parts(state: PageState, choices: Choices, place: str | None) -> list[tuple[str, IncidentFilter]]:
    question = state.question
    parts: list[tuple[str, IncidentFilter]] = []
    if question.around:
        parts.append((f"{words.distance(question.around.radius_m)} around {place}", replace(question, around=None)))
    if question.period != state.default_period:
        parts.append((words.short_period(question.period), question.with_period(state.default_period)))
    if question.hours:
        parts.append((words.hours(question.hours), replace(question, hours=None)))
    if question.weekdays:
        names = ", ".join(words.WEEKDAYS[day - 1] for day in sorted(question.weekdays))
        parts.append((names, replace(question, weekdays=())))
    labels = {kind.name: kind.label for kind in choices.crime_types}
    parts += [
        (labels.get(name, name), replace(question, crime_types=_without(question.crime_types, name)))
        for name in question.crime_types
    ]
    kinds = {kind.kind: kind.label for kind in choices.area_kinds}
    for area_id in question.areas:
        area = choices.areas[area_id]
        parts.append((f"{kinds[area.kind]} {area.name}", replace(question, areas=_without(question.areas, area_id))))
    places = {kind.kind: kind.label for kind in choices.place_kinds}
    parts += [
        (
            f"{places.get(near.kind, near.kind)} ≤ {words.distance(near.distance_m)}",
            replace(question, near=_without(question.near, near)),
        )
        for near in question.near
    ]
    parts += [
        (words.location(name), replace(question, location_types=_without(question.location_types, name)))
        for name in question.location_types
    ]
    return parts


def _without(values: tuple[T, ...], value: T) -> tuple[T, ...]:
    return tuple(one for one in values if one != value)


def place_card(state: PageState, anchor: Anchor, rows: Sequence[IncidentRow]) -> Component:
    """The incidents of one public point, newest first."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2(anchor.name, id="place-card-title", tabIndex=-1),
                    stay_link(
                        "×",
                        state.link(anchor=None, page=state.view.page),
                        focus=ids.ANSWER,
                        className="close",
                        **aria(label=words.CLOSE_CARD),
                    ),
                ],
                className="card-head",
            ),
            html.P(words.card_count(len(rows))),
            html.Ol([_card_row(row) for row in rows], className="card-rows", tabIndex=0, **aria(label=anchor.name)),
            html.Details([html.Summary(words.WHY_HERE), html.P(words.why_here(anchor))], className="why"),
        ],
        className="card",
        **aria(labelledby="place-card-title"),
    )


def _card_row(row: IncidentRow) -> Component:
    where = [words.location(row.location_type)] if row.location_type else []
    arrest = [words.ARREST_MADE] if row.arrest else []
    return html.Li(
        [
            html.Span(className=f"mark mark-{row.group}", **HIDDEN),
            html.Span(
                [
                    html.Strong(row.crime_type),
                    html.Span(f"{words.day(row.day, short=True)}, {words.hour_band(row.hour)}"),
                    *([html.Span(" · ".join(where + arrest), className="quiet")] if where or arrest else []),
                ],
                className="card-row",
            ),
        ]
    )
