"""The map and its sentence alone, for a frame in somebody else's page."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.components.browser_components import MapView
from hotspots_dashboard.components.caveats import source_line
from hotspots_dashboard.public import layout, result_panels
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import number
from hotspots_dashboard.words.language import _


def embedded_map(
    reader: OpenReader, state: PageState, *, url_base: str, online_tiles: dict[str, str] | None
) -> Component:
    """Nothing here answers to a change: the address says it all."""
    city, choices, counts = reader.city(), reader.choices(), reader.count(state.question)
    areas, kind = result_panels.outlined(state.question, choices, None)
    drawn = MapView(
        id="embedded-map",
        plain=True,
        **layout.map_properties(reader, state, url_base=url_base, online_tiles=online_tiles),
        shape=result_panels.drawn_shape(reader, state),
        polygon=str(state.question.polygon) if state.question.polygon else None,
        areas=areas,
        area_kind=kind,
        forecast=state.view.forecast,
    )
    said = sentences.sentence(state.question, counts, choices, result_panels.place_name(reader, state.question))
    open_whole = html.A(_("Open the whole map"), href=url_base + state.search(), target="_blank", rel="noopener")
    return html.Main(
        [
            html.H1(city.service, className="hidden-words"),
            html.Div(drawn, className="map-room"),
            html.Div(
                [
                    html.P([html.Strong(number(counts.total) if counts.is_known else "–"), f" {said} ", open_whole]),
                    html.P(source_line(city, reader.vintage()), className="quiet"),
                ],
                className="embed-words",
            ),
        ],
        className="embed",
    )
