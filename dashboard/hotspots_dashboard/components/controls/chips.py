"""Chips: one for each part of the filter; a press takes the part away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from dash import html
from dash.development.base_component import Component

from hotspots.domain.filters.fields import column_values
from hotspots.domain.incident_filter import Around, IncidentFilter
from hotspots.domain.public_answer import Choices
from hotspots_dashboard.components.html_attributes import HIDDEN, aria
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import filter_words, sentences
from hotspots_dashboard.words.formats import distance, hours, short_period, weekday
from hotspots_dashboard.words.language import _

T = TypeVar("T")


def active_chips(state: PageState, choices: Choices, place: str | None) -> list[Component]:
    """One chip for each part of the filter, and one press for all."""
    chips = [
        stay_link(
            [name, html.Span("×", className="chip-cross", **HIDDEN)],
            state.link(question=without),
            focus=ids.ANSWER,
            className="chip",
            **aria(label=_("Remove: {part}", part=name)),
        )
        for name, without in _parts(state, choices, place)
    ]
    everything = stay_link(
        _("Clear all"),
        state.link(question=IncidentFilter(state.default_period)),
        focus=ids.ANSWER,
        whole=True,
        className="clear-all",
    )
    return [*chips, everything] if chips else []


def around_area(state: PageState, entry: int) -> list[Component]:
    """One area is the question: what lies around it, too, is a press away. `entry` is the area's in the gazetteer."""
    wider = replace(state.question, areas=(), around=Around(entry))
    said = _("and {radius} around it", radius=distance(wider.around.radius_m if wider.around else 0))
    return [stay_link(said, state.link(question=wider), focus=ids.ANSWER, className="around-it")]


def area_alone(state: PageState, choices: Choices, area_id: int) -> list[Component]:
    """The question is about the ground around an area; the area alone is a press away."""
    said = _("{area} alone", area=sentences.area_name(choices.areas[area_id], choices))
    alone = replace(state.question, around=None, areas=(area_id,))
    return [stay_link(said, state.link(question=alone), focus=ids.ANSWER, className="around-it")]


def _parts(state: PageState, choices: Choices, place: str | None) -> Iterator[tuple[str, IncidentFilter]]:
    """Each part in words, with the question that is left without it."""
    question = state.question
    if question.around:
        radius = distance(question.around.radius_m)
        name = sentences.place(place or "")
        yield _("{radius} around {place}", radius=radius, place=name), replace(question, around=None)
    if question.period != state.default_period:
        yield short_period(question.period), question.with_period(state.default_period)
    if question.hours:
        yield hours(question.hours), replace(question, hours=None)
    if question.weekdays:
        yield ", ".join(weekday(iso) for iso in sorted(question.weekdays)), replace(question, weekdays=())
    if question.polygon:
        yield _("Area drawn on the map"), replace(question, polygon=None)
    kinds = {kind.kind: kind.label for kind in choices.area_kinds}
    for area_id in question.areas:
        area = choices.areas[area_id]
        yield f"{kinds[area.kind]} {area.name}", replace(question, areas=_without(question.areas, area_id))
    places = {kind.kind: kind.label for kind in choices.place_kinds}
    for near in question.near:
        label = f"{places.get(near.kind, near.kind)} ≤ {distance(near.distance_m)}"
        yield label, replace(question, near=_without(question.near, near))
    for field, _value in column_values(question):
        asked = filter_words.chosen(field, question, choices)
        for word, label in asked:
            left = field.value_of(tuple(other for other, _label in asked if other != word))
            yield label, replace(question, **{field.attribute: left})


def _without(values: tuple[T, ...], value: T) -> tuple[T, ...]:
    return tuple(one for one in values if one != value)
