"""The first paint: the page's HTML before any script has run, without the bundles that this page does not use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dash
from dash.development.base_component import Component
from flask import has_request_context, request

from hotspots_dashboard.public.first_paint_html import plain_html
from hotspots_dashboard.words.language import _, current

META = [
    {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    {"name": "color-scheme", "content": "light dark"},
    {"name": "referrer", "content": "no-referrer"},
]
# Dash sends these to every page; ours uses none of their components. A quarter of the first view.
ASSETS = Path(__file__).parent.parent / "assets"
VENDOR = ASSETS / "vendor"
# Loaded at the first press.
TAKE_AWAY, MAP_PICTURE = "later/take_away.mjs", "later/map_picture.mjs"
NEAR_ME, MONTHS = "later/near_me.mjs", "later/months.mjs"
FONT = "fonts/public-sans-latin-wght-normal.woff2"
UNUSED = re.compile(r'<script src="[^"]*(?:/dcc/|/dash_table/|polyfill@)[^"]*"></script>\s*')

PAGE = """<!DOCTYPE html>
<html lang="{lang}"{print}{vintage}>
<head>
{metas}
<title>{title}</title>
<meta name="description" content="{description}">
<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>
{icon}
{map_files}
{css}
</head>
<body>
{app_entry}
{map_start}
<noscript><p class="noscript">{no_script} <a href="{base}api/docs">{interface}</a> ·
<a href="{base}download/incidents.csv">{table}</a></p></noscript>
<div hidden>{config}{scripts}{renderer}</div>
</body>
</html>"""

MAP_FILES = """<link rel="modulepreload" href="{library}">
<link rel="stylesheet" href="{style}">"""

# The properties of the map, so that it begins before Dash asks for the page.
MAP_START = """<script type="application/json" id="map-start">{properties}</script>"""
# Three circles by count. In the page itself: a browser asks for an icon anew at every step of the address.
ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="#1d4f91">
<circle cx="5.5" cy="6" r="4.5"/><circle cx="12.5" cy="7" r="2.5"/><circle cx="8.5" cy="13" r="2"/></svg>"""
ICON_LINK = f'<link rel="icon" href="data:image/svg+xml,{quote(ICON)}">'

ENTRY = """<div id="react-entry-point"><div class="frame frame-waiting" aria-busy="true"><div class="head"></div>
<div class="page"><div class="panel skeleton"></div></div></div></div>"""
# A page with a map stands there at once, and is taken away when the one that answers has come.
PAINTED_ENTRY = (
    """<div id="first-paint" class="frame" aria-busy="true">{page}</div><div id="react-entry-point"></div>"""
)


def asset_address(base: str, name: str) -> str:
    """Address of a file of `assets`, with a fingerprint, so that browsers may keep it for a year."""
    file = ASSETS / name
    fingerprint = f"{int(file.stat().st_mtime):x}" if file.exists() else "missing"
    return f"{base}assets/{name}?v={fingerprint}"


def vendor_address(base: str, name: str) -> str:
    """The same for a vendored file."""
    return asset_address(base, f"vendor/{name}")


@dataclass(frozen=True)
class FirstPaint:
    """A page before any script has run: what it shows, what its map is told, empty where it has none, and its title."""

    page: list[Component]
    told: dict[str, Any]
    title: str | None
    vintage_id: int | None = None  # every question of the page asks for this publication


class PublicDash(dash.Dash):
    """Dash with our own page.

    Attributes
    ----------
    first_paint : returns the asked page, or None where it has to be asked for by script.
    """

    first_paint: Callable[[], FirstPaint | None] = staticmethod(lambda: None)

    def interpolate_index(self, **parts: Any) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]  (Dash calls it by keyword, and documents this form)
        """The page's HTML, called by Dash for every first view."""
        base = self.config.requests_pathname_prefix
        painted = self.first_paint() if has_request_context() else None
        page, told = (painted.page, painted.told) if painted else (None, {})
        ours = {
            "scripts": UNUSED.sub("", parts["scripts"]),
            "font": f"{base}assets/vendor/{FONT}",
            "icon": ICON_LINK,
            "map_files": MAP_FILES.format(library=told["library"], style=vendor_address(base, "maplibre-gl.css"))
            if told
            else "",
            "map_start": MAP_START.format(properties=json.dumps(told).replace("<", "\\u003c")) if told else "",
            "app_entry": PAINTED_ENTRY.format(page=plain_html(page)) if page else ENTRY,
            "base": base,
            "vintage": f' data-vintage="{painted.vintage_id}"' if painted and painted.vintage_id else "",
        }
        words = _words()
        if painted and painted.title:
            words["title"] = escape(painted.title)
        return PAGE.format(**{**parts, **ours, **words})


def _words() -> dict[str, str]:
    """The page before any script has run, in the language of its first reader."""
    large = has_request_context() and request.args.get("print") == "large"
    return {
        "lang": current().tag,
        "print": ' class="large-print"' if large else "",
        "title": _("Reported incidents"),
        "description": _("Map of reported incidents, with search, filters, table and charts."),
        "no_script": _("This map needs JavaScript. The same numbers are here:"),
        "interface": _("the data interface"),
        "table": _("a table of the last days"),
    }
