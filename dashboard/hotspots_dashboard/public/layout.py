"""The frame of every page, and the map page in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import City, Vintage
from hotspots_dashboard.components.attributes import aria
from hotspots_dashboard.components.browser import Address, MapView, Path, Search, Sheet, Tabs
from hotspots_dashboard.components.caveats import page_foot
from hotspots_dashboard.components.filters import filter_panel, options, radius_control
from hotspots_dashboard.public import ids, shell, words
from hotspots_dashboard.public.page_state import PageState, read_state


def frame(city: City, vintage: Vintage, *, url_base: str) -> Component:
    """Head, room for a page, foot."""
    return html.Div(
        [
            html.A(words.SKIP, href=f"#{ids.ANSWER}", className="skip"),
            Path(id=ids.PATH),
            html.Header(
                [
                    html.Div(
                        [
                            html.A(html.H1(city.service), href=url_base, className="service"),
                            html.P(words.data_to(vintage), className="vintage"),
                            html.Nav(
                                html.A(words.ABOUT, href=f"{url_base}about", className="about-link"),
                                **aria(label=words.PAGES),
                            ),
                        ],
                        className="head",
                    ),
                    *([html.P(words.INVENTED, className="invented")] if city.invented else []),
                ]
            ),
            html.Div(id=ids.PROBLEM, role="alert"),
            html.Div(_skeleton(), id=ids.PAGE, className="page"),
            page_foot(city, vintage),
        ],
        className="frame",
    )


def _skeleton() -> list[Component]:
    return [html.Div(className="panel skeleton"), html.Div(className="map-room")]


def map_page(reader: Any, search_part: str | None, *, url_base: str, online_tiles: dict[str, str] | None) -> Component:
    """Search and answer, filters, map, and the tabs under it."""
    city, vintage, choices = reader.city(), reader.vintage(), reader.choices()
    search = html.Div(
        Search(
            id=ids.SEARCH,
            url=f"{url_base}api/search",
            label=words.SEARCH_LABEL,
            hint=words.SEARCH_HINT,
            words=words.SEARCH,
            value=None,
        ),
        className="search-room",
    )
    answer = html.Section(
        [
            html.Div(
                html.P(className="skeleton-line"),
                id=ids.ANSWER,
                className="answer",
                tabIndex=-1,
                role="status",
                **aria(live="polite"),
            ),
            html.Div(id=ids.WAYS_OUT, className="ways-out"),
            html.Div(id=ids.CHIPS, className="active-chips"),
            radius_control(),
            html.Div(id=ids.PLACE_CARD),
            html.Div(id=ids.WEEKS, className="weeks"),
            html.Div(id=ids.CAVEATS, className="caveats"),
        ],
        className="answer-room",
        **aria(label="Answer"),
    )
    panel = html.Div(
        [answer, *filter_panel(choices, vintage, reader.default_period(), reader.forecasts())],
        className="panel",
        id="panel",
    )
    tabs = html.Section(
        [
            Tabs(id=ids.TABS, label=words.TABS_LABEL, tabs=options(words.TABS), value=None, panel=ids.TAB_PANEL),
            html.Div(id=ids.TAB_PANEL, role="tabpanel", className="tab-panel", hidden=True, tabIndex=0),
        ],
        className="drawer",
        **aria(label=words.TABS_LABEL),
    )
    drawn = MapView(
        id=ids.MAP,
        base_url=url_base,
        box=[city.west, city.south, city.east, city.north],
        query=tile_query(read_state(reader, search_part)),  # the map begins while the controls are told
        groups=words.legend_groups(choices.groups),
        words=words.MAP,
        tiles=online_tiles,
        library=shell.vendor_address(url_base, "maplibre-gl.mjs"),
    )
    return html.Main(
        [
            Address(id=ids.ADDRESS),
            search,
            html.Div(drawn, className="map-room"),
            Sheet([panel, tabs], id=ids.SHEET, height="low", words=words.SHEET),
        ],
        className="map-page",
    )


def tile_query(state: PageState) -> str:
    """The filter as the tiles take it: the whole of it, in a fixed order."""
    return "?" + urlencode(state.question.to_query(), safe=",:|", quote_via=quote)
