"""The table of incidents: sorted by links in its head, paged, the same rows that the download gives."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import IncidentRow
from hotspots_dashboard.components.html_attributes import HIDDEN, aria
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.state.page_state import ROWS_A_PAGE, PageState
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import day, hour_band, location, number
from hotspots_dashboard.words.language import _

NEWEST_FIRST = {"day", "arrest"}  # the order that a first press gives; the others begin with a


def incident_table(state: PageState, rows: Sequence[IncidentRow], total: int, *, vintage_id: int) -> Component:
    """One page of the answer."""
    first = (state.view.page - 1) * ROWS_A_PAGE + 1
    last = first + len(rows) - 1
    shown = _("{first}–{last} of {total}", first=number(first), last=number(last), total=number(total)) if rows else "0"
    asked = state.search(tab=None, page=1, anchor=None, forecast=None)
    download = f"download/incidents.csv{asked}{'&' if asked else '?'}vintage={vintage_id}"
    head = html.Div(
        [
            html.P([html.Strong(shown), " " + _("reported incidents")], id="table-title", tabIndex=-1),
            _pager(state, total),
            html.A(_("Download CSV"), href=download, className="button"),
        ],
        className="table-head",
    )
    body = html.Table(
        [
            html.Thead(html.Tr([_head(state, sort, name) for sort, name in _columns().items()])),
            html.Tbody([_row(state, row) for row in rows]),
        ],
        className="incidents",
    )
    return html.Div(
        [head, html.Div(body, className="scroll", tabIndex=0, role="region", **aria(label=_("Reported incidents")))]
    )


def _columns() -> dict[str, str]:
    return {
        "day": _("Day"),
        "hour": _("Hour"),
        "type": _("Type"),
        "anchor": _("Place"),
        "location_type": _("Location"),
        "arrest": _("Arrest"),
    }


def _arrest(made: bool | None) -> str:
    return _("Not known") if made is None else _("Yes") if made else _("No")


def _head(state: PageState, sort: str, name: str) -> Component:
    active = state.view.sort == sort
    descending = not state.view.descending if active else sort in NEWEST_FIRST
    order = "descending" if state.view.descending else "ascending"
    arrow = {"ascending": "↑", "descending": "↓"}[order] if active else ""
    link = stay_link(
        [name, html.Span(arrow, className="sort-arrow", **HIDDEN)],
        state.link(sort=sort, descending=descending),
        focus=f"sort-{sort}",
        id=f"sort-{sort}",
    )
    return html.Th(link, scope="col", **(aria(sort=order) if active else {}))


def _row(state: PageState, row: IncidentRow) -> Component:
    name = sentences.point(row.anchor, row.status)
    place = stay_link(name, state.link(anchor=row.anchor_id, page=state.view.page), focus="place-card-title")
    return html.Tr(
        [
            html.Td(day(row.day, short=True), className="nowrap"),
            html.Td(_("Not known") if row.hour is None else hour_band(row.hour), className="nowrap"),
            html.Td([html.Span(className=f"mark mark-{row.group}", **HIDDEN), row.crime_type], className="nowrap"),
            html.Td(place),
            html.Td(location(row.location_type) if row.location_type else _("Not recorded")),
            html.Td(_arrest(row.arrest)),
        ]
    )


def _pager(state: PageState, total: int) -> Component:
    pages = max(1, -(-total // ROWS_A_PAGE))
    at = state.view.page
    before = _turn(state, _("Previous"), at - 1, there=at > 1)
    after = _turn(state, _("Next"), at + 1, there=at < pages)
    return html.Nav(
        [
            before,
            html.Span(_("Page {page} of {pages}", page=number(at), pages=number(pages)), className="quiet"),
            after,
        ],
        className="pager",
        **aria(label=_("Pages of the table")),
    )


def _turn(state: PageState, name: str, page: int, *, there: bool) -> Component:
    if not there:
        return html.Span(name, className="button button-off", **aria(disabled="true"))
    return stay_link(name, state.link(page=page), focus="table-title", className="button")
