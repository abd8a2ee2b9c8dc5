"""The verdict on a place in one glance: how it stands among places like it, how it changed, mostly what, and which areas hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from hotspots.domain.honest_number import Change, PlaceStanding
from hotspots.domain.public_answer import Area, Choices
from hotspots.domain.public_counts import TypeCount
from hotspots_dashboard.components.html_attributes import HIDDEN, aria
from hotspots_dashboard.components.links import area_address, stay_link
from hotspots_dashboard.components.take_away import taken_chart, taken_sentence
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import number
from hotspots_dashboard.words.language import _

MOST_TYPES = 3
BINS = 28
ALIKE = 0.1  # a ratio this near to 1 is "about as many"


def verdict(
    state: PageState,
    *,
    place: PlaceStanding | None,
    change: Change | None,
    types: Sequence[TypeCount],
    holders: Sequence[Area],
    choices: Choices,
    own_page: bool = False,
) -> list[Component]:
    """Every line of the verdict that can be told."""
    return [
        *([_standing(place)] if place else []),
        taken_sentence(
            change_words(change), className=f"verdict-change change-{change.category if change else 'none'}"
        ),
        *_mostly(state, types),
        *([] if own_page else _holders(state, holders, choices)),
    ]


def _standing(place: PlaceStanding) -> Component:
    title = _("How many such places have how many")
    return taken_chart([html.P(standing_words(place)), _bars(place)], title, className="verdict-standing")


def standing_words(place: PlaceStanding) -> str:
    """How many times a typical place like it, and more than how many of a hundred."""
    share = number(100 * place.share_below)
    if place.ratio is None:
        said = _("Half of the places like it have none; this one has more than {share} of 100.", share=share)
    elif place.of == "circles":
        said = (
            _("About as many as a typical place of its size, more than {share} of 100.", share=share)
            if abs(place.ratio - 1) < ALIKE
            else _(
                "{times} times a typical place of its size, more than {share} of 100.",
                times=_times(place.ratio),
                share=share,
            )
        )
    elif place.per == "residents":
        said = _(
            "{times} times the reports per resident of a typical area of its kind, more than {share} of 100.",
            times=_times(place.ratio),
            share=share,
        )
    else:
        said = _(
            "{times} times as many for its size as a typical area of its kind, more than {share} of 100.",
            times=_times(place.ratio),
            share=share,
        )
    beyond = {
        "higher": _("It stands out from the rest."),
        "lower": _("It stands out from the rest."),
    }
    return " ".join([said, *([beyond[place.category]] if place.category in beyond else [])])


def _times(ratio: float) -> str:
    return number(ratio, decimals=0 if ratio >= 10 else 1)


def _bars(place: PlaceStanding) -> Component:
    """How many places have how many: the bar of this place and the middle one are marked."""
    values = sorted(place.others)
    top = max(values[int(0.98 * (len(values) - 1))], place.number, 1e-9)

    def bin_of(value: float) -> int:
        return min(BINS - 1, int(BINS * min(value, top) / top))

    counted = [0] * BINS
    for value in values:
        counted[bin_of(value)] += 1
    most, own, middle = max(*counted, 1), bin_of(place.number), bin_of(place.middle)
    bars = [
        html.Span(
            className="standing-bar" + (" standing-own" if at == own else ""),
            style={"height": f"{max(6 if at == own else 0, 100 * n / most):.0f}%"},
        )
        for at, n in enumerate(counted)
    ]
    tick = html.Span(className="standing-middle", style={"left": f"{100 * (middle + 0.5) / BINS:.1f}%"})
    ends = [
        html.Span(_("few")),
        html.Span(_("middle"), style={"left": f"{100 * (middle + 0.5) / BINS:.1f}%"}),
        html.Span(_("many")),
    ]
    return html.Div(
        [html.Div([*bars, tick], className="standing-bars"), html.Div(ends, className="standing-ends")], **HIDDEN
    )


def change_words(change: Change | None) -> str:
    """The change against the same days last year with its certainty; never a bare percentage."""
    if change is None:
        return _("Last year cannot be compared: the data do not cover these days in both years.")
    past = number(change.expected)
    if change.category == "within" or change.ratio is None:
        return _("{past} in the same days last year: the difference is within what is normal here.", past=past)
    percent = number(100 * abs(change.ratio - 1))
    if change.category == "higher":
        return _(
            "{percent} % more than in the same days last year ({past}): more than chance explains.",
            percent=percent,
            past=past,
        )
    return _(
        "{percent} % fewer than in the same days last year ({past}): more than chance explains.",
        percent=percent,
        past=past,
    )


def _mostly(state: PageState, types: Sequence[TypeCount]) -> list[Component]:
    """The types with most reports, each a press away from being the filter."""
    found = [one for one in types if one.incidents][:MOST_TYPES]
    total = sum(one.incidents for one in types)
    if len(found) < 2:
        return []
    links = []
    for one in found:
        asked = replace(state.question, crime_types=(one.name,))
        said = _("{type} ({share} %)", type=one.label, share=number(100 * one.incidents / total))
        links += [stay_link(said, state.link(question=asked), focus=ids.ANSWER), ", "]
    return [taken_sentence([_("Mostly:"), " ", *links[:-1]], className="verdict-types")]


def _holders(state: PageState, holders: Sequence[Area], choices: Choices) -> list[Component]:
    """The areas that hold the place, or the area that is the place: each a link to its own page."""
    links = []
    for area in holders:
        links += [html.A(sentences.area_name(area, choices), href=area_address(state, area)), " · "]
    if len(state.question.areas) == 1 and not holders:
        area = choices.areas[state.question.areas[0]]
        links = [
            html.A(
                _("All about {area}: a page to share and to print", area=sentences.area_name(area, choices)),
                href=area_address(state, area),
            ),
            "",
        ]
    return (
        [html.Nav(links[:-1], className="verdict-areas", **aria(label=_("Areas that hold this place")))]
        if links
        else []
    )
