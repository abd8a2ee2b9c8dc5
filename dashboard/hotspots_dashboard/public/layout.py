"""The frame of every page, and the map page in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import Choices, City, Vintage
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.components.browser_components import Address, MapView, Path, Search, Sheet, Tabs
from hotspots_dashboard.components.controls.filters import filter_panel, forecast_panel, radius_control
from hotspots_dashboard.components.html_attributes import aria
from hotspots_dashboard.components.take_away import answer_button
from hotspots_dashboard.public import shell, tabs
from hotspots_dashboard.public.city_view import city_view
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.components import map_words, search_words, sheet_words
from hotspots_dashboard.words.formats import either
from hotspots_dashboard.words.language import LANGUAGES, _, current

HINT_CHARACTERS = 34  # that the search field shows, on the narrowest screens too


def frame() -> Component:
    """Room for the page: what it says waits for the address, which names the language."""
    return html.Div(
        [
            Path(id=ids.PATH),
            html.Div(id=ids.PROBLEM, role="alert"),
            html.Div(id=ids.PAGE, className="whole"),
        ],
        className="frame",
    )


def head(city: City, vintage: Vintage, state: PageState, *, url_base: str) -> list[Component]:
    """The service's name and how new its data are."""
    back = url_base + state.search(tab=None, page=1, anchor=None)
    return [
        html.A(_("Skip to the answer"), href=f"#{ids.ANSWER}", className="skip"),
        html.Div(
            [
                html.A(html.H1(city.service), href=back, className="service"),
                html.P(sentences.data_to(vintage), className="vintage"),
            ],
            className="head",
        ),
        *(
            [
                html.P(
                    _("This city is invented. Streets, people and incidents are made up to show the service."),
                    className="invented",
                )
            ]
            if city.invented
            else []
        ),
    ]


def site_links(state: PageState, *, url_base: str) -> list[Component]:
    """Pages, language and print. They are seen in the head and come after the page: a keyboard meets search and filters first."""
    about = html.A(_("About these numbers"), href=f"{url_base}about{_settings(state)}", className="about-link")
    said = aria(label=_("Language and print"))
    return [
        html.Div(
            [
                html.Nav(about, **aria(label=_("Pages"))),
                html.Nav(settings_links(state), id=ids.SETTINGS, className="settings", **said),
            ],
            className="site-links",
        )
    ]


def settings_links(state: PageState) -> list[Component]:
    """The same address in every other language, and in the other print."""
    print_size = None if state.view.print else "large"
    return [
        *[
            html.A(language.name, href=state.search(lang=code), lang=language.tag, hrefLang=language.tag)
            for code, language in LANGUAGES.items()
            if code != current().code
        ],
        html.A(_("Large print") if print_size else _("Normal print"), href=state.search(print=print_size) or "?"),
    ]


def _settings(state: PageState) -> str:
    chosen = {name: value for name, value in (("lang", state.view.lang), ("print", state.view.print)) if value}
    return "?" + urlencode(chosen) if chosen else ""


def map_page(
    reader: OpenReader, state: PageState, search: str, *, url_base: str, online_tiles: dict[str, str] | None
) -> Component:
    """Search and answer, filters, the tabs under the map, and the map."""
    kinds = search_kinds(reader.choices())
    find = Search(
        id=ids.SEARCH,
        url=f"{url_base}api/search?lang={current().code}",
        label=_("Find a place"),
        hint=search_hint(kinds),
        words=search_words(kinds),
        value=None,
        # Staff look at true points: their map does not ask the device.
        near=None
        if reader.true_points
        else {"points": f"{url_base}api/points", "script": shell.asset_address(url_base, shell.NEAR_ME)},
    )
    drawn = MapView(id=ids.MAP, **map_properties(reader, state, url_base=url_base, online_tiles=online_tiles))
    filters = filter_panel(reader.choices(), reader.vintage(), reader.default_period())
    more = forecast_panel(reader.choices(), reader.forecasts())
    panel = html.Div([*filters, _answer_room(), more], className="panel", id="panel")
    return html.Main(
        [
            Address(id=ids.ADDRESS, search=search, answered=search),
            html.Div(find, className="search-room"),
            # Before the map: a keyboard gets from the search to the filters without the map's controls between.
            Sheet([panel, _drawer()], id=ids.SHEET, height="low", words=sheet_words()),
            html.Div(drawn, className="map-room"),
        ],
        className="map-page",
    )


