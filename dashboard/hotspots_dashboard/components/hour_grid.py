"""Hours across, weekdays down: when reports came, each cell a press away from being the filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from hotspots.domain.incident_filter import HourRange
from hotspots.domain.public_counts import HourWeekdayCount
from hotspots_dashboard.components.charts import shade
from hotspots_dashboard.components.html_attributes import aria
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words.formats import hour_band, number, weekday, weekdays
from hotspots_dashboard.words.language import _, current

TITLE_ID = "hours-title"


def hour_weekday_grid(cells: Sequence[HourWeekdayCount], state: PageState) -> Component:
    """The grid, its shades by count; sums at the edges, so that it adds up to the answer. A sentence where no report tells its hour."""
    if cells and all(cell.hour is None for cell in cells):
        return html.P(_("None of these reports tells its hour."))
    count = {(cell.weekday, cell.hour): cell.incidents for cell in cells}
    top = max([value for (_, hour), value in count.items() if hour is not None] + [1])
    hours: list[int | None] = [*range(24), *([None] if any(hour is None for _, hour in count) else [])]
    sums = [sum(count.get((iso, hour), 0) for iso in range(1, 8)) for hour in hours]
    heads = [
        html.Th("?", scope="col", title=hour_band(None))
        if hour is None
        else html.Th(_link(state, current().short_hour(hour), hour_band(hour), hour=hour), scope="col")
        for hour in hours
    ]
    rows = [
        html.Tr(
            [
                html.Th(_link(state, name, name, iso=iso), scope="row"),
                *[_cell(state, iso, hour, count.get((iso, hour), 0), top) for hour in hours],
                html.Td(number(sum(count.get((iso, hour), 0) for hour in hours)), className="sum"),
            ]
        )
        for iso, name in enumerate(weekdays(), start=1)
    ]
    foot = [html.Td(number(value), className="sum") for value in [*sums, sum(sums)]]
    table = html.Table(
        [
            html.Thead(html.Tr([html.Td(className="corner"), *heads, html.Th(_("All"), scope="col")])),
            html.Tbody(rows),
            html.Tfoot(html.Tr([html.Th(_("All"), scope="row"), *foot])),
        ],
        className="heat-grid",
    )
    title = _("Reported incidents by hour and weekday")
    grid = html.Div(table, className="scroll", tabIndex=0, role="region", **aria(label=title))
    if None not in hours:
        return grid
    return html.Div([grid, html.P(_("In the column ? are the reports whose hour is not known."), className="quiet")])


def _cell(state: PageState, iso: int, hour: int | None, value: int, top: int) -> Component:
    look = "heat " + ("heat-none" if hour is None else f"heat-{shade(value, top)}")
    if hour is None or not value:
        return html.Td(number(value), className=look)
    said = f"{weekday(iso)} {hour_band(hour)}: {number(value)}"
    return html.Td(_link(state, number(value), said, iso=iso, hour=hour), className=look)


def _link(state: PageState, shown: str, said: str, *, iso: int | None = None, hour: int | None = None) -> Component:
    """Ask for an hour, a weekday or both; what is asked for already is undone."""
    asked = state.question
    if iso is not None:
        asked = replace(asked, weekdays=(iso,))
    if hour is not None:
        asked = replace(asked, hours=HourRange(hour, hour + 1))
    if asked == state.question:
        asked = replace(
            asked,
            weekdays=asked.weekdays if iso is None else (),
            hours=asked.hours if hour is None else None,
        )
    return stay_link(shown, state.link(question=asked), focus=TITLE_ID, title=said)
