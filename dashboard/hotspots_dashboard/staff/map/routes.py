"""Tiles, search and exports of the map, under the guard. Tiles open no view: the page that asks for them did."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import parse_qsl, urlencode

from starlette.responses import RedirectResponse, Response

from hotspots.domain.act.free_text import checked_needed
from hotspots.errors import InputError
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff import acting
from hotspots_dashboard.staff.desk import Asked, Desk, attachment
from hotspots_dashboard.staff.map.export import export_csv
from hotspots_dashboard.state.page_state import read_state

TILE = "application/vnd.mapbox-vector-tile"
LONGEST_TEXT = 200


def register(desk: Desk, reader: DeskReader) -> None:
    """Register what the map asks for beside its page."""

    def tile(make: Callable[[Asked, int, int, int], bytes]) -> Callable[[Asked], Response]:
        def answer(asked: Asked) -> Response:
            z, x, y = (asked.path[name] for name in "zxy")
            return Response(make(asked, z, x, y), media_type=TILE)

        return answer

    def incidents(asked: Asked, z: int, x: int, y: int) -> bytes:
        return reader.incidents_tile(reader.read_tile_question(asked.query), z, x, y)

    def areas(asked: Asked, z: int, x: int, y: int) -> bytes:
        return reader.areas_tile(asked.path["kind"], z, x, y)

    def forecast(asked: Asked, z: int, x: int, y: int) -> bytes:
        return reader.forecast_tile(asked.path["forecast_id"], z, x, y)

    @desk.page("/map", needs="points.read")
    def whole_address(asked: Asked) -> Response:
        """Lead an address that somebody typed without its last stroke to the map, its filter with it."""
        query = asked.request.url.query
        return RedirectResponse(f"/map/?{query}" if query else "/map/", status_code=308)

    place = "{z:int}/{x:int}/{y:int}.mvt"
    desk.page(f"/map/api/tiles/incidents/{place}", needs="points.read")(tile(incidents))
    desk.page(f"/map/api/tiles/base/{place}", needs="points.read")(tile(lambda _, z, x, y: reader.base_tile(z, x, y)))
    desk.page(f"/map/api/tiles/areas/{{kind}}/{place}", needs="points.read")(tile(areas))
    desk.page(f"/map/api/tiles/forecast/{{forecast_id:int}}/{place}", needs="points.read")(tile(forecast))

    @desk.page("/map/api/search", needs="points.read", methods=("POST",))
    def search(asked: Asked) -> Response:
        text = str(asked.json.get("text", ""))[:LONGEST_TEXT]
        return Response(
            json.dumps({"matches": [asdict(match) for match in reader.suggest(text)]}), media_type="application/json"
        )

    @desk.page("/map/export", needs="rows.export")
    @desk.page("/map/download/incidents.csv", needs="rows.export")
    def ask_purpose(asked: Asked) -> Response:
        question = reader.parse(asked.query)
        return desk.render(
            asked,
            "export.html",
            query=urlencode(question.to_query()),
            incidents=reader.count(question).total,
            first=question.period.start,
            last=question.period.last_day,
        )

    @desk.page("/map/export", needs="rows.export", methods=("POST",))
    def export(asked: Asked) -> Response:
        purpose = asked.one("purpose")
        if not purpose:
            raise InputError(
                "purpose: give the code and case number for which these rows are needed, such as CASE 17/2025."
            )
        purpose = checked_needed(purpose, field="purpose", longest=80, numbers=True)
        state = read_state(reader, "?" + asked.one("query"))
        if state.problem:
            raise InputError(f"{state.problem} cannot be read: go back to the map and export from there.")
        me = acting.current()
        me.view = desk.door.open_view(me.person, "export", state.question.to_query(), purpose=purpose, anew=True)
        rows = export_csv(reader, state.question)
        name = f"incidents_{state.question.period.start}_{state.question.period.last_day}.csv"
        return attachment(rows, "text/csv; charset=utf-8", name)


def query_of(asked: Asked) -> dict[str, str]:
    """The filter of a page's address."""
    return dict(parse_qsl(asked.request.url.query))
