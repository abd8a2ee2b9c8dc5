"""The first paint: the page's HTML before any script has run, without the bundles that this page does not use."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import dash
from flask import has_request_context, request

from hotspots_dashboard.language import _, current

META = [
    {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    {"name": "color-scheme", "content": "light dark"},
    {"name": "referrer", "content": "no-referrer"},
]
# Dash sends these to every page; ours uses none of their components. A quarter of the first view.
VENDOR = Path(__file__).parent.parent / "assets" / "vendor"
FONT = "fonts/public-sans-latin-wght-normal.woff2"
UNUSED = re.compile(r'<script src="[^"]*(?:/dcc/|/dash_table/|polyfill@)[^"]*"></script>\s*')

PAGE = """<!DOCTYPE html>
<html lang="{lang}"{print}>
<head>
{metas}
<title>{title}</title>
<meta name="description" content="{description}">
<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>
{map_files}
{css}
{favicon}
</head>
<body>
{app_entry}
<noscript><p class="noscript">{no_script} <a href="{base}api/docs">{interface}</a> ·
<a href="{base}download/incidents.csv">{table}</a></p></noscript>
<div hidden>{config}{scripts}{renderer}</div>
</body>
</html>"""

MAP_FILES = """<link rel="modulepreload" href="{library}">
<link rel="stylesheet" href="{style}">"""

ENTRY = """<div id="react-entry-point"><div class="frame frame-waiting" aria-busy="true"><div class="head"></div>
<div class="page"><div class="panel skeleton"></div><div class="map-room"></div></div></div></div>"""


def vendor_address(base: str, name: str) -> str:
    """Address of a vendored file, with a fingerprint, so that browsers may keep it for a year."""
    file = VENDOR / name
    fingerprint = f"{int(file.stat().st_mtime):x}" if file.exists() else "missing"
    return f"{base}assets/vendor/{name}?v={fingerprint}"


class PublicDash(dash.Dash):
    """Dash with our own page."""

    def interpolate_index(self, **parts: Any) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]  (Dash calls it by keyword, and documents this form)
        """The page's HTML, called by Dash for every first view."""
        scripts = UNUSED.sub("", parts["scripts"])
        base = self.config.requests_pathname_prefix
        vendored = {
            "font": f"{base}assets/vendor/{FONT}",
            "map_files": MAP_FILES.format(
                library=vendor_address(base, "maplibre-gl.mjs"), style=vendor_address(base, "maplibre-gl.css")
            )
            if has_request_context() and request.path == base
            else "",
        }
        return PAGE.format(**{**parts, **vendored, **_words(), "scripts": scripts, "app_entry": ENTRY, "base": base})


def _words() -> dict[str, str]:
    """What the page says before any script has run, in the language of its first reader."""
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
