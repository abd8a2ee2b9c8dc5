"""Which page an address names: its head, the page, its foot."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from hotspots.errors import NotFoundError
from hotspots_dashboard.components.caveats import page_foot
from hotspots_dashboard.components.honest import stale_banner
from hotspots_dashboard.language import _
from hotspots_dashboard.public import about, embed, layout
from hotspots_dashboard.public.honest_numbers import freshness
from hotspots_dashboard.public.page_state import read_state

PAGES = ("", "about", "embed")  # every other address is a 404


def page(
    reader: Any, path: str, search: str | None, *, url_base: str, online_tiles: dict[str, str] | None
) -> tuple[list[Component], Component, Component | None]:
    """Head, page and foot of the address `path`, without the place where the pages are mounted."""
    try:
        city, vintage, state = reader.city(), reader.vintage(), read_state(reader, search)
    except NotFoundError:
        nothing = _("Nothing is published yet. Whoever runs this service publishes with: hotspots publish")
        return [], html.Main(html.P(nothing), className="about"), None
    match path:
        case "":
            shown = layout.map_page(reader, state, url_base=url_base, online_tiles=online_tiles)
        case "embed":
            return [], embed.embedded_map(reader, state, url_base=url_base, online_tiles=online_tiles), None
        case "about":
            shown = about.about_page(city, vintage, url_base=url_base)
        case _:
            missing = [_("There is no such page."), " ", html.A(_("Back to the map"), href=url_base)]
            shown = html.Main(html.P(missing), className="about")
    stale = stale_banner(freshness(reader))
    return [*layout.head(city, vintage, state, url_base=url_base), *stale], shown, page_foot(city, vintage)
