"""The incidents of one public point, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import Anchor, IncidentRow
from hotspots_dashboard.components.html_attributes import HIDDEN, aria
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.components.take_away import taken_sentence
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import day, hour_band, location, number
from hotspots_dashboard.words.language import _, ngettext

MOST_ROWS = 500  # incidents that one card lists


def place_card(
    state: PageState, anchor: Anchor, rows: Sequence[IncidentRow], *, concern: Component | None = None
) -> Component:
    """The point's name, how many of the selection stand there, each in a line, why they stand there, and a link to the form of concerns."""
    name = sentences.point(anchor.name, anchor.status)
    close = stay_link(
        "×",
        state.link(anchor=None, page=state.view.page),
        focus=ids.ANSWER,
        className="close",
        **aria(label=_("Close this list")),
    )
    return html.Section(
        [
            html.Div([html.H2(name, id="place-card-title", tabIndex=-1), close], className="card-head"),
            taken_sentence(_count(rows)),
            html.Ol([_row(row) for row in rows], className="card-rows", tabIndex=0, **aria(label=name)),
            *([concern] if concern else []),
            html.Details([html.Summary(_("Why here?")), html.P(sentences.why_here(anchor))], className="why"),
        ],
        className="card",
        **aria(labelledby="place-card-title"),
    )


def missing_card() -> Component:
    """The note where an old address names a point that is gone."""
    return html.P(_("That public point is not on the map any more."), className="quiet")


def _count(listed: Sequence[IncidentRow]) -> str:
    rows, points = len(listed), len({row.anchor_id for row in listed})
    if points > 1 and rows < MOST_ROWS:
        return _(
            "{n} of the reported incidents of this selection stand in this block, at {points} points.",
            n=number(rows),
            points=number(points),
        )
    if rows >= MOST_ROWS:
        said = _("The newest {n} of the reported incidents of this selection that stand here.")
    else:
        said = ngettext(
            "{n} of the reported incidents of this selection stands here.",
            "{n} of the reported incidents of this selection stand here.",
            rows,
        )
    return said.format(n=number(rows))


def _row(row: IncidentRow) -> Component:
    where = [location(row.location_type)] if row.location_type else []
    arrest = [_("arrest made")] if row.arrest else []
    return html.Li(
        [
            html.Span(className=f"mark mark-{row.group}", **HIDDEN),
            html.Span(
                [
                    html.Strong(row.crime_type),
                    html.Span(f"{day(row.day, short=True)}, {hour_band(row.hour)}"),
                    *([html.Span(" · ".join(where + arrest), className="quiet")] if where or arrest else []),
                ],
                className="card-row",
            ),
        ]
    )
