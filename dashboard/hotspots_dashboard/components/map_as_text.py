"""The map in words: what it shows as a summary and a table, for whoever cannot or does not want to see it."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from hotspots.domain.map_words import ForecastCells, PointCount, PointCounts
from hotspots_dashboard.components.html_attributes import aria
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.components.take_away import taken_chart, taken_sentence
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.components import forecast_levels
from hotspots_dashboard.words.formats import distance, number
from hotspots_dashboard.words.language import _


def map_in_words(state: PageState, summary: list[str], points: PointCounts, caption: str) -> Component:
    """Sentences, then the points of the map: the nearest first where a place was searched, else those with most incidents."""
    shown = len(points.points)
    near = state.question.around is not None
    if shown < points.total:
        order = _("the {n} nearest of {total}") if near else _("the {n} with most of {total}")
    else:
        order = _("all {n}, the nearest first") if near else _("all {n}, those with most first")
    title = _("Points on the map: {which}", which=order.format(n=number(shown), total=number(points.total)))
    return html.Section(
        [
            html.H3(_("The map in words")),
            *[taken_sentence(one) for one in summary],
            *([_points(state, points, title, near=near)] if points.points else []),
            html.P(caption, className="quiet"),
        ],
        className="in-words",
    )


def _points(state: PageState, points: PointCounts, title: str, *, near: bool) -> Component:
    head = [_("Place"), _("Incidents"), _("Most often")] + ([_("How far, and where")] if near else [])
    rows = [html.Tr([html.Th(_name(state, one), scope="row"), *_cells(one, near=near)]) for one in points.points]
    return _table(title, head, rows)


def _name(state: PageState, one: PointCount) -> Component:
    link = state.link(anchor=one.anchor_id, page=state.view.page)
    return stay_link(sentences.place(one.name), link, focus="place-card-title")


def _cells(one: PointCount, *, near: bool) -> list[Component]:
    cells: list[Component] = [html.Td(number(one.incidents), className="number"), html.Td(one.most)]
    if near:
        cells.append(html.Td(_whereabouts(one)))
    return cells


def _whereabouts(one: PointCount) -> str:
    if not one.distance_m:
        return _("here")
    far = distance(one.distance_m)
    return far if one.bearing is None else f"{far}, {directions()[round(one.bearing / 45) % 8]}"


def directions() -> tuple[str, ...]:
    """The eight directions of the compass from north, clockwise."""
    return (
        _("north"), _("north-east"), _("east"), _("south-east"), _("south"), _("south-west"), _("west"), _("north-west"),
    )  # fmt: skip


def forecast_in_words(state: PageState, name: str, cells: ForecastCells) -> Component:
    """The cells of the drawn forecast with most expected incidents where the question's place is."""
    title = _(
        "Forecast cells here with most expected incidents, {n} of {total}: {name}",
        n=number(len(cells.cells)),
        total=number(cells.total),
        name=name,
    )
    rows = [
        html.Tr(
            [
                html.Th(sentences.surroundings(cell.name), scope="row"),
                html.Td(number(cell.expected, decimals=1), className="number"),
                html.Td(forecast_levels()[cell.level - 1]),
            ]
        )
        for cell in cells.cells
    ]
    head = [_("Cell"), _("Expected incidents"), _("Against the city's average")]
    return html.Section(_table(title, head, rows) if rows else html.P(_("No cell of the forecast lies here.")))


def _table(title: str, head: list[str], rows: Sequence[Component]) -> Component:
    table = html.Table(
        [
            html.Caption(title),
            html.Thead(
                html.Tr(
                    [
                        html.Th(name, scope="col", className="number" if at == 1 else None)
                        for at, name in enumerate(head)
                    ]
                )
            ),
            html.Tbody(rows),
        ],
        className="word-table",
    )
    return taken_chart([html.Div(table, className="scroll", tabIndex=0, role="region", **aria(label=title))], title)
