"""Vector tiles for the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from hotspots.api.errors import PROBLEMS
from hotspots.api.freshness import ASK_EVERY_TIME, KEEP_A_WHILE, etag, is_known, not_modified
from hotspots.api.questions import filter_parameters, read_question
from hotspots.store.open_reader import OpenReader

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
DESCRIBED: dict[int | str, dict[str, Any]] = {
    200: {"description": "A Mapbox vector tile; empty where there is nothing.", "content": {MEDIA_TYPE: {}}},
    304: {"description": "Nothing was published since."},
    **PROBLEMS,
}


def make_router(reader: OpenReader) -> APIRouter:
    """Routes of the tiles."""
    router = APIRouter(prefix="/tiles", tags=["tiles"], default_response_class=Response, responses=DESCRIBED)

    def answer(request: Request, draw: Callable[[], bytes], *, keep: str) -> Response:
        tag = etag(reader, request)
        tile = None if is_known(request, tag) else draw()
        if tile is None:
            return not_modified(tag, keep)
        return Response(tile, media_type=MEDIA_TYPE, headers={"ETag": tag, "Cache-Control": keep})

    @router.get("/incidents/{z}/{x}/{y}.mvt", dependencies=[Depends(filter_parameters)])
    def incidents(request: Request, z: int, x: int, y: int) -> Response:
        """Reported incidents at public points. Layer `incidents`: `n`, `n_<group>`, `top` (largest group), `anchors` (points gathered)."""
        question = read_question(request, reader)
        return answer(request, lambda: reader.incidents_tile(question, z, x, y), keep=ASK_EVERY_TIME)

    @router.get("/base/{z}/{x}/{y}.mvt")
    def base(request: Request, z: int, x: int, y: int) -> Response:
        """The base map of the city's own layers: `land`, `park`, `street`."""
        return answer(request, lambda: reader.base_tile(z, x, y), keep=KEEP_A_WHILE)

    @router.get("/areas/{kind}/{z}/{x}/{y}.mvt")
    def areas(request: Request, kind: str, z: int, x: int, y: int) -> Response:
        """Areas of one kind. Layer `area`: `code`, `name`."""
        return answer(request, lambda: reader.areas_tile(kind, z, x, y), keep=KEEP_A_WHILE)

    @router.get("/forecast/{forecast_id}/{z}/{x}/{y}.mvt")
    def forecast(request: Request, forecast_id: int, z: int, x: int, y: int) -> Response:
        """Cells of a published forecast. Layer `forecast`: `expected`, `level` 1 to 5."""
        return answer(request, lambda: reader.forecast_tile(forecast_id, z, x, y), keep=ASK_EVERY_TIME)

    return router
