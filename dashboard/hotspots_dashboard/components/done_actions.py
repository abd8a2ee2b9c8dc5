"""Past actions and their effects, null results like others: a list, a line that leads to it, and marks for the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from hotspots.domain.act.done_action import DoneAction
from hotspots.words.done_actions import effect_words, figures_words, when_words
from hotspots_dashboard.components.html_attributes import HIDDEN
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.components.take_away import taken_sentence
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words.formats import both, number
from hotspots_dashboard.words.language import _, current, ngettext

TITLE_ID = "done-title"


def done_line(state: PageState, done: Sequence[DoneAction]) -> Component | None:
    """How many past actions stand at the place asked for, as a link to the list; None where there are none."""
    if not done:
        return None
    said = ngettext("{n} past action with its effect", "{n} past actions with their effects", len(done)).format(
        n=number(len(done))
    )
    return html.P([_("What was done here"), ": ", stay_link(said, state.link(tab="done"), focus=TITLE_ID)])


def on_the_map(done: Sequence[DoneAction]) -> list[dict[str, Any]]:
    """Title, sentence and points of each action that may be shown at a point."""
    language = current()
    return [
        {
            "title": f"{_title(one)}, {when_words(one, language=language)}",
            "sentence": effect_words(one, language=language),
            "points": [list(point) for point in one.points],
        }
        for one in done
        if one.points
    ]


def done_list(done: Sequence[DoneAction], *, is_place: bool, everywhere: str | None, caption: str) -> Component:
    """The list, newest first.

    Parameters
    ----------
    is_place : whether the question asks for a place.
    everywhere : link to the whole city's list, where it holds any.
    """
    return html.Section(
        [
            html.H3(_("What was done here"), id=TITLE_ID, tabIndex=-1),
            *(_listed(done) if done else _nothing(is_place=is_place, everywhere=everywhere)),
            html.P(caption, className="quiet"),
        ],
        className="done-list",
    )


def _listed(done: Sequence[DoneAction]) -> list[Component]:
    said = _(
        "Past actions whose effect two persons published, whether they helped or not, of every day and type. "
        "A patrol is shown 28 days after its last day. “Expected” is what would have been reported without the action."
    )
    return [html.P(said, className="quiet"), html.Ol([_action(one) for one in done])]


def _action(one: DoneAction) -> Component:
    language = current()
    figures = figures_words(one, language=language)
    judged = _("Judged by {types}.", types=both(one.crime_types))
    where = (
        ngettext("Shown at {n} public point.", "Shown at {n} public points.", len(one.points)).format(
            n=number(len(one.points))
        )
        if one.points
        else _("Shown at no public point.")
    )
    return html.Li(
        [
            html.H4(
                [
                    *([html.Span(className="done-mark", **HIDDEN)] if one.points else []),
                    html.Span(_title(one), lang="en"),
                ]
            ),
            taken_sentence([html.Strong(effect_words(one, language=language)), *([" ", figures] if figures else [])]),
            html.P(f"{when_words(one, language=language)}. {judged} {where}", className="quiet"),
        ]
    )


def _nothing(*, is_place: bool, everywhere: str | None) -> list[Component]:
    said = (
        _("No past action with a published effect is on record for this place.")
        if is_place
        else _("No past action with a published effect is on record yet.")
    )
    more = _(
        "That does not mean that nothing was done: an action stands here once it is over, was judged, and two persons published it."
    )
    link = [html.P(html.A(_("See those of the whole city"), href=everywhere))] if is_place and everywhere else []
    return [html.P(said), html.P(more, className="quiet"), *link]


def _title(one: DoneAction) -> str:
    return one.remedy[:1].upper() + one.remedy[1:]
