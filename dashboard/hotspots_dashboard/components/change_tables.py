"""Change against last year as tables: by type, and by area; never a bare percentage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from hotspots.domain.honest_number import AreaChange, Change, TypeChange
from hotspots.domain.public_answer import Choices
from hotspots_dashboard.components.html_attributes import HIDDEN, aria
from hotspots_dashboard.components.links import area_address, stay_link
from hotspots_dashboard.components.take_away import taken_chart
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import number
from hotspots_dashboard.words.language import _

TITLE_ID = "change-title"
FEWEST = 10  # in both periods: below that chance moves too much to say anything


def type_table(state: PageState, changes: Sequence[TypeChange]) -> Component:
    """Type, these days, last year, how it changed, and the same of the year to date; a type is a press away from being the filter."""
    heads = [
        _("Type"),
        _("These days"),
        _("Last year"),
        _("Change"),
        _("Year to date"),
        _("Last year to date"),
        _("Change of the year"),
    ]
    rows = [
        html.Tr(
            [
                html.Th(_type_link(state, one), scope="row"),
                html.Td("–" if one.incidents is None else number(one.incidents), className="number"),
                *_cells(one.recent),
                html.Td(number(one.to_date.now) if one.to_date else "–", className="number"),
                *_cells(one.to_date),
            ],
            className="asked" if one.name in state.question.crime_types else None,
        )
        for one in changes
    ]
    return _table(_("Change by type"), heads, rows)


def _type_link(state: PageState, one: TypeChange) -> list[Component]:
    asked = () if state.question.crime_types == (one.name,) else (one.name,)
    link = stay_link(
        one.label, state.link(question=replace(state.question, crime_types=asked), anchor=None), focus=TITLE_ID
    )
    return [html.Span(className=f"mark mark-{one.group}", **HIDDEN), link]


def area_table(state: PageState, label: str, changes: Sequence[AreaChange], choices: Choices) -> Component:
    """Area, these days, last year, change; those that changed most certainly first. An area's name leads to its page."""
    rows = [
        html.Tr(
            [
                html.Th(
                    html.A(sentences.area_name(one.area, choices), href=area_address(state, one.area)), scope="row"
                ),
                html.Td(number(one.change.now), className="number"),
                *_cells(one.change, has_bounds=one.change.category != "within"),
            ]
        )
        for one in sorted(changes, key=lambda one: -abs(one.change.z))
    ]
    return _table(_("Change by area: {kind}", kind=label), [label, _("These days"), _("Last year"), _("Change")], rows)


def _cells(change: Change | None, *, has_bounds: bool = True) -> list[Component]:
    if change is None:
        return [html.Td("–", className="number"), html.Td(_("not known"), className="quiet")]
    return [
        html.Td(number(change.expected), className="number"),
        html.Td(certainty(change, has_bounds=has_bounds), className=f"change-{change.category}"),
    ]


def certainty(change: Change, *, has_bounds: bool = True) -> str:
    """19 % fewer (10 to 27), or within chance with the same bounds; too few where both counts are small."""
    if max(change.now, change.expected) < FEWEST or change.ratio is None:
        return _("too few to say")
    if not has_bounds:
        return _("within chance")
    low, high = (None if end is None else 100 * (end - 1) for end in change.ratio_interval)
    bounds = f"{_signed(low)} … {_signed(high)} %"
    if change.category == "within":
        return _("within chance ({bounds})", bounds=bounds)
    percent = number(100 * abs(change.ratio - 1))
    if change.category == "higher":
        return _("{percent} % more ({bounds})", percent=percent, bounds=bounds)
    return _("{percent} % fewer ({bounds})", percent=percent, bounds=bounds)


def _signed(percent: float | None) -> str:
    if percent is None:
        return "∞"
    rounded = round(percent)
    return f"+{number(rounded)}" if rounded > 0 else f"−{number(-rounded)}" if rounded < 0 else "0"


def note() -> str:
    """How the tables are to be read."""
    return _(
        "“More” and “fewer” stand only where chance, and how such weeks differ anyway, do not explain the difference. In brackets: "
        "997 of 1,000 such intervals hold the true change. One in some 400 lines without any change would say more or fewer."
    )


def _table(title: str, heads: Sequence[str], rows: Sequence[Component]) -> Component:
    counts = {1, 2, 4, 5}  # columns of numbers
    head = [html.Th(name, scope="col", className="number" if at in counts else None) for at, name in enumerate(heads)]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(list(rows))], className="word-table change-table")
    return taken_chart([html.Div(table, className="scroll", tabIndex=0, role="region", **aria(label=title))], title)
