"""The number that each door gives for one filter: sentence, table, charts, download, data interface and tiles."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from hotspots.domain.incident_filter import IncidentFilter
from tests.vector_tile import read_tile

Tile = tuple[int, int, int]


def numbers_of(client: Any, question: IncidentFilter, *, tiles: Iterable[Tile]) -> dict[str, int | None]:
    """Ask every door; `on the map` and `tiles` count what has a location, all others everything. The data
    interface says None of days without data.

    Parameters
    ----------
    client : answers ``get`` with ``text``, ``content`` and ``json()``, as httpx does.
    tiles : z, x and y of tiles that hold the whole city, none twice.
    """
    query = urlencode(question.to_query(), safe=",:|", quote_via=quote)
    words, table, types, hours = (
        client.get(f"/?{query}&tab={tab}").text for tab in ("words", "table", "types", "hours")
    )
    counts = client.get(f"/api/counts?{query}").json()["counts"]
    rows = client.get(f"/download/incidents.csv?{query}").content.decode("utf-8-sig")
    return {
        "sentence": _whole(re.search(r'class="answer-number">([\d,]+)<', words)),
        "table": _whole(re.search(r"of ([\d,]+)</strong>", table)),
        "by type": sum(map(_digits, re.findall(r'<td class="number">([\d,]+)</td>', _panel(types)))),
        "by hour": _digits((re.findall(r'<td class="sum">([\d,]+)</td>', _panel(hours)) or ["0"])[-1]),
        "download": sum(1 for _row in csv.DictReader(io.StringIO(rows))),
        "interface": counts["total"],
        "on the map": counts["located"],
        "tiles": sum(_in_tile(client, tile, query) for tile in tiles),
    }


def _in_tile(client: Any, tile: Tile, query: str) -> int:
    z, x, y = tile
    layers = read_tile(client.get(f"/api/tiles/incidents/{z}/{x}/{y}.mvt?{query}").content)
    # A tile repeats what lies just outside it for its neighbours' sake; ours does not, and ids tell.
    return sum({one.id: one.attributes["n"] for one in layers.get("incidents", [])}.values())


def _panel(page: str) -> str:
    """The open tab."""
    return page.partition('class="tab-panel"')[2]


def _whole(found: re.Match[str] | None) -> int:
    return _digits(found[1]) if found else 0


def _digits(text: str) -> int:
    return int(text.replace(",", ""))