def search_kinds(choices: Choices) -> list[str]:
    """The kinds that this city can be searched for: streets, places (what it has most of first), areas."""
    streets = []
    if "address" in choices.street_kinds:
        streets.append(_("address"))
    elif "block" in choices.street_kinds:
        streets.append(_("street and number"))  # finds the block that holds the number
    if "intersection" in choices.street_kinds:
        streets.append(_("crossing"))
    places = sorted(choices.place_kinds, key=lambda kind: -kind.places)
    return [*streets, *(sentences.kind_label(kind.label) for kind in (*places, *choices.area_kinds))]


def search_hint(kinds: Sequence[str]) -> str:
    """As many of the kinds, from the first on, as the search field can hold."""
    said = ""
    for count in range(1, len(kinds) + 1):
        longer = either(kinds[:count])
        if said and len(longer) > HINT_CHARACTERS:
            break
        said = longer
    return said[:1].upper() + said[1:]


def map_properties(
    reader: OpenReader, state: PageState, *, url_base: str, online_tiles: dict[str, str] | None
) -> dict[str, Any]:
    """The map's first properties, for the first HTML of the page and for the component."""
    city = reader.city()
    return {
        "base_url": url_base,
        "box": [city.west, city.south, city.east, city.north],
        "query": tile_query(state),
        "levels": city_view(reader, state.question, change=state.view.tab == "change"),
        "groups": [{"name": name, "label": sentences.groups().get(name, name)} for name in reader.choices().groups],
        "words": map_words(true_points=reader.true_points),
        "tiles": online_tiles,
        "months": _months(reader.vintage(), url_base),
        "library": shell.vendor_address(url_base, "maplibre-gl.mjs"),
    }


def _months(vintage: Vintage, url_base: str) -> dict[str, str] | None:
    """The first and last whole month of the data, and the script that goes through them; None where there are not two."""
    first, last = vintage.data_from or vintage.first_day, vintage.newest_day
    if first is None or last is None:
        return None
    begins = first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    ends = (last + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    if (begins.year, begins.month) >= (ends.year, ends.month):
        return None
    script = shell.asset_address(url_base, shell.MONTHS)
    return {"first": f"{begins:%Y-%m}", "last": f"{ends:%Y-%m}", "script": script}


def _answer_room() -> Component:
    return html.Section(
        [
            html.Div(
                html.P(className="skeleton-line"),
                id=ids.ANSWER,
                className="answer",
                tabIndex=-1,
                role="status",
                **aria(live="polite"),
            ),
            answer_button(ids.ANSWER),
            html.Div(id=ids.VERDICT, className="verdict"),
            html.Div(id=ids.WAYS_OUT, className="ways-out"),
            html.Div(id=ids.CHIPS, className="active-chips"),
            radius_control(),
            html.Div(id=ids.PLACE_CARD),
            html.Div(id=ids.WEEKS, className="weeks"),
            html.Div(id=ids.DONE, className="done-line"),
            html.Details(
                [html.Summary(_("How sure is this?")), html.Div(id=ids.CAVEATS, className="caveats")],
                className="how-sure",
            ),
            html.Div(id=ids.ACTIONS, className="actions"),
        ],
        className="answer-room",
        **aria(label=_("Answer")),
    )


def _drawer() -> Component:
    label = _("The same answer as")
    return html.Section(
        [
            Tabs(
                id=ids.TABS,
                label=label,
                tabs=[{"value": name, "label": tab} for name, tab in tabs.names().items()],
                value=None,
                panel=ids.TAB_PANEL,
            ),
            html.Div(id=ids.TAB_PANEL, role="tabpanel", className="tab-panel", hidden=True, tabIndex=0),
        ],
        className="drawer",
        **aria(label=label),
    )


def tile_query(state: PageState) -> str:
    """The filter as the tiles take it: the whole of it, in a fixed order."""
    return "?" + urlencode(state.question.to_query(), safe=",:|", quote_via=quote)
