"""A boundary in GeoJSON, made into the filter's `polygon`: then every door takes it, and answers the same."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel

from hotspots.api.base_url import own_address, with_query
from hotspots.api.errors import problems
from hotspots.api.links import link
from hotspots.domain.places.boundary import read_boundary
from hotspots.domain.places.polygon import UNITS, Polygon
from hotspots.domain.public_answer import City
from hotspots.errors import FilterError
from hotspots.store.public.reader import OpenReader
from hotspots.words.boundary import boundary_words
from hotspots.words.language import language_of

GEOJSON_OF_A_SQUARE = {
    "type": "Polygon",
    "coordinates": [[[-87.65, 41.88], [-87.64, 41.88], [-87.64, 41.89], [-87.65, 41.89], [-87.65, 41.88]]],
}


class BoundaryAnswer(BaseModel):
    """The filter's polygon, and how far it is from what was given."""

    polygon: str
    geometry: dict[str, Any]
    corners_given: int
    corners: int
    simplified: bool
    moved_m: float
    area_changed: float
    mended: bool
    said: str
    links: list[dict[str, str]]


def make_router(reader: OpenReader, *, public_url: str | None = None) -> APIRouter:
    """Route of boundaries."""
    router = APIRouter(tags=["features"], responses=problems(400, 413, 429, 503))

    @router.post("/polygon", response_model=BoundaryAnswer)
    def polygon(
        request: Request,
        response: Response,
        document: Annotated[dict[str, Any], Body(examples=[GEOJSON_OF_A_SQUARE], description="GeoJSON in degrees.")],
        lang: Annotated[str, Query(description="en or es: language of `said`.")] = "en",
    ) -> Any:
        """Make a boundary of up to 50,000 corners a polygon that every route takes as `polygon=`. Nothing is kept.

        Where it does not fit into 300 corners it is simplified, and `said` says so.
        """
        response.headers["Cache-Control"] = "no-store"
        language = language_of(lang)
        boundary = read_boundary(document)
        _check_touches(reader.city(), boundary.polygon)
        text = str(boundary.polygon)
        own = own_address(request, public_url)
        return {
            "polygon": text,
            "geometry": boundary.polygon.to_geojson(),
            "corners_given": boundary.corners_given,
            "corners": boundary.corners,
            "simplified": boundary.is_simplified,
            "moved_m": boundary.moved_m,
            "area_changed": boundary.area_changed,
            "mended": boundary.mended,
            "said": boundary_words(boundary, language),
            "links": [
                link(with_query(f"{own}{path}", {"polygon": text}), rel, media_type, title)
                for path, rel, media_type, title in (
                    ("/api/collections/incidents/items", "items", "application/geo+json", "Incidents inside"),
                    ("/api/counts", "related", "application/json", "Counts"),
                    ("/api/series", "related", "application/json", "Series; add by="),
                    ("/api/feed", "related", "application/atom+xml", "Feed"),
                    ("/", "alternate", "text/html", "On the map"),
                )
            ],
        }

    return router


def _check_touches(city: City, polygon: Polygon) -> None:
    """Raise FilterError where a boundary lies nowhere near the city, as one with its axes swapped."""
    lons, lats = zip(*(corner for ring in polygon.rings for corner in ring), strict=True)
    if (
        min(lons) > city.east * UNITS
        or max(lons) < city.west * UNITS
        or min(lats) > city.north * UNITS
        or max(lats) < city.south * UNITS
    ):
        raise FilterError(
            "polygon",
            f"it reaches from {min(lons) / UNITS:g} {min(lats) / UNITS:g} to {max(lons) / UNITS:g} {max(lats) / UNITS:g}, "
            f"and the city from {city.west:.4f} {city.south:.4f} to {city.east:.4f} {city.north:.4f}: give longitude before latitude",
        )
