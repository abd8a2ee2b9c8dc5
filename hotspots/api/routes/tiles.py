"""Vector tiles for any map, and TileJSON that says where they are and what is in them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from hotspots.api import schemas
from hotspots.api.errors import PROBLEMS
from hotspots.api.filter_parameters import filter_parameters, read_question
from hotspots.api.http_caching import ASK_EVERY_TIME, KEEP_A_WHILE, fresh
from hotspots.api.json_text import json_answer
from hotspots.api.links import address
from hotspots.api.provenance import provenance
from hotspots.errors import NotFoundError
from hotspots.store.public.map_tiles.tiles import MAX_ZOOM
from hotspots.store.public.reader import OpenReader

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
DESCRIBED: dict[int | str, dict[str, Any]] = {
    200: {"description": "A Mapbox vector tile; empty where there is nothing.", "content": {MEDIA_TYPE: {}}},
    **schemas.NOT_MODIFIED,
    **PROBLEMS,
}
TILEJSON = schemas.answers("TileJSON")
FIELDS = {
    "incident": {"n": "Incidents.", "top": "Group with the most.", "anchors": "Public points gathered here."},
    "land": {},
    "park": {"name": "Name."},
    "street": {"name": "Name.", "rank": "1: main street."},
    "area": {"code": "The agency's code.", "name": "Name."},
    "forecast": {"expected": "Expected incidents.", "level": "1 to 5."},
}


def make_router(reader: OpenReader) -> APIRouter:
    """Routes of the tiles."""
    router = APIRouter(prefix="/tiles", tags=["tiles"], default_response_class=Response)
    filtered = [Depends(filter_parameters)]

    @router.get("/incidents/{z}/{x}/{y}.mvt", dependencies=filtered, responses=DESCRIBED)
    def incidents(request: Request, z: int, x: int, y: int) -> Response:
        """Reported incidents at public points. Layer `incidents`: `n`, `n_<group>`, `top` (largest group), `anchors` (points gathered)."""
        question = read_question(request, reader)
        return fresh(request, reader, lambda: _tile(reader.incidents_tile(question, z, x, y)), keep=ASK_EVERY_TIME)

    @router.get("/base/{z}/{x}/{y}.mvt", responses=DESCRIBED)
    def base(request: Request, z: int, x: int, y: int) -> Response:
        """The base map of the city's own layers: `land`, `park`, `street`."""
        return fresh(request, reader, lambda: _tile(reader.base_tile(z, x, y)), keep=KEEP_A_WHILE)

    @router.get("/areas/{kind}/{z}/{x}/{y}.mvt", responses=DESCRIBED)
    def areas(request: Request, kind: str, z: int, x: int, y: int) -> Response:
        """Areas of one kind. Layer `area`: `code`, `name`."""
        return fresh(request, reader, lambda: _tile(reader.areas_tile(kind, z, x, y)), keep=KEEP_A_WHILE)

    @router.get("/forecast/{forecast_id}/{z}/{x}/{y}.mvt", responses=DESCRIBED)
    def forecast(request: Request, forecast_id: int, z: int, x: int, y: int) -> Response:
        """Cells of a published forecast. Layer `forecast`: `expected`, `level` 1 to 5."""
        return fresh(request, reader, lambda: _tile(reader.forecast_tile(forecast_id, z, x, y)))

    @router.get("/incidents.json", dependencies=filtered, responses=TILEJSON)
    def incidents_json(request: Request) -> Response:
        """Where the tiles of incidents are, for the same filter."""
        asked = read_question(request, reader).to_query() if request.query_params else {}
        return _describe_tiles(request, reader, "incidents", "incidents", query=asked)

    @router.get("/base.json", responses=TILEJSON)
    def base_json(request: Request) -> Response:
        """Where the tiles of the base map are."""
        return _describe_tiles(request, reader, "base", "land", "park", "street")

    @router.get("/areas/{kind}.json", responses=TILEJSON)
    def areas_json(request: Request, kind: str) -> Response:
        """Where the tiles of a kind of area are."""
        kinds = [one.kind for one in reader.choices().area_kinds]
        if kind not in kinds:
            raise NotFoundError(f"areas: there is no such kind; there are {', '.join(kinds)}")
        return _describe_tiles(request, reader, f"areas/{kind}", "area")

    @router.get("/forecast/{forecast_id}.json", responses=TILEJSON)
    def forecast_json(request: Request, forecast_id: int) -> Response:
        """Where the tiles of a forecast are."""
        if forecast_id not in [one.forecast_id for one in reader.forecasts()]:
            raise NotFoundError("forecast: none is published with this number")
        return _describe_tiles(request, reader, f"forecast/{forecast_id}", "forecast")

    return router


def _tile(tile: bytes) -> Response:
    return Response(tile, media_type=MEDIA_TYPE)


def _describe_tiles(
    request: Request, reader: OpenReader, path: str, *layers: str, query: dict[str, str] | None = None
) -> Response:
    def content() -> dict[str, Any]:
        city = reader.city()
        tiles = address(request, f"/tiles/{path}/{{z}}/{{x}}/{{y}}.mvt", **(query or {}))
        fields = {layer: dict(FIELDS.get(layer, {})) for layer in layers}
        if "incidents" in fields:
            groups = {f"n_{group}": f"Incidents of the group {group}." for group in reader.choices().groups}
            fields["incidents"] = {**FIELDS["incident"], **groups}
        return {
            "tilejson": "3.0.0",
            "name": path,
            "tiles": [tiles],
            "vector_layers": [{"id": layer, "fields": fields[layer]} for layer in layers],
            "bounds": [city.west, city.south, city.east, city.north],
            "minzoom": 0,
            "maxzoom": MAX_ZOOM,
            "attribution": city.attribution,
            **provenance(request, reader),
        }

    return fresh(request, reader, lambda: json_answer(content()))
